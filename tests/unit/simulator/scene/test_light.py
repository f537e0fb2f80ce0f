"""One drawing under every light."""

from __future__ import annotations

import math

import numpy
import pytest

from hanoi_wall.simulator.scene.canvas import Canvas
from hanoi_wall.simulator.scene.light import DAY, DUSK, NIGHT, RAIN, WEATHERS, WET_NIGHT, Weather, develop
from hanoi_wall.simulator.scene.street import Mast
from hanoi_wall.simulator.scene.view import View

VIEW = View(192, 108, 0.0, 8.0, 0.0, math.radians(16), math.radians(65))
MASTS = [Mast(-8.0, 24.0, 8.0, 2.0)]


def developed(weather: Weather, masts: list[Mast] = MASTS) -> numpy.ndarray:
    back, front = Canvas.of(VIEW), Canvas.of(VIEW)
    back.rect(-60, -6, 60, 130, (110, 110, 110))
    back.flat([(-9, 40, 0), (9, 40, 0), (9, 40, 6), (-9, 40, 6)], (200, 180, 140))
    back.flat([(-2, 39.9, 2), (2, 39.9, 2), (2, 39.9, 4), (-2, 39.9, 4)], (60, 60, 70), (255, 220, 150))
    front.flat([(5, 12, 0), (7, 12, 0), (7, 12, 9), (5, 12, 9)], (120, 100, 90))
    picture, near, cover = develop(back, front, VIEW, weather, masts, seed=1)
    assert picture.shape == near.shape == (108, 192, 3) and cover.shape == (108, 192)
    assert 0 <= picture.min() and picture.max() <= 255 and 0 < cover.max() <= 1
    return picture


def test_the_night_is_darker_than_dusk_and_dusk_than_day() -> None:
    day, dusk, night = (developed(weather).mean() for weather in (DAY, DUSK, NIGHT))
    assert day > dusk + 10 and dusk > night + 10


def test_windows_shine_at_night_alone() -> None:
    column, row = (round(value) for value in VIEW.point(0, 39.9, 3))
    night, day = developed(NIGHT), developed(DAY)
    assert night[row, column].mean() > 150 > day[row, column].mean()


def test_lamps_make_pools_of_light() -> None:
    column, row = (round(value) for value in VIEW.point(-6, 24))
    assert developed(NIGHT)[row, column].mean() > developed(NIGHT, [])[row, column].mean() + 20


def test_wet_ground_mirrors_what_shines() -> None:
    column, _ = (round(value) for value in VIEW.point(0, 30))
    road = slice(80, 100)
    wet, dry = developed(WET_NIGHT), developed(NIGHT)
    assert numpy.abs(wet[road, column] - dry[road, column]).mean() > 1
    assert RAIN.rains and not DAY.rains


@pytest.mark.parametrize(
    "weather", {weather.name: weather for weather in WEATHERS}.values(), ids=lambda w: w.name
)
def test_no_light_drowns_the_picture(weather: Weather) -> None:
    picture = developed(weather)
    assert picture.std() > 12
    assert (picture > 254).mean() < 0.1
