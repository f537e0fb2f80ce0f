"""A TCP connection to a camera within a given time, and what went wrong as a cause. Any thread; it waits."""

from __future__ import annotations

import errno
import socket
import time

from hanoi_wall.domain.faults import Cause

_BY_ERRNO = {
    errno.ECONNREFUSED: Cause.CONNECTION_REFUSED,
    errno.ETIMEDOUT: Cause.TIMEOUT,
    errno.EHOSTUNREACH: Cause.HOST_UNREACHABLE,
    errno.ENETUNREACH: Cause.HOST_UNREACHABLE,
    errno.EHOSTDOWN: Cause.HOST_UNREACHABLE,
    errno.ENETDOWN: Cause.HOST_UNREACHABLE,
    errno.EADDRNOTAVAIL: Cause.HOST_UNREACHABLE,
    errno.EACCES: Cause.HOST_UNREACHABLE,
    errno.EPERM: Cause.HOST_UNREACHABLE,
    errno.EMFILE: Cause.OVERLOADED,
    errno.ENFILE: Cause.OVERLOADED,
    errno.ENOBUFS: Cause.OVERLOADED,
    errno.ENOMEM: Cause.OUT_OF_MEMORY,
}


class NoLine(Exception):
    """No connection. cause: the code for the tile; detail: for the log, no secret."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail


def connect(host: str, port: int, deadline: float) -> socket.socket:
    """A connected, non-blocking socket before the deadline (time.monotonic seconds), or NoLine.

    Every address of the name gets its share of the time; looking the name up is bounded by the system's
    resolver instead.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError) as error:
        raise NoLine(Cause.NAME_UNKNOWN, f"{host}: {error}") from None
    last = NoLine(Cause.NAME_UNKNOWN, f"{host} has no address")
    for index, (family, kind, protocol, _, address) in enumerate(found):
        left = deadline - time.monotonic()
        line: socket.socket | None = None
        try:
            line = socket.socket(family, kind, protocol)
            line.settimeout(max(0.001, left / (len(found) - index)))
            line.connect(address)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setblocking(False)
            return line
        except OSError as error:
            if line is not None:
                line.close()
            last = NoLine(cause_of(error), f"{host}:{port}: {error.strerror or 'no answer in time'}")
    raise last


def cause_of(error: OSError) -> Cause:
    """What a socket's error means to an operator."""
    if isinstance(error, TimeoutError):
        return Cause.TIMEOUT
    return _BY_ERRNO.get(error.errno or 0, Cause.CONNECTION_LOST)
