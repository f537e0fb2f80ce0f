"""Keys become actions on any layout."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.ui.keymap import action_of, desk_action_of, digit_of, key_text

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
PAD = Qt.KeyboardModifier.KeypadModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (press(Qt.Key.Key_R), "tile.retry"),
        (press(Qt.Key.Key_Return), "tile.enlarge"),
        (press(Qt.Key.Key_Enter, PAD), "tile.enlarge"),
        (press(Qt.Key.Key_Escape), "wall.back"),
        (press(Qt.Key.Key_F11), "wall.full_screen"),
        (press(Qt.Key.Key_Left, PAD), "wall.left"),
        (press(Qt.Key.Key_Question), "wall.keys"),
        (press(Qt.Key.Key_Question, SHIFT), "wall.keys"),
        (press(Qt.Key.Key_Q, CTRL), "app.quit"),
        (press(Qt.Key.Key_Q), None),
        (press(Qt.Key.Key_R, CTRL | SHIFT), None),
        (press(Qt.Key.Key_R, CTRL), "tile.rotate"),
        (press(Qt.Key.Key_Plus, SHIFT), "tile.zoom_in"),
        (press(Qt.Key.Key_Plus, PAD), "tile.zoom_in"),
        (press(Qt.Key.Key_Minus), "tile.zoom_out"),
        (press(Qt.Key.Key_0, CTRL), "tile.zoom_reset"),
        (press(Qt.Key.Key_Left, SHIFT), "tile.pan_left"),
        (press(Qt.Key.Key_F, SHIFT), None),
    ],
)
def test_a_key_is_its_action_with_its_modifiers_alone(event: QKeyEvent, action: str | None) -> None:
    assert action_of(event) == action


def test_every_key_of_the_table_is_heard() -> None:
    from hanoi_wall.ui.keymap import _DESK, _TABLE

    assert sorted([*_TABLE.values(), *_DESK.values()]) == sorted(
        each.id for each in ACTIONS for key in each.keys if "…" not in key
    )


def test_a_key_means_in_the_desk_s_list_what_the_table_says_of_it() -> None:
    assert desk_action_of(press(Qt.Key.Key_Return)) == "desk.place"
    assert desk_action_of(press(Qt.Key.Key_Enter, SHIFT | PAD)) == "desk.fill"
    assert desk_action_of(press(Qt.Key.Key_Asterisk, SHIFT)) == "desk.favour"
    assert desk_action_of(press(Qt.Key.Key_Delete)) is None


@pytest.mark.parametrize(
    ("event", "digit"),
    [
        (press(Qt.Key.Key_7, text="7"), "7"),
        (press(Qt.Key.Key_0, PAD, "0"), "0"),
        (press(Qt.Key.Key_Ampersand, text="1"), "1"),
        (press(Qt.Key.Key_1, CTRL, "1"), ""),
        (press(Qt.Key.Key_A, text="a"), ""),
        (press(Qt.Key.Key_2, text="²"), ""),
        (press(Qt.Key.Key_Left), ""),
    ],
)
def test_digits_are_what_was_typed_whatever_the_layout(event: QKeyEvent, digit: str) -> None:
    assert digit_of(event) == digit


def test_keys_are_shown_as_people_know_them() -> None:
    keys = ("Left", "Return", "Ctrl+Q", "F11", "+", "-", "Shift+Left")
    assert [key_text(key) for key in keys] == ["←", "Enter", "Ctrl+Q", "F11", "+", "−", "Shift+←"]
