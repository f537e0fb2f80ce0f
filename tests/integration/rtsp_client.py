"""A small RTSP client for tests: it sees every packet as it comes, which a decoder would hide."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

WAIT_S = 5.0


@dataclass(frozen=True)
class Answer:
    """A response; header names in lower case."""

    code: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class RtpPacket:
    """One RTP packet as it came; channel is -1 for UDP."""

    channel: int
    kind: int
    last: bool
    sequence: int
    stamp: int
    source: int
    payload: bytes
    arrived: float


class RtspClient:
    """One connection to a pretend camera."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        assert parts.hostname is not None and parts.port is not None
        self.sock = socket.create_connection((parts.hostname, parts.port), WAIT_S)
        self._buffer = b""
        self._cseq = 0
        self.session = ""
        self.udp: tuple[socket.socket, socket.socket] | None = None

    def __enter__(self) -> RtspClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket."""
        self.sock.close()
        for sock in self.udp or ():
            sock.close()

    def ask(self, method: str, url: str = "", **headers: str) -> Answer:
        """Send a request and wait for its answer; packets that come between are dropped."""
        self.send(method, url, **headers)
        return self.answer()

    def send(self, method: str, url: str = "", **headers: str) -> None:
        """Send a request."""
        self._cseq += 1
        lines = [f"{method} {url or self.url} RTSP/1.0", f"CSeq: {self._cseq}"]
        if self.session:
            lines.append(f"Session: {self.session}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())

    def answer(self) -> Answer:
        """The next response."""
        while True:
            if self._need(1) == b"$":
                self._frame()
                continue
            while b"\r\n\r\n" not in self._buffer:
                self._more()
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines[1:])
            }
            length = int(headers.get("content-length", "0"))
            while len(self._buffer) < length:
                self._more()
            body, self._buffer = self._buffer[:length], self._buffer[length:]
            return Answer(int(lines[0].split()[1]), headers, body.decode("latin-1"))

    def play(self, transport: str = "tcp", tracks: tuple[str, ...] = ("track1",)) -> list[Answer]:
        """DESCRIBE, SETUP of each track, PLAY; every answer in order, ending with the first refusal."""
        answers = [self.ask("DESCRIBE", Accept="application/sdp")]
        for place, track in enumerate(tracks):
            if answers[-1].code != 200:
                return answers
            wish = f"RTP/AVP/TCP;unicast;interleaved={2 * place}-{2 * place + 1}"
            if transport == "udp":
                self.udp = _udp_pair()
                port = self.udp[0].getsockname()[1]
                wish = f"RTP/AVP;unicast;client_port={port}-{port + 1}"
            answers.append(self.ask("SETUP", f"{self.url}/{track}", Transport=wish))
            self.session = answers[-1].headers.get("session", "").partition(";")[0]
        if answers[-1].code == 200:
            answers.append(self.ask("PLAY", Range="npt=0.000-"))
        return answers

    def packets(self, seconds: float = WAIT_S) -> Iterator[RtpPacket]:
        """RTP packets for so long; ends early when the camera closes. Raises TimeoutError on silence."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.udp is not None:
                data, channel = self.udp[0].recv(65_536), -1
            else:
                try:
                    channel, data = self.frame()
                except EOFError:
                    return
            if channel % 2 == 0 or channel < 0:
                yield parse_rtp(data, channel)

    def frame(self) -> tuple[int, bytes]:
        """The next interleaved frame, RTP or not; responses are dropped."""
        while self._need(1) != b"$":
            self.answer()
        return self._frame()

    def _frame(self) -> tuple[int, bytes]:
        head = self._need(4)
        size = struct.unpack(">H", head[2:4])[0]
        data = self._need(4 + size)[4:]
        self._buffer = self._buffer[4 + size :]
        return head[1], data

    def _need(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        return self._buffer[:count]

    def _more(self) -> None:
        data = self.sock.recv(65_536)
        if not data:
            raise EOFError("the camera closed the connection")
        self._buffer += data


def parse_rtp(data: bytes, channel: int = -1) -> RtpPacket:
    """An RTP packet without extensions."""
    first, second, sequence, stamp, source = struct.unpack(">BBHII", data[:12])
    assert first == 0x80
    return RtpPacket(
        channel, second & 0x7F, bool(second & 0x80), sequence, stamp, source, data[12:], time.monotonic()
    )


def _udp_pair() -> tuple[socket.socket, socket.socket]:
    for _ in range(100):
        first, second = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        try:
            if port % 2 == 0:
                second.bind(("127.0.0.1", port + 1))
                for sock in (first, second):
                    sock.settimeout(WAIT_S)
                return first, second
        except OSError:
            pass
        first.close()
        second.close()
    raise AssertionError("no pair of UDP ports")
