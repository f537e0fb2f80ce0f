"""A camera for tests that answers each RTSP request with whatever bytes a test wants, over TCP or TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PATIENCE_S = 10.0
H264 = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
PACKET = b"$\x00\x00\x04\x80\x60\x00\x01"


@dataclass(frozen=True)
class Request:
    """What the client asked. headers: lower-case names."""

    method: str
    uri: str
    headers: Mapping[str, str]


Reply = bytes | None | Callable[[Request], bytes | None]
"""Bytes to send; None: close the connection."""


@dataclass
class Spoken:
    """The camera on 127.0.0.1:port, and all it was asked."""

    port: int
    asked: list[Request] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        """The methods of all requests, in order."""
        return [request.method for request in self.asked]


def answer(status: str = "200 OK", body: str = "", **headers: str) -> Callable[[Request], bytes]:
    """An answer with the request's CSeq; underscores in header names stand for dashes."""

    def reply(request: Request) -> bytes:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {request.headers.get('cseq', '0')}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body.encode())}")
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    return reply


def healthy(**other: Reply) -> dict[str, Reply]:
    """A camera that plays; `other` methods answer otherwise."""

    def play(request: Request) -> bytes:
        return answer()(request) + PACKET

    return {
        "OPTIONS": answer(Public="DESCRIBE, SETUP, PLAY"),
        "DESCRIBE": answer(body=H264),
        "SETUP": answer(Session="12;timeout=60"),
        "PLAY": play,
        "TEARDOWN": answer(),
    } | other


def _converse(line: socket.socket, replies: Mapping[str, Reply], asked: list[Request]) -> None:
    heard = b""
    while True:
        while b"\r\n\r\n" not in heard:
            data = line.recv(65536)
            if not data:
                return
            heard += data
        head, _, heard = heard.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        method, uri, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
        request = Request(method, uri, headers)
        asked.append(request)
        reply = replies.get(method, b"")
        said = reply(request) if callable(reply) else reply
        if said is None:
            return
        line.sendall(said)


@contextmanager
def speaking(
    replies: Mapping[str, Reply], *, tls: ssl.SSLContext | None = None, greeting: bytes = b""
) -> Iterator[Spoken]:
    """The camera for the length of the `with`. A method that is not in `replies` gets no answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    camera = Spoken(listener.getsockname()[1])
    open_ones: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(raw: socket.socket) -> None:
        raw.settimeout(PATIENCE_S)
        with suppress(OSError), raw:
            line = raw if tls is None else tls.wrap_socket(raw, server_side=True)
            open_ones.append(line)
            with line:
                if greeting:
                    line.sendall(greeting)
                _converse(line, replies, camera.asked)

    def accept() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(raw,)))
            threads[-1].start()

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield camera
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in open_ones:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(PATIENCE_S)
