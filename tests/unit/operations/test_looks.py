"""Looks belong to a camera in a tile; a part of a picture asks for as much of it as the stream can give."""

from __future__ import annotations

import pytest

from hanoi_wall.assets import words
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.crop import PLAIN, STEP, Look
from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.looks import Looks, asked, asks_alike, merged, zoom_text
from hanoi_wall.operations.wall import Wall
from hanoi_wall.video.view import CameraView, Demand

TILE = Box(0, 0, 480, 270)


def test_a_look_goes_with_the_camera_it_was_for() -> None:
    looks = Looks()
    looks.keep("left", 2, "a", Look(2.0))
    assert looks.of("left", 2, "a") == Look(2.0)
    assert looks.of("left", 2, "b") == looks.of("left", 1, "a") == looks.of("right", 2, "a") == PLAIN
    looks.settle("right", ["a", "b"])
    looks.settle("left", ["b", "a"])
    assert looks.of("left", 2, "a") == Look(2.0)
    looks.settle("left", ["a", "b"])
    looks.settle("left", ["b", "a"])
    assert looks.of("left", 2, "a") == PLAIN, "another camera was there"


@pytest.mark.parametrize("cameras", [[], ["a"], ["a", None]])
def test_a_look_goes_with_its_tile(cameras: list[str | None]) -> None:
    looks = Looks()
    looks.keep("left", 2, "a", Look(2.0))
    looks.settle("left", cameras)
    assert looks.of("left", 2, "a") == PLAIN


def test_a_plain_look_and_an_empty_tile_keep_nothing() -> None:
    looks = Looks()
    looks.keep("left", 2, "a", Look(2.0))
    looks.keep("left", 2, "a", PLAIN)
    looks.keep("left", 3, None, Look(2.0))
    assert looks.of("left", 2, "a") == looks.of("left", 3, None) == PLAIN


@pytest.mark.parametrize(
    ("zoom", "times"),
    [(STEP, 2), (STEP**3, 2), (2.1, 4), (STEP**6, 4), (5.0, 8), (8.0, 8)],
)
def test_a_zoom_asks_for_the_whole_picture_as_large_as_its_part_needs(zoom: float, times: int) -> None:
    demand = asked("a", TILE, 1, Look(zoom))
    assert demand == Demand("a", 480, 270, detail=(480 * times, 270 * times))


def test_without_a_zoom_nothing_more_is_asked_than_the_tile() -> None:
    assert asked("a", TILE, 0, PLAIN) == Demand("a", 480, 270, rank=0)
    assert asked("a", TILE, 1, Look(turns=2)) == Demand("a", 480, 270)
    assert asked("a", TILE, 1, Look(turns=1)) == Demand("a", 270, 480), "fitted as it will stand"
    assert asked("a", TILE, 1, Look(fill=True)) == Demand("a", 480, 270, cover=True)


def test_only_what_asks_for_other_pictures_is_told() -> None:
    looks = (PLAIN, Look(1.5), Look(3.0), Look(8.0), Look(turns=1), Look(fill=True))
    for one in looks:
        for other in (*looks, Look(1.7, 0.2), Look(turns=2), Look(turns=3)):
            same = asked("a", TILE, 1, one) == asked("a", TILE, 1, other)
            assert asks_alike(one, other) is same


def test_two_tiles_of_one_camera_ask_for_what_both_need() -> None:
    zoomed, large = asked("a", TILE, 0, Look(3.0)), asked("a", Box(0, 0, 960, 540), 1, PLAIN)
    both = Demand("a", 960, 540, rank=0, detail=(1920, 1080))
    assert merged(zoomed, large) == merged(large, zoomed) == both
    assert merged(asked("a", TILE, 1, Look(fill=True)), large).cover


@pytest.mark.parametrize(("language", "text"), [("vi", "2,4x"), ("fr", "2,4x"), ("en", "2.4x")])
def test_the_zoom_is_told_in_the_languages_own_figures(language: str, text: str) -> None:
    assert zoom_text(words(language), 2.42) == text
    assert zoom_text(words(language), 1.0) == ""


# On the wall


class Asked:
    """Feeds that remember what was wanted last."""

    def __init__(self) -> None:
        self.wanted: list[dict[str, Demand]] = []

    def want(self, demands: tuple[Demand, ...]) -> None:
        self.wanted.append({demand.camera: demand for demand in demands})

    def view(self, camera: str) -> CameraView | None:
        return None

    def retry(self, camera: str) -> None:
        raise AssertionError("nobody asked for that")


@pytest.fixture
def feeds() -> Asked:
    return Asked()


@pytest.fixture
def wall(feeds: Asked, clock: ManualClock) -> Wall:
    """2 x 2 tiles of 480x270 with three cameras."""
    wall = Wall(feeds, Grid(2, 2), list("abc"), clock)
    wall.plug("one", Box(0, 0, 960, 540))
    wall.surface("one", 960, 540, seen=True)
    return wall


A = Focus("one", 1)


def test_a_zoom_is_wanted_and_a_movement_of_it_is_no_news(wall: Wall, feeds: Asked) -> None:
    wall.see(A, Look(4.0))
    assert feeds.wanted[-1]["a"].detail == (1920, 1080)
    told = len(feeds.wanted)
    wall.see(A, Look(4.0, 0.2, 0.2))
    wall.see(A, Look(3.9, 0.2, 0.2))
    assert len(feeds.wanted) == told
    wall.see(A, PLAIN)
    assert feeds.wanted[-1]["a"].detail == (0, 0)


def test_a_zoom_stays_while_its_tile_is_enlarged_and_afterwards(wall: Wall, feeds: Asked) -> None:
    wall.see(A, Look(4.0))
    wall.enlarge("one", 1)
    assert wall.look(A) == Look(4.0)
    assert feeds.wanted[-1]["a"].detail == (3840, 2160)
    wall.enlarge("one", None)
    assert wall.look(A) == Look(4.0)


def test_a_zoom_goes_with_the_camera(wall: Wall) -> None:
    wall.see(A, Look(4.0))
    wall.assign("one", 1, "c")
    assert wall.look(A) == PLAIN
    wall.undo()
    assert wall.look(A) == PLAIN, "what was put there last was another one"


def test_a_zoom_stays_while_its_monitor_is_away(wall: Wall) -> None:
    wall.see(A, Look(4.0))
    wall.unplug("one")
    wall.plug("one", Box(0, 0, 960, 540))
    assert wall.look(A) == Look(4.0)


def test_back_takes_the_zoom_before_the_focus_and_leaves_the_rest(wall: Wall) -> None:
    changes: list[Look] = []
    wall.see(A, Look(4.0, 0.3, 0.3, turns=1))
    wall.enlarge("one", 1)
    wall.on_change(lambda: changes.append(wall.look(A)))
    wall.back("one")
    assert wall.look(A).zoom == 4.0, "from the enlarged tile to the grid"
    wall.back("one")
    assert wall.look(A) == changes[-1] == Look(turns=1)
    assert wall.focus == A
    wall.back("one")
    assert wall.focus is None
