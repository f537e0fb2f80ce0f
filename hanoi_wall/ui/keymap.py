"""From a key press to an action of the table, on any keyboard layout."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from hanoi_wall.operations.actions import ACTIONS, DIGITS

_SYMBOLS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter", "-": "−"}
_SHIFTED = frozenset({Qt.Key.Key_Question, Qt.Key.Key_Slash, Qt.Key.Key_Plus, Qt.Key.Key_Equal})
"""Keys that need Shift on some layouts and not on others: the sign counts, not how it was made."""


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for action in ACTIONS:
        for text in action.keys:
            if text != DIGITS:
                # The stubs do not know that a key sequence can be indexed.
                sequence: Any = QKeySequence(text)
                table[sequence[0].toCombined()] = action.id
    return table


_TABLE = _table()


def action_of(event: QKeyEvent) -> str | None:
    """The id of the action whose key this is, or None. Digits are not looked up here."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _SHIFTED:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return _TABLE.get(QKeyCombination(modifiers, key).toCombined())


def digit_of(event: QKeyEvent) -> str:
    """`0` … `9` when a plain digit was pressed, else ""."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    return text if not held and len(text) == 1 and text in "0123456789" else ""


def key_text(key: str) -> str:
    """A key as it is shown to people: `←`, `Enter`, `Ctrl+Q`, `Shift+←`."""
    # The last sign is a key also where it is a plus.
    cut = key[:-1].rfind("+") + 1
    return key[:cut] + _SYMBOLS.get(key[cut:], key[cut:])
