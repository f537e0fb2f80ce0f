"""Every action that has a key: one table for the windows, the key sheet and `hanoi-wall keys`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Context(StrEnum):
    """Where an action's keys are heard."""

    EVERYWHERE = "everywhere"
    WALL = "wall"
    TILE = "tile"
    """On the focused tile of a wall window."""
    FAULTY_TILE = "tile without a live picture"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing an operator can do.

    keys: default keys as Qt's portable text ("Ctrl+Q", "Return"), the first one is shown on tiles;
    DIGITS stands for the ten digits. words: key of the sentence that names it in translations.
    offered: whether it can be chosen by name; what only makes sense as a key is not.
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

ACTIONS: tuple[Action, ...] = (
    Action("wall.left", ("Left",), Context.WALL, offered=False),
    Action("wall.right", ("Right",), Context.WALL, offered=False),
    Action("wall.up", ("Up",), Context.WALL, offered=False),
    Action("wall.down", ("Down",), Context.WALL, offered=False),
    Action("wall.number", (DIGITS,), Context.WALL, offered=False),
    Action("wall.find", ("/", "Ctrl+K"), Context.EVERYWHERE, offered=False),
    Action("tile.enlarge", ("Return", "Enter"), Context.TILE),
    Action("tile.clear", ("Del",), Context.TILE),
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
    Action("wall.keys", ("?", "F1"), Context.EVERYWHERE),
    Action("app.quit", ("Ctrl+Q",), Context.EVERYWHERE, offered=False),
)


def action(identity: str) -> Action:
    """The action with that id; raises KeyError for one that is not in the table (a bug)."""
    for candidate in ACTIONS:
        if candidate.id == identity:
            return candidate
    raise KeyError(identity)
