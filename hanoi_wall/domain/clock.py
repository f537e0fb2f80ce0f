"""Time as a parameter: every rule that needs the time is given a Clock, so tests can turn it by hand.

The monotonic time of pictures, deadlines and watchdogs goes on while the machine sleeps. CLOCK_MONOTONIC does
not: after a night in suspend it would make the picture of last evening two seconds old, and paint it live.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Protocol

SECOND = 1_000_000_000
"""Nanoseconds in a second; durations in rules are integers of ns unless their name says otherwise."""


_GOES_ON = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


now_ns = partial(time.clock_gettime_ns, _GOES_ON)
"""The monotonic time that all processes of this machine share, suspended time included; ns.

Not a function of ours: it is asked several times for every picture.
"""


class Clock(Protocol):
    """What a rule may ask about time."""

    def monotonic_ns(self) -> int:
        """Nanoseconds as of `now_ns`."""
        ...

    def wall_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC, as this workstation believes."""
        ...


class SystemClock:
    """The machine's own clocks; safe on any thread."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that never go back and that count suspended time too."""
        return now_ns()

    def wall_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC."""
        return time.time_ns()


class ManualClock:
    """A clock that moves only when told: for tests, drills and replays."""

    def __init__(self, monotonic_ns: int = 1_000 * SECOND, wall_ns: int = 1_790_000_000 * SECOND) -> None:
        self._monotonic_ns = monotonic_ns
        self._wall_ns = wall_ns

    def monotonic_ns(self) -> int:
        """The monotonic time last set."""
        return self._monotonic_ns

    def wall_ns(self) -> int:
        """The UTC time last set."""
        return self._wall_ns

    def advance(self, seconds: float) -> None:
        """Move both clocks on by `seconds` (>= 0)."""
        if seconds < 0:
            raise ValueError(f"a monotonic clock cannot go back: {seconds}")
        step = round(seconds * SECOND)
        self._monotonic_ns += step
        self._wall_ns += step
