"""What can be seen is wanted, once, as large as its largest tile; what comes soon is wanted ahead."""

from __future__ import annotations

from dataclasses import replace

from hanoi_wall.domain.grid import PRESETS, Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.demands import coming, seen
from hanoi_wall.operations.focus import Focus, Monitor
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.looks import Looks
from hanoi_wall.video.view import Demand

ONE = Monitor("one", MonitorScene.filled(PRESETS["1+5"], "abc"), Box(0, 0, 1, 1), 1800, 900, seen=True)
TWO = Monitor("two", MonitorScene.filled(Grid(2, 1), "ca"), Box(1, 0, 1, 1), 3000, 400, seen=True)


def test_a_camera_in_several_tiles_is_wanted_once_for_the_largest() -> None:
    assert list(seen((ONE, TWO), None, Looks()).values()) == [
        Demand("a", 1200, 600),
        Demand("b", 600, 300),
        Demand("c", 1500, 400),
    ]


def test_what_is_in_focus_or_enlarged_comes_first() -> None:
    assert [each.rank for each in seen((ONE,), Focus("one", 2), Looks()).values()] == [1, 0, 1]
    enlarged = replace(ONE, scene=ONE.scene.enlarge(3))
    assert seen((enlarged,), None, Looks()) == {"c": Demand("c", 1800, 900, 0)}


def test_what_nobody_sees_is_not_wanted() -> None:
    assert seen((replace(ONE, seen=False),), None, Looks()) == {}


def test_what_comes_soon_is_opened_behind_the_others_and_only_where_it_will_be_seen() -> None:
    monitors = {"one": ONE, "two": replace(TWO, seen=False)}
    turns = {Focus("one", 1): "x", Focus("one", 2): "x", Focus("one", 3): "b", Focus("two", 1): "y"}
    assert list(coming(monitors, turns, {"b"})) == [Demand("x", 1200, 600, 2, visible=False)]
