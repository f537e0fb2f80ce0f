"""Grids, tiles and the enlarged one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.wall import LARGEST_GRID, Grid, MonitorScene, SceneError

sides = st.integers(1, LARGEST_GRID)
cameras = st.lists(st.text(min_size=1, max_size=6), max_size=200).map(tuple)


@given(sides, sides)
def test_a_grid_is_read_as_it_is_written(columns: int, rows: int) -> None:
    grid = Grid(columns, rows)
    assert Grid.parse(str(grid)) == grid
    assert grid.tiles == columns * rows


@pytest.mark.parametrize("text", ["", "4x4", "grid:4", "grid:4X4", "grid:4x4 ", "grid:-1x4", "grid:4x4x4"])
def test_what_is_no_grid_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SceneError, match="grid:4x4"):
        Grid.parse(text)


@pytest.mark.parametrize(("columns", "rows"), [(0, 1), (1, 0), (13, 1), (1, 13), (-1, 2)])
def test_a_grid_has_bounds(columns: int, rows: int) -> None:
    with pytest.raises(SceneError, match=r"must be 1\.\.12"):
        Grid(columns, rows)


@given(sides, sides, cameras)
def test_cameras_fill_the_tiles_in_reading_order(columns: int, rows: int, ids: tuple[str, ...]) -> None:
    scene = MonitorScene.filled(Grid(columns, rows), ids)
    assert [place.number for place in scene.tiles] == list(range(1, columns * rows + 1))
    assert [(place.row, place.column) for place in scene.tiles] == [
        (row, column) for row in range(rows) for column in range(columns)
    ]
    shown = [place.camera for place in scene.tiles]
    taken = min(len(ids), len(shown))
    assert tuple(shown[:taken]) == ids[:taken]
    assert shown[taken:] == [None] * (len(shown) - taken)
    assert scene.visible() == scene.tiles


@given(sides, sides, st.data())
def test_an_enlarged_tile_is_the_only_one_seen(columns: int, rows: int, data: st.DataObject) -> None:
    scene = MonitorScene.filled(Grid(columns, rows), ("cam-01",))
    number = data.draw(st.integers(1, scene.grid.tiles))
    enlarged = scene.enlarge(number)
    assert [place.number for place in enlarged.visible()] == [number]
    assert enlarged.enlarge(None) == scene


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_tile_that_is_not_there_cannot_be_enlarged(number: int) -> None:
    with pytest.raises(SceneError, match=f"no tile {number}: the grid has 4"):
        MonitorScene.filled(Grid(2, 2), ()).enlarge(number)


def test_only_what_is_known_stays() -> None:
    scene = MonitorScene.filled(Grid(2, 2), ("a", "b", "c")).enlarge(3)
    assert [place.camera for place in scene.only({"c", "a"}).tiles] == ["a", None, "c", None]
    assert scene.only({"c"}).enlarged == 3


def test_what_is_not_known_is_kept_behind_an_empty_tile() -> None:
    before = MonitorScene.filled(Grid(2, 2), ("a", "gone", "b", "lost"))
    now = MonitorScene.filled(Grid(2, 2), ("c", None, None, "d"))
    assert [place.camera for place in now.keeping(before, "abcd").tiles] == ["c", "gone", None, "d"]
    assert now.keeping(None, "abcd") == now.keeping(MonitorScene.filled(Grid(1, 4), ("gone",)), "abcd") == now
