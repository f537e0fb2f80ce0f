"""Bodies are drawn from the side they are seen from."""

from __future__ import annotations

import math

import pytest

from hanoi_wall.simulator.scene.solids import Ball, Box, Eye, box, paint

RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 200, 0)


def seen(parts: list[Box | Ball], azimuth: float, elevation: float = 20) -> dict[str, int]:
    """How many pixels of each colour."""
    image = paint(parts, Eye(azimuth, math.radians(elevation), 40, (100, 150)), (200, 200))
    count = {"red": 0, "green": 0, "blue": 0, "none": 0}
    for red, green, blue, alpha in image.get_flattened_data():
        if not alpha:
            count["none"] += 1
        else:
            count[max((red, "red"), (green, "green"), (blue, "blue"))[1]] += 1
    return count


def test_the_front_hides_the_back() -> None:
    body = [box(0, 1, -1, 0, 0.5, RED), box(0, 1, 0, 1, 0.5, BLUE)]
    going, coming = seen(body, 0), seen(body, math.pi)
    assert going["red"] > going["blue"] and coming["blue"] > coming["red"]


def test_a_side_is_longer_than_a_front() -> None:
    body = [box(0, 1, -2, 2, 0.5, RED)]
    assert seen(body, math.pi / 2)["red"] > 1.5 * seen(body, 0)["red"]


def test_the_left_is_on_the_left_of_what_drives_away() -> None:
    image = paint([box(0, 1, -1, 1, 0.1, RED, y=1.0)], Eye(0, 0.3, 40, (100, 150)), (200, 200))
    bounds = image.getbbox()
    assert bounds is not None and bounds[2] < 100


def test_glass_sides_under_a_painted_roof() -> None:
    car = [Box(0, 1, (-1, 1, 0.5), (-1, 1, 0.5), RED, BLUE)]
    flat, high = seen(car, 0.7, 5), seen(car, 0.7, 60)
    assert flat["blue"] > flat["red"] and high["red"] > flat["red"]


@pytest.mark.parametrize("layer", [-1, 1])
def test_layers_rule_over_nearness(layer: int) -> None:
    near = Box(0, 1, (-1, -0.9, 0.5), (-1, -0.9, 0.5), RED, None, 0.0, layer)
    far = box(0, 1, 0.9, 1, 0.5, BLUE)
    assert (seen([near, far], 0, 1)["red"] > 100) == (layer == 1)


def test_a_ball_is_round() -> None:
    count = seen([Ball((0, 0, 1), 1.0, GREEN)], 0.3)
    assert count["green"] == pytest.approx(math.pi * 40 * 40, rel=0.05)
