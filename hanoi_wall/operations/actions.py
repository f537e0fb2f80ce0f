"""Every action that has a key: one table for the windows, the key sheet and `hanoi-wall keys`.

`ACTIONS` says what the program gives them; `actions()` and `action(id)` what is true in this process, where
the keys of the profile stand (operations/key_choice.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Context(StrEnum):
    """Where an action's keys are heard."""

    EVERYWHERE = "everywhere"
    WALL = "wall"
    TILE = "tile"
    """On the focused tile of a wall window."""
    FAULTY_TILE = "tile without a live picture"
    DESK = "desk"
    """On a camera or folder in the desk's list; the same key may mean something else on the wall."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing an operator can do.

    keys: default keys as Qt's portable text ("Ctrl+Q", "Return"), the first one is shown on tiles;
    DIGITS stands for the ten digits, SCENE_DIGITS for nine. words: key of the sentence that names it in
    translations. offered: whether it can be chosen by name; what only makes sense as a key is not.
    """

    id: str
    keys: tuple[str, ...]
    context: Context
    offered: bool = True

    @property
    def words(self) -> str:
        """The translation that names the action."""
        return f"action.{self.id}"


DIGITS = "0…9"
SCENE_DIGITS = "1…9"

ACTIONS: tuple[Action, ...] = (
    Action("wall.left", ("Left",), Context.WALL, offered=False),
    Action("wall.right", ("Right",), Context.WALL, offered=False),
    Action("wall.up", ("Up",), Context.WALL, offered=False),
    Action("wall.down", ("Down",), Context.WALL, offered=False),
    Action("wall.number", (DIGITS,), Context.WALL, offered=False),
    Action("wall.find", ("/", "Ctrl+K"), Context.EVERYWHERE, offered=False),
    Action("wall.layout", ("G",), Context.WALL),
    Action("wall.identify", ("N",), Context.WALL),
    Action("scene.approved", ("Home",), Context.WALL),
    Action("scene.number", (f"Ctrl+{SCENE_DIGITS}",), Context.WALL, offered=False),
    Action("scene.find", ("Ctrl+O",), Context.WALL),
    Action("scene.save", ("Ctrl+S",), Context.WALL),
    Action("scene.approve", ("Ctrl+Home",), Context.WALL),
    Action("scene.lock", ("Ctrl+L",), Context.WALL),
    Action("scene.remove", ("Ctrl+Del",), Context.WALL),
    Action("tile.enlarge", ("Return", "Enter"), Context.TILE),
    Action("tile.snapshot", ("S",), Context.TILE),
    Action("tile.clear", ("Del",), Context.TILE),
    Action("tile.earlier", ("Alt+Left",), Context.TILE),
    Action("tile.later", ("Alt+Right",), Context.TILE),
    Action("tile.hotspot", ("H",), Context.TILE),
    Action("tile.clock", ("Ctrl+T",), Context.TILE),
    Action("tile.note", ("Ctrl+E",), Context.TILE),
    Action("tile.pause", ("P",), Context.TILE),
    Action("tile.previous", ("Ctrl+Left",), Context.TILE),
    Action("tile.next", ("Ctrl+Right",), Context.TILE),
    Action("tile.unpack", ("U",), Context.TILE),
    Action("wall.undo", ("Ctrl+Z",), Context.WALL),
    Action("wall.redo", ("Ctrl+Y", "Ctrl+Shift+Z"), Context.WALL),
    Action("wall.back", ("Esc",), Context.WALL, offered=False),
    Action("tile.retry", ("R",), Context.FAULTY_TILE),
    Action("tile.zoom_in", ("+", "="), Context.TILE),
    Action("tile.zoom_out", ("-",), Context.TILE),
    Action("tile.zoom_reset", ("Ctrl+0",), Context.TILE),
    Action("tile.pan_left", ("Shift+Left",), Context.TILE, offered=False),
    Action("tile.pan_right", ("Shift+Right",), Context.TILE, offered=False),
    Action("tile.pan_up", ("Shift+Up",), Context.TILE, offered=False),
    Action("tile.pan_down", ("Shift+Down",), Context.TILE, offered=False),
    Action("tile.rotate", ("Ctrl+R",), Context.TILE),
    Action("tile.fill", ("A",), Context.TILE),
    Action("wall.titles", ("T",), Context.WALL),
    Action("wall.full_screen", ("F", "F11"), Context.WALL),
    Action("wall.keys", ("?",), Context.EVERYWHERE),
    Action("app.help", ("F1",), Context.EVERYWHERE),
    Action("app.settings", ("Ctrl+,",), Context.EVERYWHERE),
    Action("desk.open", ("F2",), Context.EVERYWHERE),
    Action("desk.place", ("Return", "Enter"), Context.DESK, offered=False),
    Action("desk.fill", ("Shift+Return", "Shift+Enter"), Context.DESK, offered=False),
    Action("desk.favour", ("*",), Context.DESK, offered=False),
    Action("desk.left", ("Alt+Left",), Context.DESK, offered=False),
    Action("desk.right", ("Alt+Right",), Context.DESK, offered=False),
    Action("desk.up", ("Alt+Up",), Context.DESK, offered=False),
    Action("desk.down", ("Alt+Down",), Context.DESK, offered=False),
    Action("app.quit", ("Ctrl+Q",), Context.EVERYWHERE, offered=False),
)

_in_force: dict[str, Action] = {each.id: each for each in ACTIONS}


def actions() -> tuple[Action, ...]:
    """Every action with the keys that are true in this process, in the table's order. Any thread."""
    return tuple(_in_force.values())


def action(identity: str) -> Action:
    """The action with that id, as in `actions`; raises KeyError for one that is not in the table (a bug)."""
    return _in_force[identity]


def put_in_force(keys: Mapping[str, tuple[str, ...]]) -> None:
    """From now on these actions have these keys, and all others those of the table. Main thread.

    A process has one keyboard before it: windows, tiles and lists ask `action` each time they show a key.
    """
    global _in_force
    _in_force = {each.id: replace(each, keys=keys.get(each.id, each.keys)) for each in ACTIONS}
