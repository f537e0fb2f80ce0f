"""Grids, spans and presets: every square belongs to one tile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.grid import LARGEST_GRID, PRESETS, Cell, Grid, Layout, SceneError, layout_of

sides = st.integers(1, LARGEST_GRID)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any layout: spans that would not fit are left out."""
    grid = Grid(draw(sides), draw(sides))
    spans: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 6))):
        row, column = draw(st.integers(0, grid.rows - 1)), draw(st.integers(0, grid.columns - 1))
        span = Cell(
            row,
            column,
            draw(st.integers(1, grid.rows - row)),
            draw(st.integers(1, grid.columns - column)),
        )
        if not taken & set(span.squares()):
            taken |= set(span.squares())
            spans.append(span)
    return Layout(grid, tuple(spans))


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


@given(layouts())
def test_every_square_belongs_to_exactly_one_tile(layout: Layout) -> None:
    squares = [square for cell in layout.cells for square in cell.squares()]
    assert len(squares) == len(set(squares)) == layout.grid.tiles
    assert list(layout.cells) == sorted(layout.cells), "tiles are numbered in reading order"
    assert layout.tiles == len(layout.cells)


@given(layouts())
def test_a_layout_is_read_as_it_is_written(layout: Layout) -> None:
    assert Layout.parse(str(layout)) == layout


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_as_many_large_and_small_tiles_as_its_name_says(name: str) -> None:
    layout = PRESETS[name]
    large, small = map(int, name.split("+"))
    assert (len(layout.spans), layout.tiles) == (large, large + small)
    assert len({(span.rows, span.columns) for span in layout.spans}) == 1
    assert str(layout) == name and Layout.parse(name) is layout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("grid:3x3/2x2", "COLUMNSxROWS@COLUMN.ROW"),
        ("grid:3x3/2x2@3.1", "the tile 2x2@3.1 reaches beyond grid:3x3"),
        ("grid:3x3/2x2@1.1/2x2@2.2", "the tile 2x2@2.2 lies over another one"),
        ("grid:3x3/2x2@0.1", "a tile over 2x2 at 0.1"),
        ("grid:3x3/", "is not COLUMNSxROWS@COLUMN.ROW"),
        ("9+9", "one of 1+2"),
        ("grid:2x2" + "/1x1@1.1" * 400, "at most"),
    ],
)
def test_what_is_no_layout_is_refused_and_says_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(SceneError) as refused:
        Layout.parse(text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "layout"),
    [
        ("4x3", Layout(Grid(4, 3))),
        (" 12X12 ", Layout(Grid(12, 12))),
        ("4×4", Layout(Grid(4, 4))),
        ("grid:2x1", Layout(Grid(2, 1))),
        ("1+5", PRESETS["1+5"]),
    ],
)
def test_people_type_layouts_as_they_say_them(typed: str, layout: Layout) -> None:
    assert layout_of(typed) == layout


@pytest.mark.parametrize("typed", ["", "x", "13x1", "4x", "one", "4x4x4"])
def test_other_texts_are_no_layouts(typed: str) -> None:
    with pytest.raises(SceneError):
        layout_of(typed)
