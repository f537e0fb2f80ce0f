"""The reference picture and the comparison with it."""

from __future__ import annotations

import numpy
import pytest

from tests.bench.pixels import (
    Bytes,
    Place,
    area_matrix,
    columns_for,
    fitted,
    grid_places,
    psnr_db,
    scaled,
    to_bgr,
)

# Studio-range values of saturated colours, from ITU-R BT.601 and BT.709 (8 bit).
RED = {"601": (81, 90, 240), "709": (63, 102, 240)}
BLUE = {"601": (41, 240, 110), "709": (32, 240, 118)}


def _planes(colour: tuple[int, int, int]) -> tuple[Bytes, Bytes, Bytes]:
    y, u, v = colour
    luma, chroma = (8, 8), (4, 4)
    return (
        numpy.full(luma, y, numpy.uint8),
        numpy.full(chroma, u, numpy.uint8),
        numpy.full(chroma, v, numpy.uint8),
    )


@pytest.mark.parametrize("matrix", ["601", "709"])
def test_colours_follow_their_matrix(matrix: str) -> None:
    red = to_bgr(*_planes(RED[matrix]), matrix, False)
    blue = to_bgr(*_planes(BLUE[matrix]), matrix, False)
    assert numpy.abs(red - (0, 0, 255)).max() < 3
    assert numpy.abs(blue - (255, 0, 0)).max() < 3


def test_the_wrong_matrix_is_seen() -> None:
    right, wrong = (to_bgr(*_planes(RED["709"]), matrix, False) for matrix in ("709", "601"))
    assert psnr_db(wrong.astype(numpy.uint8), right) < 32


def test_full_range_is_not_stretched() -> None:
    grey = to_bgr(*_planes((200, 128, 128)), "601", True)
    assert numpy.abs(grey - 200).max() < 0.01


def test_area_weights_cover_each_input_once() -> None:
    weights = area_matrix(640, 480)
    assert weights.shape == (480, 640)
    assert numpy.allclose(weights.sum(axis=1), 1)
    assert numpy.allclose(weights.sum(axis=0), 480 / 640)


def test_shrinking_keeps_flat_areas_and_the_mean() -> None:
    chance = numpy.random.default_rng(1)
    picture = chance.uniform(0, 255, (90, 160, 3))
    small = scaled(picture, 120, 68)
    assert small.shape == (68, 120, 3)
    assert abs(small.mean() - picture.mean()) < 0.01
    assert numpy.allclose(scaled(numpy.full((90, 160, 3), 7.0), 40, 30), 7)


def test_enlarging_does_not_shift() -> None:
    ramp = numpy.broadcast_to(numpy.arange(64.0)[None, :, None], (36, 64, 3))
    large = scaled(ramp, 128, 72)
    middle = large[36, 8:-8, 0]
    wanted = (numpy.arange(128) + 0.5) / 2 - 0.5
    assert numpy.allclose(middle, wanted[8:-8])


def test_noise_has_the_ratio_that_the_formula_says() -> None:
    reference = numpy.full((50, 50, 3), 100.0)
    painted = numpy.full((50, 50, 3), 110, numpy.uint8)
    assert psnr_db(painted, reference) == pytest.approx(28.13, abs=0.01)
    assert psnr_db(reference.astype(numpy.uint8), reference) == 99.0


def test_what_lies_under_a_bar_is_not_judged() -> None:
    reference = numpy.full((50, 50, 3), 100.0)
    painted = reference.astype(numpy.uint8)
    painted[:10], painted[:, 0], painted[-1] = 0, 0, 0
    assert psnr_db(painted, reference) < 20
    assert psnr_db(painted, reference, skip_top=10, skip_edge=1) == 99.0


def test_places_are_whole_pixels_of_the_screen() -> None:
    places = grid_places(4, 4, 1920, 1080)
    assert places[5] == Place(480, 270, 480, 270)
    pixels = numpy.arange(1080 * 1920 * 4, dtype=numpy.uint8).reshape(1080, 1920, 4)
    assert places[5].of(pixels).shape == (270, 480, 4)
    assert fitted(Place(0, 0, 640, 600), 640, 360) == Place(0, 120, 640, 360)


@pytest.mark.parametrize(
    ("feeds", "grid"), [(1, (1, 1)), (4, (2, 2)), (5, (3, 2)), (16, (4, 4)), (36, (6, 6))]
)
def test_the_smallest_grid_holds_all_feeds(feeds: int, grid: tuple[int, int]) -> None:
    assert columns_for(feeds) == grid
