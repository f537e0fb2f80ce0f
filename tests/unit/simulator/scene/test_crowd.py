"""Ha Noi's traffic: mostly motorbikes, everyone within the crossing, the same for the same camera."""

from __future__ import annotations

from collections import Counter

import numpy
import pytest

from hanoi_wall.simulator.scene.crowd import crowd, walking_step
from hanoi_wall.simulator.scene.traffic import Movers, Plan

PLAN = Plan(28.0, 7.2, 5.6)


def lives(loop_s: float = 10.0, density: float = 1.0, seed: int = 1, rain: bool = False) -> list:
    return crowd(PLAN, loop_s, density, rain, numpy.random.default_rng(seed))


def test_motorbikes_rule() -> None:
    kinds = Counter(life.look.kind for life in lives())
    assert kinds["motorbike"] > 2 * (kinds["car"] + kinds["van"] + kinds["bus"]) > 0
    assert kinds["walker"] >= 8


@pytest.mark.parametrize("loop_s", [1.0, 2.0, 10.0, 25.0])
def test_a_loop_of_any_length_is_alive(loop_s: float) -> None:
    movers = Movers(lives(loop_s), loop_s)
    counts = [len(movers.at(loop_s * part / 7)[0]) for part in range(7)]
    assert min(counts) > 15


def test_the_same_dice_make_the_same_traffic() -> None:
    one, again, other = lives(seed=1), lives(seed=1), lives(seed=2)
    assert [life.along for life in one] == [life.along for life in again]
    assert [life.along for life in one] != [life.along for life in other]


def test_density() -> None:
    assert len(lives(density=0.5)) < len(lives(density=1.3))


def test_everyone_stays_on_the_crossing() -> None:
    _, facts = Movers(lives(), 10.0).at(4.0)
    assert numpy.abs(facts[0]).max() < 45 and facts[1].min() > -4 and facts[1].max() < 86


def test_in_the_rain_riders_know_it() -> None:
    assert all(life.look.rain for life in lives(rain=True) if life.look.kind in ("motorbike", "walker"))


def test_a_step_is_a_short_way() -> None:
    assert [walking_step(metres * 0.38 + 0.01) for metres in range(5)] == [0, 1, 2, 3, 0]
