"""Which keys the operator may choose: what a key is called, what stays as it is, what collides. Pure.

Keys are Qt's portable text; what can be a key is said here without Qt, for the commands that load none, and
ui/keymap.py is tested to hear every one of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.operations.actions import ACTIONS, DIGITS, Action, Context

MOST_KEYS = 4
"""Keys that one action may have."""
FIXED = frozenset({"wall.number", "wall.back", "scene.number"})
"""What always works in the same way: whoever is lost presses Esc, and a number names a tile."""
_MODIFIERS = ("Ctrl", "Shift", "Alt", "Meta")
_NAMED = {
    name.lower(): name
    for name in (
        *("Return", "Enter", "Ins", "Del", "Pause", "Print", "Home", "End", "Left", "Up", "Right", "Down"),
        *("PgUp", "PgDown", "Space", "Menu", "Help", "Esc", "Backspace", "Tab", "Backtab"),
        *(f"F{number}" for number in range(1, 25)),
    )
}
_OTHER_NAMES = {"escape": "Esc", "delete": "Del", "insert": "Ins", "pageup": "PgUp", "pagedown": "PgDown"}
_SYMBOLS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter", "-": "−"}
_TAKEN = frozenset({"Esc", "Backspace", "Tab", "Backtab", "Shift+Tab", "Shift+Backtab"})
"""Back, the last digit of a number taken back, and the way from one field to the next."""
SCENE_KEYS = frozenset("123456789")
"""With Ctrl they recall scenes."""
_WITHIN = {
    Context.WALL: Context.EVERYWHERE,
    Context.TILE: Context.WALL,
    Context.FAULTY_TILE: Context.TILE,
    # Its list looks its own keys up before those of wall and tile.
    Context.DESK: Context.EVERYWHERE,
}
"""Context → the one that holds it. A key means one thing wherever two contexts hear it."""


class KeyFault(StrEnum):
    """What is wrong with keys that were chosen."""

    UNKNOWN_ACTION = "unknown_action"
    FIXED = "fixed"
    NOT_KEYS = "not_keys"
    NO_SUCH_KEY = "no_such_key"
    RESERVED = "reserved"
    NEEDED = "needed"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """One choice that does not stand. action: its id as chosen; key: which, "" for all of them.

    other: the action that has the key already, or the known action that was perhaps meant, "" for none.
    """

    fault: KeyFault
    action: str
    key: str = ""
    other: str = ""

    @property
    def expected(self) -> str:
        """What should stand there, in English, for the line about a file."""
        near = f" (did you mean {self.other}?)" if self.other else ""
        return {
            KeyFault.UNKNOWN_ACTION: f"a known action{near}; hanoi-wall keys lists them",
            KeyFault.FIXED: "nothing: this action always has its own key",
            KeyFault.NOT_KEYS: f'a list of at most {MOST_KEYS} keys, such as ["Ctrl+Z"]',
            KeyFault.NO_SUCH_KEY: f'a key such as "R", "F5" or "Ctrl+Shift+Z", not "{self.key}"',
            KeyFault.RESERVED: f"another key than {self.key}: digits, Esc, Tab and Backspace have their use",
            KeyFault.NEEDED: "at least one key: nothing else reaches this action",
            KeyFault.TAKEN: f"another key than {self.key}, which {self.other} has",
        }[self.fault]


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The keys of all actions, those chosen where they can stand; problems: what cannot, in order."""

    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[KeyProblem, ...] = ()

    def chosen(self, table: Sequence[Action] = ACTIONS) -> dict[str, tuple[str, ...]]:
        """Those that are not as the table has them."""
        return {each.id: self.keys[each.id] for each in table if self.keys[each.id] != each.keys}


def canonical(text: str) -> str | None:
    """A key's one name (`ctrl+shift+z` → `Ctrl+Shift+Z`, `Shift+?` → `?`), None for what is no key."""
    text = text.strip()
    if text.endswith("+"):
        # The sign itself, alone or behind modifiers: `+`, `Ctrl++`.
        before, name = text[:-1], "+"
    else:
        before, name = text[: text.rfind("+") + 1], text[text.rfind("+") + 1 :]
    if before and not before.endswith("+"):
        return None
    held = [part.strip().capitalize() for part in before.split("+")[:-1]]
    key = _key_name(name.strip())
    if key is None or len(set(held)) != len(held) or not set(held) <= set(_MODIFIERS):
        return None
    if is_sign(key) and "Shift" in held:
        # It needs Shift on some layouts and not on others: the sign counts, not how it was made.
        held.remove("Shift")
    return "+".join([*(each for each in _MODIFIERS if each in held), key])


def is_sign(key: str) -> bool:
    """Whether a key is one sign (`?`, `/`, `+`), neither letter nor digit."""
    return len(key) == 1 and not key.isalnum() and not key.isspace()


def _key_name(text: str) -> str | None:
    if len(text) == 1:
        # Letters with marks are made by input methods out of several presses: no keys.
        return text.upper() if text.isascii() and text.isprintable() and text != " " else None
    name = text.lower().replace(" ", "")
    return _NAMED.get(_OTHER_NAMES.get(name, name).lower())


def is_reserved(key: str) -> bool:
    """Whether a key (canonical) must keep its use: plain digits, Esc and what helps to type."""
    if key.removeprefix("Ctrl+") in SCENE_KEYS and key.startswith("Ctrl+"):
        return True
    return key in _TAKEN or (key[-1:].isdigit() and key.removeprefix("Shift+") == key[-1:])


def overlap(one: Context, other: Context) -> bool:
    """Whether one key press can be heard in both contexts; a context nobody placed overlaps with all."""
    return one in _line(other) or other in _line(one)


def _line(context: Context) -> tuple[Context, ...]:
    """The context and those that hold it, up to the outermost."""
    line: list[Context] = [context]
    while line[-1] in _WITHIN:
        line.append(_WITHIN[line[-1]])
    return (*line, *Context) if line[-1] is not Context.EVERYWHERE else tuple(line)


def choose(found: Mapping[str, object], table: Sequence[Action] = ACTIONS) -> KeyChoice:
    """The keys of every action when these are chosen (action's id → list of keys).

    What cannot stand gives way to the table's own keys, and is told; so no two actions that can be meant at
    once ever share a key, and none that only a key reaches is without.
    """
    by_id = {each.id: each for each in table}
    keys = {each.id: each.keys for each in table}
    problems: list[KeyProblem] = []
    for identity, value in found.items():
        if identity not in by_id:
            near = difflib.get_close_matches(identity, by_id, 1)
            problems.append(KeyProblem(KeyFault.UNKNOWN_ACTION, identity, other=near[0] if near else ""))
            continue
        checked = _checked(by_id[identity], value)
        if isinstance(checked, KeyProblem):
            problems.append(checked)
        else:
            keys[identity] = checked
    problems += _part(table, keys)
    return KeyChoice(keys, tuple(problems))


def _checked(action: Action, value: object) -> tuple[str, ...] | KeyProblem:
    """The keys of one action, each once and by its one name, or what is wrong with them."""
    if action.id in FIXED:
        return KeyProblem(KeyFault.FIXED, action.id)
    if not isinstance(value, list | tuple) or len(value) > MOST_KEYS:
        return KeyProblem(KeyFault.NOT_KEYS, action.id)
    keys: list[str] = []
    for text in value:
        if not isinstance(text, str):
            return KeyProblem(KeyFault.NOT_KEYS, action.id)
        key = canonical(text)
        if key is None:
            shown = text[:40] if text.isprintable() else "…"
            return KeyProblem(KeyFault.NO_SUCH_KEY, action.id, shown)
        if is_reserved(key):
            return KeyProblem(KeyFault.RESERVED, action.id, key)
        keys.append(key)
    if not keys and not action.offered:
        return KeyProblem(KeyFault.NEEDED, action.id)
    return tuple(dict.fromkeys(keys))


def _part(table: Sequence[Action], keys: dict[str, tuple[str, ...]]) -> Iterator[KeyProblem]:
    """Give the table's keys back, in `keys`, to every action that collides with another, until none does."""
    while True:
        losers: dict[str, KeyProblem] = {}
        for one, other, key in collisions(table, keys):
            for loser, against in ((one, other), (other, one)):
                if keys[loser.id] != loser.keys and loser.id not in losers:
                    losers[loser.id] = KeyProblem(KeyFault.TAKEN, loser.id, key, against.id)
        if not losers:
            return
        yield from losers.values()
        for each in table:
            if each.id in losers:
                keys[each.id] = each.keys


def collisions(
    table: Sequence[Action], keys: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Action, Action, str]]:
    """Each two actions that one key press could mean, and the key."""
    for number, one in enumerate(table):
        for other in table[number + 1 :]:
            if overlap(one.context, other.context):
                shared = set(keys[one.id]) & set(keys[other.id]) - {DIGITS}
                for key in sorted(shared):
                    yield one, other, key


def problem_of(
    choice: KeyChoice, identity: str, wanted: Sequence[str], table: Sequence[Action] = ACTIONS
) -> KeyProblem | None:
    """Why an action cannot have these keys beside what the others have now; None when it can."""
    by_id = {each.id: each for each in table}
    checked = _checked(by_id[identity], list(wanted))
    if isinstance(checked, KeyProblem):
        return checked
    keys = {**choice.keys, identity: checked}
    for one, other, key in collisions(table, keys):
        if identity in (one.id, other.id):
            return KeyProblem(KeyFault.TAKEN, identity, key, other.id if one.id == identity else one.id)
    return None


def key_text(key: str) -> str:
    """A key as it is shown to people: `←`, `Enter`, `Ctrl+Q`."""
    before, plus, last = key.rpartition("+") if not key.endswith("+") else ("", "", key)
    return before + plus + _SYMBOLS.get(last, last)
