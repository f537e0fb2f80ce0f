"""Scenes on the wall: saved, recalled in one step, and what cannot be shown is said."""

from __future__ import annotations

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import PRESETS, Grid
from hanoi_wall.domain.scene import MonitorPart, Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.scene_book import SceneBook
from hanoi_wall.operations.scenes import Scenes
from hanoi_wall.operations.wall import Wall
from tests.unit.operations.test_wall import Asked

LEFT, RIGHT = Box(0, 0, 1920, 1080), Box(1920, 0, 1920, 1080)


@pytest.fixture
def feeds() -> Asked:
    return Asked()


@pytest.fixture
def wall(feeds: Asked, clock: ManualClock) -> Wall:
    """2 x 2 on each of two monitors, eight cameras."""
    wall = Wall(feeds, Grid(2, 2), list("abcdefgh"), clock)
    for name, desktop in (("left", LEFT), ("right", RIGHT)):
        wall.plug(name, desktop, f"DP-{name}")
        wall.surface(name, 1920, 1080, seen=True)
    return wall


@pytest.fixture
def scenes(wall: Wall, clock: ManualClock) -> Scenes:
    return Scenes(wall, SceneBook((), None, clock), set("abcdefgh"))


def cameras(wall: Wall, monitor: str) -> list[str | None]:
    return [place.camera for place in wall.monitor(monitor).scene.tiles]


def test_what_was_saved_stands_there_again_in_one_step(scenes: Scenes, wall: Wall) -> None:
    assert scenes.save(" Sáng ") == (Said("scene.saved", {"name": "Sáng", "revision": 1}),)
    scenes.shape("left", "1+5")
    wall.assign("right", 1, None)
    assert cameras(wall, "left") == ["a", "b", "c", "d", None, None]
    assert scenes.recall("Sáng") == (Said("scene.recalled", {"name": "Sáng"}),)
    assert cameras(wall, "left") == list("abcd") and cameras(wall, "right") == list("efgh")
    assert wall.undo()
    assert wall.monitor("left").scene.layout == PRESETS["1+5"] and cameras(wall, "right")[0] is None


def test_feeds_that_both_scenes_show_are_never_let_go(scenes: Scenes, wall: Wall, feeds: Asked) -> None:
    scenes.save("Sáng")
    scenes.shape("left", "1x1")
    wall.assign("left", 1, "e")
    feeds.wanted.clear()
    scenes.recall("Sáng")
    assert len(feeds.wanted) == 1, "one change for the whole wall"
    assert {"e", "f", "g", "h"} <= {demand.camera for demand in feeds.wanted[0] if demand.visible}


def test_a_scene_shows_itself_also_where_a_tile_is_enlarged(scenes: Scenes, wall: Wall) -> None:
    scenes.save("Sáng")
    wall.assign("left", 1, "h")
    wall.enlarge("left", 1)
    scenes.recall("Sáng")
    assert wall.monitor("left").scene.enlarged is None


def test_the_part_of_a_monitor_that_is_away_stands_there_when_it_comes_back(
    scenes: Scenes, wall: Wall
) -> None:
    scenes.save("Sáng")
    wall.assign("right", 1, "a")
    wall.unplug("right")
    assert scenes.recall("Sáng")[1] == Said("scene.waiting", {"monitors": "DP-right"})
    assert cameras(wall, "left") == list("abcd")
    wall.plug("right", RIGHT, "DP-right")
    assert cameras(wall, "right") == list("efgh")


def test_what_cannot_be_shown_is_listed(scenes: Scenes, wall: Wall) -> None:
    strange = MonitorScene.filled(Grid(3, 2), ["a", "v", "w", "x", "y", "z"])
    parts = [MonitorPart(f"m{number}", f"DP-{number}", (number, 0, 1, 1), strange) for number in range(3)]
    said = scenes.show(Scene("Quận khác", tuple(parts)))
    assert said == (
        Said("scene.recalled", {"name": "Quận khác"}),
        Said("scene.homeless", {"monitors": "DP-2"}),
        Said("scene.unknown_more", {"cameras": "v, w, x", "more": 2}),
    )
    assert cameras(wall, "left") == ["a", None, None, None, None, None]


def test_scenes_have_numbers_and_one_is_the_approved_wall(scenes: Scenes, wall: Wall) -> None:
    assert scenes.recall_approved() == (Said("scene.none_approved"),)
    scenes.save("2 Đêm")
    wall.assign("left", 1, "h")
    scenes.save("1 Sáng")
    assert scenes.approve("2 Đêm") == (Said("scene.approved", {"name": "2 Đêm"}),)
    assert scenes.recall_number(3) == (Said("scene.no_number", {"number": 3}),)
    assert scenes.recall_number(2) == (Said("scene.recalled", {"name": "2 Đêm"}),)
    assert cameras(wall, "left")[0] == "a"
    scenes.recall_number(1)
    assert cameras(wall, "left")[0] == "h"
    assert scenes.recall_approved() == (Said("scene.recalled", {"name": "2 Đêm"}),)
    assert cameras(wall, "left")[0] == "a"


def test_a_locked_scene_is_safe_until_it_is_unlocked(scenes: Scenes) -> None:
    scenes.save("Sáng")
    locked = (Said("scene.is_locked", {"name": "Sáng"}),)
    assert scenes.toggle_lock("Sáng") == (Said("scene.locked", {"name": "Sáng"}),)
    assert scenes.save("Sáng") == scenes.remove("Sáng") == locked
    assert scenes.toggle_lock("Sáng") == (Said("scene.unlocked", {"name": "Sáng"}),)
    assert scenes.remove("Sáng") == (Said("scene.removed", {"name": "Sáng"}),)


def test_what_is_not_there_or_has_no_name_is_said(scenes: Scenes, wall: Wall) -> None:
    gone = (Said("scene.gone", {"name": "x"}),)
    for verb in (scenes.recall, scenes.approve, scenes.toggle_lock, scenes.remove):
        assert verb("x") == gone
    assert scenes.save("  ") == scenes.save("x" * 81) == (Said("scene.bad_name", {"most": 80}),)
    assert scenes.shape("left", "13x13") == (Said("layout.bad", {"text": "13x13"}),)
    assert wall.monitor("left").scene.layout.tiles == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_has_words(scenes: Scenes, language: str) -> None:
    said = [*scenes.save("Sáng"), *scenes.recall("x"), *scenes.recall_approved(), *scenes.shape("left", "?")]
    assert all(each.text(words(language)) for each in said)
