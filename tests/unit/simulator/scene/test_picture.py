"""Scenes: whole pictures, the same every time, without a seam, and each camera's another."""

from __future__ import annotations

import numpy
import pytest

from hanoi_wall.simulator.scene.light import WEATHERS, weather_of
from hanoi_wall.simulator.scene.picture import Scene

LOOP_S = 2.0


def scene(camera: int, width: int = 192, height: int = 108) -> Scene:
    return Scene(camera, "Cầu Giấy", width, height, LOOP_S, False)


@pytest.fixture(scope="module")
def first() -> Scene:
    return scene(0)


def test_a_picture_is_planar_yuv(first: Scene) -> None:
    picture = first.picture(0.0)
    assert picture.shape == (162, 192) and picture.dtype == numpy.uint8
    assert picture[:108].std() > 20, "there is something to see"
    assert numpy.abs(picture[108:].astype(int) - 128).max() > 15, "in colour"


def test_the_same_moment_is_the_same_picture(first: Scene) -> None:
    assert numpy.array_equal(first.picture(0.6).copy(), scene(0).picture(0.6))


@pytest.mark.parametrize("camera", [0, 1])
def test_the_loop_has_no_seam(camera: int) -> None:
    """Rain too: the picture after the last is the first one again."""
    one = scene(camera)
    assert one._weather.rains == (camera == 1)
    assert numpy.array_equal(one.picture(0.24).copy(), one.picture(LOOP_S + 0.24))


def test_it_moves(first: Scene) -> None:
    before = first.picture(0.0)[:108].astype(int)
    after = first.picture(0.2)[:108]
    assert (numpy.abs(before - after) > 12).mean() > 0.005


def test_cameras_differ() -> None:
    pictures = [scene(camera).picture(0.0).astype(int) for camera in range(4)]
    for place, one in enumerate(pictures):
        for other in pictures[place + 1 :]:
            assert numpy.abs(one - other)[:108].mean() > 8


def test_neighbours_see_another_light() -> None:
    assert {weather_of(camera).name for camera in range(14)} == {weather.name for weather in WEATHERS}
    for camera in range(60):
        assert len({weather_of(camera + near).name for near in range(4)}) >= 2


def test_both_sizes_show_the_same_crossing() -> None:
    small, large = (
        scene(3).picture(0.5)[:108].astype(float),
        scene(3, 384, 216).picture(0.5)[:216].astype(float),
    )
    halved = large.reshape(108, 2, 192, 2).mean(axis=(1, 3))
    # Letters have a least size, so the caption's corner is left out.
    assert numpy.corrcoef(small[:85].ravel(), halved[:85].ravel())[0, 1] > 0.9
