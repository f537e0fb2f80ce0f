"""Where a feed may run whose decoder processes die, so that one stream does not take the wall down.

When a process dies nobody knows which of its feeds it was. Deaths are counted for those that have not lived
for half a minute since (feed.py), and from the second one on they are suspects: they run in spare processes,
few together, so that every further death divides them, until the one that it was dies alone and waits longer
each time. Who has lived there goes back to the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.video.feed import SUSPECT
from hanoi_wall.video.pool import FEEDS_PER_PROCESS, DecoderProcess, Pool

if TYPE_CHECKING:
    from hanoi_wall.video.standing import Running

MOST_SPARES = 3
"""Decoder processes beyond the usual ones; there are none while nobody is suspected. More would part them
sooner, but not by much, and every start costs a third of a second of a core that the others need.
"""
MOST_TOGETHER = 16
"""Suspects in one process; half as many with every death more, so that two culprits are parted too."""
IDLE_NS = 60 * SECOND
END_S = 0.2


def choose(deaths: int, spares: Sequence[Sequence[int]], suspects: int) -> int | None:
    """Which spare process a suspect may run in; None: in none of them now.

    deaths: of processes under it since it last lived; spares: the same of the feeds that are in each;
    suspects: how many feeds, this one among them, are suspected as much. An empty one, else the least full of
    those where nobody is suspected less, filled no further than if all suspects were spread evenly, and
    less and less with every death.
    """
    share = min(-(-suspects // MOST_SPARES), max(1, MOST_TOGETHER >> (deaths - SUSPECT)))
    fit = [
        number
        for number, feeds in enumerate(spares)
        if not feeds or (min(feeds) >= deaths and len(feeds) < share)
    ]
    return min(fit, key=lambda number: len(spares[number]), default=None)


class Quarantine:
    """The spare processes. One thread."""

    def __init__(self, clock: Clock) -> None:
        self.pool = Pool(clock, MOST_SPARES)
        self._clock = clock
        self._used_ns = 0

    def place_for(self, running: Running, feeds: Collection[Running]) -> DecoderProcess | None:
        """Where this suspect may run; None: it is held back for now."""
        self._used_ns = self._clock.monotonic_ns()
        deaths = running.feed.crashes
        places = [place for place in self.pool.places if place.process is not None]
        inside = [[each.feed.crashes for each in feeds if each.place is place] for place in places]
        if all(inside) and len(self.pool.places) < MOST_SPARES:
            self.pool.grow((len(self.pool.places) + 1) * FEEDS_PER_PROCESS)
            newest = self.pool.places[-1]
            return newest if newest.process is not None else None
        chosen = choose(deaths, inside, sum(each.feed.crashes >= deaths for each in feeds))
        return None if chosen is None else places[chosen]

    def holds(self, running: Running) -> bool:
        """Whether it runs apart though nothing speaks against it any more."""
        apart = any(running.place is place for place in self.pool.places)
        return apart and running.feed.crashes < SUSPECT

    def is_idle(self, feeds: Collection[Running]) -> bool:
        """Whether there are spare processes that nobody has needed for a minute."""
        now = self._clock.monotonic_ns()
        if any(each.place is place for place in self.pool.places for each in feeds):
            self._used_ns = now
        return bool(self.pool.places) and now - self._used_ns >= IDLE_NS

    def end(self) -> None:
        """End the spare processes; nobody may be in them."""
        self.pool.close(END_S)
        self.pool.places.clear()
