"""The table of keys names every action in every language, and is what is true of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations import key_sheet
from hanoi_wall.operations.actions import ACTIONS, action
from hanoi_wall.settings.file import SettingsError
from hanoi_wall.settings.folders import folders_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_line(language: str) -> None:
    lines = list(key_sheet.lines(words(language)))
    assert len(lines) == len(ACTIONS)
    for line, each in zip(lines, ACTIONS, strict=True):
        assert line.startswith(" ".join(each.keys)) and words(language)(each.words) in line
        assert line.endswith(each.context)


def test_a_script_gets_ids_and_keys() -> None:
    table = {each["id"]: each for each in key_sheet.plain(words("en"))}
    assert table["tile.enlarge"]["keys"] == ["Return", "Enter"]
    assert table["wall.back"]["context"] == "wall"


def test_the_table_is_that_of_the_profile(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('tile.retry = ["f5"]\nwall.titles = []\n')
    keys = key_sheet.ProfileKeys.of(folders_of(tmp_path), "en")
    keys.demand()
    plain, lines = keys.answer()
    table = {each["id"]: each["keys"] for each in plain}
    assert (table["tile.retry"], table["wall.titles"], table["app.quit"]) == (["F5"], [], ["Ctrl+Q"])
    assert any(line.startswith("–") and words("en")("action.wall.titles") in line for line in lines)
    assert action("tile.retry").keys == ("F5",)


def test_what_collides_is_told_with_the_file_and_the_rest_stands(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('tile.retry = ["F"]\nwall.titles = ["F6"]\nwall.undo = ["7"]\n')
    keys = key_sheet.ProfileKeys.of(folders_of(tmp_path), None)
    assert action("tile.retry").keys == ("R",) and action("wall.titles").keys == ("F6",)
    with pytest.raises(SettingsError) as raised:
        keys.demand()
    assert raised.value.file == tmp_path / "keys.toml" and raised.value.key == "wall.undo"
    assert "(and 1 more)" in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_that_is_none_leaves_the_programs_keys(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_bytes(b"\xff")
    choice, wrong = key_sheet.keys_of(tmp_path / "keys.toml")
    assert choice.chosen() == {} and "is not UTF-8" in str(wrong)
