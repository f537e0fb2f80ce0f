"""Scenes, layouts and numbers by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hanoi_wall.domain.grid import PRESETS
from hanoi_wall.operations.focus import Focus
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain

RED = plain(480, 270, 20, 30, 220)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles with four of six cameras."""
    return open_desk("2x2", "abcdef")


def press(
    desk: Desk, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Keys for whatever has the focus."""
    for key in keys:
        palette = desk.window.palette_
        target = palette.line if palette.isVisible() else desk.window
        if isinstance(key, str) and palette.isVisible():
            # QTest types ASCII only.
            palette.line.insert(key)
        elif isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, held)
    desk.tick()


def cameras(desk: Desk) -> list[str | None]:
    return [place.camera for place in desk.wall.monitor(desk.window.monitor).scene.tiles]


def said(desk: Desk) -> str:
    return desk.window.entry.text if desk.window.entry.isVisible() else ""


def test_a_monitor_is_divided_otherwise_and_its_cameras_stay(desk: Desk) -> None:
    for camera in "abcd":
        desk.feeds.draw(camera, RED)
    desk.wait(0.1)
    press(desk, Qt.Key.Key_G)
    press(desk, "1+5", Qt.Key.Key_Return)
    assert desk.wall.monitor(desk.window.monitor).scene.layout == PRESETS["1+5"]
    assert cameras(desk) == ["a", "b", "c", "d", None, None]
    boxes = [desk.tile(number).box for number in (1, 2, 6)]
    assert [(box.width, box.height) for box in boxes] == [(640, 360), (320, 180), (320, 180)]
    assert (desk.of_tile(1)[180, 320, :3] == (20, 30, 220)).all(), (
        "no tile is without its picture for a moment"
    )


def test_what_was_saved_comes_back_with_one_key(desk: Desk) -> None:
    press(desk, Qt.Key.Key_S, held=CONTROL)
    press(desk, "1 Sáng", Qt.Key.Key_Return)
    assert said(desk) == "Đã lưu cảnh «1 Sáng», bản 1"
    press(desk, Qt.Key.Key_G)
    press(desk, "1x1", Qt.Key.Key_Return)
    assert cameras(desk) == ["a"]
    press(desk, Qt.Key.Key_1, held=CONTROL)
    assert cameras(desk) == list("abcd") and said(desk) == "Cảnh «1 Sáng»"
    press(desk, Qt.Key.Key_2, held=CONTROL)
    assert said(desk) == "Không có cảnh thứ 2"
    press(desk, Qt.Key.Key_Z, held=CONTROL)
    assert cameras(desk) == ["a"]


def test_the_approved_wall_is_one_key_away(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Home)
    assert said(desk).startswith("Chưa có bố cục nào được duyệt")
    press(desk, Qt.Key.Key_S, held=CONTROL)
    press(desk, "Chuẩn", Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Home, held=CONTROL)
    press(desk, "chuan", Qt.Key.Key_Return)
    desk.wall.focus_on(desk.window.monitor, 1)
    press(desk, Qt.Key.Key_Delete)
    assert cameras(desk)[0] is None
    press(desk, Qt.Key.Key_Home)
    assert cameras(desk) == list("abcd")


def test_a_camera_comes_by_its_number(desk: Desk) -> None:
    press(desk, "1.3.6")
    assert said(desk) == "Màn hình 1 · ô 3 · camera 6 Camera f  ·  Enter"
    press(desk, Qt.Key.Key_Return)
    assert cameras(desk) == ["a", "b", "f", "d"]
    assert desk.wall.focus == Focus(desk.window.monitor, 3)
    press(desk, "..5", Qt.Key.Key_Return)
    assert cameras(desk) == ["a", "b", "e", "d"]
    press(desk, "..77", Qt.Key.Key_Return)
    assert said(desk) == "Không có camera số 77" and cameras(desk) == ["a", "b", "e", "d"]
    press(desk, "7.1", Qt.Key.Key_Return)
    assert said(desk) == "Không có màn hình 7"


def test_a_number_is_mended_while_it_is_typed(desk: Desk) -> None:
    press(desk, "1.2.3.")
    assert said(desk).startswith("Màn hình 1 · ô 2 · camera 3"), "a third dot is not taken"
    press(desk, *[Qt.Key.Key_Backspace] * 3, "4")
    assert said(desk) == "Màn hình 1 · ô 4  ·  Enter để chọn"
    press(desk, Qt.Key.Key_Escape)
    assert said(desk) == "" and desk.wall.focus is None


def test_a_tile_goes_back_to_what_it_showed(desk: Desk) -> None:
    desk.wall.focus_on(desk.window.monitor, 2)
    desk.wall.assign(desk.window.monitor, 2, "e")
    press(desk, Qt.Key.Key_Left, held=Qt.KeyboardModifier.AltModifier)
    assert cameras(desk)[1] == "b"
    press(desk, Qt.Key.Key_Right, held=Qt.KeyboardModifier.AltModifier)
    assert cameras(desk)[1] == "e"


def test_a_text_and_a_clock_come_into_the_tile_in_focus(desk: Desk) -> None:
    desk.wall.focus_on(desk.window.monitor, 4)
    press(desk, Qt.Key.Key_E, held=CONTROL)
    press(desk, "Họp lúc 9 giờ", Qt.Key.Key_Return)
    assert desk.tile(4).face is not None and cameras(desk)[3] is None
    press(desk, Qt.Key.Key_T, held=CONTROL)
    assert desk.tile(4).face is not None
    press(desk, Qt.Key.Key_T, held=CONTROL)
    assert desk.tile(4).face is None


def test_scenes_are_locked_and_removed_by_keys(desk: Desk) -> None:
    press(desk, Qt.Key.Key_S, held=CONTROL)
    press(desk, "Sáng", Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_L, held=CONTROL)
    press(desk, Qt.Key.Key_Return)
    assert said(desk) == "Đã khóa cảnh «Sáng»"
    press(desk, Qt.Key.Key_Delete, held=CONTROL)
    press(desk, Qt.Key.Key_Return)
    assert said(desk) == "Cảnh «Sáng» đã khóa; mở khóa trước"
    press(desk, Qt.Key.Key_L, held=CONTROL)
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Delete, held=CONTROL)
    press(desk, Qt.Key.Key_Return)
    assert said(desk) == "Đã xóa cảnh «Sáng»"
    press(desk, Qt.Key.Key_O, held=CONTROL)
    assert desk.window.palette_.entries == ()


def test_a_sequence_changes_its_camera_by_itself(desk: Desk) -> None:
    from hanoi_wall.domain.content import Filling, Sequence, Step

    here = Focus(desk.window.monitor, 4)
    desk.wall.put(here, Filling(None, Sequence((Step("e", 10), Step("f", 10)))))
    desk.tick()
    assert desk.tile(4).camera_id == "e"
    desk.wait(6.1)
    assert "f" in [demand.camera for demand in desk.wall.wanted], "opened before its turn"
    desk.wait(4.0)
    assert desk.tile(4).camera_id == "f" and desk.tile(4).mark == "2/2"
    desk.wall.focus_on(desk.window.monitor, 4)
    press(desk, Qt.Key.Key_P)
    desk.wait(30.0)
    assert desk.tile(4).camera_id == "f" and said(desk) == ""
    assert desk.tile(4).mark == "2/2 dừng"
    press(desk, Qt.Key.Key_Left, held=CONTROL)
    assert desk.tile(4).camera_id == "e"
    desk.wall.assign(desk.window.monitor, 3, None)
    press(desk, Qt.Key.Key_U)
    assert cameras(desk) == ["a", "b", "f", "e"]
