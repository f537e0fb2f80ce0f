"""What a guarded client and its guard (the room guard/) tell each other.

The guard names, in one variable of the client's environment, the pipe for the client's signs of life and what
the client should know of it. The client writes one byte a second from its tick; whether that pipe still has a
reader tells it whether it is guarded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import MutableMapping
from dataclasses import dataclass

from hanoi_wall.domain.clock import SECOND

VARIABLE = "HANOI_WALL_GUARD"
BEAT_NS = SECOND
ALIVE, ARRANGED = b".", b"a"
"""A sign of life; and one of a client on whose wall somebody has arranged something."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a client is told by its guard.

    fd: the writing end of the pipe; restarts: how often a client was brought back before this one; arranged:
    whether somebody had arranged something on the wall, so that the profile knows what stood there.
    """

    fd: int
    restarts: int = 0
    arranged: bool = False

    def text(self) -> str:
        """The variable's value."""
        return f"{self.fd}:{self.restarts}:{int(self.arranged)}"


def guarded(environment: MutableMapping[str, str] = os.environ) -> Guarded | None:
    """What our guard says, once: the variable is taken out. None where there is no guard."""
    parts = environment.pop(VARIABLE, "").split(":")
    if len(parts) != 3 or not all(each.isascii() and each.isdigit() for each in parts):
        return None
    told = Guarded(int(parts[0]), int(parts[1]), parts[2] != "0")
    try:
        if not stat.S_ISFIFO(os.fstat(told.fd).st_mode):
            return None
        os.set_inheritable(told.fd, False)
        os.set_blocking(told.fd, False)
    except (OSError, OverflowError):
        return None
    return told


class LifeSign:
    """The client's signs of life. Main thread; never waits."""

    def __init__(self, told: Guarded) -> None:
        self._told = told
        self._next_ns = 0
        self._lost = False
        self._arranged = told.arranged

    @property
    def restarts(self) -> int:
        """How often a client was brought back before this one."""
        return self._told.restarts

    def arranged(self) -> None:
        """Somebody has arranged something on the wall: the next sign says so, and comes at once."""
        if not self._arranged:
            self._arranged, self._next_ns = True, 0

    def tick(self, now_ns: int) -> bool:
        """Give a sign when one is due. False, once, when the guard is gone."""
        if now_ns < self._next_ns or self._lost:
            return True
        self._next_ns = now_ns + BEAT_NS
        try:
            os.write(self._told.fd, ARRANGED if self._arranged else ALIVE)
        except BlockingIOError:
            # A guard that does not read for hours is stopped; it will find enough signs of life.
            return True
        except OSError:
            self._lost = True
            return False
        return True
