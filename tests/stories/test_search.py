"""An operator calls a camera up without a mouse, and finds it there again when the machine comes back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.xserver import XServer
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras

NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture
def desk(x_server: XServer, sixteen: PretendCameras, tmp_path: Path) -> Iterator[Desk]:
    """A wall of 4 x 4 from the profile's own catalogue of sixteen cameras."""
    file = write_catalogue(tmp_path / "danh-muc.csv", sixteen.rows())
    with Desk(x_server, [], 4, 4) as wall:
        keep = ("--credentials-file", str(tmp_path / "mat-khau.json"))
        done = hanoi_wall("cameras", "import", str(file), *keep, profile=wall.profile, **NO_STORE)
        assert done.returncode == 0, done.stderr
        wall.own_scene = False
        wall.start(**NO_STORE)
        wall.until_live(*(row["id"] for row in sixteen.rows()))
        yield wall


def stands(desk: Desk) -> dict[int, str | None]:
    """The camera of each tile."""
    return {tile["tile"]: tile["camera"] for tile in desk.health().get("tiles", ())}


def shown(desk: Desk, number: int) -> int | None:
    """The number of the camera whose picture stands in a tile, None while there is none to be read."""
    mark = desk.look(number).mark
    return None if mark is None else mark.camera + 1


def call_up(desk: Desk, tile: int, text: str) -> None:
    """Choose the tile, type what is looked for, take the first."""
    desk.press(*str(tile), "Return", "slash")
    desk.type(text)
    desk.press("Return")


def test_half_a_name_without_accents_brings_the_camera_and_a_restart_keeps_it(
    desk: Desk, sixteen: PretendCameras
) -> None:
    call_up(desk, 2, "nga tu vong")
    took = desk.until(lambda: shown(desk, 2) == 4, 5, "Ngã Tư Vọng in tile 2")
    assert took < 3.0
    call_up(desk, 5, "NTS")
    desk.until(lambda: shown(desk, 5) == 1, 5, "Ngã Tư Sở in tile 5")
    desk.press("6", "Return", "Delete")
    desk.until(lambda: stands(desk)[6] is None, 5, "an empty tile 6")
    desk.press("7", "Return", "Delete")
    desk.until(lambda: stands(desk)[7] is None, 5, "an empty tile 7")
    desk.press("ctrl+z")
    desk.until(lambda: stands(desk)[7] == "cam-07", 5, "tile 7 as before")
    before = stands(desk)
    assert (before[2], before[5], before[6]) == ("cam-04", "cam-01", None)
    # A moment for the disk; then the power fails.
    desk.settle(1.0)
    os.kill(desk.pid, signal.SIGKILL)
    assert desk.program is not None
    desk.program.process.wait(10)
    desk.start(**NO_STORE)
    desk.until(lambda: bool(desk.health().get("tiles")), 30, "the wall again")
    desk.until(lambda: stands(desk) == before, 10, "what stood there")
    desk.until(lambda: shown(desk, 2) == 4, 15, "Ngã Tư Vọng in tile 2")


def test_the_wall_is_found_as_it_is_left_and_a_grid_that_is_asked_for_is_for_this_time(desk: Desk) -> None:
    call_up(desk, 16, "cua nam")
    desk.until(lambda: stands(desk)[16] == "cam-08", 5, "Cửa Nam in tile 16")
    code, seconds = desk.leave()
    assert (code, seconds < 3.0) == (0, True)
    desk.own_scene = True
    desk.columns, desk.lines = 2, 2
    desk.start(**NO_STORE)
    desk.until(lambda: len(stands(desk)) == 4, 30, "four tiles")
    assert desk.leave()[0] == 0
    desk.own_scene = False
    desk.columns, desk.lines = 4, 4
    desk.start(**NO_STORE)
    desk.until(lambda: len(stands(desk)) == 16, 30, "the sixteen tiles")
    assert stands(desk)[16] == "cam-08"


def test_a_search_does_not_stop_the_pictures_beside_it(desk: Desk) -> None:
    desk.press("1", "Return", "slash")
    desk.type("cau giay")
    began = time.monotonic()
    seen = set()
    while time.monotonic() - began < 2.0:
        mark = desk.look(16).mark
        seen.add(None if mark is None else mark.frame)
    assert len(seen - {None}) >= 10, "ten pictures a second for two seconds"
    desk.press("Escape")
    desk.until(lambda: shown(desk, 1) == 1, 5, "the tile that was chosen, as it was")
