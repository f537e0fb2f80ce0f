"""One client's TCP connection: bytes in, bytes out, and every rude way of ending it.

Lives in the simulator's event loop; never blocks.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable

from hanoi_wall.simulator.delivery import Done

SEND_BUFFER = 512 * 1024
"""Asked of the kernel, so that a client that does not read cannot hoard seconds of old pictures there."""
MOST_WAITING = 8 * 1024 * 1024
_READ = 65_536
_MOST_PARTS = 512


class Connection:
    """A non-blocking socket. `received` is called with the whole input buffer, `lost` once at the end."""

    def __init__(
        self,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        received: Callable[[bytearray], None],
        lost: Callable[[], None],
    ) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.peer = str(sock.getpeername()[0])
        self.closed = False
        self.trickle_s = 0.0
        """Seconds between the octets of an answer; 0 = normal."""
        self._sock = sock
        self._loop = loop
        self._received = received
        self._lost = lost
        self._input = bytearray()
        self._waiting: deque[tuple[memoryview, Done | None]] = deque()
        self._waiting_octets = 0
        self._dumb = False
        self._trickler: asyncio.TimerHandle | None = None
        loop.add_reader(sock, self._readable)

    @property
    def clogged(self) -> bool:
        """Whether bytes wait that the client has not taken."""
        return bool(self._waiting) or self._dumb

    def be_dumb(self, dumb: bool) -> None:
        """Neither read nor write any more (or again), and keep the socket."""
        if self.closed or dumb == self._dumb:
            return
        self._dumb = dumb
        if dumb:
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
        else:
            self._loop.add_reader(self._sock, self._readable)
            if self._waiting:
                self._loop.add_writer(self._sock, self._writable)

    def write(self, data: bytes) -> None:
        """Send an answer."""
        if self.trickle_s:
            self._waiting.append((memoryview(data), None))
            if self._trickler is None:
                self._trickle()
        else:
            self.write_vector([data])

    def write_vector(self, parts: list[bytes | memoryview], done: Done | None = None) -> None:
        """Send parts in one system call where possible; `done` after the last byte is written."""
        if self.closed:
            return
        if self._waiting or self._dumb or len(parts) > _MOST_PARTS:
            self._queue(b"".join(parts), done)
            return
        try:
            sent = self._sock.sendmsg(parts)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        if sent == sum(map(len, parts)):
            if done is not None:
                done()
        else:
            self._queue(b"".join(parts)[sent:], done)

    def read_on(self) -> None:
        """Look again at bytes that came in while the receiver was not ready for them."""
        if self._input and not self.closed:
            self._loop.call_soon(self._received, self._input)

    def close(self, reset: bool = False) -> None:
        """Close with FIN, or with RST."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        if self._trickler is not None:
            self._trickler.cancel()
        if reset:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()
        self._waiting.clear()
        self._lost()

    def _queue(self, data: bytes, done: Done | None) -> None:
        self._waiting_octets += len(data)
        if self._waiting_octets > MOST_WAITING:
            self.close()
            return
        self._waiting.append((memoryview(data), done))
        if not self._dumb:
            self._loop.add_writer(self._sock, self._writable)

    def _readable(self) -> None:
        try:
            data = self._sock.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._input += data
        self._received(self._input)

    def _writable(self) -> None:
        while self._waiting:
            data, done = self._waiting[0]
            try:
                sent = self._sock.send(data)
            except BlockingIOError:
                return
            except OSError:
                self.close()
                return
            self._waiting_octets -= sent
            if sent < len(data):
                self._waiting[0] = (data[sent:], done)
                return
            self._waiting.popleft()
            if done is not None:
                done()
        self._loop.remove_writer(self._sock)

    def _trickle(self) -> None:
        self._trickler = None
        if not self._waiting or self.closed:
            return
        data, done = self._waiting.popleft()
        try:
            sent = self._sock.send(data[:1])
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        if sent < len(data):
            self._waiting.appendleft((data[sent:], done))
        self._trickler = self._loop.call_later(self.trickle_s, self._trickle)
