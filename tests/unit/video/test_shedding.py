"""Shedding: who is shown less when the machine cannot keep up, and how it gets better again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.shedding import (
    LAST_STEP,
    LAST_STEP_ALONE,
    OVERLOAD_NS,
    Load,
    Shedder,
    typical_wait,
)

BUSY, CALM = 2 * OVERLOAD_NS, 0
BIG, SMALL = 1920 * 1080, 320 * 180


def wall(backlog: int, *, enlarged: int = 0) -> dict[int, Load]:
    """Sixteen small tiles of equal rank; tile 0 is enlarged when asked for."""
    loads = {number: Load(1, SMALL, backlog) for number in range(16)}
    if enlarged:
        loads[0] = Load(0, BIG, backlog)
    return loads


def run(shedder: Shedder, loads: dict[int, Load], start_s: float, seconds: float) -> dict[int, int]:
    steps: dict[int, int] = {}
    for quarter in range(round(seconds * 4)):
        steps = shedder.look(loads, round((start_s + quarter / 4) * SECOND))
    return steps


def test_a_machine_that_keeps_up_sheds_nothing() -> None:
    assert set(run(Shedder(), wall(CALM), 1, 120).values()) == {0}


def test_a_short_burst_is_no_overload() -> None:
    shedder = Shedder()
    assert set(run(shedder, wall(BUSY), 1, 1.5).values()) == {0}
    assert set(run(shedder, wall(CALM), 2.5, 5).values()) == {0}


def test_tiles_of_equal_rank_go_down_together_one_step_at_a_time() -> None:
    shedder = Shedder()
    assert set(run(shedder, wall(BUSY), 10, 3).values()) == {1}
    assert set(run(shedder, wall(BUSY), 13, 3).values()) == {1}, "what waits is worked off first"
    assert set(run(shedder, wall(BUSY), 16, 12).values()) == {2}
    assert set(run(shedder, wall(BUSY), 28, 30).values()) == {LAST_STEP}


def test_the_enlarged_tile_goes_last() -> None:
    shedder = Shedder()
    steps = run(shedder, wall(BUSY, enlarged=1), 10, 21)
    assert steps[0] == 0
    assert {steps[number] for number in range(1, 16)} == {LAST_STEP}
    assert run(shedder, wall(BUSY, enlarged=1), 31, 8)[0] > 0


@pytest.mark.parametrize("feeds", [3, 5, 9, 10, 16])
def test_one_slow_feed_is_not_the_machine(feeds: int) -> None:
    shedder = Shedder()
    loads = {number: Load(1, SMALL, CALM) for number in range(feeds)} | {2: Load(1, SMALL, 100 * BUSY)}
    steps = run(shedder, loads, 10, 120)
    assert steps.pop(2) == LAST_STEP_ALONE, "its own loop filter, as that may be all that it wants for"
    assert set(steps.values()) == {0}
    calm = run(shedder, loads | {2: Load(1, SMALL, CALM)}, 130, 20)
    assert set(calm.values()) == {0}


@pytest.mark.parametrize("feeds", [3, 5, 9, 10, 16])
def test_one_slow_feed_does_not_hold_the_others_down(feeds: int) -> None:
    """The machine was short once; a camera that stays slow by itself is no reason to stay so."""
    shedder, slow = Shedder(), {2: Load(1, SMALL, 100 * BUSY)}
    overloaded = {number: Load(1, SMALL, BUSY) for number in range(feeds)}
    assert set(run(shedder, overloaded | slow, 10, 60).values()) == {LAST_STEP}
    calm = {number: Load(1, SMALL, CALM) for number in range(feeds)}
    steps = run(shedder, calm | slow, 70, 200)
    assert steps.pop(2) == LAST_STEP_ALONE
    assert set(steps.values()) == {0}


def test_a_slow_feed_that_goes_takes_its_steps_along() -> None:
    shedder = Shedder()
    run(shedder, wall(CALM) | {5: Load(1, SMALL, BUSY)}, 10, 60)
    less = {number: load for number, load in wall(CALM).items() if number != 5}
    run(shedder, less, 70, 1)
    assert run(shedder, wall(CALM), 71, 1)[5] == 0


def test_a_tenth_of_the_feeds_is_the_machine() -> None:
    calm = {number: Load(1, SMALL, CALM) for number in range(40)}
    busy = {number: Load(1, SMALL, BUSY) for number in range(5)}
    assert set(run(Shedder(), calm | busy, 10, 60).values()) == {LAST_STEP}
    del busy[4]
    assert run(Shedder(), calm | busy, 10, 60)[20] == 0
    assert typical_wait([]) == 0 and typical_wait([7]) == 7 and typical_wait([7, 1]) == 7


def test_it_gets_better_step_by_step_the_important_first() -> None:
    shedder = Shedder()
    run(shedder, wall(BUSY, enlarged=1), 10, 60)
    up = run(shedder, wall(CALM, enlarged=1), 70, 5)
    assert up[0] == LAST_STEP - 1
    assert up[1] == LAST_STEP
    assert set(run(shedder, wall(CALM, enlarged=1), 75, 200).values()) == {0}


def test_a_step_up_that_failed_is_tried_again_later_and_later() -> None:
    shedder = Shedder()
    now, waits = 10.0, []
    run(shedder, wall(BUSY), now, 4)
    for _ in range(4):
        now, calm_since = now + 4, now + 4
        while set(shedder.look(wall(CALM), round(now * SECOND)).values()) == {1}:
            now += 0.25
        waits.append(now - calm_since)
        while set(shedder.look(wall(BUSY), round(now * SECOND)).values()) == {0}:
            now += 0.25
    assert waits == sorted(waits)
    assert waits[-1] >= 2 * waits[0]


def test_a_machine_that_cannot_do_all_goes_on_doing_what_it_can() -> None:
    """Every picture is too much, all without loop filter is not: key pictures alone are never called for."""
    shedder, step, seen = Shedder(), 0, []
    for quarter in range(4 * 600):
        busy = step == 0
        step = max(shedder.look(wall(BUSY if busy else CALM), (10 + quarter) * SECOND // 4 + SECOND).values())
        seen.append(step)
    assert max(seen) == 1
    assert seen.count(0) < 0.1 * len(seen), "and it does not try the rest over and over"


def test_what_failed_above_does_not_keep_the_wall_at_key_pictures() -> None:
    shedder = Shedder()
    step = 0
    for second in range(10, 300):
        step = max(shedder.look(wall(CALM if step else BUSY), second * SECOND).values())
    assert set(run(shedder, wall(BUSY), 300, 60).values()) == {LAST_STEP}
    assert max(run(shedder, wall(CALM), 360, 5).values()) < LAST_STEP


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([SMALL, BIG]), st.integers(0, 3 * OVERLOAD_NS)),
        max_size=30,
    ),
    st.integers(1, 40),
)
def test_a_less_important_tile_is_never_shown_more(tiles: list[tuple[int, int, int]], seconds: int) -> None:
    loads = {number: Load(*tile) for number, tile in enumerate(tiles)}
    steps = run(Shedder(), loads, 10, seconds)
    assert set(steps) == set(loads)
    assert all(0 <= step <= LAST_STEP for step in steps.values())
    for one, load in loads.items():
        for other, lesser in loads.items():
            if (load.rank, -load.pixels) <= (lesser.rank, -lesser.pixels):
                alone = LAST_STEP_ALONE if load.backlog_ns > OVERLOAD_NS else 0
                assert steps[one] <= max(steps[other], alone)
