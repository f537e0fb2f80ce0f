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
    """

    id: str
    keys: tuple[str, ...]
    context: Context

    @property
    def words(self) -> str:
        """The translation that names the action."""
        return f"action.{self.id}"


DIGITS = "0…9"

ACTIONS: tuple[Action, ...] = (
    Action("wall.left", ("Left",), Context.WALL),
    Action("wall.right", ("Right",), Context.WALL),
    Action("wall.up", ("Up",), Context.WALL),
    Action("wall.down", ("Down",), Context.WALL),
    Action("wall.number", (DIGITS,), Context.WALL),
    Action("tile.enlarge", ("Return", "Enter"), Context.TILE),
    Action("wall.back", ("Esc",), Context.WALL),
    Action("tile.retry", ("R",), Context.FAULTY_TILE),
    Action("wall.titles", ("T",), Context.WALL),
    Action("wall.full_screen", ("F", "F11"), Context.WALL),
    Action("wall.keys", ("?", "F1"), Context.EVERYWHERE),
    Action("app.quit", ("Ctrl+Q",), Context.EVERYWHERE),
)


def action(identity: str) -> Action:
    """The action with that id; raises KeyError for one that is not in the table (a bug)."""
    for candidate in ACTIONS:
        if candidate.id == identity:
            return candidate
    raise KeyError(identity)
