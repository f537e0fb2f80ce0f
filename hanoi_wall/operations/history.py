"""What can be undone: states of something, kept as values, with one step back and forth. Pure."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

MOST_STEPS = 50

State = TypeVar("State")


class History(Generic[State]):
    """The states before each change. One thread; what the state is now, its owner knows."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._before: deque[State] = deque(maxlen=most)
        self._after: list[State] = []

    def changing(self, before: State) -> None:
        """Something changes now that was `before`: what had been undone cannot be done again any more."""
        self._before.append(before)
        self._after.clear()

    def undo(self, now: State) -> State | None:
        """The state before the last change, None when there is none; `now` can then be had by `redo`."""
        if not self._before:
            return None
        self._after.append(now)
        return self._before.pop()

    def redo(self, now: State) -> State | None:
        """The state that was undone last, None when there is none."""
        if not self._after:
            return None
        self._before.append(now)
        return self._after.pop()
