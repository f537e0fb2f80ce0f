"""A decoder process alone, told by hand: what it says, in which order, and that it goes when it should."""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import orders
from hanoi_wall.video.decoder import SOCKET_TIMEOUT_S
from hanoi_wall.video.slots import Ring, RingReader
from hanoi_wall.video.stats import FeedStats
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import GstPeers
from tests.integration.rude_servers import RudeServer, half_open, silent
from tests.integration.wall_of_feeds import tasks

Until = Callable[..., None]


class Decoder:
    """A worker process and our end of its socket."""

    def __init__(self) -> None:
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hanoi_wall.video.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()

    def tell(self, order: orders.Order, ring: Ring | None = None) -> None:
        """Give an order, with a ring beside it."""
        orders.send(self.sock, order, None if ring is None else ring.fd)

    def hear(self, seconds: float = 20.0) -> orders.Report | None:
        """The next word; None at the end."""
        assert select.select([self.sock], [], [], seconds)[0], "it says nothing"
        heard = orders.receive(self.sock)
        return None if heard is None else heard[0]  # type: ignore[return-value]

    def hear_of(self, *kinds: type) -> orders.Report:
        """The next word of one of these kinds; beats between are not counted."""
        while True:
            report = self.hear()
            assert report is not None, "it is gone"
            if isinstance(report, kinds):
                return report
            assert isinstance(report, orders.Beat), f"{report} in place of {kinds}"

    def end(self) -> tuple[int, str]:
        """(exit code, what it wrote to standard error)."""
        self.sock.close()
        try:
            _, words = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, words = self.process.communicate()
        return self.process.returncode, words.decode()


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    started = Decoder()
    assert started.hear() == orders.Ready(started.process.pid)
    yield started
    code, words = started.end()
    assert words == ""
    assert code in (0, -signal.SIGKILL)


@pytest.fixture
def order(street: Path) -> orders.OpenFeed:
    """Feed 7, session 1, a clip in a 160x90 tile."""
    return orders.OpenFeed(7, 1, f"clip://{street}", "tcp", None, None, 160, 90)


def test_opened_pictured_figures_ended(decoder: Decoder, order: orders.OpenFeed, until: Until) -> None:
    ring = Ring.create(160, 90, generation=42)
    decoder.tell(order, ring)
    opened = decoder.hear_of(orders.Opened)
    assert isinstance(opened, orders.Opened)
    assert (opened.feed, opened.session, opened.codec) == (7, 1, "h264")
    pictured = decoder.hear_of(orders.Pictured)
    assert isinstance(pictured, orders.Pictured)
    assert (pictured.feed, pictured.session, pictured.generation) == (7, 1, 42)
    assert (pictured.width, pictured.height) == (opened.width, opened.height)
    assert ring.newest_sequence() >= 1, "the word comes after the picture"
    until(lambda: ring.newest_sequence() > 12, what="pictures")
    beats = [decoder.hear_of(orders.Beat) for _ in range(2)]
    assert isinstance(beats[-1], orders.Beat)
    stats = FeedStats(**beats[-1].stats["7"] | {"size": tuple(beats[-1].stats["7"]["size"])})
    assert stats.received >= stats.published > 0
    assert (stats.codec, stats.size, stats.clock) == ("h264", (opened.width, opened.height), "stream")
    assert stats.first_picture_ms == pictured.waited_ms
    header = ring.newest_header()
    assert header.arrival_ns <= header.published_ns <= time.monotonic_ns()
    assert header.capture_ns <= header.arrival_ns
    decoder.tell(orders.CloseFeed(7, 1))
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)
    last = ring.newest_sequence()
    assert isinstance(decoder.hear_of(orders.Beat), orders.Beat)
    beat = decoder.hear_of(orders.Beat)
    assert beat == orders.Beat({})
    assert ring.newest_sequence() == last


def test_a_new_ring_is_written_from_the_next_picture_on_and_the_old_one_no_more(
    decoder: Decoder, order: orders.OpenFeed, until: Until
) -> None:
    first, second = Ring.create(160, 90, generation=1), Ring.create(320, 180, generation=2)
    decoder.tell(order, first)
    decoder.hear_of(orders.Opened)
    decoder.hear_of(orders.Pictured)
    decoder.tell(orders.NewRing(7, 320, 180), second)
    pictured = decoder.hear_of(orders.Pictured)
    assert isinstance(pictured, orders.Pictured) and pictured.generation == 2
    last = first.newest_sequence()
    until(lambda: second.newest_sequence() > 5, what="pictures in the new ring")
    assert first.newest_sequence() == last
    with RingReader(second).newest() as held:
        assert held is not None and (held[0].width, held[0].height) == (320, 180)


def test_a_second_order_for_a_feed_replaces_the_first(decoder: Decoder, order: orders.OpenFeed) -> None:
    ring = Ring.create(160, 90)
    decoder.tell(order, ring)
    decoder.tell(replace(order, session=2), ring)
    words: list[orders.Report] = []
    while not any(isinstance(word, orders.Pictured) and word.session == 2 for word in words):
        words.append(decoder.hear_of(orders.Opened, orders.Pictured, orders.Ended))
    while orders.Ended(7, 1) not in words:
        words.append(decoder.hear_of(orders.Ended))
    of_first = [word for word in words if getattr(word, "session", 0) == 1]
    assert of_first[-1] == orders.Ended(7, 1), "the last word of a session"
    decoder.tell(orders.CloseFeed(7, 1))
    assert orders.Ended(7, 2) not in words, "closing an old session leaves the new one alone"
    decoder.tell(orders.CloseFeed(7, 2))
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 2)


def test_orders_for_feeds_that_are_not_there_do_nothing(decoder: Decoder) -> None:
    ring = Ring.create(16, 16)
    decoder.tell(orders.NewRing(99, 16, 16), ring)
    decoder.tell(orders.CloseFeed(99, 1))
    decoder.tell(orders.ShedFeed(99, 2))
    for _ in range(2):
        assert decoder.hear_of(orders.Beat) == orders.Beat({})
    assert "hanoi-wall-pictures" not in Path(f"/proc/{decoder.process.pid}/maps").read_text()


def test_a_session_that_was_closed_while_it_waited_writes_nothing_more(
    decoder: Decoder, peers: GstPeers, fault_proxy: Callable[[int], FaultProxy], until: Until
) -> None:
    """The next session may have the same ring by then: two writers would tear its pictures."""
    line = fault_proxy(peers.ports["plain"])
    url = peers.feed("h264").address.url.replace(f":{peers.ports['plain']}/", f":{line.port}/")
    ring = Ring.create(160, 90)
    decoder.tell(orders.OpenFeed(7, 1, url, "tcp", None, None, 160, 90), ring)
    decoder.hear_of(orders.Opened)
    decoder.hear_of(orders.Pictured)
    line.freeze()
    settled = [-1, ring.newest_sequence()]
    while settled[-1] != settled[-2]:
        decoder.hear_of(orders.Beat)
        settled.append(ring.newest_sequence())
    decoder.tell(orders.CloseFeed(7, 1))
    assert decoder.hear_of(orders.Beat) == orders.Beat({})
    line.thaw()
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)
    assert ring.newest_sequence() == settled[-1]


def test_a_feed_that_cannot_be_opened_fails_and_ends(decoder: Decoder, order: orders.OpenFeed) -> None:
    decoder.tell(replace(order, url="clip:///nowhere.mp4"), Ring.create(16, 16))
    failed = decoder.hear_of(orders.Failed)
    assert isinstance(failed, orders.Failed)
    assert (failed.feed, failed.session, failed.cause) == (7, 1, Cause.NOT_FOUND)
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)


def test_a_hundred_sessions_leave_no_thread_and_no_memory_behind(
    decoder: Decoder, order: orders.OpenFeed, until: Until
) -> None:
    pid = decoder.process.pid

    def resources() -> tuple[int, int]:
        return tasks(pid), held(pid)

    before = resources()
    ring = Ring.create(160, 90)
    words: list[orders.Report] = []
    for session in range(1, 101):
        decoder.tell(replace(order, session=session), ring)
        if session % 3 == 0:
            words.append(decoder.hear_of(orders.Opened, orders.Pictured, orders.Ended))
        decoder.tell(orders.CloseFeed(7, session))
    while sum(isinstance(word, orders.Ended) for word in words) < 100:
        words.append(decoder.hear_of(orders.Opened, orders.Pictured, orders.Ended))
    until(lambda: resources() == before, 10, "what the sessions held")


@pytest.mark.parametrize("how", ["quit", "hang up"])
def test_it_goes_when_told_or_when_nobody_is_there(
    decoder: Decoder, order: orders.OpenFeed, until: Until, how: str
) -> None:
    """With one feed that plays and one that hangs in a camera which never answers."""
    with RudeServer(half_open) as server:
        decoder.tell(order, Ring.create(160, 90))
        decoder.hear_of(orders.Opened)
        decoder.tell(replace(order, feed=8, url=server.address.url), Ring.create(16, 16))
        until(lambda: server.connections == 1, 10, "a connection")
        began = time.monotonic()
        if how == "quit":
            decoder.tell(orders.Quit())
        else:
            decoder.sock.close()
        assert decoder.process.wait(5) == 0
        assert time.monotonic() - began < 3


def test_the_keyboards_interrupt_is_not_for_it(decoder: Decoder, order: orders.OpenFeed) -> None:
    decoder.process.send_signal(signal.SIGINT)
    decoder.tell(order, Ring.create(160, 90))
    assert isinstance(decoder.hear_of(orders.Opened), orders.Opened)


def test_in_a_hurry_a_silent_camera_is_given_up_at_once(decoder: Decoder, order: orders.OpenFeed) -> None:
    with RudeServer(silent) as server:
        began = time.monotonic()
        decoder.tell(replace(order, url=server.address.url, hurried=True), Ring.create(16, 16))
        failed = decoder.hear_of(orders.Failed)
        assert isinstance(failed, orders.Failed) and failed.cause == Cause.TIMEOUT
        assert time.monotonic() - began < SOCKET_TIMEOUT_S / 2
        assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)
    decoder.tell(replace(order, session=2, hurried=True), Ring.create(160, 90))
    assert isinstance(decoder.hear_of(orders.Opened), orders.Opened), "no camera is hurried in vain"


def held(pid: int) -> int:
    """The descriptors of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_without_a_place_for_a_descriptor_an_order_fails_at_once(
    decoder: Decoder, order: orders.OpenFeed
) -> None:
    """The system drops the descriptor and says nothing; the order would wait for its limit."""
    pid, ring = decoder.process.pid, Ring.create(160, 90)
    many, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (held(pid), most))
    decoder.tell(order, ring)
    failed = decoder.hear_of(orders.Failed)
    assert isinstance(failed, orders.Failed)
    assert (failed.feed, failed.session, failed.cause) == (7, 1, Cause.OUT_OF_MEMORY)
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (many, most))
    decoder.tell(replace(order, session=2), ring)
    assert isinstance(decoder.hear_of(orders.Opened), orders.Opened)
    assert isinstance(decoder.hear_of(orders.Pictured), orders.Pictured)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (held(pid), most))
    decoder.tell(orders.NewRing(7, 320, 180), Ring.create(320, 180, generation=2))
    failed = decoder.hear_of(orders.Failed)
    assert isinstance(failed, orders.Failed)
    assert (failed.feed, failed.session, failed.cause) == (7, 2, Cause.OUT_OF_MEMORY)
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 2)
    assert isinstance(decoder.hear_of(orders.Beat), orders.Beat), "it lives on"


def test_without_memory_for_a_ring_an_order_fails_and_its_neighbours_play_on(
    decoder: Decoder, order: orders.OpenFeed, until: Until
) -> None:
    pid, ring = decoder.process.pid, Ring.create(160, 90)
    decoder.tell(order, ring)
    decoder.hear_of(orders.Opened)
    decoder.hear_of(orders.Pictured)
    now = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * 4096
    resource.prlimit(pid, resource.RLIMIT_AS, (now + (30 << 20), resource.RLIM_INFINITY))
    decoder.tell(replace(order, feed=8), Ring.create(2048, 2048))
    failed = decoder.hear_of(orders.Failed)
    assert isinstance(failed, orders.Failed)
    assert (failed.feed, failed.cause) == (8, Cause.OUT_OF_MEMORY)
    assert decoder.hear_of(orders.Ended) == orders.Ended(8, 1)
    last = ring.newest_sequence()
    until(lambda: ring.newest_sequence() > last + 5, what="the neighbour's pictures")


def test_when_memory_runs_out_the_system_ends_a_decoder_before_the_wall(decoder: Decoder) -> None:
    scores = [int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in ("self", decoder.process.pid)]
    assert scores[0] < scores[1] == 500


def test_a_descriptor_that_is_no_ring_fails_and_the_process_lives(
    decoder: Decoder, order: orders.OpenFeed
) -> None:
    wrong = os.memfd_create("wrong")
    orders.send(decoder.sock, order, wrong)
    os.close(wrong)
    failed = decoder.hear_of(orders.Failed)
    assert isinstance(failed, orders.Failed)
    assert (failed.feed, failed.session) == (7, 1) and "no ring" in failed.detail
    assert decoder.hear_of(orders.Ended) == orders.Ended(7, 1)
    decoder.tell(replace(order, session=2), Ring.create(160, 90))
    assert isinstance(decoder.hear_of(orders.Opened), orders.Opened)
