"""Content that stands still, told from a camera's honest noise; names that nobody can tell."""

from __future__ import annotations

import logging
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video import orders
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.worker import RESOLVER_STUCK_NS, STUCK_NS, StillnessMeter, Worker

POINTS = 32 * 18
START = 1_000 * SECOND


def noisy(source: random.Random, share: float) -> bytes:
    """A grey picture in which that share of the points differs by one from the next picture's."""
    return bytes(128 + (source.random() < share / 2) for _ in range(POINTS))


def test_a_picture_that_stands_still_does_so_since_it_was_first_seen() -> None:
    meter = StillnessMeter()
    for second in range(20):
        meter.look(b"\x80" * POINTS, START + second * SECOND)
        assert meter.since_ns == (START if second else 0)


def test_the_least_change_begins_anew() -> None:
    meter = StillnessMeter()
    for second in range(10):
        meter.look(b"\x80" * POINTS, START + second * SECOND)
    moved = b"\x80" * (POINTS - 16) + b"\xff" * 16
    meter.look(moved, START + 10 * SECOND)
    assert meter.since_ns == 0
    meter.look(moved, START + 11 * SECOND)
    assert meter.since_ns == START + 10 * SECOND


def test_a_cameras_noise_is_life_and_a_codecs_residue_is_not() -> None:
    source = random.Random(2)
    lively, still = StillnessMeter(), StillnessMeter()
    for second in range(30):
        lively.look(noisy(source, 1.0), START + second * SECOND)
        still.look(noisy(source, 0.1), START + second * SECOND)
        assert lively.since_ns == 0
    assert still.since_ns == START


def test_a_new_size_of_thumbnail_is_a_change() -> None:
    meter = StillnessMeter()
    meter.look(b"\x80" * POINTS, START)
    meter.look(b"\x80" * POINTS, START + SECOND)
    meter.look(b"\x80" * 10, START + 2 * SECOND)
    assert meter.since_ns == 0


def test_key_pictures_are_compared_with_key_pictures_only() -> None:
    """What a codec refines between two key pictures is no life."""
    meter = StillnessMeter()
    for second in range(0, 30, 2):
        meter.look(b"\x80" * POINTS, START + second * SECOND, key=True)
        meter.look(b"\x83" * POINTS, START + (second + 1) * SECOND, key=False)
    assert meter.since_ns == START


def test_what_changed_meanwhile_counts_for_both_kinds() -> None:
    meter = StillnessMeter()
    for second, (points, key) in enumerate(
        ((b"\x80", True), (b"\x80", False), (b"\x90", True), (b"\x80", False), (b"\x90", True))
    ):
        meter.look(points * POINTS, START + second * SECOND, key)
    assert meter.since_ns == START + 2 * SECOND


def test_it_looks_at_each_second_key_and_seldom_where_there_are_none() -> None:
    meter = StillnessMeter()
    meter.look(b"\x80" * POINTS, START)
    assert not meter.due(True, START + SECOND // 2)
    assert meter.due(True, START + SECOND - SECOND // 100)
    assert not meter.due(False, START + 4 * SECOND)
    assert meter.due(False, START + 5 * SECOND)


@given(st.lists(st.binary(min_size=4, max_size=4), max_size=40))
def test_it_never_says_longer_than_it_has_looked(pictures: list[bytes]) -> None:
    meter = StillnessMeter()
    for second, picture in enumerate(pictures):
        meter.look(picture, START + second * SECOND)
        assert meter.since_ns == 0 or START <= meter.since_ns < START + second * SECOND


# Names that take for ever ------------------------------------------------------------------------------

RETRANS_AND_RETRY = """
import ctypes
from hanoi_wall.video.worker import _become_a_worker
_become_a_worker()
libc = ctypes.CDLL("libc.so.6")
libc.__res_state.restype = ctypes.POINTER(ctypes.c_int * 2)
ctypes.CDLL("libresolv.so.2")
libc.__res_init()
print(*libc.__res_state().contents)
"""


def test_a_name_is_given_up_sooner_than_the_system_would() -> None:
    """Seconds for each name server, and rounds: what glibc itself says it will do."""
    words = [sys.executable, "-c", RETRANS_AND_RETRY]
    asked = subprocess.run(words, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    assert asked.stdout.split() == ["2", "2"]


def test_a_name_server_that_does_not_answer_ends_no_neighbours(
    monkeypatch: pytest.MonkeyPatch, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """There is no name server here to be made slow: the system's call stands still by itself."""
    asked, answered = threading.Event(), threading.Event()

    def getaddrinfo(*_: object, **__: object) -> None:
        asked.set()
        answered.wait(20)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, socket.create_server(("127.0.0.1", 0)) as camera:
        worker = Worker(theirs)
        url = f"rtsp://localhost:{camera.getsockname()[1]}/live"
        ring = Ring.create(16, 16)
        worker._obey(orders.OpenFeed(7, 1, url, "tcp", None, None, 16, 16), os.dup(ring.fd))
        assert asked.wait(10)
        worker._obey(orders.CloseFeed(7, 1), None)
        thread = worker._ending[0].thread
        assert not worker._is_stuck(time.monotonic_ns() + 2 * STUCK_NS)
        with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.worker"):
            assert worker._is_stuck(time.monotonic_ns() + 2 * RESOLVER_STUCK_NS), (
                "not even that lasts for ever"
            )
        answered.set()
        thread.join(10)
        assert orders.receive(ours) == (orders.Ended(7, 1), None)
        assert not select.select([camera], [], [], 0)[0], "nobody calls a camera that is not wanted any more"
