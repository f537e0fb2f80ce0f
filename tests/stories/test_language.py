"""An operator who reads English sits down before a Vietnamese wall, without a mouse."""

from __future__ import annotations

import time
from pathlib import Path

import numpy
import pytest

from tests.bench.xserver import XServer
from tests.stories.desk import Desk
from tests.stories.look import Pixels

NOBODY = {"id": "cam-9", "name": "Cầu Chương Dương", "main_url": "rtsp://127.0.0.1:9/nobody"}


@pytest.fixture
def rows(street: Path, tmp_path: Path) -> list[dict[str, str]]:
    """Two cameras that play and one that is not there."""
    playing = []
    for number in (1, 2):
        clip = tmp_path / f"street-{number}.mp4"
        clip.symlink_to(street)
        playing.append({"id": f"cam-{number}", "name": f"Phố {number}", "main_url": f"clip://{clip}"})
    return [*playing, NOBODY]


def sheet(desk: Desk, folder: Path, name: str) -> Pixels:
    """The sheet of keys, which says what language the wall speaks; opened, looked at and closed."""
    desk.press("question")
    desk.settle(1.0)
    wide, high = desk.x.width, desk.x.height
    seen = desk.pixels[high // 3 : high * 2 // 3, wide * 2 // 5 : wide * 3 // 5, :3].copy()
    desk.screenshot(folder / f"{name}.png")
    desk.press("Escape")
    desk.settle(0.3)
    return seen


def test_the_wall_speaks_english_when_asked_by_keys_alone_and_after_a_restart_still(
    x_server: XServer, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    with Desk(x_server, rows, 2, 2) as desk:
        desk.until_live("cam-1", "cam-2")
        desk.until_painted("cam-9", "offline", 30)
        vietnamese = sheet(desk, tmp_path, "vi")
        desk.press("ctrl+comma")
        desk.settle(2.0)
        desk.type("ngon ngu")
        desk.press("Tab", "Tab")
        desk.settle(0.3)
        desk.screenshot(tmp_path / "settings.png")
        before = desk.look(1)
        desk.press("Right")
        settings = desk.profile / "settings.toml"
        began, frames, states = time.monotonic(), set[bytes](), set[str]()
        while time.monotonic() - began < 2.0:
            place = desk.place(1)
            frames.add(place.of(desk.pixels)[:60, :300].tobytes())
            states.add(desk.tile("cam-1")["painted_state"])
        assert states == {"live"} and not before.hatched, "no picture was lost"
        assert len(frames) > 5, "and they went on"
        assert desk.tile("cam-1")["reconnects"] == desk.tile("cam-2")["reconnects"] == 0
        desk.until(lambda: settings.exists() and 'language = "en"' in settings.read_text(), 5, "it is kept")
        desk.screenshot(tmp_path / "english.png")
        desk.press("Escape")
        desk.settle(0.5)
        english = sheet(desk, tmp_path, "en")
        assert not numpy.array_equal(english, vietnamese)
        assert desk.leave()[0] == 0
        desk.start()
        desk.until_live("cam-1", "cam-2")
        desk.settle(0.5)
        assert numpy.array_equal(sheet(desk, tmp_path, "again"), english), "the same sheet, word for word"
        assert desk.leave()[0] == 0
        assert "a bug" not in desk.log()
