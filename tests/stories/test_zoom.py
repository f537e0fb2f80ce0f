"""An operator looks closer: wheel, hand and keys on a tile of the real wall."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.bench.pixels import Place
from tests.stories.desk import Desk
from tests.stories.look import is_framed
from tests.stories.pretend_cameras import PretendCameras

NUMBER, CAMERA = 6, "cam-06"
WHEEL_UP, WHEEL_DOWN = "4", "5"


def turn(desk: Desk, notches: int, button: str = WHEEL_UP) -> None:
    """Turn the wheel over the middle of the tile."""
    desk.point(NUMBER, "click", "--repeat", str(notches), "--delay", "40", button)


def detail(desk: Desk, place: Place) -> Any:
    """The picture below the title, as it stands on the screen."""
    inside = place.of(desk.pixels).copy().astype(int)
    return inside[40:-8, 8:-8, :3]


def test_an_operator_zooms_in_moves_the_picture_and_comes_back(desk: Desk, sixteen: PretendCameras) -> None:
    place = desk.place(NUMBER)
    assert desk.tile(CAMERA)["stream"] == "sub" and desk.tile(CAMERA)["zoom"] == 1.0
    assert desk.look(NUMBER).mark is not None
    turn(desk, 6)
    desk.until(lambda: desk.tile(CAMERA)["zoom"] == 4.0, 5, "six notches")
    desk.until(lambda: is_framed(desk.pixels, place), 5, "the frame: keys go on with it")
    # What the camera writes at its picture's edge is out of sight.
    desk.until(lambda: desk.look(NUMBER).mark is None, 5, "a part of the picture")
    desk.until(lambda: desk.tile(CAMERA)["stream"] == "main", 15, "the main stream")
    tile = desk.tile(CAMERA)
    assert (tile["mode"], tile["state"], tile["zoom"]) == ("live", "live", 4.0)
    assert tile["why"] == "tile 320x180 zoomed to 1280x720, sub is too small for it"
    assert {other["stream"] for name, other in desk.tiles().items() if name != CAMERA} == {"sub"}
    before = detail(desk, place)
    desk.point(NUMBER, "mousedown", "1", "mousemove_relative", "--sync", "60", "30", "mouseup", "1")
    desk.until(lambda: desk.tile(CAMERA)["zoom_moves"] > tile["zoom_moves"], 5, "the hand")
    # Streets do not change by so much from one picture to the next.
    assert np.abs(detail(desk, place) - before).mean() > 3
    sixteen.begin(CAMERA, "fin")
    desk.until(lambda: desk.tile(CAMERA)["reconnects"] > 0, 20, "a lost session")
    desk.until_painted(CAMERA, "live", 30)
    assert desk.tile(CAMERA)["zoom"] == 4.0, "as it was looked at"
    desk.press("Return")
    desk.until(lambda: desk.look_whole().mark is None and not desk.look_whole().flat, 5, "enlarged")
    assert desk.tile(CAMERA)["zoom"] == 4.0
    desk.press("Escape")
    desk.until(lambda: is_framed(desk.pixels, place), 5, "the grid")
    assert desk.tile(CAMERA)["zoom"] == 4.0
    desk.press("Escape")
    desk.until(lambda: desk.look(NUMBER).mark is not None, 5, "the whole picture again")
    assert is_framed(desk.pixels, place), "one step at a time"
    desk.until(lambda: desk.tile(CAMERA)["stream"] == "sub", 20, "the sub-stream again")


def test_the_same_by_keyboard_alone(desk: Desk) -> None:
    desk.press("6", "Return", "plus", "plus", "plus", "shift+Right", "minus")
    desk.until(lambda: desk.tile(CAMERA)["zoom"] == 1.59, 5, "two steps")
    desk.press("ctrl+r")
    upright = desk.place(NUMBER)
    desk.press("ctrl+0")
    desk.until(lambda: desk.tile(CAMERA)["zoom"] == 1.0, 5, "no zoom")

    def margins() -> bool:
        return bool((upright.of(desk.pixels)[60:170, 8:90, :3] == 0).all())

    desk.until(margins, 5, "the picture on its side, between margins")
    desk.press("a")
    desk.until(lambda: not margins(), 5, "the tile filled")
    desk.press("a", "ctrl+r", "ctrl+r", "ctrl+r")
    desk.until(lambda: desk.look(NUMBER).mark is not None, 5, "upright again")


def test_a_click_on_the_chip_shows_the_whole_picture(desk: Desk) -> None:
    turn(desk, 3)
    desk.until(lambda: desk.look(NUMBER).mark is None, 5, "a part of the picture")
    place = desk.place(NUMBER)
    # At the right end of the bar: a tile of this size has no room for the clock beside it.
    desk.click(place.x + place.width * 4 // 5, place.y + 10)
    desk.until(lambda: desk.tile(CAMERA)["zoom"] == 1.0, 5, "no zoom")
    desk.until(lambda: desk.look(NUMBER).mark is not None, 5, "what the camera writes at its edge")
    turn(desk, 3)
    turn(desk, 3, WHEEL_DOWN)
    desk.until(lambda: desk.tile(CAMERA)["zoom"] == 1.0, 5, "and back by the wheel")
