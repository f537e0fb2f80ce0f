"""Sequences, texts and what else decides a tile's picture have bounds, and say them."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.content import LONGEST_TEXT, MOST_STEPS, Note, Sequence, Step
from hanoi_wall.domain.grid import SceneError


@pytest.mark.parametrize("seconds", [1.9, 3601.0, float("nan"), float("inf"), -5.0])
def test_a_camera_of_a_sequence_stays_for_a_sane_while(seconds: float) -> None:
    with pytest.raises(SceneError, match="2 to 3600 s"):
        Step("a", seconds)


@pytest.mark.parametrize("count", [0, MOST_STEPS + 1])
def test_a_sequence_has_some_cameras_but_not_too_many(count: int) -> None:
    with pytest.raises(SceneError, match=f"1 to {MOST_STEPS}"):
        Sequence((Step("a"),) * count)


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_TEXT + 1)])
def test_a_text_says_something_but_not_a_book(text: str) -> None:
    with pytest.raises(SceneError, match=f"1 to {LONGEST_TEXT}"):
        Note(text)
