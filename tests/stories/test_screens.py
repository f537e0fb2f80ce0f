"""A wall of two monitors, one of which goes and comes back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.bench.pixels import Place
from tests.bench.xserver import XServer
from tests.stories.desk import Desk
from tests.stories.pretend_cameras import PretendCameras

WIDE, HIGH = 640, 720
SCREENS = (Place(0, 0, WIDE, HIGH), Place(WIDE, 0, WIDE, HIGH))
COLUMNS, LINES = 2, 4
LEFT = [f"cam-{number:02d}" for number in range(1, 9)]
RIGHT = [f"cam-{number:02d}" for number in range(9, 17)]


class Monitors:
    """The monitors of an X screen, as its server tells of them."""

    def __init__(self, x: XServer) -> None:
        self._x = x

    def plug(self, number: int) -> None:
        """Monitor `number` is there, beside the one before."""
        place = SCREENS[number]
        size = f"{place.width}/170x{place.height}/190+{place.x}+{place.y}"
        # One of them must carry the X screen's only output, or its own monitor stays as well.
        self._xrandr("--setmonitor", f"WALL-{number + 1}", size, "none" if number else "screen")

    def unplug(self, number: int) -> None:
        """It is gone."""
        self._xrandr("--delmonitor", f"WALL-{number + 1}")

    def _xrandr(self, *words: str) -> None:
        subprocess.run(["xrandr", *words], env=self._x.environment(), check=True, timeout=20)


@pytest.fixture
def monitors(x_server: XServer) -> Iterator[Monitors]:
    two = Monitors(x_server)
    two.plug(0)
    two.plug(1)
    yield two
    two.unplug(1)
    two.unplug(0)


def cameras_on(desk: Desk, screen: int) -> list[int | None]:
    """The cameras whose pictures are seen on a monitor, tile by tile, counted from 0."""
    marks = [desk.look(number, screen).mark for number in range(1, COLUMNS * LINES + 1)]
    return [mark.camera if mark is not None else None for mark in marks]


def stands_on(desk: Desk) -> dict[str, tuple[str, int]]:
    """Where each camera's tile stands: (monitor, tile)."""
    return {camera: (tile["screen"], tile["tile"]) for camera, tile in desk.tiles().items()}


def test_tiles_come_back_where_they_were(
    x_server: XServer, sixteen: PretendCameras, monitors: Monitors
) -> None:
    with Desk(x_server, sixteen.rows(), COLUMNS, LINES, SCREENS) as desk:
        desk.until_live(*LEFT, *RIGHT)
        desk.until(lambda: cameras_on(desk, 0) == list(range(8)), 5, "the first eight on the left")
        desk.until(lambda: cameras_on(desk, 1) == list(range(8, 16)), 5, "the others on the right")
        before = stands_on(desk)
        assert {before[camera][0] for camera in LEFT} == {"WALL-1"}
        assert {before[camera][0] for camera in RIGHT} == {"WALL-2"}
        desk.settle(1.0)
        monitors.unplug(1)
        desk.until(lambda: list(desk.tiles()) == LEFT, 5, "the left monitor alone")
        desk.until(lambda: sixteen.sessions()["open"] <= 8, 4, "the sessions of what nobody sees to end")
        assert {desk.tile(camera)["reconnects"] for camera in LEFT} == {0}, "the others did not notice"
        monitors.plug(1)
        desk.until_live(*LEFT, *RIGHT, seconds=10)
        assert stands_on(desk) == before
        desk.until(lambda: cameras_on(desk, 1) == list(range(8, 16)), 5, "the same pictures")
        assert cameras_on(desk, 0) == list(range(8))
        assert {desk.tile(camera)["reconnects"] for camera in LEFT} == {0}
        code, took = desk.leave()
        assert (code, took < 3.0) == (0, True)


def test_the_focus_crosses_to_the_next_monitor(
    x_server: XServer, sixteen: PretendCameras, monitors: Monitors
) -> None:
    """And Enter fills that monitor alone."""
    with Desk(x_server, sixteen.rows(), COLUMNS, LINES, SCREENS) as desk:
        desk.until_live(*LEFT, *RIGHT)
        desk.point(4, "click", "1")
        desk.press("Right", "Return")

        def enlarged() -> bool:
            mark = desk.look_whole(1).mark
            return mark is not None and mark.camera == 10

        desk.until(enlarged, 8, "the third camera of the right monitor over all of it")
        assert cameras_on(desk, 0) == list(range(8))
        desk.press("Escape")
        desk.until(lambda: cameras_on(desk, 1) == list(range(8, 16)), 5, "the right monitor's grid")
