"""The crossing itself: asphalt and paint where they belong, near things apart from far ones."""

from __future__ import annotations

import math

import pytest

from hanoi_wall.simulator.scene.canvas import SUPERSAMPLE, Canvas
from hanoi_wall.simulator.scene.street import Street, masts
from hanoi_wall.simulator.scene.traffic import Plan
from hanoi_wall.simulator.scene.view import View

PLAN = Plan(28.0, 7.2, 5.6)
VIEW = View(640, 360, 0.0, 8.5, 0.0, math.radians(17), math.radians(65))


@pytest.fixture(scope="module")
def back() -> Canvas:
    canvas = Canvas.of(VIEW)
    Street(PLAN, 4).back(canvas)
    return canvas


def light(canvas: Canvas, x: float, y: float) -> float:
    column, row = VIEW.point(x, y)
    pixel = canvas.surface.getpixel((round(column * SUPERSAMPLE), round(row * SUPERSAMPLE)))
    assert isinstance(pixel, tuple) and pixel[3] == 255
    return sum(pixel[:3]) / 3


def test_asphalt_is_darker_than_paint_and_paving(back: Canvas) -> None:
    assert light(back, 4.0, 15.0) < 125
    assert light(back, -4.0, 28.0) < 125
    assert light(back, 9.0, 15.2) > 140
    stripe = -7.2 + 0.4 + 1.05 * 3 + 0.25
    assert light(back, stripe, 28 - 5.6 - 2.3) > 200


def test_the_ground_can_be_told_from_what_stands(back: Canvas) -> None:
    column, row = VIEW.point(2, 18)
    assert back.ground.getpixel((round(column * 2), round(row * 2))) == 255
    column, row = VIEW.point(16, 28 + 5.6 + 3.4, 5)
    assert back.ground.getpixel((round(column * 2), round(row * 2))) == 0


def test_near_things_are_in_front_and_leave_the_road_free() -> None:
    canvas = Canvas.of(VIEW)
    Street(PLAN, 4).front(canvas)
    assert canvas.surface.getbbox() is not None
    for x in (-5.0, 0.0, 5.0):
        column, row = VIEW.point(x, 18)
        pixel = canvas.surface.getpixel((round(column * 2), round(row * 2)))
        assert isinstance(pixel, tuple) and pixel[3] == 0


def test_the_same_seed_is_the_same_street(back: Canvas) -> None:
    again, other = Canvas.of(VIEW), Canvas.of(VIEW)
    Street(PLAN, 4).back(again)
    Street(PLAN, 5).back(other)
    assert again.surface.tobytes() == back.surface.tobytes() != other.surface.tobytes()


def test_lamps_reach_over_the_street() -> None:
    assert len(masts(PLAN)) == 10
    assert all(abs(mast.x + mast.reach) < abs(mast.x) for mast in masts(PLAN))
