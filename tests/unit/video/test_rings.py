"""Rings of feeds: as large as the tile, again when there is room again, and one session's alone."""

from __future__ import annotations

import logging
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.video import orders
from hanoi_wall.video.feed import Feed, Life
from hanoi_wall.video.opening import FeedKey
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.picture_memory import PictureMemory, fitting
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.rings import Rings
from hanoi_wall.video.sessions import Login, Sessions
from hanoi_wall.video.slots import Ring, RingWriter
from hanoi_wall.video.standing import Running

MB = 1_000_000
LARGE, SMALL = (1920, 1080), (640, 360)


@dataclass
class Desk:
    """Feeds and their rings; orders are written down, `deaf` ones are not taken."""

    megabytes: int = 256
    clock: ManualClock = field(default_factory=ManualClock)
    feeds: dict[FeedKey, Running] = field(default_factory=dict)
    sessions: Sessions = field(default_factory=Sessions)
    orders: list[tuple[DecoderProcess, orders.Order, int | None]] = field(default_factory=list)
    deaf: bool = False

    def __post_init__(self) -> None:
        memory = PictureMemory(self.megabytes * MB, 1, self.clock)
        self.rings = Rings(memory, self.feeds, self.sessions, self.tell)

    def tell(self, place: DecoderProcess, order: orders.Order, fd: int | None) -> bool:
        self.orders.append((place, order, fd))
        return not self.deaf

    def feed(self, name: str, life: Life = Life.QUEUED) -> Running:
        number = len(self.feeds) + 1
        key = (name, "main")
        self.feeds[key] = Running(key, number, StreamAddress("rtsp://10.0.0.1/"), None, Feed(life))
        return self.feeds[key]

    def fit(self, running: Running, box: tuple[int, int], after_s: float = 0) -> None:
        self.clock.advance(after_s)
        self.rings.fit(running, box, self.clock.monotonic_ns())

    def open(self, running: Running, place: DecoderProcess) -> Ring:
        """A session begins there; its ring."""
        running.feed = Feed(Life.PLAYING, session=running.feed.session + 1)
        ring = self.rings.for_session(running, place, self.clock.monotonic_ns())
        assert ring is not None and ring is running.rings[0]
        running.place = place
        login = Login(running.device, running.key, None)
        self.sessions.ordered((running.number, running.feed.session), place, login)
        return ring

    def end(self, running: Running) -> None:
        """The session's last word."""
        self.sessions.ended((running.number, running.feed.session))
        running.place = None


def a_process(number: int = 0) -> DecoderProcess:
    """A place with a process in it; only which one it is matters."""
    return DecoderProcess(number, process=cast("subprocess.Popen[bytes]", object()))


@contextmanager
def no_descriptors() -> Iterator[None]:
    """This machine has no memory for pictures."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def picture(ring: Ring) -> None:
    """One picture is in the ring."""
    writer = RingWriter(ring)
    writer.commit(writer.begin(), PictureHeader(0, 16, 16, 64, 0, 0, 0, 0, 0, 0, 0))


def test_a_new_size_is_a_new_ring_and_the_picture_stays_until_it_has_one() -> None:
    desk, place = Desk(), a_process()
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    first = desk.open(feed, place)
    picture(first)
    desk.fit(feed, SMALL, 5)
    assert feed.rings == (first,) and not desk.orders
    desk.fit(feed, LARGE)
    new, last = feed.rings
    assert last is first and fitting(new, LARGE) == LARGE
    assert desk.orders == [(place, orders.NewRing(feed.number, *LARGE), new.fd)]
    desk.fit(feed, SMALL)
    assert feed.rings[1] is first and len(feed.rings) == 2, "one that never had a picture is not kept"


def test_a_process_that_takes_no_order_is_asked_again() -> None:
    desk = Desk(deaf=True)
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    ring = desk.open(feed, a_process())
    desk.fit(feed, LARGE)
    assert feed.rings == (ring,) and feed.box == SMALL
    desk.deaf = False
    desk.fit(feed, LARGE)
    assert feed.box == LARGE and feed.rings[0] is not ring


def test_a_stopped_feed_needs_no_ring() -> None:
    desk = Desk()
    feed = desk.feed("cam", Life.STOPPED)
    desk.fit(feed, SMALL)
    assert feed.rings == () and desk.rings.for_session(feed, a_process(), 0) is None


def test_a_session_that_has_said_its_last_word_leaves_its_ring_to_the_next() -> None:
    desk, place = Desk(), a_process()
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    first = desk.open(feed, place)
    desk.end(feed)
    assert desk.open(feed, place) is first


@pytest.mark.parametrize("with_picture", [False, True])
def test_a_session_that_may_still_write_does_not_share_its_ring(with_picture: bool) -> None:
    """Late or hung, its process may come back to life and finish the picture it was at."""
    desk, place = Desk(), a_process()
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    first = desk.open(feed, place)
    if with_picture:
        picture(first)
    second = desk.open(feed, a_process(1))
    assert second is not first and second.generation > first.generation
    assert feed.rings == ((second, first) if with_picture else (second,))
    assert desk.open(feed, place) not in (first, second)


def test_no_ring_is_shared_by_two_processes_even_one_after_the_other() -> None:
    desk, one, other = Desk(), a_process(), a_process(1)
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    first = desk.open(feed, one)
    desk.end(feed)
    second = desk.open(feed, other)
    assert second is not first
    desk.sessions.lost(other)
    other.process = a_process().process
    assert desk.open(feed, other) is not second, "the process that took the place of a dead one is another"


def test_a_ring_given_to_a_session_by_a_new_size_is_its_own_too() -> None:
    desk, place = Desk(), a_process()
    feed = desk.feed("cam")
    desk.fit(feed, SMALL)
    desk.open(feed, place)
    desk.fit(feed, LARGE)
    large = feed.rings[0]
    assert desk.open(feed, a_process(1)) is not large
    desk.end(feed)
    desk.fit(feed, SMALL)
    small = feed.rings[0]
    assert desk.open(feed, place) is small, "nobody was given it yet"


def test_short_memory_is_told_and_made_good_when_there_is_room_again() -> None:
    desk, place = Desk(30), a_process()
    hog, feed = desk.feed("hog"), desk.feed("cam")
    desk.fit(hog, LARGE)
    desk.fit(feed, LARGE)
    desk.open(feed, place)
    assert not hog.short_ns and feed.short_ns
    small = fitting(feed.rings[0], LARGE)
    assert small[0] < LARGE[0] // 2
    desk.fit(feed, LARGE, 5)
    assert fitting(feed.rings[0], LARGE) == small and not desk.orders, "no room, no new ring"
    del desk.feeds[hog.key]
    desk.fit(feed, LARGE, 0.5)
    assert feed.short_ns, "asked once a second"
    desk.fit(feed, LARGE, 0.6)
    assert not feed.short_ns and fitting(feed.rings[0], LARGE) == LARGE
    assert desk.orders[-1] == (place, orders.NewRing(feed.number, *LARGE), feed.rings[0].fd)


def test_every_ring_of_the_others_counts_also_those_that_only_hold_a_last_picture() -> None:
    desk, size = Desk(60), (1910, 1070)
    for name in ("one", "two"):
        feed = desk.feed(name)
        desk.fit(feed, LARGE)
        picture(desk.open(feed, a_process()))
    one, two = desk.feeds.values()
    desk.fit(one, size)
    assert len(one.rings) == 2 and not one.short_ns, "its own last picture is about to go"
    desk.fit(two, size)
    assert len(two.rings) == 2 and two.short_ns
    assert desk.rings.bytes() == sum(ring.size for each in desk.feeds.values() for ring in each.rings)
    picture(one.rings[0])
    one.rings = one.rings[:1]
    desk.fit(two, size, 2)
    assert not two.short_ns


def test_without_any_memory_pictures_are_made_to_fit_the_ring_there_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, place = Desk(), a_process()
    feed, bare = desk.feed("cam"), desk.feed("bare")
    desk.fit(feed, SMALL)
    ring = desk.open(feed, place)
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.picture_memory"), no_descriptors():
        desk.fit(feed, LARGE)
        assert (feed.box, feed.rings, bool(feed.short_ns)) == (LARGE, (ring,), True)
        assert desk.orders == [(place, orders.NewRing(feed.number, *fitting(ring, LARGE)), ring.fd)]
        desk.fit(feed, (320, 180), 5)
        assert not feed.short_ns
        feed.feed = Feed(Life.PLAYING, session=9)
        assert desk.rings.for_session(feed, a_process(1), 0) is None, "better no picture than a torn one"
        desk.fit(bare, SMALL)
        assert (bare.box, bare.rings) == ((0, 0), ())
    desk.fit(bare, SMALL, 2)
    assert bare.rings
