"""S saves exactly what stands in the tile, whatever comes or lies over it; a line says what became of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState, Treatment
from hanoi_wall.operations.snapshot import Missing, Pixels, Snapshot, Trouble
from hanoi_wall.ui import shutter
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import Pixels as Array
from tests.ui.drawn_feeds import pattern, plain

S = Qt.Key.Key_S
BLUE, RED = plain(480, 270, 220, 30, 20), plain(480, 270, 20, 30, 220)


def press(desk: Desk, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(desk.window, key)
    desk.settle()


def array(pixels: Pixels) -> Array:
    """Height x width x 4."""
    rows = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : 4 * pixels.width].reshape(pixels.height, pixels.width, 4)


def taken(desk: Desk, qtbot: QtBot, seconds: float = 3.1) -> Snapshot:
    """The last snapshot once it is saved and said, though no main stream ever comes."""
    taking = desk.walls._shutter
    assert taking is not None
    desk.clock.advance(seconds)
    qtbot.waitUntil(lambda: not taking._snapshots.busy)
    desk.settle()
    return desk.album.snapshots[-1]


def line(desk: Desk) -> str:
    """What stands low on the window, "" for nothing."""
    return desk.window.entry.text if desk.window.entry.isVisible() else ""


@pytest.fixture
def live(desk: Desk) -> Desk:
    """Tile 1 shows camera a: a pattern, live; the focus is there."""
    desk.feeds.draw("a", pattern(480, 270), age_s=0.1, arrived_s=0.05)
    desk.wall.focus_on(desk.window.monitor, 1)
    desk.tick()
    return desk


def test_what_stands_on_the_surface_is_saved_and_not_what_came_since(live: Desk, qtbot: QtBot) -> None:
    before, painted = live.of_tile(1).copy(), replace(live.tile(1).painted)
    live.feeds.draw("a", RED)
    press(live, S)
    assert line(live) == "Đang lưu ảnh ô 1 …"
    seen = taken(live, qtbot).seen
    inside = live.tile(1).inside
    assert (array(seen.painted)[..., :3] == before[: inside.height, : inside.width, :3]).all()
    assert (seen.camera.id, seen.tile, seen.grid) == ("a", 1, "grid:2x2")
    assert (seen.state, seen.treatment) == (TileState.LIVE, Treatment.CLEAR)
    assert (
        (seen.sequence, seen.capture_ns) == (painted.sequence, painted.capture_ns) == (1, painted.capture_ns)
    )
    assert seen.arrival_ns - seen.capture_ns == 50_000_000
    assert seen.age_ns == 100_000_000
    assert seen.stream is StreamKind.SUB and seen.stats.codec == "h264"


def test_the_line_says_what_became_of_it(live: Desk, qtbot: QtBot) -> None:
    press(live, S)
    assert taken(live, qtbot).missing is Missing.DID_NOT_COME
    assert line(live).startswith("Đã lưu ảnh Camera a lúc ")
    assert line(live).endswith("(đã ký) · không lấy được luồng nét nhất")
    live.album.trouble = Trouble.DISK_FULL
    press(live, S)
    taken(live, qtbot)
    assert line(live) == "Không lưu được ảnh Camera a: đĩa đầy"
    live.wait(3.1)
    assert line(live) == ""


def test_what_lies_over_the_tile_is_not_in_its_picture(live: Desk, qtbot: QtBot) -> None:
    before = live.of_tile(1).copy()
    press(live, Qt.Key.Key_Question)
    assert live.window.sheet.isVisible()
    press(live, S)
    assert not live.window.sheet.isVisible()
    inside = live.tile(1).inside
    expected = before[: inside.height, : inside.width, :3]
    assert (array(taken(live, qtbot).seen.painted)[..., :3] == expected).all()
    press(live, S)
    # The line of the one before covers the lower tiles; the focus goes to one of them.
    live.feeds.draw("c", BLUE)
    live.wall.focus_on(live.window.monitor, 3)
    live.tick()
    assert line(live)
    press(live, S)
    lower = array(taken(live, qtbot).seen.painted)
    assert live.album.snapshots[-1].seen.tile == 3
    assert (lower[60:-20, 20:-20, :3] == BLUE[60:249, 20:459, :3]).all()


def test_a_stale_and_an_offline_tile_are_saved_as_they_look(desk: Desk, qtbot: QtBot) -> None:
    desk.feeds.draw("a", RED, age_s=9)
    desk.wall.focus_on(desk.window.monitor, 1)
    desk.tick()
    press(desk, S)
    stale = taken(desk, qtbot)
    assert (stale.seen.state, stale.seen.treatment) == (TileState.STALE, Treatment.STALE)
    assert array(stale.seen.painted)[200, 100, 2] < 150, "grey, as it was painted"
    assert stale.best is not None and array(stale.best.pixels)[200, 100, 2] == 220, "and as it came"
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT)
    desk.wait(40)
    press(desk, S)
    offline = taken(desk, qtbot, 0)
    assert (offline.seen.state, offline.seen.treatment) == (TileState.OFFLINE, Treatment.DARK)
    assert offline.seen.cause is Cause.TIMEOUT and offline.missing is Missing.NOT_CONNECTED
    assert offline.seen.sequence == 0 and offline.seen.capture_ns == stale.seen.capture_ns


def test_a_tile_that_is_still_opening_is_saved_too(desk: Desk, qtbot: QtBot) -> None:
    desk.wall.focus_on(desk.window.monitor, 2)
    desk.tick()
    press(desk, S)
    opening = taken(desk, qtbot, 0)
    assert (opening.seen.state, opening.seen.capture_ns, opening.best) == (TileState.OPENING, 0, None)


def test_nothing_to_save_is_said(desk: Desk) -> None:
    press(desk, S)
    assert line(desk) == "Chọn một ô rồi nhấn S để lưu ảnh"
    desk.wall.focus_on(desk.window.monitor, 4)
    desk.tick()
    press(desk, S)
    assert line(desk) == "Ô 4 trống, không có gì để lưu"
    assert desk.album.snapshots == []


def test_a_surface_that_cannot_be_read_is_no_empty_tile(
    live: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shutter, "painted_pixels", lambda window, tile: None)
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.ui.shutter"):
        press(live, S)
    assert "cannot be read" in caplog.text
    assert line(live) == "Không lưu được ảnh Camera a: lỗi chương trình, xem nhật ký máy"
    assert live.album.snapshots == []


def test_the_enlarged_tile_is_meant_where_none_has_the_focus(live: Desk, qtbot: QtBot) -> None:
    live.wall.enlarge(live.window.monitor, 1)
    live.wall._focus = None
    live.tick()
    press(live, S)
    seen = taken(live, qtbot).seen
    assert (seen.tile, seen.painted.width, seen.painted.height) == (1, 960, 540)


def test_a_key_held_down_saves_one(live: Desk) -> None:
    press(live, S)
    for _ in range(5):
        QApplication.sendEvent(
            live.window, QKeyEvent(QEvent.Type.KeyPress, S, Qt.KeyboardModifier.NoModifier, "s", True)
        )
    live.walls.stop()
    assert live.walls._shutter is not None
    live.walls._shutter._snapshots.close()
    assert len(live.album.snapshots) == 1


def test_a_key_pressed_again_and_again_is_told_to_wait(live: Desk) -> None:
    press(live, *[S] * 7)
    assert line(live) == "Các ảnh trước đang được lưu, thử lại sau giây lát"


def test_the_main_streams_picture_comes_along(live: Desk, qtbot: QtBot) -> None:
    press(live, S)
    assert any(demand.pin is StreamKind.MAIN for demand in live.feeds.wanted[-1])
    live.clock.advance(0.5)
    live.feeds.cameras.pop("a")
    live.feeds.draw("a", pattern(960, 540))
    drawn = live.feeds.cameras["a"]
    drawn.view = replace(drawn.view, stream=StreamKind.MAIN)
    live.tick()
    best = taken(live, qtbot, 0).best
    assert best is not None and (best.stream, best.pixels.width) == (StreamKind.MAIN, 960)
    assert (array(best.pixels)[..., :3] == pattern(960, 540)[..., :3]).all()
    assert line(live).endswith("(đã ký)")
    assert not any(demand.pin for demand in live.feeds.wanted[-1])


def test_a_window_that_is_gone_is_told_nothing(live: Desk) -> None:
    press(live, S)
    live.walls.stop()
    live.clock.advance(4)
    assert live.walls._shutter is not None
    live.walls._shutter._look()
    assert len(live.album.snapshots) == 1


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_no_line_is_wider_than_the_smallest_wall(open_desk: OpenDesk, language: str) -> None:
    small = open_desk(language=language, size=(640, 360), text_distance_m=2.0)
    for text in ("shot.no_focus", "shot.busy"):
        values = {"keys": "S"} if text == "shot.no_focus" else {}
        small.window.say(small.window.tile_style.words(text, **values))
        assert small.window.entry.geometry().width() <= 640
        assert small.window.rect().contains(small.window.entry.geometry())
