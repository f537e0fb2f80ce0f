"""From tile to tile by the arrows, over tiles of any size and from monitor to monitor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.grid import PRESETS, Grid, Layout
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Direction, Focus, Monitor, beside, in_reading_order
from hanoi_wall.operations.layout import Box
from tests.unit.domain.test_grid import layouts

LEFT, RIGHT, UP, DOWN = Direction.LEFT, Direction.RIGHT, Direction.UP, Direction.DOWN


def monitor(identity: str, layout: Grid | Layout, x: int, y: int = 0) -> Monitor:
    return Monitor(identity, MonitorScene.filled(layout, ()), Box(x, y, 1920, 1080))


ONE = monitor("one", PRESETS["1+5"], 0)
"""1 1 2 / 1 1 3 / 4 5 6"""


@pytest.mark.parametrize(
    ("tile", "direction", "expected"),
    [
        (1, RIGHT, 2),
        (2, LEFT, 1),
        (3, LEFT, 1),
        (1, DOWN, 4),
        (5, UP, 1),
        (3, DOWN, 6),
        (2, DOWN, 3),
        (6, LEFT, 5),
    ],
)
def test_a_large_tile_is_one_step(tile: int, direction: Direction, expected: int) -> None:
    assert beside((ONE,), ONE, tile, direction) == Focus("one", expected)


@pytest.mark.parametrize(("tile", "direction"), [(1, LEFT), (1, UP), (2, RIGHT), (4, DOWN)])
def test_at_the_edge_of_the_only_monitor_the_focus_stays(tile: int, direction: Direction) -> None:
    assert beside((ONE,), ONE, tile, direction) is None


def test_over_the_edge_lies_the_nearest_tile_of_the_next_monitor() -> None:
    two, below = monitor("two", Grid(2, 2), 1920), monitor("below", Grid(1, 1), 0, 1080)
    wall = (ONE, two, below)
    assert beside(wall, ONE, 2, RIGHT) == Focus("two", 1)
    assert beside(wall, ONE, 6, RIGHT) == Focus("two", 3)
    assert beside(wall, two, 1, LEFT) == Focus("one", 2)
    assert beside(wall, ONE, 5, DOWN) == Focus("below", 1)


def test_an_enlarged_tile_keeps_the_focus_on_its_monitor() -> None:
    enlarged = Monitor("one", ONE.scene.enlarge(2), ONE.desktop)
    two = monitor("two", Grid(1, 1), 1920)
    assert beside((enlarged, two), enlarged, 2, RIGHT) is None
    assert beside((enlarged, two), enlarged, 2, DOWN) == Focus("one", 3)
    assert beside((enlarged, two), two, 1, LEFT) == Focus("one", 2)


@given(layouts(), st.data())
def test_what_is_beside_touches(layout: Layout, data: st.DataObject) -> None:
    here = monitor("one", layout, 0)
    tile = data.draw(st.integers(1, layout.tiles))
    direction = data.draw(st.sampled_from(Direction))
    there = beside((here,), here, tile, direction)
    if there is None:
        return
    assert there.monitor == "one" and there.tile != tile
    own, other = here.scene.tiles[tile - 1].cell, here.scene.tiles[there.tile - 1].cell
    touching = {
        LEFT: other.column + other.columns == own.column,
        RIGHT: own.column + own.columns == other.column,
        UP: other.row + other.rows == own.row,
        DOWN: own.row + own.rows == other.row,
    }
    assert touching[direction]


def test_monitors_are_numbered_from_left_to_right_then_downwards() -> None:
    monitors = [
        monitor("c", Grid(1, 1), 1920),
        monitor("b", Grid(1, 1), 0, 1080),
        monitor("a", Grid(1, 1), 0),
    ]
    assert [each.id for each in in_reading_order(monitors)] == ["a", "b", "c"]
