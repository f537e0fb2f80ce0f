"""What comes is progress, also packets whose pictures this machine leaves out; old pictures are noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.feed import OLD_NS, PICTURE_LIMIT_NS, Feed, Life, renewal_due
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.progress import notice
from hanoi_wall.video.slots import Ring, RingWriter
from hanoi_wall.video.standing import Running
from hanoi_wall.video.stats import FeedStats

NOW = 10_000 * SECOND
FRAME = SECOND // 25


class Stream:
    """A playing feed, and what its decoder process would do for it."""

    def __init__(self) -> None:
        self.ring = Ring.create(16, 16)
        self.writer = RingWriter(self.ring)
        feed = Feed(Life.PLAYING, NOW, session=1, due_ns=NOW + PICTURE_LIMIT_NS, fresh_ns=NOW)
        address = StreamAddress("rtsp://10.0.0.1/")
        self.running = Running(("cam", "main"), 1, address, None, feed, rings=(self.ring,))

    def picture(self, taken_ns: int, interval_ns: int = FRAME) -> None:
        header = PictureHeader(0, 16, 16, 64, 0, taken_ns, taken_ns, interval_ns, 0, taken_ns, 0)
        self.writer.commit(self.writer.begin(), header)

    def packets(self, skipped: int = 0, **figures: int) -> None:
        stats = self.running.stats
        self.running.stats = replace(
            stats, bytes=stats.bytes + 1000, skipped=stats.skipped + skipped, **figures
        )

    def look(self, now_ns: int) -> Feed:
        notice(self.running, now_ns)
        return self.running.feed


def test_a_picture_is_progress_and_takes_the_place_of_the_last_one() -> None:
    stream, old = Stream(), Ring.create(16, 16)
    stream.running.rings = (stream.ring, old)
    assert stream.look(NOW + SECOND).due_ns == NOW + PICTURE_LIMIT_NS
    assert stream.running.rings == (stream.ring, old)
    stream.picture(NOW + 2 * SECOND)
    feed = stream.look(NOW + 2 * SECOND)
    assert (feed.due_ns, feed.fresh_ns) == (NOW + 2 * SECOND + PICTURE_LIMIT_NS, NOW + 2 * SECOND)
    assert stream.running.rings == (stream.ring,)
    assert stream.look(NOW + 3 * SECOND) == feed, "the same picture is not noticed twice"


def test_packets_without_pictures_are_none() -> None:
    """Whatever is broken about the stream, the picture watchdog ends the session."""
    stream = Stream()
    for quarter in range(1, 60):
        stream.packets()
        stream.look(NOW + quarter * SECOND // 4)
    assert stream.running.feed.due_ns == NOW + PICTURE_LIMIT_NS


@pytest.mark.parametrize("why", ["told to", "does", "skips"])
def test_packets_are_progress_while_this_machine_leaves_pictures_out(why: str) -> None:
    stream = Stream()
    if why == "told to":
        stream.running.shed = 3
    for quarter in range(1, 120):
        stream.packets(skipped=why == "skips", shed=3 if why == "does" else 0)
        stream.look(NOW + quarter * SECOND // 4)
    feed = stream.running.feed
    assert feed.due_ns is not None and feed.due_ns >= NOW + 29 * SECOND + PICTURE_LIMIT_NS
    assert feed.fresh_ns == NOW, "the picture is no younger for it"
    for quarter in range(120, 130):
        stream.look(NOW + quarter * SECOND // 4)
    assert stream.running.feed.due_ns == feed.due_ns, "a camera that sends nothing is silent all the same"


def test_after_the_leaving_out_there_may_be_a_wait_for_the_next_key_picture() -> None:
    stream, now = Stream(), NOW
    stream.packets(shed=3)
    stream.look(now)
    stream.picture(now + SECOND)
    stream.packets(shed=0)
    stream.look(now + SECOND)
    for second in range(2, 25):
        stream.packets()
        stream.look(now + second * SECOND)
    assert stream.running.feed.due_ns == now + 24 * SECOND + PICTURE_LIMIT_NS
    for second in (25, 26, 27):
        stream.picture(now + second * SECOND)
        stream.look(now + second * SECOND)
    for second in range(28, 40):
        stream.packets()
        stream.look(now + second * SECOND)
    assert stream.running.feed.due_ns == now + 27 * SECOND + PICTURE_LIMIT_NS, "all as ever"


@pytest.mark.parametrize("life", [each for each in Life if each is not Life.PLAYING])
def test_only_a_playing_feed_gets_on(life: Life) -> None:
    stream = Stream()
    stream.running.feed = before = replace(stream.running.feed, life=life)
    stream.picture(NOW)
    stream.packets(shed=3)
    assert stream.look(NOW + SECOND) == before


def play(stream: Stream, age_ns: int, seconds: int, interval_ns: int = FRAME, **figures: int) -> bool:
    """Pictures of that age twice a second; whether a new session is due at the end."""
    for half in range(2 * seconds):
        now = NOW + half * SECOND // 2
        stream.packets(**figures)
        stream.picture(now - age_ns, interval_ns)
        stream.look(now)
    return renewal_due(stream.running.feed, NOW + seconds * SECOND)


def test_a_minute_of_old_pictures_is_worth_a_new_session() -> None:
    seconds = OLD_NS // SECOND
    assert play(Stream(), 6 * SECOND, seconds)
    assert not play(Stream(), 6 * SECOND, seconds - 1)
    assert not play(Stream(), 4 * SECOND, 2 * seconds), "late, but not old"
    assert not play(Stream(), 12 * SECOND, 2 * seconds, interval_ns=5 * SECOND), "as young as they can be"


def test_what_waits_for_this_machine_is_no_younger_in_another_session() -> None:
    assert not play(Stream(), 6 * SECOND, 200, backlog_ms=2_000)
    assert not play(Stream(), 6 * SECOND, 200, shed=3)
    assert not play(Stream(), 6 * SECOND, 200, skipped=1)
    assert play(Stream(), 6 * SECOND, 200, backlog_ms=20, shed=2)


def test_one_young_picture_in_between_begins_the_minute_again() -> None:
    stream = Stream()
    for second in range(119):
        now = NOW + second * SECOND
        stream.picture(now - (SECOND if second == 59 else 6 * SECOND))
        stream.look(now)
    assert not renewal_due(stream.running.feed, NOW + 119 * SECOND)
    assert FeedStats() == stream.running.stats
