"""When this machine cannot keep up: who is shown less, in which order, and when it gets better again. Pure.

The sign is a backlog: pictures that had already arrived and waited for the processor (a slow camera or
network leaves none). The least important group of feeds (by rank, then by the size of its tiles) goes down
one step: no loop filter, every other picture, key pictures only; all feeds of a group together, so that no
tile of equal rank starves beside another. What fills a monitor or was chosen by the operator goes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanoi_wall.domain.clock import SECOND

OVERLOAD_NS = SECOND * 3 // 10
"""A feed whose pictures waited this long is short of processor time."""
EASE_NS = SECOND // 10
DOWN_AFTER_NS = 2 * SECOND
BETWEEN_NS = 3 * SECOND
UP_AFTER_NS = 10 * SECOND
LONGEST_HOLD_NS = 600 * SECOND
LAST_STEP = 3

Importance = tuple[int, int]
"""(rank, pixels of the tile): a higher rank number or fewer pixels is less important."""


@dataclass(frozen=True, slots=True)
class Load:
    """One playing feed: how important its tile is and how long its newest picture had waited here, in ns."""

    rank: int
    pixels: int
    backlog_ns: int

    @property
    def group(self) -> Importance:
        """Feeds of one group go up and down together; sizes within a power of two count as equal."""
        return (self.rank, self.pixels.bit_length())


@dataclass(slots=True)
class Shedder:
    """Decides the step of every group; one thread. Call `look` about once a second."""

    steps: dict[Importance, int] = field(default_factory=dict)
    _overload_since: int = 0
    _ease_since: int = 0
    _changed_ns: int = 0
    _raised_ns: int = 0
    _hold_ns: int = UP_AFTER_NS

    def look(self, loads: Mapping[int, Load], now_ns: int) -> dict[int, int]:
        """The step (0..3) that each feed should be at now."""
        self._judge(loads, now_ns)
        groups = {load.group for load in loads.values()}
        self.steps = {group: step for group, step in self.steps.items() if group in groups and step}
        if self._overload_since and now_ns - self._overload_since >= DOWN_AFTER_NS:
            self._down(groups, now_ns)
        elif self._ease_since and now_ns - self._ease_since >= self._hold_ns:
            self._up(now_ns)
        return {feed: self.steps.get(load.group, 0) for feed, load in loads.items()}

    def _judge(self, loads: Mapping[int, Load], now_ns: int) -> None:
        waits = sorted(load.backlog_ns for load in loads.values())
        # One feed may be short for a reason of its own; a tenth of them is the machine.
        tenth = waits[-(-len(waits) * 9 // 10) - 1] if len(waits) > 1 else (waits[0] if waits else 0)
        self._overload_since = (self._overload_since or now_ns) if tenth > OVERLOAD_NS else 0
        self._ease_since = (self._ease_since or now_ns) if not waits or waits[-1] < EASE_NS else 0

    def _down(self, groups: set[Importance], now_ns: int) -> None:
        if now_ns - self._changed_ns < BETWEEN_NS:
            return
        for group in sorted(groups, key=lambda each: (-each[0], each[1])):
            if self.steps.get(group, 0) < LAST_STEP:
                self.steps[group] = self.steps.get(group, 0) + 1
                break
        else:
            return
        if self._raised_ns and now_ns - self._raised_ns < 2 * self._hold_ns:
            self._hold_ns = min(LONGEST_HOLD_NS, 2 * self._hold_ns)
        self._changed_ns, self._overload_since = now_ns, 0

    def _up(self, now_ns: int) -> None:
        if not self.steps:
            self._hold_ns = UP_AFTER_NS
            return
        best = min(self.steps, key=lambda each: (each[0], -each[1]))
        self.steps[best] -= 1
        self._changed_ns = self._raised_ns = now_ns
        self._ease_since = now_ns
