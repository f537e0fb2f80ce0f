"""Once the windows stand, the thread that paints them touches no file and no socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hanoi_wall import assets
from tests.conftest import ROOT
from tests.ui.no_files import TouchedOutside, no_files

WATCHED = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from hanoi_wall import cli
from hanoi_wall.ui.wall_app import WallApp
from tests.ui import no_files

start, stop = WallApp.start, WallApp.stop
keys = iter("2 Return Return s t t 9 Return Escape ? ? s beside Right r s f f Escape F2 Right Delete".split())

def press(walls):
    from PySide6.QtCore import Qt
    key = next(keys, None)
    if key is None:
        return
    for window in walls.windows.values() if key != "beside" else ():
        QTest.keyClick(window, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"))
    if key == "beside":
        # The windows beside the wall: opened, a language and a theme chosen, closed.
        window = next(iter(walls.windows.values()))
        walls.act("app.settings", window)
        walls.act("app.help", window)
        walls.sides.settings.make_all()
        walls.preferences.set("language", "fr")
        walls.preferences.set("theme", "light")
        walls.preferences.set_keys("wall.titles", ["F8"])
        walls.sides.settings.leave()
        walls.sides.guide.leave()
    QTimer.singleShot(120, lambda: press(walls))

def watched(walls):
    start(walls)
    QTimer.singleShot(500, lambda: press(walls))
    no_files.watch()

def ended(walls):
    print(json.dumps(no_files.rest()), flush=True)
    stop(walls)

WallApp.start, WallApp.stop = watched, ended
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_wall_of_pictures_and_faults_touches_nothing(tmp_path: Path, street: Path) -> None:
    """The whole program: cameras that play, are refused and are not there, health, every key."""
    addresses = [
        f"clip://{street}",
        "rtsp://127.0.0.1:1/a",
        "rtsp://no-such-camera.invalid/b",
        f"clip://{tmp_path}/c",
    ]
    rows = "".join(f"c{number},Cổng {number},{url}\n" for number, url in enumerate(addresses))
    (tmp_path / "cameras.csv").write_text("id,name,main_url\n" + rows)
    words = ["run", "--cameras", str(tmp_path / "cameras.csv"), "--health", "0", "--seconds", "5"]
    words += ["--profile", str(tmp_path / "profile"), "--windowed"]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert list((tmp_path / "profile" / "data" / "snapshots").glob("*.json")), "no snapshot was taken"
    assert "a bug" not in (tmp_path / "profile" / "logs" / "hanoi-wall.log").read_text()


def test_a_file_that_is_read_there_is_found() -> None:
    with pytest.raises(AssertionError, match="resources/theme"), no_files():
        try:
            assets.resources("theme", ".json")
        except TouchedOutside:
            pass
    assert assets.resources("theme", ".json"), "and only there"
