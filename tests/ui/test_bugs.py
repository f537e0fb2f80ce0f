"""A bug ends in the log with its traceback, once, and takes no other tile with it."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTimer, qCritical
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from hanoi_wall import assets
from hanoi_wall.domain.clock import ManualClock, SystemClock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.operations.tile_words import Moment
from hanoi_wall.ui import band, theme, tile, tile_picture
from hanoi_wall.ui.bugs import Bugs, QtWords, Watch
from tests.conftest import ROOT
from tests.ui.conftest import OpenDesk
from tests.ui.drawn_feeds import plain

RED = plain(480, 270, 20, 30, 220)
Log = pytest.LogCaptureFixture


@pytest.fixture
def planned(caplog: Log) -> Iterator[Log]:
    """The log of a test that expects bugs."""
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.ui.bugs"):
        yield caplog


def broken(*_: object, **__: object) -> None:
    raise LookupError("planted")


def failing() -> None:
    raise ArithmeticError("planted")


def failure() -> LookupError:
    try:
        broken()
    except LookupError as error:
        return error
    raise AssertionError


def test_a_bug_is_told_once_a_minute_with_its_traceback(clock: ManualClock, planned: Log) -> None:
    bugs = Bugs(clock)
    for _ in range(5):
        bugs.tell("tile 3", failure())
    assert planned.text.count("LookupError: planted") == planned.text.count("Traceback") == 1
    assert "a bug (tile 3)" in planned.text and "in broken" in planned.text
    bugs.tell("tile 4", ValueError("another"))
    assert "a bug (tile 4)" in planned.text, "each bug by itself"
    clock.advance(61)
    bugs.tell("tile 3", failure())
    assert planned.text.count("Traceback") == 2 and "a bug (tile 3), 4 times more" in planned.text


def test_what_qt_calls_and_what_qt_says_goes_to_the_log(qtbot: QtBot, planned: Log) -> None:
    before = sys.excepthook, threading.excepthook
    with Watch(SystemClock()), QtWords(SystemClock()):
        QTimer.singleShot(0, broken)
        qtbot.waitUntil(lambda: "LookupError: planted" in planned.text)
        qCritical("a word of Qt's")
        assert "Qt: a word of Qt's" in planned.text
        thread = threading.Thread(target=failing, name="foreign")
        thread.start()
        thread.join()
        assert "ended thread foreign" in planned.text
    assert (sys.excepthook, threading.excepthook) == before


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the resources, as if they were installed; nothing of them is read yet."""
    shutil.copytree(ROOT / "resources", tmp_path / "_resources")
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path)
    caches = theme.icon, theme.theme, getattr(theme, "_shapes", theme.icon)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path / "_resources"
    for cache in caches:
        cache.cache_clear()


def test_resources_that_go_while_the_wall_runs_are_not_missed(
    installation: Path, monkeypatch: pytest.MonkeyPatch, open_desk: OpenDesk
) -> None:
    monkeypatch.setattr(assets, "_folder", lambda name: installation if name == "resources" else ROOT / name)
    desk = open_desk("2x2", "abcd")
    desk.feeds.session("a", Phase.OPENING, ever=False)
    desk.tick()
    shutil.rmtree(installation)
    desk.feeds.session("a", Phase.REFUSED, Cause.WRONG_PASSWORD)
    desk.feeds.session("b", Phase.WAITING, Cause.TIMEOUT, retry_in_s=3)
    desk.feeds.draw("c", RED, age_s=9)
    desk.feeds.draw("d", RED, age_s=3)
    desk.tick()
    expected = (TileState.REFUSED, TileState.OFFLINE, TileState.STALE, TileState.LATE)
    assert tuple(desk.states()[number] for number in (1, 2, 3, 4)) == expected
    assert all(desk.tile(number).painted.told for number in (1, 2, 3, 4))


def test_half_an_installation_is_found_before_a_window_stands(installation: Path, qtbot: QtBot) -> None:
    shutil.rmtree(installation / "icons")
    with pytest.raises(assets.ResourceMissing, match="resource icons is missing from this installation"):
        theme.prepare()


@pytest.mark.parametrize(
    ("room", "place"),
    [(tile, "judge"), (tile, "make_bar"), (tile, "notice"), (tile_picture, "_draw_scaled")],
)
def test_a_bug_in_one_tile_is_crossed_out_and_the_others_go_on(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, planned: Log, room: ModuleType, place: str
) -> None:
    desk = open_desk("2x2", "abc")
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    alarm = desk.window.tile_style.theme.alarm
    real, paint = getattr(room, place), tile.Tile.paint
    painting: list[int] = []

    def noted(self: tile.Tile, painter: QPainter, now: Moment) -> None:
        painting[:] = [self.number]
        paint(self, painter, now)

    def fails_for_one(*arguments: object, **named: object) -> object:
        return broken() if painting == [2] else real(*arguments, **named)

    monkeypatch.setattr(tile.Tile, "paint", noted)
    monkeypatch.setattr(room, place, fails_for_one)
    for camera in "abc":
        # Old enough for a band, and of another size than the tile's.
        desk.feeds.draw(camera, plain(300, 270, 220, 30, 20), age_s=9)
    desk.tile(2).restyle()
    desk.tick()
    assert [desk.states()[number] for number in (1, 2, 3)] == [
        TileState.STALE,
        TileState.STOPPED,
        TileState.STALE,
    ]
    seen = {tuple(colour) for colour in desk.of_tile(2)[:268, :478, :3].reshape(-1, 3).tolist()}
    ground = desk.window.tile_style.theme.surface_1
    assert seen == {(each.blue(), each.green(), each.red()) for each in (alarm, ground)}
    for _ in range(8):
        desk.wait(0.025)
    assert planned.text.count("Traceback") == 1
    monkeypatch.setattr(room, place, real)
    desk.wait(1.1)
    assert desk.states()[2] is TileState.STALE, "it is tried again"
    # The records hold the traceback, and that the tile with its pictures.
    planned.clear()


def test_an_image_outlives_a_bug_while_it_is_painted_on(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A painter that is still at work on an image that goes ends the process in native code."""
    images: list[QImage] = []
    real = QPainter.drawImage

    def fails(self: QPainter, *arguments: object) -> None:
        device = self.device()
        assert isinstance(device, QImage)
        images.append(device)
        broken()

    monkeypatch.setattr(QPainter, "drawImage", fails)
    with pytest.raises(LookupError):
        band._icon_only(_notice(), 40, 40, theme.theme(), True)
    monkeypatch.setattr(QPainter, "drawImage", real)
    assert [image.paintingActive() for image in images] == [False]


def _notice() -> band.Notice:
    return band.Notice(TileState.OFFLINE, "Mất tín hiệu", "offline", band.Tone.ALARM)


CRASHES = """
import logging, os, signal, sys
from PySide6.QtCore import QCoreApplication
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.ui.bugs import Watch
logging.basicConfig(filename=sys.argv[1])
with Watch(SystemClock()):
    os.kill(os.getpid(), signal.SIGSEGV)
"""


def test_a_crash_in_native_code_leaves_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "log"
    words = [sys.executable, "-c", CRASHES, str(path)]
    done = subprocess.run(words, cwd=ROOT, timeout=30, capture_output=True, env=os.environ)
    assert done.returncode == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in path.read_text()
