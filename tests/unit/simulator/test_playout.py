"""Which picture is due when, and how one loop gives way to another."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.simulator.playout import Playout, Prepared, Source, Timetable
from hanoi_wall.simulator.reel import Codec, Reel, Unit

RATES = st.sampled_from([Fraction(25), Fraction(25, 2), Fraction(30_000, 1001), Fraction(7)])
SETS = (memoryview(b"\x67sps"), memoryview(b"\x68pps"))


def loop(pictures: int, gop: int, rate: Fraction = Fraction(25), first: int = 0) -> Prepared:
    units = tuple(
        Unit(first + n, n % gop == 0, (*(SETS if n % gop == 0 else ()), memoryview(b"\x65picture")))
        for n in range(pictures)
    )
    return Prepared.of(Reel(Codec.H264, 640, 360, rate, units))


@given(RATES, st.integers(0, 10**12), st.integers(0, 10**7))
def test_the_newest_picture_is_the_last_that_was_due(rate: Fraction, start: int, number: int) -> None:
    table = Timetable(start, rate)
    due = table.due_ns(number)
    assert table.number_at(due) == number
    assert table.number_at(due - 1) == number - 1
    assert table.due_ns(number + 1) > due


@given(RATES, st.integers(0, 10**7))
def test_time_stamps_never_drift_from_the_clock(rate: Fraction, number: int) -> None:
    table = Timetable(0, rate)
    assert abs(table.stamp(number) / 90_000 - table.due_ns(number) / 1e9) < 1 / 80_000


def test_a_loop_repeats_without_a_seam() -> None:
    playout = Playout(Source(loop(10, 5), Fraction(25)))
    frames = [shown.unit.frame for number in range(25) if (shown := playout.at(number))]
    assert frames == [number % 10 for number in range(25)]


def test_another_loop_waits_for_its_key_frame() -> None:
    playout = Playout(Source(loop(10, 5), Fraction(25)))
    playout.change(Source(loop(10, 5, first=100), Fraction(25)))
    frames = [shown.unit.frame for number in range(3, 8) if (shown := playout.at(number))]
    assert frames == [3, 4, 105, 106, 107]


def test_an_abrupt_change_brings_parameter_sets_without_a_key_frame() -> None:
    playout = Playout(Source(loop(10, 5), Fraction(25)))
    playout.change(Source(loop(10, 5, first=100), Fraction(25), abrupt=True))
    shown = playout.at(3)
    assert shown is not None and shown.unit.frame == 103 and not shown.unit.key
    assert shown.packets[0].prefix[0] & 0x1F == 24, "no parameter sets before it"


def test_a_loop_out_of_step_begins_with_its_first_picture() -> None:
    playout = Playout(Source(loop(10, 5), Fraction(25)))
    playout.change(Source(loop(5, 5, first=200), Fraction(25), since=7))
    frames = [shown.unit.frame for number in range(5, 14) if (shown := playout.at(number))]
    assert frames == [5, 6, 200, 201, 202, 203, 204, 200, 201]


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(5), Fraction(12), Fraction(1, 5)])
def test_slow_loops_send_as_often_as_they_should(rate: Fraction) -> None:
    playout = Playout(Source(loop(10, 1, rate), Fraction(25)))
    sent = [number for number in range(2500) if playout.at(number) is not None]
    assert len(sent) == 100 * rate
    gaps = {later - earlier for earlier, later in zip(sent, sent[1:], strict=False)}
    assert max(gaps) - min(gaps) <= 1


@given(st.integers(0, 1000))
def test_the_next_key_frame(number: int) -> None:
    playout = Playout(Source(loop(50, 10), Fraction(25)))
    key = playout.next_key(number)
    assert key is not None and key >= number and key % 10 == 0 and key - number < 10


def test_replacing_is_at_once() -> None:
    playout = Playout(Source(loop(10, 5), Fraction(25)))
    playout.replace(Source(loop(10, 5, first=100), Fraction(25)))
    shown = playout.at(3)
    assert shown is not None and shown.unit.frame == 103
