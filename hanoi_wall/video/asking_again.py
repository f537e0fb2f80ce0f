"""Why a camera would not open a session, where libav does not say. Any thread; it waits, for seconds at most.

libav has one word for silence, nonsense and a line that is cut, and one for every 4xx but five. The first is
told apart by a short question of our own. For the second libav knocks once more, log-in and all, through a
relay that listens: the answer's number passes by there.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import NoLine, cause_of, connect

if TYPE_CHECKING:
    from hanoi_wall.video.tls_line import TlsLine

ASK_S = 1.0
KNOCK_S = 2.0
_CHUNK = 64 * 1024
_MOST_HEARD = 256 * 1024
_STATUS = re.compile(rb"RTSP/\d\.\d\s+([45]\d\d)\b")
_DESCRIPTION = re.compile(rb"^content-type:\s*application/sdp\b", re.IGNORECASE | re.MULTILINE)
_VIDEO_LINE = re.compile(rb"\nm=video \d+ RTP/")
_CAUSES = {
    403: Cause.FORBIDDEN,
    404: Cause.NOT_FOUND,
    410: Cause.NOT_FOUND,
    453: Cause.TOO_MANY_SESSIONS,
    454: Cause.SESSION_LOST,
    461: Cause.TRANSPORT,
    462: Cause.TRANSPORT,
    503: Cause.UNAVAILABLE,
}
"""What the answers to SETUP and PLAY mean; every other 4xx is a request that the camera rejects."""


def why_unanswered(address: StreamAddress, cause: Cause) -> Cause:
    """Why a session could not be opened, when libav says "invalid data" without having waited long.

    It says so of bad answers, but also of a line that is cut before the answer.
    """
    if address.scheme != "rtsp":
        return cause
    try:
        with socket.create_connection((address.host, address.port), ASK_S) as line:
            line.sendall(f"OPTIONS {address.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            return cause if line.recv(_CHUNK) else Cause.CONNECTION_LOST
    except OSError as error:
        return cause_of(error)


def why_refused(
    address: StreamAddress, url: str, ca_file: str | None, knock: Callable[[str], None], told: NoLine
) -> NoLine:
    """Why a camera answered with a 4xx that libav has no word for.

    url: with user and password; knock: has libav open a session at the URL given to it, says goodbye, raises
    nothing; told: what is known so far, and the answer where nothing new is learnt.
    """
    from hanoi_wall.video.relay import Relay  # Only when asked for: `ssl` costs 4 MB.

    heard = _Heard()
    try:
        line = _line_to(address, ca_file, heard)
    except NoLine:
        return told
    try:
        relay = Relay(line, address.host, KNOCK_S)
    except OSError:
        line.socket.close()
        return told
    with relay:
        knock(relay.through(url))
    status = heard.status()
    if heard.describes_no_video():
        # libav asks for sessions even where it found no stream in the description.
        return NoLine(Cause.BAD_ANSWER, "its description describes no video")
    if not status:
        return told
    return NoLine(_CAUSES.get(status, Cause.REJECTED), f"the camera answered {status}")


class _Heard:
    """What a camera said in the first 256 KiB."""

    def __init__(self) -> None:
        self.said = bytearray()

    def note(self, data: bytes) -> bytes:
        """Keep and hand on."""
        self.said += data[: max(0, _MOST_HEARD - len(self.said))]
        return data

    def status(self) -> int:
        """The last refusal that was no question for a password; 0 for none."""
        found = [int(match[1]) for match in _STATUS.finditer(self.said)]
        return next((status for status in reversed(found) if status != 401), 0)

    def describes_no_video(self) -> bool:
        """Whether there was a description, of whatever kind, and no video in it."""
        return bool(_DESCRIPTION.search(self.said)) and not _VIDEO_LINE.search(self.said)


class _PlainLine:
    """A relay's outer side without TLS: what it needs of a TlsLine (tls_line.py)."""

    def __init__(self, line: socket.socket, heard: _Heard) -> None:
        self.socket = line
        self.encrypted = bytearray()
        self.ended = False
        self._heard = heard

    def receive(self) -> bytes:
        """What has come, b"" for nothing yet; sets `ended`."""
        with suppress(BlockingIOError):
            data = self.socket.recv(_CHUNK)
            self.ended = not data
            return self._heard.note(data)
        return b""

    def send(self, data: bytes) -> None:
        """Put `data` beside what waits for the socket."""
        self.encrypted += data

    def send_end(self) -> None:
        """There is no farewell but the end of the connection."""

    def flush(self) -> None:
        """Give the socket what it takes without waiting."""
        with suppress(BlockingIOError):
            while self.encrypted:
                del self.encrypted[: self.socket.send(self.encrypted)]


def _line_to(address: StreamAddress, ca_file: str | None, heard: _Heard) -> TlsLine:
    """A connection that keeps what it hears: TLS for rtsps, else what passes for it. Raises NoLine."""
    deadline = time.monotonic() + KNOCK_S
    if address.scheme != "rtsps":
        return cast("TlsLine", _PlainLine(connect(address.host, address.port, deadline), heard))
    from hanoi_wall.video.tls_line import TlsLine

    class Line(TlsLine):
        """Notes what passes."""

        def receive(self) -> bytes:
            """As a TlsLine."""
            return heard.note(super().receive())

    return Line(address.host, address.port, address.fingerprint, ca_file, deadline)
