"""rtsps for a decoder: TLS with checked trust on the outside, plain RTSP to libav on the inside.

FFmpeg cannot pin a certificate and FFmpeg 8 checks none unless told, so Python's `ssl` speaks to the camera
(tls_line.py says whom it trusts) and libav speaks to a loopback port that lives for one connection and
belongs to this process alone.

    camera == TLS >= 1.2, trusted == [ outer | thread relay:<host> | inner ] -- 127.0.0.1:port -- libav

Two things are worth knowing to its user:
* a redirect ends the relay (`fault` says so): libav would follow it by itself, past TLS, password in hand;
* libav writes TEARDOWN and closes at once, so a closing relay first takes what lies in its hands to the
  camera, for 0.4 s at most: without TEARDOWN a camera keeps the session for a minute, and many have few.
"""

from __future__ import annotations

import logging
import os
import re
import selectors
import socket
import ssl
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from hanoi_wall import threads
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.tls_line import CHUNK, RelayRefused, TlsLine

__all__ = ["Relay", "RelayFault", "RelayRefused", "rewrite"]

log = logging.getLogger(__name__)
LIMIT = 256 * 1024
"""Bytes that may wait in one direction; beyond it the sender is not read, so TCP itself holds it back."""
FAREWELL_S = 0.4
_JOIN_S = 1.0
_REDIRECT = re.compile(rb"RTSP/\d\.\d\s+3\d\d")
_CARRY = 16
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


@dataclass(frozen=True, slots=True)
class RelayFault:
    """Why a relay ended by itself, where it knows better than libav's "end of file". detail: no secret."""

    cause: Cause
    detail: str


def rewrite(url: str, relay_address: tuple[str, int]) -> str:
    """The URL for libav: `rtsps://user:password@camera/path?query` through the relay's address.

    User, password, path and query stay as they are; the camera reads the relay's address in request lines.
    """
    parts = urlsplit(url)
    userinfo, at, _ = parts.netloc.rpartition("@")
    host, port = relay_address
    return urlunsplit(parts._replace(scheme="rtsp", netloc=f"{userinfo}{at}{host}:{port}"))


class Relay:
    """One camera connection under TLS, offered once to libav at `address` ("127.0.0.1", port).

    Made by a feed thread; a thread `relay:<host>` of its own moves the bytes until both sides are done, and
    `close()`, from any thread, ends it. The owner must call close().
    """

    def __init__(self, line: TlsLine, name: str, window_s: float) -> None:
        """Use `Relay.open`; raises OSError when this process is out of descriptors."""
        self.fault: RelayFault | None = None
        """Set before libav's side is closed, when the relay itself had a reason to end."""
        self._line = line
        self._window_s = window_s
        self._closing = threading.Event()
        self._lock = threads.lock()  # one close() at a time: it guards the end of the wake sockets
        with ExitStack() as on_error:
            self._listener = on_error.enter_context(socket.create_server(("127.0.0.1", 0), backlog=4))
            self._wake, self._waker = socket.socketpair()
            on_error.pop_all()
        self._listener.setblocking(False)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._thread = threads.spawn(f"relay:{name}", self._run)

    @classmethod
    def open(
        cls, host: str, port: int, *, fingerprint: str | None, ca_file: str | None, timeout_s: float
    ) -> Relay:
        """Connect, check the server's certificate and listen for libav.

        timeout_s bounds connecting and handshake together (looking the name up is bounded by the system's
        resolver) and, once more, how long the listener waits for libav.
        Raises RelayRefused: TLS for every fault of trust or protocol, else what the network said.
        """
        line = TlsLine(host, port, fingerprint, ca_file, time.monotonic() + timeout_s)
        try:
            return cls(line, host, timeout_s)
        except OSError as error:
            line.socket.close()
            raise RelayRefused(Cause.OVERLOADED, f"no relay for {host}: {error.strerror}") from None

    def through(self, url: str) -> str:
        """The URL for libav: that of the camera, through this relay."""
        return rewrite(url, self.address)

    def close(self) -> None:
        """End the relay and its thread within 1 s; any thread, any number of times."""
        self._closing.set()
        with self._lock:
            if self._waker.fileno() < 0:
                return
            with suppress(OSError):
                self._waker.send(b"x")
            self._thread.join(_JOIN_S)
            self._waker.close()
            if self._thread.is_alive():
                log.error("thread %s did not end", self._thread.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        inner: socket.socket | None = None
        try:
            inner = self._accept()
            if inner is not None:
                pump = _Pump(self._line, inner, self._wake, self._closing)
                self.fault = pump.run()
                pump.farewell()
        finally:
            for end in (inner, self._listener, self._line.socket, self._wake):
                if end is not None:
                    end.close()

    def _accept(self) -> socket.socket | None:
        """The one connection that comes from this process; None when closed first, or nobody came in time."""
        deadline = time.monotonic() + self._window_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, _READ)
            selector.register(self._wake, _READ)
            while not self._closing.is_set() and (left := deadline - time.monotonic()) > 0:
                selector.select(left)
                try:
                    inner, _ = self._listener.accept()
                except OSError:
                    continue
                if _is_ours(inner):
                    self._listener.close()
                    inner.setblocking(False)
                    inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    return inner
                log.warning("a stranger's connection to a relay was turned away")
                inner.close()
        return None


def _is_ours(accepted: socket.socket) -> bool:
    """Whether the far end of a loopback connection is a socket of this very process.

    A connection is named by its two addresses, so the far end is ours exactly when one of our own descriptors
    has them the other way round: any other process, of any user, is turned away. Where the system does not
    list descriptors (no /proc), only the listener's short life protects it.
    """
    try:
        descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return True
    try:
        ends = accepted.getpeername(), accepted.getsockname()
    except OSError:
        return False
    return any(_ends(descriptor) == ends for descriptor in descriptors)


def _ends(descriptor: int) -> tuple[object, object] | None:
    """The own and the far address of a descriptor that may be of any kind and may close meanwhile."""
    try:
        probe = socket.socket(fileno=descriptor)
    except OSError:
        return None
    try:
        return probe.getsockname(), probe.getpeername()
    except OSError:
        return None
    finally:
        probe.detach()


class _Pump:
    """Moves bytes both ways between a line and libav's socket, on the relay's thread."""

    def __init__(
        self, line: TlsLine, inner: socket.socket, wake: socket.socket, closing: threading.Event
    ) -> None:
        self._line = line
        self._inner = inner
        self._wake = wake
        self._closing = closing
        self._to_inner = bytearray()
        self._carry = b""
        self._inner_ended = False
        self._inner_told = False
        self._outer_told = False
        self._broken = False

    def run(self) -> RelayFault | None:
        """Until both directions have ended, either side breaks, or closing is asked for."""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake, _READ)
                events: dict[object, int] = {self._line.socket: _READ}
                while not self._closing.is_set():
                    # libav first: what it said before it closed must be read before writing to it fails.
                    if events.get(self._inner, 0) & _READ:
                        self._from_inner()
                    if events.get(self._line.socket, 0) & _READ and not self._from_outer():
                        return RelayFault(Cause.REJECTED, "the camera redirects; a relay does not follow")
                    self._deliver()
                    if self._inner_told and self._outer_told:
                        return None
                    self._watch(selector)
                    events = {key.fileobj: mask for key, mask in selector.select()}
        except ssl.SSLError as error:
            self._broken = True
            return RelayFault(Cause.TLS, f"the protected line broke: {error.reason or 'fault'}")
        except OSError as error:
            log.debug("relay ends: %s", error.strerror)
        return None

    def farewell(self) -> None:
        """Take libav's last words to the camera, let go of libav, part in peace; FAREWELL_S at most."""
        deadline = time.monotonic() + FAREWELL_S
        with suppress(OSError):
            while not self._broken and len(self._line.encrypted) < LIMIT and self._from_inner():
                pass
        self._inner.close()
        if self._broken:
            return
        with suppress(OSError), selectors.DefaultSelector() as selector:
            self._line.send_end()
            self._line.flush()
            self._tell_outer()
            while self._line.encrypted or not self._line.ended:
                wanted = (_WRITE if self._line.encrypted else 0) | (0 if self._line.ended else _READ)
                _want(selector, self._line.socket, wanted)
                left = deadline - time.monotonic()
                if left <= 0 or not (ready := selector.select(left)):
                    return
                if ready[0][1] & _READ:
                    self._line.receive()
                self._line.flush()
                self._tell_outer()

    def _watch(self, selector: selectors.BaseSelector) -> None:
        line, backlog = self._line, len(self._line.encrypted)
        inner = _READ if not self._inner_ended and backlog < LIMIT else 0
        # Reading the camera can make answers of TLS's own, so its backlog counts here too.
        outer = _READ if not line.ended and max(backlog, len(self._to_inner)) < LIMIT else 0
        _want(selector, self._inner, inner | (_WRITE if self._to_inner else 0))
        _want(selector, line.socket, outer | (_WRITE if backlog else 0))

    def _from_inner(self) -> bool:
        """Take what libav sent; False when there was nothing, now or for ever."""
        if self._inner_ended:
            return False
        try:
            data = self._inner.recv(CHUNK)
        except BlockingIOError:
            return False
        self._inner_ended = not data
        if data:
            self._line.send(data)
        else:
            self._line.send_end()
        return bool(data)

    def _from_outer(self) -> bool:
        """Take what the camera sent; False when it is a redirect, of which libav sees nothing."""
        data = self._line.receive()
        seen = self._carry + data
        if b"RTSP/" in seen and _REDIRECT.search(seen):
            return False
        self._carry = seen[-_CARRY:]
        self._to_inner += data
        return True

    def _deliver(self) -> None:
        """Hand on what the sockets take now, and each side's end once everything before it is through."""
        self._line.flush()
        while self._to_inner:
            try:
                del self._to_inner[: self._inner.send(self._to_inner)]
            except BlockingIOError:
                break
        if self._inner_ended:
            self._tell_outer()
        if self._line.ended and not self._to_inner and not self._inner_told:
            self._inner_told = True
            self._inner.shutdown(socket.SHUT_WR)

    def _tell_outer(self) -> None:
        if not self._line.encrypted and not self._outer_told:
            self._outer_told = True
            self._line.socket.shutdown(socket.SHUT_WR)


def _want(selector: selectors.BaseSelector, end: socket.socket, events: int) -> None:
    """Watch `end` for these events, or not at all for 0."""
    if end in selector.get_map():
        if events:
            selector.modify(end, events)
        else:
            selector.unregister(end)
    elif events:
        selector.register(end, events)
