"""The table of actions with their keys, for a person and for a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hanoi_wall.assets import Words
from hanoi_wall.operations.actions import ACTIONS


def plain(words: Words) -> list[dict[str, Any]]:
    """Every action: id, keys as Qt's portable text (the first is shown on tiles), context, name."""
    return [
        {"id": each.id, "keys": list(each.keys), "context": each.context.value, "name": words(each.words)}
        for each in ACTIONS
    ]


def lines(words: Words) -> Iterator[str]:
    """One line for each action: keys, name, where the keys are heard."""
    rows = [(" ".join(each["keys"]), each["name"], each["context"]) for each in plain(words)]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    for keys, name, where in rows:
        yield f"{keys:{wide[0]}}  {name:{wide[1]}}  {where}"
