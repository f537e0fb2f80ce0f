"""The table of keys names every action in every language."""

from __future__ import annotations

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations import key_sheet
from hanoi_wall.operations.actions import ACTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_line(language: str) -> None:
    lines = list(key_sheet.lines(words(language)))
    assert len(lines) == len(ACTIONS)
    for line, action in zip(lines, ACTIONS, strict=True):
        assert line.startswith(" ".join(action.keys)) and words(language)(action.words) in line
        assert line.endswith(action.context)


def test_a_script_gets_ids_and_keys() -> None:
    table = {each["id"]: each for each in key_sheet.plain(words("en"))}
    assert table["tile.enlarge"]["keys"] == ["Return", "Enter"]
    assert table["wall.back"]["context"] == "wall"
