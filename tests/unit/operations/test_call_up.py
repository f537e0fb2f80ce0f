"""Numbers as on a CCTV keyboard: monitor, tile, camera."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.call_up import Call, CallUp, CameraNumbers, call_of
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.wall import Wall
from tests.unit.operations.test_wall import Asked

CAMERAS = {name: Camera(name, f"Camera {name}") for name in "abcdefgh"}


@pytest.fixture
def wall(clock: ManualClock) -> Wall:
    """2 x 2 on each of two monitors; the right one was plugged in first."""
    wall = Wall(Asked(), Grid(2, 2), list(CAMERAS), clock)
    wall.plug("right", Box(1920, 0, 1920, 1080))
    wall.plug("left", Box(0, 0, 1920, 1080))
    return wall


@pytest.fixture
def call_up(wall: Wall) -> CallUp:
    return CallUp(wall, CAMERAS, CameraNumbers(CAMERAS))


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("5", Call(tile=5)),
        ("2.5", Call(2, 5)),
        ("2.5.1234", Call(2, 5, 1234)),
        ("..1234", Call(camera=1234)),
        (".5.12", Call(None, 5, 12)),
        ("2..12", Call(2, None, 12)),
        ("0.5.12", Call(None, 5, 12)),
        ("2.", Call(2)),
        ("", Call()),
    ],
)
def test_what_is_typed_is_monitor_tile_and_camera(typed: str, call: Call) -> None:
    assert call_of(typed) == call


@pytest.mark.parametrize("typed", ["1.2.3.4", "a", "1,2", "-1", "¹", "١"])
def test_anything_else_is_no_call(typed: str) -> None:
    with pytest.raises(ValueError):
        call_of(typed)


def test_a_number_alone_is_a_tile_of_this_monitor(call_up: CallUp, wall: Wall) -> None:
    assert call_up.do("3", "left") is None
    assert wall.focus == Focus("left", 3)


def test_monitors_are_numbered_from_left_to_right(call_up: CallUp, wall: Wall) -> None:
    assert call_up.do("2.4", "left") is None
    assert wall.focus == Focus("right", 4)


def test_a_camera_comes_into_the_tile_that_is_named(call_up: CallUp, wall: Wall) -> None:
    assert call_up.do("1.2.8", "right") is None
    assert wall.camera_at(Focus("left", 2)) == "h" and wall.focus == Focus("left", 2)


def test_without_a_tile_the_one_in_focus_is_meant(call_up: CallUp, wall: Wall) -> None:
    wall.focus_on("right", 3)
    assert call_up.do("..1", "left") is None
    assert wall.camera_at(Focus("right", 3)) == "a"
    assert call_up.do("1..2", "left") is None
    assert wall.camera_at(Focus("left", 1)) == "b", "a monitor that is named has the last word"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5", Said("wall.no_tile", {"number": 5})),
        ("3.1", Said("call.no_monitor", {"number": 3})),
        ("1.1.99", Said("call.no_camera", {"number": 99})),
        ("1.1.", Said("call.no_camera", {"number": "…"})),
    ],
)
def test_what_is_not_there_is_said_and_changes_nothing(
    call_up: CallUp, wall: Wall, typed: str, said: Said
) -> None:
    before = wall.scenes()
    assert call_up.do(typed, "left") == said
    assert wall.scenes() == before and wall.focus is None


def test_while_it_is_typed_the_camera_is_named(call_up: CallUp) -> None:
    said = call_up.announced("2.1.3", "left")
    assert said == Said("call.camera", {"monitor": 2, "tile": 1, "number": 3, "name": "Camera c"})
    assert call_up.announced("2.1.", "left").values["name"] == "…"
    assert call_up.announced("2", "left") == Said("wall.number", {"number": "2"})
    assert call_up.announced("2.", "left") == Said("call.tile", {"monitor": 2, "tile": "…"})
    assert call_up.announced("..3", "right").values["monitor"] == 2, "where it will really go"
    assert call_up.announced("9.1.3", "left") == Said("call.no_monitor", {"number": 9})


def test_numbers_of_the_catalogue_come_before_places_in_it() -> None:
    cameras = {
        "a": Camera("a", "A", extra=(("number", "120"),)),
        "b": Camera("b", "B", extra=(("number", "7"),)),
        "c": Camera("c", "C"),
        "d": Camera("d", "D", extra=(("number", "7"),)),
        "e": Camera("e", "E", extra=(("number", "-3"),)),
    }
    numbers = CameraNumbers(cameras)
    assert [numbers.camera(number) for number in (120, 7, 1, 3)] == ["a", "b", None, None]
    assert [numbers.number(each) for each in "abcde"] == [120, 7, None, None, None]
