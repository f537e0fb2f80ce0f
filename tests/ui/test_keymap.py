"""Keys become actions on any layout."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from hanoi_wall.operations.actions import ACTIONS, Context, put_in_force
from hanoi_wall.operations.key_choice import _NAMED, canonical
from hanoi_wall.ui.keymap import (
    action_of,
    combined,
    desk_action_of,
    digit_of,
    first_key,
    key_of,
    key_text,
    keys_text,
)

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


def pressed(key: str) -> QKeyEvent:
    """The press of a key by its portable text."""
    number = combined(key)
    held = Qt.KeyboardModifier(number & Qt.KeyboardModifier.KeyboardModifierMask.value)
    return press(Qt.Key(number & ~Qt.KeyboardModifier.KeyboardModifierMask.value), held)


def test_every_key_of_the_table_is_heard() -> None:
    for each in ACTIONS:
        for key in each.keys:
            heard = desk_action_of if each.context is Context.DESK else action_of
            assert "…" in key or heard(pressed(key)) == each.id


SINGLE = [chr(code) for code in range(0x21, 0x7F) if not chr(code).islower()]


@pytest.mark.parametrize("held", ["", "Ctrl+", "Shift+", "Ctrl+Shift+", "Alt+", "Meta+"])
def test_whatever_can_be_chosen_can_be_pressed_and_recorded(held: str) -> None:
    """The names that operations/key_choice.py knows without Qt are Qt's."""
    for name in [*SINGLE, *_NAMED.values()]:
        key = canonical(held + name)
        assert key is not None
        assert combined(key), key
        put_in_force({"tile.retry": (key,)})
        if key not in {each for action in ACTIONS if action.id != "tile.retry" for each in action.keys}:
            assert action_of(pressed(key)) == "tile.retry", key
        assert key_of(pressed(key)) == key


def test_keys_in_force_are_heard_and_shown_at_once() -> None:
    put_in_force({"tile.retry": ("F9",), "wall.titles": ()})
    assert action_of(press(Qt.Key.Key_F9)) == "tile.retry"
    assert action_of(press(Qt.Key.Key_R)) is None and action_of(press(Qt.Key.Key_T)) is None
    assert (first_key("tile.retry"), first_key("wall.titles")) == ("F9", "")
    assert keys_text("tile.enlarge") == "Enter", "two keys that look the same are named once"


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (press(Qt.Key.Key_Shift, SHIFT), None),
        (press(Qt.Key.Key_Question, SHIFT), "?"),
        (press(Qt.Key.Key_Enter, PAD), "Enter"),
        (press(Qt.Key.Key_unknown), None),
        (press(Qt.Key.Key_Launch0), ""),
        (press(Qt.Key(0x1EA4)), ""),
    ],
)
def test_a_press_is_recorded_by_its_one_name(event: QKeyEvent, key: str | None) -> None:
    assert key_of(event) == key


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
