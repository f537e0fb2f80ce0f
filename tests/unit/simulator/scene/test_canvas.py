"""What is drawn on a canvas covers what was there, in light and ground as well."""

from __future__ import annotations

import math

from hanoi_wall.simulator.scene.canvas import SUPERSAMPLE, Canvas
from hanoi_wall.simulator.scene.view import View

VIEW = View(320, 180, 0.0, 8.0, 0.0, math.radians(18), math.radians(65))
WALL = [(-4.0, 30.0, 0.0), (4.0, 30.0, 0.0), (4.0, 30.0, 6.0), (-4.0, 30.0, 6.0)]


def place(x: float, y: float, z: float) -> tuple[int, int]:
    column, row = VIEW.point(x, y, z)
    return round(column * SUPERSAMPLE), round(row * SUPERSAMPLE)


def test_a_wall_hides_the_ground_behind_it() -> None:
    canvas = Canvas.of(VIEW)
    canvas.rect(-30, 5, 30, 100, (100, 100, 100))
    spot = place(0, 30, 2)
    assert canvas.ground.getpixel(spot) == 255
    canvas.flat(WALL, (200, 150, 80), (20, 10, 0))
    assert canvas.ground.getpixel(spot) == 0
    assert canvas.surface.getpixel(spot) == (200, 150, 80, 255)
    assert canvas.shine.getpixel(spot) == (20, 10, 0)


def test_what_is_in_front_puts_out_the_light_behind() -> None:
    canvas = Canvas.of(VIEW)
    canvas.flat(WALL, (200, 150, 80), (255, 255, 200))
    canvas.line((-1, 28, 2), (1, 28, 2), 0.5, (60, 60, 60))
    canvas.blob((2.5, 28, 2), 0.5, (0, 90, 0))
    assert canvas.shine.getpixel(place(0, 28, 2)) == (0, 0, 0)
    assert canvas.shine.getpixel(place(2.5, 28, 2)) == (0, 0, 0)
    canvas.lamp((-2.5, 28, 3), 0.4, (255, 220, 160))
    assert canvas.shine.getpixel(place(-2.5, 28, 3)) == (255, 220, 160)


def test_nothing_is_drawn_behind_the_camera() -> None:
    canvas = Canvas.of(VIEW)
    canvas.flat([(x, -20.0 - y, z) for x, y, z in WALL], (1, 2, 3))
    canvas.blob((0, -20, 2), 1.0, (1, 2, 3))
    canvas.line((0, -20, 2), (1, -20, 2), 0.1, (1, 2, 3))
    assert canvas.surface.getbbox() is None
