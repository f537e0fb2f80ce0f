"""The meter of UI gaps, by a clock turned by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.operations.stalls import StallMeter

MS = SECOND // 1000


def fed(*ticks_ms: int) -> StallMeter:
    meter = StallMeter()
    for tick in ticks_ms:
        meter.tick(tick * MS)
    return meter


def test_nothing_is_known_before_the_second_tick() -> None:
    assert fed().longest_ms(5 * SECOND) == 0
    assert fed(1000).longest_ms(1000 * MS) == 0


def test_a_healthy_tick_measures_its_own_interval_and_no_stall() -> None:
    meter = fed(*range(0, 1000, 33))
    assert meter.longest_ms(990 * MS) == 33
    assert meter.stalls(990 * MS) == 0


def test_a_gap_of_exactly_100_ms_is_no_stall_and_one_above_is() -> None:
    assert fed(0, 100).stalls(100 * MS) == 0
    assert fed(0, 101).stalls(101 * MS) == 1


def test_the_longest_gap_is_kept_for_a_minute_and_then_gives_way_to_the_next_longest() -> None:
    meter = fed(0, 500, 530, 700, 730)
    assert meter.longest_ms(730 * MS) == 500
    for tick in range(760, 60_499, 30):
        meter.tick(tick * MS)
    assert (meter.longest_ms(60_499 * MS), meter.stalls(60_499 * MS)) == (500, 2)
    meter.tick(60_500 * MS)
    assert (meter.longest_ms(60_500 * MS), meter.stalls(60_500 * MS)) == (170, 1)
    meter.tick(60_530 * MS)
    for tick in range(60_560, 60_801, 30):
        meter.tick(tick * MS)
    assert (meter.longest_ms(60_800 * MS), meter.stalls(60_800 * MS)) == (30, 0)
    assert meter.total == 2


def test_a_gap_that_still_goes_on_is_seen_before_it_ends() -> None:
    meter = fed(0, 30)
    assert meter.longest_ms(830 * MS) == 800
    assert meter.stalls(830 * MS) == 0


def test_a_pause_on_purpose_is_no_stall() -> None:
    meter = fed(0, 30)
    meter.pause()
    meter.tick(9000 * MS)
    meter.tick(9030 * MS)
    assert (meter.longest_ms(9030 * MS), meter.total) == (30, 0)


def test_a_time_that_goes_back_is_no_gap() -> None:
    meter = fed(1000, 900)
    assert (meter.longest_ms(900 * MS), meter.total) == (0, 0)


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=60))
def test_it_agrees_with_looking_at_every_gap_again(gaps: list[int]) -> None:
    meter, now, ends = StallMeter(), 0, []
    meter.tick(0)
    for gap in gaps:
        now += gap
        meter.tick(now * MS)
        ends.append((now, gap))
        recent = [length for end, length in ends if now - end < 60_000]
        assert meter.longest_ms(now * MS) == max(recent)
        assert meter.stalls(now * MS) == sum(length > 100 for length in recent)
    assert meter.total == sum(gap > 100 for gap in gaps)
