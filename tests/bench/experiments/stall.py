"""A source that stops: what the tile says, read off the screen's pixels."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy

from hanoi_wall.simulator.mark import Mark, strip_height
from tests.bench.experiment import Outcome, experiment
from tests.bench.ours import tile_places
from tests.bench.pixels import Bytes, Place, mark_at
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator
from tests.bench.xserver import Screen

LATE_S, STALE_S = 2.2, 5.2
NOT_BEFORE_S = 1.9
STALL_S = 9.0
QUIET_S = 1.0
NEVER_S = 99.0
BACK_S = 5.0
GREY_SHARE = 0.5
"""A tile with less than this share of its colourfulness has been desaturated."""


@dataclass
class Look:
    """What one tile looked like over time. seen: (monotonic s, thumbnail bytes, colourfulness).

    stragglers: pictures that appeared when none had come for QUIET_S; they do not begin a new life.
    """

    place: Place
    mark: Mark | None = None
    mark_at_s: float = 0.0
    stragglers: int = 0
    seen: list[tuple[float, bytes, float]] = field(default_factory=list)

    def take(self, screen: Screen) -> None:
        """One look; while pictures still come, only the newest matters."""
        now, mark = time.monotonic(), mark_at(screen, self.place)
        small = _thumbnail(screen, self.place)
        if mark is not None and mark != self.mark:
            if self.mark is not None and now - self.mark_at_s > QUIET_S:
                self.stragglers += 1
            else:
                self.seen.clear()
                self.mark_at_s = now
            self.mark = mark
        if not self.seen or self.seen[-1][1] != small.tobytes():
            self.seen.append((now, small.tobytes(), _colourfulness(small)))

    def first_change_s(self) -> float | None:
        """When anything but a new picture changed first: until then the last picture stood untouched."""
        return self.seen[1][0] if len(self.seen) > 1 else None

    def grey_s(self) -> float | None:
        """When the colours went."""
        if not self.seen:
            return None
        limit = self.seen[0][2] * GREY_SHARE
        return next((at for at, _, colour in self.seen if colour < limit), None)


def _thumbnail(screen: Screen, place: Place) -> Bytes:
    """Every third pixel of the picture above its mark."""
    high = place.height - strip_height(place.height) - 2
    return place.of(screen.pixels)[:high:3, ::3, :3].copy()


def _colourfulness(small: Bytes) -> float:
    """Mean distance between the strongest and the weakest colour."""
    return float((small.max(axis=2).astype(numpy.int16) - small.min(axis=2)).mean())


def _after(moment_s: float | None, taken_ns: int) -> float:
    """Seconds from the picture to the moment, NEVER_S when it did not come."""
    return NEVER_S if moment_s is None else round(moment_s - taken_ns / 1e9, 3)


def _back_s(rig: Rig, ended_at: float) -> float | None:
    """How long after the stall's end all tiles are live, None when they are not within 30 s."""
    while time.monotonic() < ended_at + 30:
        if set(rig.client.states().values()) == {"live"} and time.monotonic() > ended_at:
            return round(time.monotonic() - ended_at, 2)
        pause(0.1)
    return None


@experiment(seconds=100, short_seconds=45)
def stall(short: bool) -> Outcome:
    """Sources stop at t0: `late` is painted between t0 + 1.9 s and t0 + 2.2 s, `stale` by t0 + 5.2 s.

    t0 is when the last painted picture was taken. Late is the first change of a tile that is no new picture,
    stale is the loss of its colour; the client's health must say the same words at the same time.
    """
    outcome = Outcome()
    rounds = 1 if short else 5
    late: list[float] = []
    stale: list[float] = []
    words: set[str] = set()
    back: list[float | None] = []
    stragglers = 0
    options = ["--port-each", "--size", "640x360", "--sub-size", "640x360", "--wait-for-all"]
    with Rig(Simulator(4, *options)) as rig:
        rig.client.wait_live(4, 60)
        screen, places = rig.x.screen(), tile_places(rig.x, rig.columns, rig.rows, (640, 360), 4)
        for _ in range(rounds):
            # Old words ("reconnected") may still stand over the pictures.
            pause(6.0)
            looks = [Look(place) for place in places]
            rig.source.fault("*", "stall", STALL_S)
            began = time.monotonic()
            asking = [began + 3.5, began + 6.5]
            while time.monotonic() < began + STALL_S - 1.5:
                for look in looks:
                    look.take(screen)
                pause(0.01)
                if asking and time.monotonic() > asking[0]:
                    asking.pop(0)
                    words |= {str(tile["painted_state"]) for tile in rig.client.tiles()}
            for look, feed in zip(looks, rig.source.feeds, strict=True):
                taken = rig.source.taken_ns(feed, look.mark.frame) if look.mark is not None else None
                changed, grey = look.first_change_s(), look.grey_s()
                stragglers += look.stragglers
                if taken is not None:
                    late.append(_after(changed, taken))
                    stale.append(_after(grey, taken))
            back.append(_back_s(rig, began + STALL_S))
            if back[-1] is None:
                break
    outcome.figures = {
        "late_s": late,
        "stale_s": stale,
        "words": sorted(words),
        "back_s": back,
        "stragglers": stragglers,
    }
    outcome.equal("tiles judged", len(late), 4 * rounds)
    outcome.at_most("seconds until late is painted, slowest", max(late, default=None), LATE_S)
    outcome.at_least("seconds until late is painted, soonest", min(late, default=None), NOT_BEFORE_S)
    outcome.at_most("seconds until stale is painted, slowest", max(stale, default=None), STALE_S)
    missed = [seconds for seconds in back if seconds is None or seconds > BACK_S]
    outcome.equal(f"rounds in which not all were live {BACK_S:g} s after the stall", missed, [])
    outcome.equal("states that health says", sorted(words), ["late", "stale"])
    return outcome
