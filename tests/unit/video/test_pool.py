"""The decoder processes: as many as needed, ended when they hang and only then, started again with a breaker.

The processes are real, the time is not: a ManualClock says how long they have been silent.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.video import orders
from hanoi_wall.video.pool import DecoderProcess, Pool, cpu_seconds, is_stopped, processes_for

POOL = "hanoi_wall.video.pool"


@pytest.fixture
def pool(clock: ManualClock) -> Iterator[Pool]:
    made = Pool(clock, most=2)
    yield made
    made.close(0.0)


def ready(pool: Pool, feeds: int = 1) -> DecoderProcess:
    """The first of the processes for that many feeds, once it has said that it is ready."""
    pool.grow(feeds)
    place = pool.places[0]
    assert place.sock is not None
    place.sock.settimeout(20)
    heard = orders.receive(place.sock)
    assert heard is not None and heard[0] == orders.Ready(place.pid or 0)
    pool.beat(place)
    return place


def stop(place: DecoderProcess, until: Callable[..., None]) -> None:
    assert place.pid is not None
    os.kill(place.pid, signal.SIGSTOP)
    until(lambda: is_stopped(place.pid or 0), what="a stopped process")


@pytest.mark.parametrize(
    ("feeds", "cores", "processes"),
    [(0, 2, 1), (1, 2, 1), (8, 2, 1), (9, 2, 2), (64, 2, 2), (64, 16, 8), (65, 16, 9), (64, 1, 1)],
)
def test_a_process_for_every_eight_feeds_and_one_per_core_at_most(
    feeds: int, cores: int, processes: int
) -> None:
    assert processes_for(feeds, cores) == processes


def test_the_pool_grows_and_never_shrinks(pool: Pool) -> None:
    for feeds, processes in ((1, 1), (8, 1), (9, 2), (64, 2), (1, 2)):
        pool.grow(feeds)
        assert len(pool.places) == processes
    pool.places[0].feeds, pool.places[1].feeds = 3, 2
    assert pool.lightest() is pool.places[1]


def test_a_process_that_has_been_silent_for_three_seconds_gets_no_feeds(
    pool: Pool, clock: ManualClock
) -> None:
    silent = ready(pool, feeds=16)
    other = pool.places[1]
    silent.feeds, other.feeds = 1, 8
    clock.advance(2.9)
    assert pool.lightest() is silent
    clock.advance(0.1)
    assert pool.lightest() is other
    pool.beat(other)
    pool.beat(silent)
    assert pool.lightest() is silent


def test_a_process_has_nothing_of_ours_but_its_socket(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOI_WALL_CANARY", "canary-Tr0ng")
    place = ready(pool)
    proc = Path(f"/proc/{place.pid}")
    environment = proc.joinpath("environ").read_bytes()
    assert b"canary" not in environment and b"PATH=" in environment
    descriptors = [os.readlink(each) for each in proc.joinpath("fd").iterdir()]
    assert sum(link.startswith("socket:") for link in descriptors) == 1
    assert sum("memfd:hanoi-wall" in link for link in descriptors) == 0
    assert int(proc.joinpath("stat").read_text().rpartition(")")[2].split()[16]) == 10, "niceness"


def test_a_quiet_process_that_works_is_not_ended_before_15_seconds(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    place = ready(pool)
    place.cpu_at_beat = -1.0  # it has worked since it was heard last
    for _ in range(29):
        clock.advance(0.5)
        assert pool.watch() == []
    clock.advance(0.5)
    with caplog.at_level(logging.ERROR, logger=POOL):
        assert pool.watch() == [place]


def test_a_stopped_process_is_ended_after_five_seconds(
    pool: Pool, clock: ManualClock, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    place = ready(pool)
    stop(place, until)
    place.cpu_at_beat = -1.0
    with caplog.at_level(logging.ERROR, logger=POOL):
        for _ in range(9):
            clock.advance(0.5)
            assert pool.watch() == []
        clock.advance(0.5)
        assert pool.watch() == [place]
    assert f"decoder process {place.pid} hangs and is ended" in caplog.text


def test_a_process_whose_cpu_time_stands_is_ended_after_five_seconds(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It beats no more and does nothing: a deadlock, not a busy machine."""
    place = ready(pool)
    with caplog.at_level(logging.ERROR, logger=POOL):
        ended = []
        for _ in range(10):
            clock.advance(0.5)
            place.cpu_at_beat = cpu_seconds(place.pid or 0)
            ended += pool.watch()
    assert ended == [place]


def test_a_word_in_time_keeps_it_alive(pool: Pool, clock: ManualClock, until: Callable[..., None]) -> None:
    place = ready(pool)
    stop(place, until)
    for _ in range(40):
        clock.advance(0.5)
        pool.beat(place)
        assert pool.watch() == []


def test_never_two_within_five_seconds(
    pool: Pool, clock: ManualClock, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    first = ready(pool, feeds=16)
    second = pool.places[1]
    pool.beat(second)
    for place in (first, second):
        stop(place, until)
    with caplog.at_level(logging.ERROR, logger=POOL):
        ended: list[tuple[int, int]] = []
        for step in range(24):
            clock.advance(0.5)
            for place in pool.watch():
                ended.append((step, place.number))
                pool.bury(place)
    assert [number for _, number in ended] == [0, 1]
    assert ended[1][0] - ended[0][0] >= 10


def test_when_this_program_itself_was_away_nobody_is_ended_for_it(
    pool: Pool, clock: ManualClock, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    place = ready(pool)
    stop(place, until)
    clock.advance(60)
    assert pool.watch() == []
    with caplog.at_level(logging.ERROR, logger=POOL):
        ended = []
        for _ in range(4):
            clock.advance(0.5)
            ended += pool.watch()
    assert ended == [place], "but what stays stopped gets two seconds"


def test_a_process_that_still_loads_is_not_ended_for_the_time_in_which_this_program_was_away(
    pool: Pool, clock: ManualClock
) -> None:
    pool.grow(1)
    (place,) = pool.places
    assert not place.ready
    clock.advance(0.25)
    assert pool.watch() == []
    clock.advance(60)
    for _ in range(75):
        assert pool.watch() == [], "it has had no 20 s yet"
        clock.advance(0.25)


def test_a_process_that_never_gets_ready_is_ended(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    pool.grow(1)
    with caplog.at_level(logging.ERROR, logger=POOL):
        ended = []
        for _ in range(41):
            clock.advance(0.5)
            ended += pool.watch()
    assert ended == pool.places


def end_five_times(pool: Pool, place: DecoderProcess, clock: ManualClock) -> None:
    """Within 50 s."""
    pids = {place.pid}
    for _ in range(4):
        clock.advance(10)
        place.feeds = 8
        pool.bury(place)
        assert place.process is not None and place.feeds == 0
        pids.add(place.pid)
    assert len(pids) == 5
    clock.advance(10)
    pool.bury(place)


def test_five_ends_in_a_minute_open_the_breaker_for_a_minute_and_the_others_take_the_feeds(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    pool.grow(16)
    place, other = pool.places
    with caplog.at_level(logging.ERROR, logger=POOL):
        end_five_times(pool, place, clock)
    assert (place.process, place.sock, place.restarts) == (None, None, 5)
    assert "ended 5 times in a minute, waits 60 s" in caplog.text
    assert "SIGKILL" in caplog.text
    other.feeds = 99
    assert pool.lightest() is other
    assert not pool.tell(place, orders.Quit())
    for seconds, filled in ((59, False), (1, True)):
        clock.advance(seconds)
        pool.beat(other)
        assert pool.watch() == []
        assert (place.process is not None) == filled
    assert place.restarts == 5


def test_a_process_that_is_alone_is_missed_for_ten_seconds_at_first(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    pool.grow(1)
    (place,) = pool.places
    with caplog.at_level(logging.ERROR, logger=POOL):
        for rest in (10, 20, 40, 60, 60):
            end_five_times(pool, place, clock)
            assert pool.lightest() is None
            clock.advance(rest - 1)
            pool.watch()
            assert place.process is None
            clock.advance(1)
            pool.watch()
            assert pool.lightest() is place
        clock.advance(60)
        end_five_times(pool, place, clock)
    assert place.down_until_ns - clock.monotonic_ns() == 10 * SECOND, "it had lived for a minute"


def test_ends_far_apart_do_not_open_the_breaker(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    pool.grow(1)
    with caplog.at_level(logging.ERROR, logger=POOL):
        for _ in range(8):
            clock.advance(16)
            pool.bury(pool.places[0])
            assert pool.places[0].process is not None


def test_an_order_to_a_dead_process_is_not_taken(pool: Pool, until: Callable[..., None]) -> None:
    place = ready(pool)
    assert place.process is not None
    place.process.kill()
    place.process.wait()
    assert not pool.tell(place, orders.ShedFeed(1, 1))
    assert is_stopped(place.pid or 0)
    assert cpu_seconds(place.pid or 0) == 0.0


def test_orders_never_wait_for_a_process_that_does_not_listen(
    pool: Pool, clock: ManualClock, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Waiting would make this thread late itself, and then nothing would ever be ended."""
    place = ready(pool)
    assert place.sock is not None
    place.sock.setblocking(False)
    stop(place, until)
    taken = 0
    while pool.tell(place, orders.ShedFeed(1, 1)):
        taken += 1
    assert taken > 50
    assert pool.watch() == []
    assert not pool.tell(place, orders.CloseFeed(1, 1))
    with caplog.at_level(logging.ERROR, logger=POOL):
        assert pool.watch() == [place], "else the feed that was not closed would run for ever"


def test_without_descriptors_there_is_no_process_but_no_crash_either(
    pool: Pool, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with caplog.at_level(logging.ERROR, logger=POOL):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        try:
            pool.grow(1)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "no decoder process: Too many open files" in caplog.text.replace("[Errno 24] ", "")
    assert pool.lightest() is None
    clock.advance(60)
    pool.watch()
    assert pool.lightest() is not None


KEEPER = """
import sys, time
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.video.pool import Pool
pool = Pool(SystemClock(), most=1)
pool.grow(1)
(place,) = pool.places
while line := sys.stdin.readline():
    before = time.monotonic()
    if line == "bury\\n":
        pool.bury(place)
    else:
        pool.watch()
    took = time.monotonic() - before
    print(place.pid or 0, len(place.undead), took < 2, flush=True)
before = time.monotonic()
pool.close(0.0)
print("closed", time.monotonic() - before < 2)
"""
PTRACE_SEIZE = 0x4206
WALL = 0x40000000


def test_a_killed_process_that_the_kernel_holds_keeps_nobody_waiting(until: Callable[..., None]) -> None:
    """Held as by a dead disk, but without one: its end is not told to its parent while a tracer has not
    taken it. A tracer must be an ancestor on most systems, so the pool lives in a child."""
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with keeper:
        assert keeper.stdin is not None and keeper.stdout is not None

        def told(word: str) -> tuple[int, int, bool]:
            assert keeper.stdin is not None and keeper.stdout is not None
            print(word, file=keeper.stdin, flush=True)
            pid, undead, soon = keeper.stdout.readline().split()
            return int(pid), int(undead), soon == "True"

        held = []
        pid, _, _ = told("watch")
        for undead in (1, 2):
            assert ctypes.CDLL(None, use_errno=True).ptrace(PTRACE_SEIZE, pid, None, None) == 0
            held.append(pid)
            pid, *rest = told("bury")
            assert rest == [undead, True]
        assert (pid, held[0] != held[1]) == (0, True), "two of them, and the place stays empty"
        assert told("watch") == (0, 2, True)
        os.waitpid(held.pop(), WALL)
        until(lambda: told("watch")[0], what="another process, once one has ended")
        assert told("watch")[1] == 1
        keeper.stdin.close()
        assert keeper.stdout.read().strip() == "closed True"
        os.waitpid(held.pop(), WALL)


def test_closing_ends_every_process_dead_stopped_or_well(
    clock: ManualClock, until: Callable[..., None]
) -> None:
    pool = Pool(clock, most=3)
    dead = ready(pool, feeds=24)
    assert dead.process is not None
    dead.process.kill()
    dead.process.wait()
    stop(pool.places[1], until)
    processes = [place.process for place in pool.places]
    pool.close(0.3)
    assert all(process is not None and process.returncode is not None for process in processes)
    assert all(place.process is None and place.sock is None for place in pool.places)
    pool.close(0.3)
