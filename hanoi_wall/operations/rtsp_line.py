"""One bounded conversation with a camera in RTSP: plain or inside TLS with the wall's own idea of trust.

Blocking, for commands; one thread. Whatever the other side sends, memory and time are limited, and every
error is a LineFault with the wall's own cause.
"""

from __future__ import annotations

import re
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from hanoi_wall.domain.camera import StreamAddress, redact
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import cause_of
from hanoi_wall.video.tls_line import RelayRefused, TlsLine

MOST_HEAD = 16 * 1024
MOST_HEADERS = 64
MOST_BODY = 256 * 1024
CHUNK = 64 * 1024
_STATUS = re.compile(r"RTSP/1\.\d (\d{3})(?: (.*))?")
_RESOLVE = (
    "import json,socket,sys\n"
    "try: print(json.dumps(sorted({a[4][0] for a in socket.getaddrinfo(sys.argv[1], None)})))\n"
    "except (OSError, UnicodeError): print('[]')"
)


class LineFault(Exception):
    """The conversation cannot go on. cause: the wall's code; the text holds no secret."""

    def __init__(self, cause: Cause, text: str) -> None:
        super().__init__(redact(text))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Answer:
    """What a camera answered. headers: lower-case name → values in order; body: bytes."""

    status: int
    reason: str
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value of a header, "" when it is not there."""
        return self.headers.get(name.lower(), [""])[0]


def resolve(host: str, seconds: float) -> tuple[str, ...]:
    """The addresses of a host name; raises LineFault. In a process of its own: resolvers know no limit."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _RESOLVE, host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
        )
        found = re.findall(r'"([^"]+)"', done.stdout.decode("ascii", "replace"))
    except subprocess.TimeoutExpired:
        raise LineFault(Cause.NAME_UNKNOWN, f"the name server did not answer within {seconds:g} s") from None
    except (OSError, ValueError):
        found = []
    if not found:
        raise LineFault(Cause.NAME_UNKNOWN, f"no address is known for {host}")
    return tuple(found)


class RtspLine:
    """A connection to one camera, open until `close`. deadline (time.monotonic, s): for all that follows."""

    def __init__(self, address: StreamAddress, ca_file: str | None, deadline: float) -> None:
        self._deadline = deadline
        self._buffer = bytearray()
        self._sequence = 0
        self._tls: TlsLine | None = None
        if address.scheme == "rtsps":
            try:
                self._tls = TlsLine(address.host, address.port, address.fingerprint, ca_file, deadline)
            except RelayRefused as refused:
                raise LineFault(refused.cause, refused.detail) from None
            self._socket = self._tls.socket
        else:
            self._socket = _connect(address.host, address.port, deadline)

    @property
    def local_address(self) -> str:
        """This machine's address as the camera sees it."""
        return str(self._socket.getsockname()[0])

    def ask(self, method: str, uri: str, headers: dict[str, str]) -> Answer:
        """Send a request and wait for its answer; raises LineFault. Media in between is dropped."""
        self._sequence += 1
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {self._sequence}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._send(("\r\n".join(lines) + "\r\n\r\n").encode())
        while True:
            answer = self._answer()
            # A camera may answer an earlier request late, or send one of its own: neither is ours.
            if answer is not None and answer.header("CSeq") in ("", str(self._sequence)):
                return answer

    def wait_for_media(self, seconds: float) -> bool:
        """Whether an interleaved packet comes within `seconds`; raises LineFault when the line breaks."""
        until = min(self._deadline, time.monotonic() + seconds)
        while True:
            if self._buffer[:1] == b"$":
                if self._take_media():
                    return True
            elif b"\r\n\r\n" in self._buffer:
                self._answer()
                continue
            if time.monotonic() >= until:
                return False
            try:
                self._receive(until)
            except LineFault as fault:
                if fault.cause is Cause.TIMEOUT:
                    return False
                raise

    def close(self) -> None:
        """Let the connection go; idempotent."""
        self._socket.close()

    def _answer(self) -> Answer | None:
        """The next message; None when it is a request of the camera's own."""
        while True:
            while self._buffer.startswith((b"\r", b"\n")):
                del self._buffer[:1]
            if self._buffer.startswith(b"$"):
                if not self._take_media():
                    self._receive(self._deadline)
                continue
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0:
                break
            if len(self._buffer) > MOST_HEAD:
                raise LineFault(
                    Cause.BAD_ANSWER, f"the head of an answer is longer than {MOST_HEAD // 1024} KiB"
                )
            self._receive(self._deadline)
        head = bytes(self._buffer[:end]).decode("utf-8", "replace").split("\r\n")
        del self._buffer[: end + 4]
        status = _STATUS.fullmatch(head[0])
        headers = _headers(head[1:])
        body = self._body(headers)
        if status is None:
            if head[0].endswith(" RTSP/1.0"):
                return None
            raise LineFault(Cause.BAD_ANSWER, "what answers there does not speak RTSP")
        return Answer(int(status[1]), (status[2] or "")[:100], headers, body)

    def _body(self, headers: dict[str, list[str]]) -> bytes:
        length = headers.get("content-length", ["0"])[0]
        if not length.isascii() or not length.isdigit() or len(length) > 9 or int(length) > MOST_BODY:
            raise LineFault(Cause.BAD_ANSWER, f"the length of an answer is no number up to {MOST_BODY}")
        while len(self._buffer) < int(length):
            self._receive(self._deadline)
        body = bytes(self._buffer[: int(length)])
        del self._buffer[: int(length)]
        return body

    def _take_media(self) -> bool:
        """Drop one whole interleaved packet from the front, if it is there."""
        if len(self._buffer) < 4:
            return False
        end = 4 + int.from_bytes(self._buffer[2:4], "big")
        if len(self._buffer) < end:
            return False
        del self._buffer[:end]
        return True

    def _send(self, data: bytes) -> None:
        try:
            if self._tls is None:
                self._socket.settimeout(max(0.001, self._deadline - time.monotonic()))
                self._socket.sendall(data)
                return
            self._tls.send(data)
            self._tls.flush()
            while self._tls.encrypted:
                self._wait_until(self._deadline, write=True)
                self._tls.flush()
        except OSError as error:
            raise _fault(error, "while asking") from None

    def _receive(self, until: float) -> None:
        """More bytes into the buffer; raises LineFault after `until` and when there are no more."""
        try:
            data = b"" if self._tls is None else self._tls.receive()
            while not data and not (self._tls and self._tls.ended):
                self._wait_until(until, write=False)
                data = self._socket.recv(CHUNK) if self._tls is None else self._tls.receive()
                if self._tls is None and not data:
                    break
        except OSError as error:
            raise _fault(error, "while waiting for an answer") from None
        if not data:
            raise LineFault(Cause.CONNECTION_LOST, "the camera closed the connection")
        self._buffer += data

    def _wait_until(self, until: float, *, write: bool) -> None:
        left = until - time.monotonic()
        sockets = [self._socket]
        if left <= 0 or not any(select.select([] if write else sockets, sockets if write else [], [], left)):
            raise TimeoutError


def _headers(lines: list[str]) -> dict[str, list[str]]:
    if len(lines) > MOST_HEADERS:
        raise LineFault(Cause.BAD_ANSWER, f"an answer has more than {MOST_HEADERS} headers")
    found: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _connect(host: str, port: int, deadline: float) -> socket.socket:
    try:
        return socket.create_connection((host, port), timeout=max(0.001, deadline - time.monotonic()))
    except UnicodeError:
        raise LineFault(Cause.NAME_UNKNOWN, f"{host} is no host name") from None
    except OSError as error:
        raise _fault(error, f"connecting to port {port}") from None


def _fault(error: OSError, doing: str) -> LineFault:
    if isinstance(error, socket.gaierror):
        return LineFault(Cause.NAME_UNKNOWN, "no address is known for the host")
    if isinstance(error, TimeoutError):
        return LineFault(Cause.TIMEOUT, f"no answer in time, {doing}")
    cause = cause_of(error)
    return LineFault(cause, f"{error.strerror or 'the connection broke'}, {doing}")
