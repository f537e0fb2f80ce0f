"""A supervisor lays three monitors out, recalls them with one key, and cables and power may fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.pixels import Place
from tests.bench.xserver import XServer
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras

NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
WIDE, HIGH = 640, 360
SCREENS = (Place(0, 0, WIDE, HIGH), Place(WIDE, 0, WIDE, HIGH), Place(WIDE, HIGH, WIDE, HIGH))
"""Their numbers are 1, 2 and 3: from left to right, then downwards."""

Stands = dict[tuple[str, int], str | None]


def plug(x: XServer, number: int) -> None:
    place = SCREENS[number]
    size = f"{place.width}/170x{place.height}/95+{place.x}+{place.y}"
    _xrandr(x, "--setmonitor", f"WALL-{number + 1}", size, "none" if number else "screen")


def unplug(x: XServer, number: int) -> None:
    _xrandr(x, "--delmonitor", f"WALL-{number + 1}")


def _xrandr(x: XServer, *words: str) -> None:
    subprocess.run(["xrandr", *words], env=x.environment(), check=True, timeout=20)


@pytest.fixture
def desk(x_server: XServer, sixteen: PretendCameras, tmp_path: Path) -> Iterator[Desk]:
    """Three monitors of 2 x 2 with twelve of the sixteen cameras of the profile's catalogue."""
    for number in range(3):
        plug(x_server, number)
    file = write_catalogue(tmp_path / "danh-muc.csv", sixteen.rows())
    try:
        with Desk(x_server, [], 2, 2, SCREENS) as wall:
            keep = ("--credentials-file", str(tmp_path / "mat-khau.json"))
            done = hanoi_wall("cameras", "import", str(file), *keep, profile=wall.profile, **NO_STORE)
            assert done.returncode == 0, done.stderr
            wall.start(**NO_STORE)
            wall.until_live(*(f"cam-{number:02d}" for number in range(1, 13)))
            wall.settle(1.0)
            yield wall
    finally:
        for number in reversed(range(3)):
            unplug(x_server, number)


def stands(desk: Desk) -> Stands:
    """The camera of each tile of each monitor."""
    return {(tile["screen"], tile["tile"]): tile["camera"] for tile in desk.health().get("tiles", ())}


def shown(desk: Desk, screen: int, number: int) -> int | None:
    """The number of the camera whose picture is seen in a tile of the 2 x 2, None while none can be read."""
    mark = desk.look(number, screen).mark
    return None if mark is None else mark.camera + 1


def type_number(desk: Desk, text: str) -> None:
    """As on a CCTV keyboard, with Enter behind it."""
    desk.press(*("period" if sign == "." else sign for sign in text), "Return")


def save(desk: Desk, name: str) -> None:
    desk.press("ctrl+s")
    desk.type(name)
    desk.press("Return")


def test_three_monitors_come_back_with_one_key_and_shared_cameras_never_stop(
    desk: Desk, sixteen: PretendCameras
) -> None:
    type_number(desk, "2.1.16")
    took = desk.until(lambda: shown(desk, 1, 1) == 16, 5, "camera 16 in tile 1 of monitor 2")
    assert took < 3.0
    before = stands(desk)
    save(desk, "Sang")
    # Everything is moved about, one monitor is divided otherwise.
    desk.press("g")
    desk.type("1+5")
    desk.press("Return")
    desk.until(lambda: len(stands(desk)) == 14, 5, "six tiles on one monitor")
    type_number(desk, "3.2.1")
    type_number(desk, "3.3.2")
    desk.until(lambda: stands(desk)["WALL-3", 3] == "cam-02", 5, "what was called up")
    gone_before = {camera: tile["reconnects"] for camera, tile in desk.tiles().items()}
    desk.press("ctrl+1")
    desk.until(lambda: stands(desk) == before, 5, "the scene")
    desk.until(lambda: shown(desk, 1, 1) == 16, 5, "its pictures")
    desk.until_live(*(camera for camera in before.values() if camera), seconds=10)
    again = desk.tiles()
    assert {camera: again[camera]["reconnects"] for camera in gone_before if camera in again} == {
        camera: count for camera, count in gone_before.items() if camera in again
    }, "what both scenes show was never interrupted"


def test_a_monitor_that_is_away_gets_its_part_when_it_comes_back(desk: Desk, x_server: XServer) -> None:
    before = stands(desk)
    save(desk, "Sang")
    type_number(desk, "3.1.16")
    type_number(desk, "1.1.15")
    desk.until(lambda: stands(desk)["WALL-1", 1] == "cam-15", 5, "a change")
    unplug(x_server, 2)
    desk.until(lambda: {screen for screen, _ in stands(desk)} == {"WALL-1", "WALL-2"}, 5, "two monitors")
    desk.settle(1.0)
    desk.press("ctrl+1")
    left = {where: camera for where, camera in before.items() if where[0] != "WALL-3"}
    desk.until(lambda: stands(desk) == left, 5, "the parts of those that are there")
    plug(x_server, 2)
    desk.until(lambda: stands(desk) == before, 10, "the third monitor's part")
    desk.settle(1.0)
    os.kill(desk.pid, signal.SIGKILL)
    assert desk.program is not None
    desk.program.process.wait(10)
    desk.own_scene = False
    desk.start(**NO_STORE)
    desk.until(lambda: stands(desk) == before, 30, "all of it after the power failed")
    type_number(desk, "1.1.15")
    desk.until(lambda: stands(desk)["WALL-1", 1] == "cam-15", 5, "a change")
    desk.press("ctrl+1")
    desk.until(lambda: stands(desk) == before, 5, "the scene is still known")


def test_a_scene_goes_to_another_workstation_as_a_file(desk: Desk, tmp_path: Path) -> None:
    save(desk, "Sang")
    desk.settle(1.0)
    file = tmp_path / "sang.json"
    done = hanoi_wall("scene", "export", "Sang", str(file), profile=desk.profile, **NO_STORE)
    assert done.returncode == 0, done.stderr
    assert desk.leave()[0] == 0
    plain = json.loads(file.read_text())
    for number, part in enumerate(plain["monitors"]):
        part |= {"monitor": f"elsewhere-{number}", "name": f"X-{number}", "place": [number, 0, 1, 1]}
    plain["monitors"].append(dict(plain["monitors"][0], monitor="elsewhere-9", place=[9, 0, 1, 1]))
    plain["monitors"][0]["tiles"][0] = {"camera": "quan-khac-7"}
    file.write_text(json.dumps(plain))
    checked = hanoi_wall("scene", "check", str(file), profile=desk.profile, **NO_STORE)
    assert checked.returncode == 0 and "not in the catalogue: quan-khac-7" in checked.stdout
    desk.own_scene = False
    assert desk.program is not None
    desk.scene = str(file)
    desk.start(**NO_STORE)
    desk.until(lambda: stands(desk).get(("WALL-2", 1)) == "cam-05", 30, "the file's scene")
    assert stands(desk)["WALL-1", 1] is None, "what is not here leaves its tile empty"
