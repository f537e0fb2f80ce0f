"""Scenes are read as they were written; what is wrong in a file is named by its key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.content import Filling, Note
from hanoi_wall.domain.grid import PRESETS, Grid, SceneError
from hanoi_wall.domain.scene import (
    LONGEST_NAME,
    MonitorPart,
    Scene,
    scene_from_plain,
    scene_to_plain,
)
from hanoi_wall.domain.wall import MonitorScene
from tests.unit.domain.test_grid import layouts
from tests.unit.domain.test_wall import fillings

names = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20)
places = st.tuples(*[st.integers(-9999, 9999)] * 4)
parts = st.builds(
    lambda monitor, name, place, layout, held: MonitorPart(
        monitor, name, place, MonitorScene.holding(layout, tuple(held))
    ),
    names,
    names,
    places,
    layouts(),
    st.lists(fillings, max_size=20).map(lambda held: held if held and not held[-1].empty else []),
)
scenes = st.builds(Scene, names, st.lists(parts, max_size=4, unique_by=lambda part: part.monitor).map(tuple))


@given(scenes)
def test_a_scene_is_read_as_it_was_written(scene: Scene) -> None:
    assert scene_from_plain(json.loads(json.dumps(scene_to_plain(scene)))) == scene


def whole() -> dict[str, Any]:
    """A right scene, to be broken."""
    return {
        "hanoi_wall_scene": 1,
        "name": "Giờ cao điểm",
        "monitors": [
            {
                "monitor": "DEL/X/1@DP-1",
                "name": "DP-1",
                "place": [0, 0, 1920, 1080],
                "layout": "1+5",
                "tiles": [
                    {"camera": "a"},
                    {"sequence": [{"camera": "b", "seconds": 5}, {"camera": "c"}], "paused": True},
                    {},
                    {"text": "Gọi 113\nnếu kẹt xe"},
                ],
            }
        ],
    }


def test_a_file_says_what_stands_where() -> None:
    scene = scene_from_plain(whole())
    (part,) = scene.parts
    assert (scene.name, part.name, part.place) == ("Giờ cao điểm", "DP-1", (0, 0, 1920, 1080))
    assert part.scene.layout == PRESETS["1+5"]
    assert [place.camera for place in part.scene.tiles] == ["a", "b", None, None, None, None]
    assert part.scene.tiles[3].filling == Filling(None, Note("Gọi 113\nnếu kẹt xe"))
    assert scene.cameras() == {"a", "b", "c"} and scene.cameras_in_order() == ("a", "b")


BROKEN: list[tuple[tuple[Any, ...], Any, str]] = [
    (("hanoi_wall_scene",), 2, "newer version"),
    (("hanoi_wall_scene",), True, "this is no scene"),
    (("name",), "", f"name: expected text of 1 to {LONGEST_NAME}"),
    (("name",), "a\x07b", "name: expected text"),
    (("colour",), "red", "'colour': expected only"),
    (("monitors",), {}, "monitors: expected a list"),
    (("monitors",), [{}] * 65, "monitors: expected a list of at most 64"),
    (("monitors", 0), [], "monitors[0]: expected an object"),
    (("monitors", 0, "layout"), "5+5", "monitors[0].layout: scene '5+5' is not grid:CxR"),
    (("monitors", 0, "layout"), "grid:13x1", "monitors[0].layout: grid 13x1"),
    (("monitors", 0, "place"), [0, 0, 1], "monitors[0].place: expected four whole numbers"),
    (("monitors", 0, "place"), [0, 0, 1, True], "monitors[0].place: expected four whole numbers"),
    (("monitors", 0, "monitor"), 7, "monitors[0].monitor: expected text"),
    (("monitors", 0, "tiles"), [{}] * 400, "monitors[0].tiles: expected a list of at most"),
    (("monitors", 0, "tiles", 0), "a", "monitors[0].tiles[0]: expected an object"),
    (("monitors", 0, "tiles", 0, "camera"), None, "monitors[0].tiles[0].camera: expected text"),
    (("monitors", 0, "tiles", 0, "text"), "x", "monitors[0].tiles[0]: expected one of camera"),
    (("monitors", 0, "tiles", 1, "paused"), 1, "monitors[0].tiles[1].paused: expected true or false"),
    (("monitors", 0, "tiles", 1, "sequence"), [], "tiles[1].sequence: a sequence has 1 to"),
    (("monitors", 0, "tiles", 1, "sequence", 0, "seconds"), 1, "sequence[0].seconds: a camera of a sequence"),
    (("monitors", 0, "tiles", 1, "sequence", 0, "seconds"), "5", "sequence[0].seconds: expected a number"),
    (("monitors", 0, "tiles", 1, "sequence", 1, "camera"), "", "sequence[1].camera: expected text"),
    (("monitors", 0, "tiles", 2, "clock"), 1, "monitors[0].tiles[2].clock: expected true"),
    (("monitors", 0, "tiles", 2, "hotspot"), False, "monitors[0].tiles[2].hotspot: expected true"),
    (("monitors", 0, "tiles", 3, "text"), "\x1b[2J", "monitors[0].tiles[3].text: expected text"),
    (("monitors", 0, "tiles", 3, "film"), "x", "'film': expected only camera"),
]


@pytest.mark.parametrize(("path", "value", "told"), BROKEN)
def test_what_is_wrong_is_named_by_its_key(path: tuple[Any, ...], value: object, told: str) -> None:
    plain: Any = whole()
    inside = plain
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    with pytest.raises(SceneError) as refused:
        scene_from_plain(plain)
    assert told in str(refused.value)


@pytest.mark.parametrize("plain", [None, [], "scene", 7, {}])
def test_what_is_no_scene_is_refused(plain: object) -> None:
    with pytest.raises(SceneError):
        scene_from_plain(plain)


def test_a_monitor_stands_in_a_scene_once() -> None:
    part = MonitorPart("one", "", (0, 0, 1, 1), MonitorScene.filled(Grid(1, 1), "a"))
    with pytest.raises(SceneError, match="twice"):
        Scene("x", (part, part))
