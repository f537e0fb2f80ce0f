"""A port that answers short questions (GET) and cannot be held up by whoever asks.

One thread, a selector, and limits on everything: connections, bytes of a question, time to ask, time to take
the answer. One question per connection: what a client sends behind it is thrown away.
"""

from __future__ import annotations

import errno
import logging
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

log = logging.getLogger(__name__)
CONNECTIONS = 32
LONGEST_HEAD = 8192
ASK_S = 5.0
TAKE_S = 5.0
LINGER_S = 1.0
"""After the answer the rest of the question is still read for a moment: closing on unread bytes makes TCP
reset the connection, and the client would lose the answer."""
_PAUSE_S = 0.1
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


@dataclass(frozen=True, slots=True)
class Answer:
    """status, media type and body of an answer."""

    status: HTTPStatus
    media_type: str
    body: bytes


def plain(status: HTTPStatus) -> Answer:
    """An answer that says its status in words."""
    return Answer(status, "text/plain; charset=utf-8", f"{status.value} {status.phrase}\n".encode())


@dataclass(slots=True, eq=False)
class _Connection:
    socket: socket.socket
    deadline: float
    asked: bytearray = field(default_factory=bytearray)
    answer: memoryview | None = None
    lingering: bool = False


class HttpPort:
    """Listens from the moment it is made; `serve` answers, on the caller's thread, until `close`."""

    def __init__(self, host: str, port: int, answer: Callable[[str], Answer]) -> None:
        """answer(path) is called on the serving thread. Raises OSError when the port cannot be had."""
        self._answer = answer
        if not 0 <= port <= 65535:
            raise OSError(errno.EINVAL, f"{port} is no port")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with ExitStack() as on_error:
            self._listener = socket.create_server((host, port), family=family, backlog=4 * CONNECTIONS)
            on_error.enter_context(self._listener)
            self._wake, self._waker = socket.socketpair()
            on_error.pop_all()
        self._listener.setblocking(False)
        name = self._listener.getsockname()
        self.address: tuple[str, int] = (name[0], name[1])
        self._connections: list[_Connection] = []
        self._paused_until = 0.0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, _READ)
        self._selector.register(self._listener, _READ)

    def wake_to_end(self) -> None:
        """Make `serve` return; any thread."""
        with suppress(OSError):
            self._waker.send(b"x")

    def close(self) -> None:
        """Let the port and every connection go; after `serve` has returned."""
        for connection in self._connections[:]:
            self._drop(connection)
        self._selector.close()
        for end in (self._listener, self._wake, self._waker):
            end.close()

    def serve(self) -> None:
        """Answer until `wake_to_end`."""
        while True:
            for key, _ in self._selector.select(self._until_next()):
                if key.fileobj is self._wake:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.data in self._connections:
                    self._go_on(key.data)
            self._expire()

    def _until_next(self) -> float | None:
        """Seconds until something runs out; None when nothing can."""
        ends = [connection.deadline for connection in self._connections]
        if self._paused_until:
            ends.append(self._paused_until)
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _expire(self) -> None:
        now = time.monotonic()
        for connection in [one for one in self._connections if one.deadline <= now]:
            self._drop(connection)
        if self._paused_until and now >= self._paused_until:
            self._paused_until = 0.0
            self._selector.register(self._listener, _READ)

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                # Asking again at once would only spin: what is missing comes back with time.
                self._selector.unregister(self._listener)
                self._paused_until = time.monotonic() + _PAUSE_S
            return
        if len(self._connections) >= CONNECTIONS:
            # The one that has dawdled longest makes room, so slow clients never keep an honest one out.
            self._drop(min(self._connections, key=lambda one: (one.answer is not None, one.deadline)))
        accepted.setblocking(False)
        connection = _Connection(accepted, time.monotonic() + ASK_S)
        self._connections.append(connection)
        self._selector.register(accepted, _READ, connection)

    def _drop(self, connection: _Connection) -> None:
        self._connections.remove(connection)
        self._selector.unregister(connection.socket)
        connection.socket.close()

    def _go_on(self, connection: _Connection) -> None:
        try:
            if connection.answer is None or connection.lingering:
                self._hear(connection)
            else:
                self._say(connection)
        except BlockingIOError:
            return
        except OSError:
            self._drop(connection)

    def _hear(self, connection: _Connection) -> None:
        data = connection.socket.recv(LONGEST_HEAD)
        if not data:
            self._drop(connection)
        elif not connection.lingering:
            connection.asked += data
            whole = self._reply(bytes(connection.asked))
            if whole is not None:
                connection.answer = memoryview(whole)
                connection.deadline = time.monotonic() + TAKE_S
                self._selector.modify(connection.socket, _WRITE, connection)
                self._say(connection)

    def _say(self, connection: _Connection) -> None:
        assert connection.answer is not None
        while connection.answer:
            connection.answer = connection.answer[connection.socket.send(connection.answer) :]
        connection.lingering = True
        connection.deadline = time.monotonic() + LINGER_S
        self._selector.modify(connection.socket, _READ, connection)
        connection.socket.shutdown(socket.SHUT_WR)

    def _reply(self, asked: bytes) -> bytes | None:
        """The whole answer as bytes, or None while the question is not complete."""
        head, ended, _ = asked.replace(b"\r\n", b"\n").partition(b"\n\n")
        if not ended and len(asked) <= LONGEST_HEAD:
            return None
        if len(head) > LONGEST_HEAD:
            too_long = b"\n" not in head[:LONGEST_HEAD]
            fields = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            return _wire(plain(HTTPStatus.REQUEST_URI_TOO_LONG if too_long else fields))
        words = head.partition(b"\n")[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):
            return _wire(plain(HTTPStatus.BAD_REQUEST))
        method, target, _ = words
        if method not in ("GET", "HEAD"):
            return _wire(plain(HTTPStatus.METHOD_NOT_ALLOWED), "Allow: GET, HEAD\r\n")
        try:
            answer = self._answer(target.partition("?")[0])
        except Exception:
            # A bug in one answer must not take the port away from the next question.
            log.exception("no answer to %r", target[:100])
            answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR)
        return _wire(answer, without_body=method == "HEAD")


def _wire(answer: Answer, more: str = "", *, without_body: bool = False) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"Content-Type: {answer.media_type}\r\nContent-Length: {len(answer.body)}\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode("latin-1") + (b"" if without_body else answer.body)
