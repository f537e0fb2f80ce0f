"""Hotspots follow the focus, and nothing else."""

from __future__ import annotations

from hanoi_wall.domain.content import Filling, Hotspot
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Focus, Monitor
from hanoi_wall.operations.hotspots import following
from hanoi_wall.operations.layout import Box

HOTSPOT = Filling(None, Hotspot())


def wall(**fillings: tuple[Filling, ...]) -> dict[str, Monitor]:
    return {
        name: Monitor(name, MonitorScene.holding(Grid(len(held), 1), held), Box(0, 0, 1, 1))
        for name, held in fillings.items()
    }


WALL = wall(one=(Filling("a"), Filling("b"), Filling(), HOTSPOT), two=(HOTSPOT, Filling("c")))


def test_all_hotspots_of_all_monitors_show_the_tile_in_focus() -> None:
    expected = {Focus("one", 4): "b", Focus("two", 1): "b"}
    assert following(WALL, Focus("one", 2), {}) == expected
    assert following(WALL, Focus("one", 2), {Focus("one", 2): "z"}) == dict.fromkeys(expected, "z")


def test_without_a_camera_in_focus_they_stay_with_theirs() -> None:
    for focus in (None, Focus("one", 3), Focus("one", 4), Focus("two", 1)):
        assert following(WALL, focus, {}) == {}


def test_what_stands_there_already_is_no_change() -> None:
    there = wall(one=(Filling("a"), Filling("a", Hotspot())))
    assert following(there, Focus("one", 1), {}) == {}
