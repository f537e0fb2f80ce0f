"""A line that fails on command: a TCP proxy on loopback, between a viewer and a camera.

with FaultProxy(camera_port) as line:
    connect to ("127.0.0.1", line.port)
    line.delay(20)        # from now on, what the camera sends arrives 20 s later, at its own pace
    line.throttle(50_000) # bytes a second from the camera
    line.cut()            # RST on both sides of every connection; new ones work
    line.refuse()         # nobody listens any more; line.accept() ends that
    line.freeze()         # nothing moves either way and nobody is told; line.thaw() ends that
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Self

CHUNK = 16384
WAITING = 4 << 20
"""Bytes that a direction holds before it stops reading, so that a delay does not become a memory leak."""
_RST = struct.pack("ii", 1, 0)


class _Way:
    """One direction of one connection. Everything on the proxy's thread."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source = source
        self.target = target
        self.queue: deque[tuple[float, memoryview]] = deque()
        self.waiting = 0
        self.ended = False
        self.told = False
        self.spare = 0.0
        self.spare_at = time.monotonic()

    def read(self, delay_s: float) -> bytes:
        data = self.source.recv(CHUNK)
        # The end travels behind the bytes before it, and as slowly.
        self.queue.append((time.monotonic() + delay_s, memoryview(data)))
        self.waiting += len(data)
        self.ended = not data
        return data

    def write(self, rate: float | None) -> float | None:
        """Pass on what is due; returns when to try again, None when only the socket or new bytes can tell."""
        now = time.monotonic()
        if rate is not None:
            self.spare = min(rate / 10, self.spare + rate * (now - self.spare_at))
            self.spare_at = now
        while self.queue:
            due, data = self.queue[0]
            if due > now:
                return due
            if not data:
                self.queue.popleft()
                self.told = True
                self.target.shutdown(socket.SHUT_WR)
                return None
            if rate is not None and self.spare < 1:
                return now + 0.02
            limit = len(data) if rate is None else min(len(data), int(self.spare))
            sent = self.target.send(data[:limit])
            self.spare -= sent if rate is not None else 0
            self.waiting -= sent
            if sent == len(data):
                self.queue.popleft()
            else:
                self.queue[0] = (due, data[sent:])
        return None


class FaultProxy:
    """One line to 127.0.0.1:`target_port`. Commands come from the test; thread `fault-proxy` moves bytes."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.opened = 0
        """Connections made through it so far."""
        self.said = bytearray()
        """What viewers said to the camera, the first megabyte of it."""
        self._delay_s = 0.0
        self._rate: float | None = None
        self._frozen = False
        self._ways: list[_Way] = []
        self._commands: deque[tuple[Callable[[], None], threading.Event]] = deque()
        self._ending = False
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._wake, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="fault-proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end)
        self._thread.join(10)
        self._waker.close()

    def delay(self, seconds: float) -> None:
        """From now on what the camera sends takes this much longer; what is on its way is not touched."""
        self._do(lambda: setattr(self, "_delay_s", seconds))

    def throttle(self, bytes_per_s: float | None) -> None:
        """Let no more than this through from the camera; None for everything."""
        self._do(lambda: setattr(self, "_rate", bytes_per_s))

    def cut(self) -> None:
        """Reset every connection, on both sides, in the middle of whatever it carries."""
        self._do(self._reset)

    def refuse(self) -> None:
        """Reset every connection and refuse new ones."""
        self._do(self._stop_listening)

    def accept(self) -> None:
        """Listen again, on the same port."""
        self._do(self._start_listening)

    def freeze(self) -> None:
        """Move nothing either way, accept nobody, tell nobody."""
        self._do(lambda: setattr(self, "_frozen", True))

    def thaw(self) -> None:
        """Go on where freeze() stopped, with everything that waited."""
        self._do(lambda: setattr(self, "_frozen", False))

    @property
    def connections(self) -> int:
        """Those open now."""
        return len(self._ways) // 2

    def _do(self, command: Callable[[], None]) -> None:
        done = threading.Event()
        self._commands.append((command, done))
        with suppress(OSError):
            self._waker.send(b"x")
        if not done.wait(10):
            raise RuntimeError("the fault proxy does not answer")

    # On the proxy's thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        self._wake.setblocking(False)
        self._listener.setblocking(False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        while not self._ending:
            again = self._watch()
            wait = None if again is None else max(0.0, again - time.monotonic())
            ready = {key.fileobj for key, _ in self._selector.select(wait)}
            if self._wake in ready:
                with suppress(BlockingIOError):
                    self._wake.recv(1000)
            while self._commands:
                command, done = self._commands.popleft()
                command()
                done.set()
            if self._ending or self._frozen:
                continue
            if self._listener in ready:
                self._connect()
            for way in self._ways[:]:
                if way in self._ways and way.source in ready and not way.ended:
                    self._guarded(way, self._read)
        for end in (self._wake, self._selector, self._listener):
            end.close()

    def _read(self, way: _Way) -> None:
        data = way.read(self._down(way, self._delay_s) or 0.0)
        if self._ways.index(way) % 2 == 0 and len(self.said) < 1 << 20:
            self.said += data

    def _write(self, way: _Way) -> float | None:
        return way.write(self._down(way, self._rate))

    def _watch(self) -> float | None:
        """Write what is due and watch for what may be read; returns when something is due next."""
        again: list[float] = []
        for way in self._ways[:]:
            if way in self._ways and not self._frozen:
                due = self._guarded(way, self._write)
                again += [due] if due is not None else []
        wanted: dict[socket.socket, int] = {}
        if not self._frozen:
            if self._listener.fileno() >= 0:
                wanted[self._listener] = selectors.EVENT_READ
            for way in self._ways:
                if not way.ended and way.waiting < WAITING:
                    wanted[way.source] = wanted.get(way.source, 0) | selectors.EVENT_READ
                if way.queue and way.queue[0][0] <= time.monotonic() and self._down(way, self._rate) is None:
                    wanted[way.target] = wanted.get(way.target, 0) | selectors.EVENT_WRITE
        for end in [key.fileobj for key in self._selector.get_map().values()]:
            if end is not self._wake and end not in wanted:
                self._selector.unregister(end)
        for end, events in wanted.items():
            if end in self._selector.get_map():
                self._selector.modify(end, events)
            else:
                self._selector.register(end, events)
        return min(again, default=None)

    def _down(self, way: _Way, value: float | None) -> float | None:
        """`value` on the way from the camera to the viewer, None on the other."""
        return value if self._ways.index(way) % 2 else None

    def _guarded(self, way: _Way, step: Callable[[_Way], float | None]) -> float | None:
        try:
            again = step(way)
        except BlockingIOError:
            return None
        except OSError:
            self._close_pair(way, with_reset=True)
            return None
        pair = self._pair(way)
        if all(each.told for each in pair):
            self._close_pair(way)
        return again

    def _pair(self, way: _Way) -> list[_Way]:
        first = self._ways.index(way) & ~1
        return self._ways[first : first + 2]

    def _connect(self) -> None:
        with suppress(OSError):
            viewer, _ = self._listener.accept()
            try:
                camera = socket.create_connection(("127.0.0.1", self.target_port), 5)
            except OSError:
                _reset(viewer)
                return
            for end in (viewer, camera):
                end.setblocking(False)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ways += [_Way(viewer, camera), _Way(camera, viewer)]
            self.opened += 1

    def _close_pair(self, way: _Way, *, with_reset: bool = False) -> None:
        pair = self._pair(way)
        for each in pair:
            if each.source in self._selector.get_map():
                self._selector.unregister(each.source)
            if with_reset:
                _reset(each.source)
            each.source.close()
            self._ways.remove(each)

    def _reset(self) -> None:
        while self._ways:
            self._close_pair(self._ways[0], with_reset=True)

    def _stop_listening(self) -> None:
        self._reset()
        if self._listener in self._selector.get_map():
            self._selector.unregister(self._listener)
        self._listener.close()

    def _start_listening(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.setblocking(False)

    def _end(self) -> None:
        self._reset()
        self._ending = True


def _reset(end: socket.socket) -> None:
    """Close with RST instead of FIN."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
    end.close()
