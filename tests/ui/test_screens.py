"""Screens come, go, move and change their size while the wall runs: real windows on a real X server.

The X server's monitors are made and taken away with RandR while the program runs; what it paints is read
from the server's own frame buffer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.layout import Box, tile_boxes
from hanoi_wall.ui import screens, wall_app
from hanoi_wall.ui.screens import Screens, identity, present
from tests.bench.xserver import Screen, XServer
from tests.ui.conftest import OpenDesk
from tests.ui.wall_program import picture

WIDE, HIGH = 640, 360


# Who a screen is


@pytest.mark.parametrize(
    ("told", "who"),
    [
        (("Dell", "U2723QE", "8F2K1", "DP-1"), "Dell/U2723QE/8F2K1@DP-1"),
        (("Dell", "U2723QE", "8F2K1", " "), "Dell/U2723QE/8F2K1"),
        (("Dell", "U2723QE", "", "DP-1"), "DP-1"),
        (("", "", " ", "WALL-2"), "WALL-2"),
        (("", "", "", ""), "at 10,20 640x360"),
    ],
)
def test_a_screen_is_who_it_says_or_where_it_is(told: tuple[str, str, str, str], who: str) -> None:
    assert identity(*told, Box(10, 20, 640, 360)) == who


def test_the_screens_that_are_there(qtbot: QtBot) -> None:
    found = present()
    assert len(found) == len(QGuiApplication.screens())
    assert len({screen.id for screen in found}) == len(found)


class Silent:
    """A signal that never comes."""

    def connect(self, slot: object) -> None: ...

    def disconnect(self, slot: object) -> None: ...


class Told:
    """What a monitor tells of itself, its geometry and scale: all that screens.py asks of a QScreen.

    A virtual X server has one output and no EDID; two monitors with one serial number exist in real halls.
    """

    def __init__(self, connector: str, desktop: Box, serial: str = "01010101") -> None:
        self.connector, self.desktop, self.serial = connector, desktop, serial
        self.geometryChanged = self.orientationChanged = self.logicalDotsPerInchChanged = Silent()

    def geometry(self) -> QRect:
        return QRect(self.desktop.x, self.desktop.y, self.desktop.width, self.desktop.height)

    def manufacturer(self) -> str:
        return "Planar"

    def model(self) -> str:
        return "LX46"

    def serialNumber(self) -> str:
        return self.serial

    def name(self) -> str:
        return self.connector

    def devicePixelRatio(self) -> float:
        return 1.0


@pytest.mark.parametrize("serial", ["01010101", ""])
@pytest.mark.parametrize("gone", ["DP-1", "DP-2"])
@pytest.mark.parametrize("listed", [["DP-1", "DP-2"], ["DP-2", "DP-1"]])
def test_two_monitors_of_one_serial_number_never_change_places(
    monkeypatch: pytest.MonkeyPatch, open_desk: OpenDesk, gone: str, listed: list[str], serial: str
) -> None:
    """One is unplugged, comes back, in whatever order the system lists them: each shows its own cameras."""
    real = QGuiApplication.primaryScreen()
    desktops = {"DP-1": Box(0, 0, 640, 360), "DP-2": Box(640, 0, 640, 360)}
    plugged = list(listed)
    monkeypatch.setattr(
        screens.QGuiApplication, "screens", lambda: [Told(name, desktops[name], serial) for name in plugged]
    )
    monkeypatch.setattr(
        wall_app, "present", lambda: tuple(replace(screen, qt=real) for screen in screens.present())
    )
    desk = open_desk("2x1", "abcd")

    def shown() -> dict[str, list[str]]:
        names = {screen.id: screen.name for screen in screens.present()}
        monitors = {monitor.id: monitor.scene.tiles for monitor in desk.wall.monitors}
        return {names[each]: [place.camera or "" for place in tiles] for each, tiles in monitors.items()}

    both = {"DP-1": ["a", "b"], "DP-2": ["c", "d"]}
    assert shown() == both
    for order in (listed, listed[::-1]):
        plugged[:] = [name for name in listed if name != gone]
        desk.walls.follow()
        assert shown() == {name: cameras for name, cameras in both.items() if name != gone}
        plugged[:] = order
        desk.walls.follow()
        assert shown() == both


def test_a_burst_of_changes_is_one_change(qtbot: QtBot) -> None:
    changes: list[int] = []
    watching = Screens(lambda: changes.append(1))
    screen = QGuiApplication.primaryScreen()
    for _ in range(5):
        screen.geometryChanged.emit(screen.geometry())
        screen.logicalDotsPerInchChanged.emit(96.0)
    qtbot.waitUntil(lambda: changes == [1], timeout=2000)
    watching.stop()
    screen.geometryChanged.emit(screen.geometry())
    qtbot.wait(250)
    assert changes == [1]


# Real monitors


class Wall:
    """The program under test on its X server."""

    def __init__(self, server: XServer, until: Callable[..., None]) -> None:
        self.server, self.until = server, until
        self.process: Any = None
        self.screen: Screen = server.screen()
        self.plugged: set[str] = set()

    def told(self) -> dict[str, Any]:
        """The newest line the program printed."""
        lines = self.process.out().split("\n")[:-1]
        return dict(json.loads(lines[-1])) if lines else {"windows": {}, "wanted": []}

    def wait(self, condition: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait until a line fulfils the condition."""
        self.until(lambda: self.process.running and condition(self.told()), 15, what)
        return self.told()

    def cameras(self) -> dict[str, list[str | None]]:
        return {name: window["cameras"] for name, window in self.told()["windows"].items()}

    def monitors(self, *boxes: tuple[str, Box]) -> None:
        """Plug these monitors in, or move them, one after the other."""
        for name, box in boxes:
            geometry = f"{box.width}/160x{box.height}/90+{box.x}+{box.y}"
            # The first monitor owns the server's only output, the others none.
            output = "screen" if name.endswith("1") else "none"
            self.randr("--setmonitor", name, geometry, output)
            self.plugged.add(name)

    def unplug(self, *names: str) -> None:
        for name in names:
            self.randr("--delmonitor", name)
            self.plugged.discard(name)

    def input(self, *words: str) -> None:
        """Move the mouse and press keys as a person does, through the X server."""
        environment = self.server.environment()
        subprocess.run(["xdotool", *words], env=environment, check=True, capture_output=True, timeout=20)

    def randr(self, *words: str, check: bool = True) -> None:
        """Ask the X server."""
        environment = self.server.environment()
        subprocess.run(["xrandr", *words], env=environment, check=check, capture_output=True, timeout=20)

    @staticmethod
    def painted(told: dict[str, Any]) -> set[str]:
        """The states painted on any window."""
        return {state for window in told["windows"].values() for state in window["painted"]}

    @staticmethod
    def pixels(told: dict[str, Any], name: str) -> list[int]:
        """Device pixels of a window's surface."""
        return list(told["windows"][name]["pixels"]) if name in told["windows"] else []

    def shows(self, box: Box, cameras: list[str | None], grid: Grid) -> bool:
        """Whether these pixels of the X screen are the cameras' pictures, each in its tile, unscaled."""
        for camera, tile in zip(cameras, tile_boxes(grid, box.width, box.height), strict=True):
            if camera is None:
                continue
            x, y = box.x + tile.x, box.y + tile.y
            seen = self.screen.pixels[y : y + tile.height - 2, x : x + tile.width - 2, :3]
            if (seen != picture(camera, tile.width, tile.height)[:-2, :-2, :3]).any():
                return False
        return True


@pytest.fixture(scope="module")
def server() -> Iterator[XServer]:
    with XServer(3 * WIDE, 2 * HIGH) as server:
        yield server


Start = Callable[..., Wall]


@pytest.fixture
def start(
    server: XServer, process: Callable[..., Any], until: Callable[..., None]
) -> Iterator[Callable[..., Wall]]:
    """`start(("WALL-1", Box(…)), …, scale=1.5)`: monitors, then the program on them, no word of complaint."""
    walls: list[Wall] = []

    def begin(*boxes: tuple[str, Box], scale: float = 1.0, arguments: tuple[str, ...] = ()) -> Wall:
        wall = Wall(server, until)
        walls.append(wall)
        wall.monitors(*boxes)
        environment = {"DISPLAY": server.display, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": str(scale)}
        wall.process = process([sys.executable, "-m", "tests.ui.wall_program", *arguments], env=environment)
        return wall

    yield begin
    for wall in walls:
        code, complaints = wall.process.end(), wall.process.err()
        for name in sorted(wall.plugged, reverse=True):
            wall.unplug(name)
        assert (code, complaints) == (0, "")


LEFT, MIDDLE, RIGHT = (Box(number * WIDE, 0, WIDE, HIGH) for number in range(3))
THREE = (("WALL-1", LEFT), ("WALL-2", MIDDLE), ("WALL-3", RIGHT))
FIRST, SECOND, THIRD = ["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9", "10", "11", "12"]
GRID = Grid(2, 2)


def test_every_screen_has_its_window_and_the_next_cameras(start: Start) -> None:
    wall = start(*THREE)
    told = wall.wait(lambda told: len(told["wanted"]) == 12, "twelve cameras wanted")
    assert wall.cameras() == {"WALL-1": FIRST, "WALL-2": SECOND, "WALL-3": THIRD}
    for name, box in THREE:
        window = told["windows"][name]
        assert window["geometry"] == [box.x, box.y, box.width, box.height]
        assert window["full"] and window["scale"] == 1.0
    for box, cameras in ((LEFT, FIRST), (MIDDLE, SECOND), (RIGHT, THIRD)):
        wall.until(partial(wall.shows, box, cameras, GRID), 5, f"{cameras} at {box}")
    told = wall.wait(lambda told: wall.painted(told) == {"live"}, "all live")
    assert sum(window["torn"] for window in told["windows"].values()) == 0


def test_a_screen_is_unplugged_and_comes_back_as_it_was(start: Start) -> None:
    wall = start(*THREE)
    wall.wait(lambda told: len(told["wanted"]) == 12, "twelve cameras wanted")
    wall.unplug("WALL-2")
    told = wall.wait(lambda told: "WALL-2" not in told["windows"], "the window of WALL-2 gone")
    told = wall.wait(lambda told: told["wanted"] == FIRST + THIRD, "its cameras not wanted")
    assert told["windows"]["WALL-3"]["geometry"] == [RIGHT.x, 0, WIDE, HIGH]
    wall.until(lambda: wall.shows(RIGHT, THIRD, GRID), 5, "the others go on")
    wall.monitors(("WALL-2", MIDDLE))
    wall.wait(lambda told: len(told["wanted"]) == 12, "twelve cameras wanted again")
    wall.until(lambda: wall.shows(MIDDLE, SECOND, GRID), 5, "its cameras where they were")


def test_the_last_screen_goes_and_nothing_crashes(start: Start) -> None:
    wall = start(*THREE)
    wall.wait(lambda told: len(told["wanted"]) == 12, "twelve cameras wanted")
    wall.unplug("WALL-3", "WALL-2", "WALL-1")
    # Without monitors the server's output is one large screen nobody has seen before: a screen exchanged.
    wall.wait(
        lambda told: wall.cameras() == {"screen": FIRST}, "the first cameras on the screen that is left"
    )
    # It cannot be asked for a desktop of 0x0, but the output is off by then.
    wall.randr("--output", "screen", "--off", check=False)
    lines = len(wall.process.out())
    wall.until(lambda: wall.process.running and len(wall.process.out()) > lines + 2000, 10, "it lives on")
    wall.randr("--output", "screen", "--auto")
    wall.monitors(*THREE)
    wall.wait(
        lambda told: wall.cameras() == {"WALL-1": FIRST, "WALL-2": SECOND, "WALL-3": THIRD}, "all as it was"
    )
    wall.until(lambda: wall.shows(RIGHT, THIRD, GRID), 5, "pictures on the last of them")


def test_a_screen_is_turned_and_moved(start: Start) -> None:
    wall = start(("WALL-1", LEFT), ("WALL-2", MIDDLE))
    wall.wait(lambda told: len(told["wanted"]) == 8, "eight cameras wanted")
    upright = Box(WIDE, 0, HIGH, WIDE)
    wall.unplug("WALL-2")
    wall.monitors(("WALL-2", upright))
    wall.wait(lambda told: wall.pixels(told, "WALL-2") == [HIGH, WIDE], "an upright window")
    wall.until(lambda: wall.shows(upright, SECOND, GRID), 5, "its cameras in upright tiles")
    below = Box(0, HIGH, WIDE, HIGH)
    wall.unplug("WALL-2")
    wall.monitors(("WALL-2", below))
    wall.wait(lambda told: wall.pixels(told, "WALL-2") == [WIDE, HIGH], "a lying window")
    wall.until(lambda: wall.shows(below, SECOND, GRID), 5, "its cameras below")
    wall.until(lambda: wall.shows(LEFT, FIRST, GRID), 5, "the first screen untouched")


@pytest.mark.parametrize("scale", [1.25, 1.5, 2.0])
@pytest.mark.parametrize("size", [(640, 360), (683, 384)])
def test_pictures_are_device_pixels_at_every_scale(start: Start, scale: float, size: tuple[int, int]) -> None:
    box = Box(0, 0, *size)
    wall = start(("WALL-1", box), scale=scale, arguments=("--grid", "3x3"))
    told = wall.wait(lambda told: len(told["wanted"]) == 9, "nine cameras wanted")
    assert told["windows"]["WALL-1"]["scale"] == scale
    wide, high = wall.pixels(told, "WALL-1")
    # Qt's logical pixels are whole: a screen of 683 pixels at 150 % is 455 of them.
    assert abs(wide - size[0]) <= scale and abs(high - size[1]) <= scale
    cameras = [str(number) for number in range(1, 10)]
    inside = Box(0, 0, wide, high)
    wall.until(
        lambda: wall.shows(inside, cameras, Grid(3, 3)), 5, "every pixel of every picture in its place"
    )


def test_a_window_with_a_frame_stands_on_its_screen(start: Start) -> None:
    wall = start(*THREE[:2], arguments=("--windowed",))
    told = wall.wait(lambda told: len(told["wanted"]) == 8, "eight cameras wanted")
    for name, box in THREE[:2]:
        window = told["windows"][name]
        x, y, width, height = window["geometry"]
        assert not window["full"]
        assert box.x <= x and x + width <= box.x + box.width and y + height <= box.height
        assert abs(width / height - 16 / 9) < 0.02


def test_one_keyboard_works_all_screens(start: Start) -> None:
    wall = start(*THREE)
    wall.wait(lambda told: wall.painted(told) == {"live"}, "all live")
    wall.input("mousemove", "100", "100", "click", "1")
    wall.wait(lambda told: told["focus"] == ["WALL-1", 1], "the focus where the click was")
    wall.input("key", "Right", "Right")
    told = wall.wait(lambda told: told["focus"] == ["WALL-2", 1], "the focus on the next screen")
    assert told["wanted"][0] == "5", "what is in focus comes first"
    wall.input("key", "3", "Return")
    wall.wait(lambda told: told["focus"] == ["WALL-2", 3], "a number chooses on the screen one looks at")
    wall.input("key", "Return")
    wall.wait(lambda told: told["wanted"][0] == "7" and len(told["wanted"]) == 12, "enlarged, the rest kept")
    wall.until(lambda: wall.shows(MIDDLE, ["7"], Grid(1, 1)), 5, "it fills the second screen alone")
    wall.until(lambda: wall.shows(LEFT, FIRST, GRID) and wall.shows(RIGHT, THIRD, GRID), 5, "the others stay")
    wall.input("key", "Escape", "Escape")
    wall.until(lambda: wall.shows(MIDDLE, SECOND, GRID), 5, "back to the grid, and to a wall without a frame")
