"""What is said of a snapshot, in one line. Pure."""

from __future__ import annotations

import time

from hanoi_wall.assets import Words
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.snapshot import Outcome, Trouble

LONGEST_NAME = 40
"""Letters of a camera's name in a line that must stay short."""


def line_of(words: Words, outcome: Outcome) -> str:
    """Whether it was saved, of what and when, and what is not as it should be."""
    camera = outcome.snapshot.seen.camera
    name = camera.name or camera.id
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    if outcome.trouble not in (None, Trouble.UNSIGNED):
        return words(f"shot.{outcome.trouble}", name=name)
    local = time.localtime(outcome.snapshot.of_ns // SECOND)
    at = f"{local.tm_hour:02}:{local.tm_min:02}:{local.tm_sec:02}"
    said = words("shot.unsigned" if outcome.trouble else "shot.signed", name=name, time=at)
    state = outcome.snapshot.seen.state
    if state is not TileState.LIVE:
        said += " · " + words(f"state.{state}")
    if outcome.snapshot.missing is not None:
        said += words("shot.without_best")
    return said
