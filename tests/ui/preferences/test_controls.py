"""One row: a key is recorded by pressing it, and one that has another use is not taken away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.operations.actions import action
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.ui.preferences.controls import KeyRow, SettingRow

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def row(qtbot: QtBot) -> KeyRow:
    made = KeyRow("tile.retry", Preferences(), ("R",))
    qtbot.addWidget(made)
    made.speak(words("vi"))
    made.show()
    made.change.setFocus()
    return made


def record(row: KeyRow, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(row.change, Qt.Key.Key_Space)
    assert row.recording and "Nhấn phím mới" in row.note.text()
    QTest.keyClick(row.change, key, held)


def test_the_next_key_pressed_is_its_own(row: KeyRow) -> None:
    record(row, Qt.Key.Key_F, CTRL)
    assert not row.recording and row.shown.text() == "Ctrl+F"
    assert action("tile.retry").keys == ("Ctrl+F",)
    assert row.note.text() == "Mặc định: R"
    QTest.keyClick(row.reset, Qt.Key.Key_Space)
    assert action("tile.retry").keys == ("R",) and row.shown.text() == "R" and not row.reset.isVisible()


def test_shift_alone_is_no_key_yet_and_space_can_be_one(row: KeyRow) -> None:
    QTest.keyClick(row.change, Qt.Key.Key_Space)
    QTest.keyClick(row.change, Qt.Key.Key_Shift)
    assert row.recording
    QTest.keyClick(row.change, Qt.Key.Key_Space)
    assert action("tile.retry").keys == ("Space",)


def test_esc_leaves_it_as_it_is(row: KeyRow) -> None:
    record(row, Qt.Key.Key_Escape)
    assert not row.recording and row.shown.text() == "R" and row.isVisible()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (Qt.Key.Key_T, "T đang là phím của: Tên ô"),
        (Qt.Key.Key_7, "7 đã có việc cố định"),
        (Qt.Key.Key_Tab, "Tab đã có việc cố định"),
        (Qt.Key.Key_Launch1, "Không dùng được phím này"),
    ],
)
def test_a_key_with_another_use_is_not_taken_and_it_says_whose(row: KeyRow, key: Qt.Key, said: str) -> None:
    record(row, key)
    assert said in row.note.text() and row.note.isVisible()
    assert action("tile.retry").keys == ("R",) and row.shown.text() == "R"


def test_to_look_elsewhere_ends_the_recording(row: KeyRow, qtbot: QtBot) -> None:
    QTest.keyClick(row.change, Qt.Key.Key_Space)
    other = QWidget()
    qtbot.addWidget(other)
    row.change.clearFocus()
    assert not row.recording and row.shown.text() == "R"


def test_fixed_keys_cannot_be_changed(qtbot: QtBot) -> None:
    fixed = KeyRow("wall.back", Preferences(), ("Esc",))
    qtbot.addWidget(fixed)
    fixed.speak(words("en"))
    fixed.show()
    assert not fixed.change.isVisible() and not fixed.reset.isVisible()


def test_a_switch_says_what_it_is_in_words(qtbot: QtBot) -> None:
    preferences = Preferences()
    motion = SettingRow("motion", preferences)
    qtbot.addWidget(motion)
    motion.speak(words("vi"))
    assert motion.segments is not None
    assert [each.text() for each in motion.segments.buttons.values()] == ["Bật", "Tắt"]
    motion.segments.buttons[False].click()
    assert preferences.settings.motion is False
