"""Cameras that come and go by a timetable, and feeds that live by the table: a world for the opening budget.

Time is turned by hand, chance is seeded: the same figures on every run.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.video.feed import Action, Event, Feed, Life, step
from hanoi_wall.video.opening import Device, FeedKey, OpeningBudget
from hanoi_wall.video.reach import ANSWER_S, CONNECT_S

REFUSES, SILENT, HANGS = "refuses", "silent", "hangs"
"""How a camera is away: it says no at once; no packet is answered; it takes the line and says nothing."""
LIBAV_S = 5.0
OPEN_S, PICTURE_S = 0.3, 0.5
"""From the camera's first answer to that of PLAY, and to the first picture."""
NOTICED_S = 5.0
"""How long a session of a camera that fell silent goes on."""
FOR_EVER = 1e6

Absence = tuple[float, float, str]
"""(from, to, how), in seconds of the world."""


def single(number: int) -> Device:
    """A camera with an address of its own."""
    return (f"10.0.1.{number}", 554, "op")


def key(number: int) -> FeedKey:
    """The name of a feed."""
    return (f"cam-{number:02}", "sub")


@dataclass
class World:
    """Feeds against their cameras. away: by number of the feed; slow: cameras with a long way, s per answer.

    back: (feed, seconds from the camera's return to a live picture); live: when a feed first had a picture.
    """

    devices: Sequence[Device]
    away: Mapping[int, Sequence[Absence]]
    seed: int = 1
    slow: Mapping[int, float] = field(default_factory=dict)
    clock: ManualClock = field(default_factory=ManualClock)
    back: list[tuple[int, float]] = field(default_factory=list)
    live: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._order = itertools.count()
        self._begin_ns = self.clock.monotonic_ns()
        self._heap: list[tuple[int, int, int, int, Event, Fault | None]] = []
        self._returns = {number: [to for _, to, _ in times] for number, times in self.away.items()}
        self.feeds = [Feed() for _ in self.devices]
        self.budget = OpeningBudget(cameras=Counter(self.devices))

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return (self.clock.monotonic_ns() - self._begin_ns) / SECOND

    def run(self, seconds: float) -> World:
        """Want every feed from second 0 and let that much time pass."""
        for number, times in self.away.items():
            for gone, back, how in times:
                noticed = gone + (0 if how is REFUSES else NOTICED_S)
                if noticed >= back:
                    self._returns[number].remove(back)
                elif gone > 0:
                    cause = Cause.CONNECTION_LOST if how is REFUSES else Cause.STALLED
                    self._at(noticed, number, -1, Event.FAILED, Fault(cause, ""))
        for number in range(len(self.feeds)):
            self._happen(number, Event.WANT)
        while True:
            for granted in self.budget.grant(self.clock.monotonic_ns()):
                self._happen(int(granted[0][4:]), Event.GRANT)
                self._within_bounds()
            if not self._heap or self._heap[0][0] > self._begin_ns + seconds * SECOND:
                return self
            at, _, number, session, event, fault = heapq.heappop(self._heap)
            self.clock.advance((at - self.clock.monotonic_ns()) / SECOND)
            if session in (-1, self.feeds[number].session):
                self._happen(number, event, fault)

    def _at(self, second: float, number: int, session: int, event: Event, fault: Fault | None) -> None:
        at = self._begin_ns + round(second * SECOND)
        heapq.heappush(self._heap, (at, next(self._order), number, session, event, fault))

    def _later(self, number: int, seconds: float, event: Event, cause: Cause | None = None) -> None:
        fault = None if cause is None else Fault(cause, "")
        self._at(self.now + seconds, number, self.feeds[number].session, event, fault)

    def _happen(self, number: int, event: Event, fault: Fault | None = None) -> None:
        """As the roster does it."""
        before, now_ns = self.feeds[number], self.clock.monotonic_ns()
        feed, actions = step(before, event, now_ns, self._random.uniform, fault)
        self.feeds[number] = feed
        if event is Event.OPENED:
            self.budget.hear(key(number), None)
        elif feed.fault is not None and feed.fault is not before.fault:
            self.budget.hear(key(number), feed.fault.cause)
        for action in actions:
            if action is Action.ASK_PLACE:
                self.budget.ask(key(number), self.devices[number], 1)
            elif action is Action.LEAVE_PLACE:
                self.budget.leave(key(number))
            elif action is Action.OPEN:
                self._connect(number, key(number) in self.budget.hurried)
        if feed.life in (Life.WAITING, Life.BUSY) and feed.due_ns is not None:
            self._later(number, (feed.due_ns - now_ns) / SECOND, Event.DUE)
        if feed.life is Life.PLAYING:
            self.live.setdefault(number, self.now)
            returns = self._returns.get(number, [])
            self.back += [(number, self.now - back) for back in returns if back <= self.now]
            self._returns[number] = [back for back in returns if back > self.now]

    def _connect(self, number: int, hurried: bool) -> None:
        """One try. TCP asks again after 1 s and 3 s when nobody answers."""
        way = self.slow.get(number, 0.0)
        limit = CONNECT_S if hurried else LIBAV_S
        for asked in (0, 1, 3):
            how = self._how_away(number, self.now + asked)
            if asked + way < limit and how is not SILENT:
                break
        else:
            return self._later(number, limit, Event.FAILED, Cause.TIMEOUT)
        if how is REFUSES:
            return self._later(number, asked + way + 0.005, Event.FAILED, Cause.CONNECTION_REFUSED)
        limit = ANSWER_S if hurried else LIBAV_S
        if how is HANGS or way >= limit:
            return self._later(number, asked + way + limit, Event.FAILED, Cause.TIMEOUT)
        began = asked + way + (2 * way if hurried else 0)
        self._later(number, began + OPEN_S + 4 * way, Event.OPENED)
        self._later(number, began + PICTURE_S + 5 * way, Event.PICTURED)

    def _how_away(self, number: int, second: float) -> str | None:
        return next((how for gone, back, how in self.away.get(number, ()) if gone <= second < back), None)

    def _within_bounds(self) -> None:
        """The promise of rule 8, counted at the feeds and not at the budget."""
        states = zip(self.feeds, self.devices, strict=True)
        opening = Counter(device for feed, device in states if feed.life is Life.OPENING)
        carried = Counter(self.devices)
        assert opening.total() <= 8
        assert all(count <= (8 if carried[device] > 4 else 2) for device, count in opening.items())


def p95(values: Sequence[float]) -> float:
    """The value that 19 of 20 do not exceed."""
    return sorted(values)[round(len(values) * 0.95) - 1]
