"""Content that stands still, told from content with a camera's honest noise."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.worker import StillnessMeter

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
