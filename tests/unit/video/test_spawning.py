"""Decoder processes are started before anybody needs them, and none is left of those that nobody took."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.video import orders, spawning
from hanoi_wall.video.pool import Pool
from hanoi_wall.video.spawning import Early, discard, start


@pytest.fixture
def early() -> Iterator[Early]:
    made = Early(2)
    yield made
    made.close()


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_process_says_that_it_is_ready_and_ends_with_its_line() -> None:
    started = start()
    started.sock.settimeout(20)
    heard = orders.receive(started.sock)
    assert heard is not None and heard[0] == orders.Ready(started.process.pid)
    started.sock.close()
    assert started.process.wait(5) == 0


def test_the_pool_takes_those_that_were_started_and_ends_the_rest(early: Early, clock: ManualClock) -> None:
    pids = [each.process.pid for each in early._waiting]
    pool = Pool(clock, most=2, early=early)
    try:
        pool.grow(8)
        assert [place.pid for place in pool.places] == pids[:1]
        assert not lives(pids[1]), "eight cameras need one process"
        pool.grow(16)
        assert pool.places[1].pid not in pids
    finally:
        pool.close(0.0)


def test_one_that_died_waiting_is_found_and_started_again(
    early: Early, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    first = early._waiting[0].process
    first.kill()
    first.wait()
    pool = Pool(clock, most=1, early=early)
    try:
        pool.grow(1)
        place = pool.places[0]
        assert place.sock is not None
        assert place.sock.recv(1) == b"", "who listens to it learns that it is gone"
        with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.pool"):
            pool.bury(place)
        assert place.pid not in (None, first.pid)
    finally:
        pool.close(0.0)


def test_those_that_nobody_took_are_ended_once(early: Early) -> None:
    taken = early.take()
    assert taken is not None
    left = early._waiting[0].process.pid
    early.close()
    early.close()
    assert not lives(left) and lives(taken.process.pid)
    assert early.take() is None
    discard([taken])


def test_a_machine_that_starts_nothing_more_is_no_reason_not_to_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", refuse)
    before = len(os.listdir("/proc/self/fd"))
    early = Early(2)
    assert early.take() is None
    with pytest.raises(OSError, match="temporarily unavailable"):
        spawning.start()
    assert len(os.listdir("/proc/self/fd")) == before
