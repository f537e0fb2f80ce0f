"""Cameras that misbehave on the first word: each a listener on loopback and one rude answer."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from hanoi_wall.domain.camera import StreamAddress

Answer = Callable[["RudeServer", socket.socket], None]
_RST = struct.pack("ii", 1, 0)
_CHUNK = 4096


class Tally:
    """How many connections stand at once, at one server or at all that share it; any thread."""

    def __init__(self) -> None:
        self.peak = 0
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()

    def accepted(self, line: socket.socket) -> None:
        """One more; those whose client has gone no longer count, read or not."""
        with self._lock:
            self._lines = [each for each in (*self._lines, line) if not _left_by_client(each)]
            self.peak = max(self.peak, len(self._lines))


def _left_by_client(line: socket.socket) -> bool:
    try:
        readable = select.select([line], [], [], 0)[0]
        return bool(readable) and not line.recv(1, socket.MSG_PEEK)
    except TimeoutError:  # its own thread was quicker to read
        return False
    except (OSError, ValueError):
        return True


class RudeServer:
    """Answers every connection in its own way until it is closed. Threads `rude-…`, joined on exit."""

    def __init__(self, answer: Answer, *tallies: Tally) -> None:
        self._tallies = tallies
        self.ending = threading.Event()
        self.connections = 0
        self.heard: list[bytes] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._serve, name="rude-listener")]
        self.port: int = self._listener.getsockname()[1]
        self.address = StreamAddress(f"rtsp://127.0.0.1:{self.port}/live")

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        while not self.ending.is_set():
            if select.select([self._listener], [], [], 0.05)[0]:
                line, _ = self._listener.accept()
                self.connections += 1
                for tally in self._tallies:
                    tally.accepted(line)
                thread = threading.Thread(target=self._one, args=(line,), name="rude-line")
                self._threads.append(thread)
                thread.start()

    def _one(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            line.settimeout(0.2)
            self._answer(self, line)

    def hear(self, line: socket.socket) -> bytes:
        """The next words of the client; b"" when it is gone or this server ends."""
        while not self.ending.is_set():
            with suppress(TimeoutError):
                words = line.recv(_CHUNK)
                self.heard.append(words)
                return words
        return b""


def silent(server: RudeServer, line: socket.socket) -> None:
    """Accepts, reads, never answers."""
    while server.hear(line):
        pass


def half_open(server: RudeServer, line: socket.socket) -> None:
    """Accepts and does not even read."""
    server.ending.wait()


def slow_headers(server: RudeServer, line: socket.socket) -> None:
    """One letter every 0.3 s."""
    server.hear(line)
    for letter in b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE\r\nX-Slow: " + b"a" * 1000:
        line.sendall(bytes([letter]))
        if server.ending.wait(0.3):
            return


def reset(server: RudeServer, line: socket.socket) -> None:
    """RST in place of an answer."""
    server.hear(line)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)


def hang_up(server: RudeServer, line: socket.socket) -> None:
    """FIN in place of an answer."""
    server.hear(line)


def garbage(server: RudeServer, line: socket.socket) -> None:
    """A megabyte of anything."""
    server.hear(line)
    for _ in range(256):
        line.sendall(bytes(range(256)) * 16)


def endless_headers(server: RudeServer, line: socket.socket) -> None:
    """A header that never ends, as fast as it is read."""
    server.hear(line)
    line.sendall(b"RTSP/1.0 200 OK\r\n")
    while not server.ending.is_set():
        with suppress(TimeoutError):
            line.sendall(b"X-More: " + b"a" * 1000 + b"\r\n")


def nothing_to_see(server: RudeServer, line: socket.socket) -> None:
    """200 to everything, and no description of any stream."""
    while words := server.hear(line):
        number = next((row for row in words.split(b"\r\n") if row.lower().startswith(b"cseq")), b"CSeq: 1")
        line.sendall(b"RTSP/1.0 200 OK\r\n" + number + b"\r\nContent-Length: 0\r\n\r\n")


def status(code: int, words: str) -> Answer:
    """The same refusal to every request."""

    def answer(server: RudeServer, line: socket.socket) -> None:
        extra = b'WWW-Authenticate: Basic realm="camera"\r\n' if code == 401 else b""
        while heard := server.hear(line):
            number = next(
                (row for row in heard.split(b"\r\n") if row.lower().startswith(b"cseq")), b"CSeq: 1"
            )
            line.sendall(f"RTSP/1.0 {code} {words}\r\n".encode() + number + b"\r\n" + extra + b"\r\n")

    return answer


def no_description(server: RudeServer, line: socket.socket) -> None:
    """A description that describes nothing, and no session for whoever asks for one."""
    body = b"v=0\r\nx" + b"\xff@" * 100 + b"\r\nm=video\r\n"
    while words := server.hear(line):
        number = next((row for row in words.split(b"\r\n") if row.lower().startswith(b"cseq")), b"CSeq: 1")
        if words.startswith((b"OPTIONS", b"DESCRIBE")):
            told = body if words.startswith(b"DESCRIBE") else b""
            length = f"\r\nContent-Type: application/sdp\r\nContent-Length: {len(told)}\r\n\r\n".encode()
            line.sendall(b"RTSP/1.0 200 OK\r\n" + number + length + told)
        else:
            line.sendall(b"RTSP/1.0 454 Session Not Found\r\n" + number + b"\r\n\r\n")
