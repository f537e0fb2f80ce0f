"""What the guard tells systemd where that started it (sd_notify): ready, alive, leaving. Linux only.

A datagram of lines to the socket that NOTIFY_SOCKET names. Nothing waits for an answer: there is none.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

VARIABLES = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
"""Meant for the guard alone: its client must not speak for it."""


class Service:
    """The service manager, or nobody. Main thread; never waits, never raises."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # An abstract name begins with a zero byte; systemd writes @ for it.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._line: socket.socket | None = None
        if address.startswith(("/", "@")):
            self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._line.setblocking(False)
        self._every_ns = _watchdog_ns(environment) // 2
        self._next_ns = 0

    def tell(self, **facts: str) -> None:
        """Tell these, as READY="1"."""
        if self._line is not None:
            text = "\n".join(f"{name}={value}" for name, value in facts.items())
            with suppress(OSError):
                self._line.sendto(text.encode(), self._address)

    def tick(self, now_ns: int) -> None:
        """Say that we are alive when it is time for that: twice as often as we are asked to."""
        if self._every_ns and now_ns >= self._next_ns:
            self._next_ns = now_ns + self._every_ns
            self.tell(WATCHDOG="1")

    def close(self) -> None:
        """Let the socket go; safe to call twice."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _watchdog_ns(environment: Mapping[str, str]) -> int:
    """Within which time systemd wants to hear of us; 0: it does not."""
    meant_for, limit_us = environment.get("WATCHDOG_PID", ""), environment.get("WATCHDOG_USEC", "")
    if meant_for not in ("", str(os.getpid())) or not (limit_us.isascii() and limit_us.isdigit()):
        return 0
    return int(limit_us) * 1000
