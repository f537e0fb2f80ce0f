"""From a key press to an action of the table, on any keyboard layout."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from hanoi_wall.operations.actions import ACTIONS, Context

_SYMBOLS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter", "-": "−"}
_SHIFTED = frozenset(
    {Qt.Key.Key_Question, Qt.Key.Key_Slash, Qt.Key.Key_Asterisk, Qt.Key.Key_Plus, Qt.Key.Key_Equal}
)
"""Keys that need Shift on some layouts and not on others: the sign counts, not how it was made."""


def _table(*, desk: bool) -> dict[int, str]:
    table: dict[int, str] = {}
    for action in ACTIONS:
        if desk is not (action.context is Context.DESK):
            continue
        for text in action.keys:
            if "…" not in text:
                # The stubs do not know that a key sequence can be indexed.
                sequence: Any = QKeySequence(text)
                table[sequence[0].toCombined()] = action.id
    return table


_TABLE = _table(desk=False)
_DESK = _table(desk=True)


def action_of(event: QKeyEvent) -> str | None:
    """The id of the action whose key this is, or None. Digits are not looked up here."""
    return _action(event, _TABLE)


def desk_action_of(event: QKeyEvent) -> str | None:
    """The same for what keys mean in the desk's list of cameras, before all else."""
    return _action(event, _DESK)


def _action(event: QKeyEvent, table: dict[int, str]) -> str | None:
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _SHIFTED:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return table.get(QKeyCombination(modifiers, key).toCombined())


def digit_of(event: QKeyEvent) -> str:
    """`0` … `9` when a plain digit was pressed, `.` for what parts numbers (`,` on some keypads), else ""."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    if held or len(text) != 1 or text not in "0123456789.,":
        return ""
    return text.replace(",", ".")


def scene_digit_of(event: QKeyEvent) -> int | None:
    """1 … 9 when Ctrl and that digit were pressed, else None."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held != Qt.KeyboardModifier.ControlModifier or not Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
        return None
    return event.key() - Qt.Key.Key_0


def key_text(key: str) -> str:
    """A key as it is shown to people: `←`, `Enter`, `Ctrl+Q`, `Shift+←`."""
    # The last sign is a key also where it is a plus.
    cut = key[:-1].rfind("+") + 1
    return key[:cut] + _SYMBOLS.get(key[cut:], key[cut:])
