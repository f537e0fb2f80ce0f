"""What is saved of a tile: what was painted, and the best stream's picture when it comes in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.tile import Phase
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.snapshot import BEST_NS, MOST_AT_ONCE, Missing, Outcome, Snapshot, Snapshots
from hanoi_wall.operations.wall import Wall
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import Demand
from tests.ui.drawn_feeds import DrawnFeeds, plain
from tests.unit.operations.snapshots import CAMERA, seen

MAIN = StreamKind.MAIN


class Written:
    """A writer that keeps what it was given; each is done at once."""

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.told = 0
        self.slow = False
        self.closed = 0

    def put(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def done(self) -> tuple[Outcome, ...]:
        new = () if self.slow else tuple(self.snapshots[self.told :])
        self.told += len(new)
        return tuple(Outcome(each, "x.json") for each in new)

    def close(self) -> None:
        self.closed += 1


class Place:
    """A wall with one camera, drawn by hand, and what takes its snapshots."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.feeds = DrawnFeeds(clock)
        self.wall = Wall(self.feeds, Grid(2, 2), [CAMERA.id], clock)
        self.wall.plug("DP-1", Box(0, 0, 1920, 1080))
        self.wall.surface("DP-1", 1920, 1080, seen=True)
        self.written = Written()
        self.snapshots = Snapshots(self.wall, self.feeds, self.written, clock)
        self.feeds.draw(CAMERA.id, plain(64, 36, 1, 2, 3))

    @property
    def wanted(self) -> Demand:
        """What is wanted of the camera now."""
        (demand,) = self.feeds.wanted[-1]
        return demand

    def take(self) -> bool:
        return self.snapshots.take(seen())

    def main(self, width: int, height: int, known: tuple[int, int] | None = None) -> None:
        """The camera shows its main stream from now on, of this size; known: as its stats say."""
        self.clock.advance(0.1)
        self.feeds.cameras.pop(CAMERA.id)
        self.feeds.draw(CAMERA.id, plain(width, height, 4, 5, 6))
        drawn = self.feeds.cameras[CAMERA.id]
        drawn.view = replace(drawn.view, stream=MAIN, stats=FeedStats(size=known or (width, height)))


@pytest.fixture
def place(clock: ManualClock) -> Iterator[Place]:
    made = Place(clock)
    yield made
    made.feeds.cameras.clear()


def test_the_main_stream_is_asked_for_and_its_picture_saved(place: Place) -> None:
    before = place.wanted
    assert not place.snapshots.busy and place.take() and place.snapshots.busy
    assert (place.wanted.pin, place.wanted.width) == (MAIN, 960)
    assert place.snapshots.look() == ()
    place.main(128, 72)
    (outcome,) = place.snapshots.look()
    best = outcome.snapshot.best
    assert best is not None and outcome.snapshot.missing is None
    assert (best.stream, best.pixels.width, best.pixels.height, best.size) == (MAIN, 128, 72, (128, 72))
    rows = np.frombuffer(best.pixels.data, np.uint8).reshape(72, best.pixels.stride)
    assert (rows[:, : 128 * 4].reshape(72, 128, 4)[..., :3] == (4, 5, 6)).all()
    assert place.wanted == before and not place.snapshots.busy


def test_a_picture_made_for_the_tile_is_asked_for_again_as_large_as_the_stream(place: Place) -> None:
    place.take()
    place.main(960, 540, known=(1920, 1080))
    assert place.snapshots.look() == ()
    assert (place.wanted.width, place.wanted.height, place.wanted.pin) == (1920, 1080, MAIN)
    place.main(1920, 1080)
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.best is not None and outcome.snapshot.best.pixels.width == 1920


def test_a_picture_of_before_the_key_is_not_the_one(place: Place) -> None:
    place.main(128, 72)
    place.clock.advance(0.1)
    place.take()
    assert place.snapshots.look() == ()
    place.main(128, 72)
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.best is not None
    assert outcome.snapshot.best.arrival_ns > outcome.snapshot.monotonic_ns


def test_what_does_not_come_is_waited_for_no_longer_than_three_seconds(place: Place) -> None:
    before = place.wanted
    place.take()
    place.clock.advance(BEST_NS / 1e9 - 0.01)
    assert place.snapshots.look() == ()
    place.clock.advance(0.02)
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.missing is Missing.DID_NOT_COME
    best = outcome.snapshot.best
    assert best is not None and (best.stream, best.pixels.width) == (StreamKind.SUB, 64), "what there was"
    assert place.wanted == before


def test_a_small_picture_of_the_main_stream_is_better_than_none(place: Place) -> None:
    place.take()
    place.main(960, 540, known=(1920, 1080))
    place.snapshots.look()
    place.clock.advance(3)
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.missing is None and outcome.snapshot.best is not None
    assert (outcome.snapshot.best.pixels.width, outcome.snapshot.best.size) == (960, (1920, 1080))


def test_a_camera_without_a_session_is_not_waited_for(place: Place) -> None:
    place.feeds.session(CAMERA.id, Phase.WAITING, Cause.TIMEOUT)
    place.take()
    assert place.wanted.pin is None
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.missing is Missing.NOT_CONNECTED
    assert outcome.snapshot.best is not None, "its last picture, with the time of that picture"
    assert place.snapshots.take(seen(replace(CAMERA, id="nobody"), capture_ns=0))
    (outcome,) = place.snapshots.look()
    assert (outcome.snapshot.best, outcome.snapshot.missing) == (None, Missing.NOT_CONNECTED)


def test_a_camera_with_one_stream_has_its_best_already(place: Place) -> None:
    camera = replace(CAMERA, main=None)
    place.snapshots.take(seen(camera))
    place.clock.advance(0.1)
    place.feeds.draw(CAMERA.id, plain(64, 36, 1, 2, 3))
    (outcome,) = place.snapshots.look()
    assert outcome.snapshot.best is not None and outcome.snapshot.best.stream is StreamKind.SUB
    assert outcome.snapshot.missing is None


def test_two_at_once_of_one_camera_are_both_served(place: Place) -> None:
    place.take()
    place.clock.advance(1)
    place.take()
    place.clock.advance(2)
    (first,) = place.snapshots.look()
    assert first.snapshot.missing is Missing.DID_NOT_COME
    assert place.wanted.pin is MAIN, "the second still waits"
    place.main(128, 72)
    (second,) = place.snapshots.look()
    assert second.snapshot.missing is None and place.wanted.pin is None


def test_a_key_that_is_held_down_fills_no_memory(place: Place) -> None:
    place.written.slow = True
    assert [place.take() for _ in range(MOST_AT_ONCE + 1)] == [True] * MOST_AT_ONCE + [False]
    place.clock.advance(4)
    place.snapshots.look()
    assert not place.take(), "handed over, but not written yet"
    place.written.slow = False
    place.snapshots.look()
    assert place.take()


def test_the_end_saves_what_there_is(place: Place) -> None:
    place.take()
    place.snapshots.close()
    (saved,) = place.written.snapshots
    assert saved.missing is Missing.PROGRAM_ENDED and saved.best is not None
    assert place.written.closed == 1


def test_times_go_from_one_clock_to_the_other(place: Place) -> None:
    place.take()
    place.snapshots.close()
    (saved,) = place.written.snapshots
    assert saved.utc_ns(saved.monotonic_ns - 5) == saved.wall_ns - 5
    assert saved.of_ns == saved.utc_ns(saved.seen.capture_ns)
    dark = replace(saved, seen=replace(saved.seen, sequence=0))
    assert dark.of_ns == saved.wall_ns, "a picture too old to be drawn is not what was seen"
