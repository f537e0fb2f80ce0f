"""Tiles fill their surface without a pixel lost or shared; pictures keep their shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.layout import Box, fit, scene_boxes, tile_boxes

sides = st.integers(1, 12)
lengths = st.integers(1, 8000)


@given(sides, sides, lengths, lengths)
def test_tiles_cover_the_surface_once(columns: int, rows: int, width: int, height: int) -> None:
    boxes = tile_boxes(Grid(columns, rows), width, height)
    assert len(boxes) == columns * rows
    assert sum(box.area for box in boxes) == width * height
    for number, box in enumerate(boxes):
        row, column = divmod(number, columns)
        right = boxes[number + 1].x if column + 1 < columns else width
        below = boxes[number + columns].y if row + 1 < rows else height
        assert (box.x + box.width, box.y + box.height) == (right, below)


@given(sides, sides, lengths, lengths)
def test_tiles_of_one_surface_differ_by_one_pixel_at_most(
    columns: int, rows: int, width: int, height: int
) -> None:
    boxes = tile_boxes(Grid(columns, rows), width, height)
    assert max(box.width for box in boxes) - min(box.width for box in boxes) <= 1
    assert max(box.height for box in boxes) - min(box.height for box in boxes) <= 1


def test_full_hd_in_four_by_four_is_exact() -> None:
    boxes = tile_boxes(Grid(4, 4), 1920, 1080)
    assert {(box.width, box.height) for box in boxes} == {(480, 270)}


def test_only_the_enlarged_tile_has_a_box() -> None:
    scene = MonitorScene.filled(Grid(3, 2), ("a", "b"))
    assert list(scene_boxes(scene, 300, 200)) == [1, 2, 3, 4, 5, 6]
    assert scene_boxes(scene.enlarge(2), 300, 200) == {2: Box(0, 0, 300, 200)}


def test_a_tile_without_a_pixel_cannot_be_seen() -> None:
    scene = MonitorScene.filled(Grid(4, 1), ())
    assert list(scene_boxes(scene, 2, 10)) == [2, 4]
    assert scene_boxes(scene, 0, 10) == {}
    assert scene_boxes(scene.enlarge(1), 0, 0) == {}


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 4000))
def test_a_picture_is_whole_in_the_middle_and_keeps_its_shape(
    width: int, height: int, wide: int, high: int
) -> None:
    box = Box(7, 11, wide, high)
    place = fit(width, height, box)
    assert box.x <= place.x and place.x + place.width <= box.x + wide
    assert box.y <= place.y and place.y + place.height <= box.y + high
    assert place.width >= wide - 1 or place.height >= high - 1
    # A pixel of rounding on the side that does not fill the box.
    assert abs(place.width * height - place.height * width) <= 1.5 * max(width, height)
    assert abs(2 * place.x + place.width - (2 * box.x + wide)) <= 1
    assert abs(2 * place.y + place.height - (2 * box.y + high)) <= 1


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((480, 270), Box(0, 0, 480, 270)),
        ((478, 269), Box(0, 0, 479, 269)),
        ((360, 270), Box(0, 0, 480, 270)),
        ((479, 269), Box(0, 0, 479, 270)),
    ],
)
def test_a_picture_made_for_its_tile_is_not_scaled(size: tuple[int, int], box: Box) -> None:
    place = fit(*size, box)
    assert (place.width, place.height) == size


def test_nothing_fits_into_nothing() -> None:
    assert fit(640, 360, Box(3, 4, 0, 10)).area == 0
    assert fit(0, 0, Box(3, 4, 10, 10)).area == 0


def test_a_box_holds_its_pixels_and_no_more() -> None:
    box = Box(10, 20, 3, 2)
    inside = {(x, y) for x in range(30) for y in range(30) if box.holds(x, y)}
    assert inside == {(10, 20), (11, 20), (12, 20), (10, 21), (11, 21), (12, 21)}
