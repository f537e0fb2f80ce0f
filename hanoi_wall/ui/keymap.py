"""From a key press to an action of the table, on any keyboard layout."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from hanoi_wall.operations.actions import Action, Context, action, actions
from hanoi_wall.operations.key_choice import canonical, is_sign
from hanoi_wall.operations.key_choice import key_text as key_text

_NOT_ALONE = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_unknown,
    }
)


def combined(text: str) -> int:
    """A key by its portable text (canonical) as the number that Qt compares; 0 for what Qt does not know."""
    # The stubs do not know that a key sequence can be indexed.
    sequence: Any = QKeySequence(text)
    return int(sequence[0].toCombined()) if sequence.count() == 1 else 0


@lru_cache(4)
def _table(table: tuple[Action, ...], *, desk: bool) -> dict[int, str]:
    """Key → action, for the keys that are in force: those of the desk's list, or all others."""
    return {
        combined(text): each.id
        for each in table
        if desk is (each.context is Context.DESK)
        for text in each.keys
        # Digits are looked up by themselves.
        if "…" not in text
    }


def _pressed(event: QKeyEvent) -> int:
    """What was pressed, told apart as far as keys are: Shift counts for letters and names, not for signs."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if int(key) < 0x1000000 and is_sign(chr(key)):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeyCombination(modifiers, key).toCombined()


def action_of(event: QKeyEvent) -> str | None:
    """The id of the action whose key this is, or None. Digits are not looked up here."""
    return _table(actions(), desk=False).get(_pressed(event))


def desk_action_of(event: QKeyEvent) -> str | None:
    """The same for what keys mean in the desk's list of cameras, before all else."""
    return _table(actions(), desk=True).get(_pressed(event))


def key_of(event: QKeyEvent) -> str | None:
    """The portable text of what was pressed, to be kept; None while only Shift and the like are held.

    "" for a key that cannot be an action's (a letter out of an input method, a key of a keyboard's maker).
    """
    if Qt.Key(event.key()) in _NOT_ALONE:
        return None
    text = QKeySequence(_pressed(event)).toString(QKeySequence.SequenceFormat.PortableText)
    return canonical(text) or ""


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


def keys_text(identity: str) -> str:
    """The keys of an action as they are shown to people, each once; "" for an action without a key."""
    return "  ".join(dict.fromkeys(key_text(key) for key in action(identity).keys))


def first_key(identity: str) -> str:
    """The key of an action that stands on tiles and in hints; "" for an action without a key."""
    keys = action(identity).keys
    return key_text(keys[0]) if keys else ""
