"""An operator calls the desk up over a wall of two monitors and arranges it without a mouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.xserver import XServer
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras
from tests.stories.test_screens import COLUMNS, LINES, SCREENS, Monitors

NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture
def monitors(x_server: XServer) -> Iterator[Monitors]:
    two = Monitors(x_server)
    two.plug(0)
    two.plug(1)
    yield two
    two.unplug(1)
    two.unplug(0)


@pytest.fixture
def desk(x_server: XServer, sixteen: PretendCameras, monitors: Monitors, tmp_path: Path) -> Iterator[Desk]:
    """Two monitors of 2 x 4 tiles that show the profile's own sixteen cameras."""
    file = write_catalogue(tmp_path / "danh-muc.csv", sixteen.rows())
    with Desk(x_server, [], COLUMNS, LINES, SCREENS) as wall:
        keep = ("--credentials-file", str(tmp_path / "mat-khau.json"))
        done = hanoi_wall("cameras", "import", str(file), *keep, profile=wall.profile, **NO_STORE)
        assert done.returncode == 0, done.stderr
        wall.start(**NO_STORE)
        wall.until_live(*(row["id"] for row in sixteen.rows()))
        yield wall


def stands(desk: Desk, screen: str) -> dict[int, str | None]:
    """The camera of each tile of one monitor."""
    tiles = desk.health().get("tiles", ())
    return {tile["tile"]: tile["camera"] for tile in tiles if tile["screen"] == screen}


def shows(desk: Desk, number: int, screen: int) -> int | None:
    """The number of the camera whose picture stands in a tile."""
    mark = desk.look(number, screen).mark
    return None if mark is None else mark.camera + 1


def test_a_name_typed_at_the_desk_stands_in_the_tile_and_the_keys_return_to_the_wall(desk: Desk) -> None:
    desk.point(2, "click", "1")
    desk.press("F2")
    desk.until(lambda: shows(desk, 5, 0) is None, 5, "the desk over the left monitor")
    assert shows(desk, 1, 1) == 9, "not over the right one"
    desk.type("nga tu vong")
    desk.press("Return")
    took = desk.until(lambda: stands(desk, "WALL-1")[2] == "cam-04", 5, "Ngã Tư Vọng in tile 2")
    assert took < 2.0
    desk.press("Escape", "Escape")
    desk.until(lambda: shows(desk, 2, 0) == 4, 8, "its picture, and the desk gone")
    desk.press("ctrl+z")
    desk.until(lambda: stands(desk, "WALL-1")[2] == "cam-02", 5, "the keys are the wall's again")


def test_what_is_chosen_fills_the_free_tiles_of_the_monitor_and_one_undo_takes_all_back(desk: Desk) -> None:
    for number in (3, 4, 6):
        desk.point(number, "click", "1")
        desk.press("Delete")
    desk.until(lambda: list(stands(desk, "WALL-1").values()).count(None) == 3, 5, "three free tiles")
    before = stands(desk, "WALL-1")
    desk.press("F2")
    desk.until(lambda: shows(desk, 5, 0) is None, 5, "the desk")
    desk.type("cam")
    desk.press("Down", "shift+End", "shift+Return")
    desk.until(lambda: None not in stands(desk, "WALL-1").values(), 5, "no free tile")
    filled = stands(desk, "WALL-1")
    assert {tile: camera for tile, camera in filled.items() if tile not in (3, 4, 6)} == {
        tile: camera for tile, camera in before.items() if tile not in (3, 4, 6)
    }
    desk.press("ctrl+z")
    desk.until(lambda: stands(desk, "WALL-1") == before, 5, "all three free again")


def test_a_favourite_is_one_the_next_day_too(desk: Desk) -> None:
    desk.point(2, "click", "1")
    desk.press("F2")
    desk.until(lambda: shows(desk, 5, 0) is None, 5, "the desk")
    desk.type("cau giay")
    desk.press("Down", "asterisk")
    file = desk.profile / "data" / "favourites.json"
    desk.until(lambda: file.exists(), 5, "the mark on the disk")
    (marked,) = json.loads(file.read_text())["favourites"]
    assert marked.startswith("cam-")
    assert desk.leave()[0] == 0
    desk.start(**NO_STORE)
    desk.until_live(marked)
    assert json.loads(file.read_text())["favourites"] == [marked]


def test_a_monitor_can_be_the_desk_s_own(desk: Desk) -> None:
    assert desk.leave()[0] == 0
    desk.write_settings(desk="WALL-2", credentials_file=_credentials(desk))
    desk.start(**NO_STORE)
    desk.until(lambda: bool(stands(desk, "WALL-1")), 30, "the wall")
    desk.until(lambda: shows(desk, 1, 0) == 1, 15, "pictures on the left")
    assert stands(desk, "WALL-2") == {}
    assert all(shows(desk, number, 1) is None for number in range(1, 9)), "the desk alone on the right"


def _credentials(desk: Desk) -> str:
    """What the import wrote into the profile's settings."""
    import tomllib

    return str(tomllib.loads((desk.profile / "settings.toml").read_text())["credentials_file"])
