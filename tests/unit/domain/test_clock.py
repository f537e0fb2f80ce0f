"""The clocks: the machine's, and the one that moves only when told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND, ManualClock, SystemClock


def test_the_systems_clock_is_the_systems() -> None:
    clock = SystemClock()
    before, wall_before = time.monotonic_ns(), time.time_ns()
    assert before <= clock.monotonic_ns() <= time.monotonic_ns()
    assert wall_before <= clock.wall_ns() <= time.time_ns()


def test_a_manual_clock_stands_until_told() -> None:
    clock = ManualClock(monotonic_ns=5, wall_ns=7)
    assert (clock.monotonic_ns(), clock.wall_ns()) == (5, 7)
    assert (clock.monotonic_ns(), clock.wall_ns()) == (5, 7)


@given(st.lists(st.floats(0, 1e5)))
def test_both_clocks_move_together_and_only_on(steps: list[float]) -> None:
    clock = ManualClock()
    apart = clock.wall_ns() - clock.monotonic_ns()
    for step in steps:
        before = clock.monotonic_ns()
        clock.advance(step)
        assert clock.monotonic_ns() - before == round(step * SECOND)
    assert clock.wall_ns() - clock.monotonic_ns() == apart


def test_a_manual_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="cannot go back: -0.1"):
        ManualClock().advance(-0.1)
