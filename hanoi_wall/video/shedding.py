"""When this machine cannot keep up: who is shown less, in which order, and when it gets better again. Pure.

The sign is a backlog: pictures that had already arrived and waited for the processor (a slow camera or
network leaves none). The least important group of feeds (by rank, then by the size of its tiles) goes down
one step: no loop filter, every other picture, key pictures only; all feeds of a group together, so that no
tile of equal rank starves beside another. What fills a monitor or was chosen by the operator goes last. A
feed that is slow all by itself is no sign for the others, and holds nobody down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hanoi_wall.domain.clock import SECOND

OVERLOAD_NS = SECOND * 3 // 10
"""A feed whose pictures waited this long is short of processor time."""
EASE_NS = SECOND // 10
DOWN_AFTER_NS = 2 * SECOND
SETTLE_NS = 5 * SECOND
"""What a step down is given to show what it is worth: what waits must be worked off, or dropped, first."""
LAST_AFTER_NS = 12 * SECOND
"""How long the machine must be short all the same before nothing but key pictures is left."""
UP_AFTER_NS = 10 * SECOND
UP_FROM_LAST_NS = 4 * SECOND
WELL_NS = 60 * SECOND
"""After so long without any shedding, what failed before is forgotten."""
LONGEST_HOLD_NS = 600 * SECOND
LAST_STEP = 3
LAST_STEP_ALONE = 1

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
class Ladder:
    """When to go a step down, and when up again: later and later where that failed.

    A rung is a number of steps down in all, 0 the top. What failed is remembered for each rung by itself: a
    machine that cannot do everything must not wait longer to do more than next to nothing.
    """

    _overload_since: int = 0
    _ease_since: int = 0
    _changed_ns: int = 0
    _raised_ns: int = 0
    _hold_ns: int = UP_AFTER_NS
    _holds: dict[int, int] = field(default_factory=dict)

    def look(
        self, wait_ns: int, now_ns: int, *, rung: int, to_last: bool = False, at_last: bool = False
    ) -> int:
        """1: a step down is due, -1: a step up is, 0: neither. The caller says what it did (`went_…`).

        to_last, at_last: whether the step down, or up, leads to key pictures alone, or from there.
        """
        self._overload_since = (self._overload_since or now_ns) if wait_ns > OVERLOAD_NS else 0
        self._ease_since = (self._ease_since or now_ns) if wait_ns < EASE_NS else 0
        if self._overload_since:
            short, settled = now_ns - self._overload_since, now_ns - self._changed_ns
            return int(short >= DOWN_AFTER_NS and settled >= (LAST_AFTER_NS if to_last else SETTLE_NS))
        if not self._ease_since:
            return 0
        well = now_ns - self._ease_since
        if not rung:
            if well >= WELL_NS:
                self._holds.clear()
            return 0
        self._hold_ns = self._holds.get(rung - 1, UP_FROM_LAST_NS if at_last else UP_AFTER_NS)
        return -int(well >= self._hold_ns)

    def went_down(self, now_ns: int, left: int) -> None:
        """One step less from now on than on the rung that was left."""
        if self._raised_ns and now_ns - self._raised_ns < 2 * self._hold_ns:
            self._holds[left] = min(LONGEST_HOLD_NS, 2 * self._hold_ns)
        self._changed_ns, self._overload_since, self._raised_ns = now_ns, 0, 0

    def went_up(self, now_ns: int) -> None:
        """One step more from now on."""
        self._changed_ns = self._raised_ns = self._ease_since = now_ns


@dataclass(slots=True)
class Shedder:
    """Decides the step of every group; one thread. Call `look` about once a second."""

    steps: dict[Importance, int] = field(default_factory=dict)
    _machine: Ladder = field(default_factory=Ladder)
    _slow: dict[int, tuple[Ladder, int]] = field(default_factory=dict)
    """Feeds that are or were slow all by themselves, and their steps."""

    def look(self, loads: Mapping[int, Load], now_ns: int) -> dict[int, int]:
        """The step (0..3) that each feed should be at now."""
        wait = typical_wait([load.backlog_ns for load in loads.values()])
        groups = {load.group for load in loads.values()}
        self.steps = {group: step for group, step in self.steps.items() if group in groups and step}
        down = self._next_down(groups)
        up = min(self.steps, key=lambda each: (each[0], -each[1]), default=None)
        rung = sum(self.steps.values())
        due = self._machine.look(
            wait,
            now_ns,
            rung=rung,
            to_last=down is not None and self.steps.get(down, 0) == LAST_STEP - 1,
            at_last=up is not None and self.steps[up] == LAST_STEP,
        )
        if due > 0 and down is not None:
            self.steps[down] = self.steps.get(down, 0) + 1
            self._machine.went_down(now_ns, rung)
        elif due < 0 and up is not None:
            self.steps[up] -= 1
            self._machine.went_up(now_ns)
        if wait <= OVERLOAD_NS:
            self._look_at_slow(loads, now_ns)
        return {
            feed: max(self.steps.get(load.group, 0), self._slow[feed][1] if feed in self._slow else 0)
            for feed, load in loads.items()
        }

    def _look_at_slow(self, loads: Mapping[int, Load], now_ns: int) -> None:
        """Spare the loop filter to a feed that one core cannot keep up with; the others gain nothing by less.

        No more than that: a camera that sends in bursts looks the same.
        """
        self._slow = {feed: slow for feed, slow in self._slow.items() if feed in loads}
        for feed, load in loads.items():
            if load.backlog_ns <= OVERLOAD_NS and feed not in self._slow:
                continue
            ladder, step = self._slow.get(feed, (Ladder(), 0))
            due = ladder.look(load.backlog_ns, now_ns, rung=step)
            if due > 0 and step < LAST_STEP_ALONE:
                ladder.went_down(now_ns, step)
                step += 1
            elif due < 0 and step:
                ladder.went_up(now_ns)
                step -= 1
            self._slow[feed] = ladder, step

    def _next_down(self, groups: set[Importance]) -> Importance | None:
        """The least important group that has a step left."""
        for group in sorted(groups, key=lambda each: (-each[0], each[1])):
            if self.steps.get(group, 0) < LAST_STEP:
                return group
        return None


def typical_wait(waits: list[int]) -> int:
    """How long pictures wait on this machine: as long as with the tenth of the feeds that waits longest.

    The longest of all is left out where there are three or more: that feed may be short for its own reason.
    """
    if not waits:
        return 0
    spared = max(1, len(waits) // 10) if len(waits) > 2 else 0
    return sorted(waits)[-1 - spared]
