"""Undo and redo, against a plain list of all states."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.operations.history import MOST_STEPS, History


@given(st.lists(st.one_of(st.integers(), st.sampled_from(["undo", "redo"])), max_size=60))
def test_it_walks_a_line_of_states(steps: list[int | str]) -> None:
    history: History[int] = History()
    line, at, now = [0], 0, 0
    for step in steps:
        if step == "undo":
            back = history.undo(now)
            assert (back is None) == (at == 0)
            at, now = max(0, at - 1), now if back is None else back
        elif step == "redo":
            forth = history.redo(now)
            assert (forth is None) == (at == len(line) - 1)
            at, now = min(len(line) - 1, at + 1), now if forth is None else forth
        else:
            history.changing(now)
            now = int(step)
            line, at = [*line[: at + 1], now], at + 1
        assert now == line[at]


def test_the_oldest_step_is_forgotten() -> None:
    history: History[int] = History()
    for state in range(MOST_STEPS + 10):
        history.changing(state)
    now, steps = MOST_STEPS + 10, 0
    while (back := history.undo(now)) is not None:
        now, steps = back, steps + 1
    assert (steps, now) == (MOST_STEPS, 10)
