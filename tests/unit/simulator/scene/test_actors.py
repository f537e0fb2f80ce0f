"""Those on the road have the sizes they have in life."""

from __future__ import annotations

import pytest

from hanoi_wall.simulator.scene import actors
from hanoi_wall.simulator.scene.actors import Actor
from hanoi_wall.simulator.scene.solids import Ball


def height(actor: Actor) -> float:
    return max(p.centre[2] + p.radius if isinstance(p, Ball) else p.high for p in actor.parts)


@pytest.mark.parametrize("variant", range(8))
def test_sizes(variant: int) -> None:
    assert 1.4 < height(actors.motorbike(variant, rain=False)) < 2.0
    assert 1.3 < height(actors.car(variant)) < 1.8
    assert 2.8 < height(actors.bus(variant)) < 3.4
    assert 1.6 < height(actors.walker(variant, 0, rain=False)) < 2.0
    assert actors.bus(variant).length > actors.van(variant).length > actors.car(variant).length


def test_a_walker_walks() -> None:
    steps = {actors.walker(1, step, rain=False).parts for step in range(actors.WALK_STEPS)}
    assert len(steps) == actors.WALK_STEPS


def test_rain_brings_ponchos_and_umbrellas() -> None:
    assert actors.motorbike(1, rain=True).parts != actors.motorbike(1, rain=False).parts
    assert height(actors.walker(1, 0, rain=True)) > 1.9


def test_lights_are_at_both_ends() -> None:
    for actor in (actors.car(0), actors.van(0), actors.bus(0), actors.motorbike(0, rain=False)):
        assert all(x > actor.length * 0.3 for x, _, _ in actor.lamps)
        assert all(x < -actor.length * 0.3 for x, _, _ in actor.tails)
