"""Traffic keeps its lane, its distance and its lights, and repeats exactly."""

from __future__ import annotations

import itertools

import numpy
import pytest

from hanoi_wall.simulator.scene.sprites import Look
from hanoi_wall.simulator.scene.traffic import (
    STEP_S,
    Arrival,
    Lights,
    Movers,
    Plan,
    drive,
    right_turn,
    straight,
    stroll,
)

BIKE = Look("motorbike", 1)
LOOP_S = 10.0


def busy(stop: float, loop_s: float = LOOP_S) -> list[Arrival]:
    return [Arrival(place * 1.1, BIKE, 8.0, 1.9) for place in range(int(loop_s / 1.1))]


def test_who_follows_keeps_behind() -> None:
    lives = drive(straight((0, 0), (0, 80), 40, 0), busy(40), LOOP_S, Lights(LOOP_S))
    lives.sort(key=lambda life: life.start)
    assert len(lives) >= 3
    for first, second in itertools.pairwise(lives):
        offset = round((second.start - first.start) / STEP_S)
        for place, position in enumerate(second.along):
            if place + offset < len(first.along):
                assert first.along[place + offset] - position > 1.9 * 0.9


def test_red_means_stop() -> None:
    lights = Lights(LOOP_S)
    lives = drive(straight((0, 0), (0, 80), 40, 0), busy(40), LOOP_S, lights)
    waited = 0
    for life in lives:
        for place, (before, after) in enumerate(itertools.pairwise(life.along)):
            now = life.start + place * STEP_S
            if before < 40 <= after and not lights.is_green(0, now):
                speed = (after - before) / STEP_S
                assert speed > 3, "it could have stopped"
            waited += after - before < 0.01
    assert waited > 20, "nobody ever waited"


def test_short_loops_have_no_lights() -> None:
    assert all(Lights(2.0).is_green(phase, 0.1 * tenth) for phase in (0, 1) for tenth in range(20))


@pytest.mark.parametrize("loop_s", [2.0, 10.0, 30.0])
def test_streets_are_never_green_at_once(loop_s: float) -> None:
    lights = Lights(loop_s)
    both = [lights.is_green(0, 0.05 * n) and lights.is_green(1, 0.05 * n) for n in range(600)]
    assert any(both) == (loop_s < 8)


def test_everything_repeats_after_one_loop() -> None:
    lives = drive(straight((0, 0), (0, 80), 40, 0), busy(40), LOOP_S, Lights(LOOP_S))
    lives.append(stroll(straight((-9, 3), (-9, 30), -1, 0), Look("walker", 2), 7.0, 1.3))
    movers = Movers(lives, LOOP_S)
    for seconds in (0.0, 3.3, 9.96):
        who, facts = movers.at(seconds)
        again, same = movers.at(seconds + LOOP_S)
        assert who == again and numpy.allclose(facts, same)


def test_nobody_jumps_at_the_seam() -> None:
    lives = drive(straight((0, 0), (0, 80), 40, 0), busy(40), LOOP_S, Lights(LOOP_S))
    movers = Movers(lives, LOOP_S)
    before, after = movers.at(LOOP_S - 0.02)[1], movers.at(0.02)[1]
    middle = [row for row in before[1] if 2 < row < 78]
    assert middle
    for y in middle:
        assert min(abs(after[1] - y)) < 8.5 * 0.04 + 0.01


def test_nobody_is_there_when_nobody_comes() -> None:
    assert Movers([], LOOP_S).at(1.0)[0] == []


def test_a_right_turn_ends_to_the_right() -> None:
    path = right_turn((6.0, -2.0), (6.0, 22.0), 40.0, 14.0)
    steps = numpy.hypot(numpy.diff(path.x), numpy.diff(path.y))
    assert 0.9 < steps.min() and steps.max() < 1.01
    assert path.heading[0] == pytest.approx(numpy.pi / 2) and path.heading[-1] == pytest.approx(0)
    assert path.x[-1] > 38 and path.y[-1] == pytest.approx(22)


def test_stop_lines_lie_before_the_crossing() -> None:
    away, coming, right, left = Plan(28.0, 7.0, 5.5).stops
    assert away < 28 - 5.5 and coming > 28 + 5.5 and right < -7 and left > 7
