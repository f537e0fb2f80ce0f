"""Suspects are kept apart, few together, until the one that kills its decoder is alone; on a pretend wall."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.video.feed import SUSPECT, Event, Feed, Life, progress, step
from hanoi_wall.video.pool import BREAKER_ENDS
from hanoi_wall.video.quarantine import IDLE_NS, MOST_SPARES, Quarantine, choose
from hanoi_wall.video.standing import Running

FAULT = Fault(Cause.DECODER_CRASHED, "cam")
TICK_S = 0.5
START_S = 0.5


def test_alone_while_there_is_an_empty_process() -> None:
    assert choose(2, [[2], [], [3]], 9) == 1
    assert choose(5, [[2, 2], []], 1) == 1


def test_else_evenly_with_those_that_are_suspected_as_much() -> None:
    assert choose(2, [[2, 2, 2], [2, 2], [2, 2, 2]], 9) == 1
    assert choose(2, [[2, 2], [2, 2], [2, 2]], 6) is None, "two in each, and it is one of the six"
    assert choose(3, [[2, 2], [2], [2]], 12) is None, "it has died once more often than they"
    assert choose(3, [[2], [3, 4], [2]], 12) == 1
    assert choose(3, [[0], [0, 3], [1]], 12) is None, "somebody there has lived, or died less often"
    assert choose(2, [], 3) is None


@pytest.mark.parametrize(("deaths", "together"), [(2, 16), (3, 8), (4, 4), (5, 2), (6, 1), (20, 1)])
def test_with_every_death_they_are_fewer_together(deaths: int, together: int) -> None:
    for inside in range(1, 40):
        found = choose(deaths, [[deaths] * inside], 1000)
        assert found == (0 if inside < together else None)


@pytest.fixture
def quarantine(clock: ManualClock) -> Iterator[Quarantine]:
    made = Quarantine(clock)
    yield made
    made.end()


def suspect(number: int, deaths: int = SUSPECT) -> Running:
    feed = Feed(Life.PLAYING, crashes=deaths)
    return Running((f"cam-{number}", "main"), number, StreamAddress("rtsp://10.0.0.1/"), None, feed)


def test_spare_processes_come_with_suspects_and_go_when_nobody_needs_them(
    quarantine: Quarantine, clock: ManualClock
) -> None:
    """Real processes."""
    assert not quarantine.pool.places and not quarantine.is_idle([])
    feeds = [suspect(number) for number in range(6)]
    for each in feeds:
        each.place = quarantine.place_for(each, feeds)
    places = [each.place for each in feeds]
    assert all(place is not None and place.pid is not None for place in places)
    assert len(quarantine.pool.places) == MOST_SPARES
    assert [places.index(place) for place in places] == [0, 1, 2, 0, 1, 2]
    assert quarantine.place_for(suspect(7, deaths=3), feeds) is None
    clock.advance(10 * IDLE_NS / SECOND)
    assert not quarantine.is_idle(feeds)
    assert [quarantine.holds(each) for each in feeds] == [False] * 6
    feeds[0].feed = Feed(Life.PLAYING)
    assert quarantine.holds(feeds[0])
    feeds[0].place = None
    assert not quarantine.holds(feeds[0])
    clock.advance(IDLE_NS / SECOND - 1)
    assert not quarantine.is_idle([])
    clock.advance(1)
    assert quarantine.is_idle([])
    quarantine.end()
    assert not quarantine.pool.places


# ---------------------------------------------------------------------------------------------------------
# A pretend wall: feeds, processes and streams that kill theirs


@dataclass
class World:
    """Feeds in `usual` processes and spare ones; the first `poisons` feeds kill theirs after `after_s`."""

    feeds: int
    usual: int
    after_s: float
    poisons: int = 1
    seed: int = 1
    crashes: list[tuple[float, int, int]] = field(default_factory=list)
    """(when in s, how many feeds were in the process, which process)."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._at = 0.0
        self._lives = [self._step(Feed(), Event.WANT) for _ in range(self.feeds)]
        self._where: list[int | None] = [None] * self.feeds
        self._opened = [0.0] * self.feeds
        self._down = [0.0] * (self.usual + MOST_SPARES)
        self.played = [0.0] * self.feeds

    def _step(self, feed: Feed, event: Event) -> Feed:
        return step(feed, event, self._now(), self._random.uniform, FAULT)[0]

    def _now(self) -> int:
        return round((10_000 + self._at) * SECOND)

    def _inside(self, process: int) -> list[int]:
        return [number for number, where in enumerate(self._where) if where == process]

    def _process_for(self, feed: Feed) -> int | None:
        if feed.crashes < SUSPECT:
            running = [number for number in range(self.usual) if self._down[number] <= self._at]
            return min(running, key=lambda number: len(self._inside(number)), default=None)
        running = [self.usual + spare for spare in range(MOST_SPARES)]
        running = [number for number in running if self._down[number] <= self._at]
        spares = [[self._lives[each].crashes for each in self._inside(number)] for number in running]
        chosen = choose(feed.crashes, spares, sum(each.crashes >= feed.crashes for each in self._lives))
        return None if chosen is None else running[chosen]

    def _turn(self, number: int) -> None:
        if self._lives[number].life is Life.WAITING:
            self._lives[number] = self._step(self._lives[number], Event.DUE)
        feed = self._lives[number]
        if feed.life is Life.QUEUED:
            process = self._process_for(feed)
            if process is None:
                return
            for event in (Event.GRANT, Event.OPENED, Event.PICTURED):
                feed = self._step(feed, event)
            self._where[number], self._opened[number] = process, self._at
        elif feed.life is Life.PLAYING:
            feed = progress(feed, self._now(), SECOND // 25)
            self.played[number] += TICK_S
            process = self._where[number]
            if process is not None and process >= self.usual and feed.crashes < SUSPECT:
                feed = self._step(feed, Event.RELEASED)
                self._where[number] = None
                self.played[number] -= 1.0  # a new session takes as long
        self._lives[number] = feed

    def _kill(self, process: int) -> None:
        inside = self._inside(process)
        self.crashes.append((self._at, len(inside), process))
        self._down[process] = self._at + START_S
        event = Event.CRASHED_ALONE if len(inside) == 1 else Event.CRASHED
        for number in inside:
            self._lives[number] = self._step(self._lives[number], event)
            self._where[number] = None

    def run(self, minutes: float) -> None:
        while self._at < minutes * 60:
            for number in self._random.sample(range(self.feeds), self.feeds):
                self._turn(number)
            for number in range(self.poisons):
                process = self._where[number]
                if process is not None and self._at - self._opened[number] >= self.after_s:
                    self._kill(process)
            self._at += TICK_S

    def shares(self) -> list[float]:
        """For how much of the time each of the innocent feeds played, the worst first."""
        return sorted(each / self._at for each in self.played[self.poisons :])


@pytest.mark.parametrize("after_s", [0.5, 4, 12, 25])
@pytest.mark.parametrize(("feeds", "usual"), [(8, 1), (32, 2), (64, 8)])
def test_a_stream_that_kills_its_decoder_is_parted_from_the_others(
    feeds: int, usual: int, after_s: float
) -> None:
    world = World(feeds, usual, after_s)
    world.run(10)
    shares = world.shares()
    assert len(world.crashes) < 13
    for begin, _, process in world.crashes:
        times = [at for at, _, where in world.crashes if where == process]
        assert sum(begin <= at < begin + 60 for at in times) < BREAKER_ENDS, "the breaker would open"
    assert sum(shares) / len(shares) > 0.98 and shares[0] > 0.9
    assert all(inside == 1 for at, inside, _ in world.crashes if at > 120), "nobody else dies any more"


def test_several_such_streams_are_parted_too() -> None:
    world = World(32, 2, 4.0, poisons=3)
    world.run(10)
    shares = world.shares()
    assert sum(shares) / len(shares) > 0.95 and shares[0] > 0.8


def test_a_single_camera_is_held_back_longer_and_longer() -> None:
    world = World(1, 1, 4.0)
    world.run(60)
    waits = [later - at for (at, *_), (later, *_) in zip(world.crashes, world.crashes[1:], strict=False)]
    assert len(waits) < 14 and max(waits) > 300
