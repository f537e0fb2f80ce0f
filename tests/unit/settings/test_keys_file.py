"""The file of chosen keys: what is not understood stays, and what is no file of keys is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.settings.file import SettingsError
from hanoi_wall.settings.keys_file import change_keys, read_keys


def test_no_file_is_no_choice(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "keys.toml") == {}


def test_an_action_may_be_written_with_quotes_or_without(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('"tile.retry" = ["F5"]\nwall.titles = ["F6", "Ctrl+T"]\n[app]\nquit = []\n')
    assert read_keys(path) == {"tile.retry": ["F5"], "wall.titles": ["F6", "Ctrl+T"], "app.quit": []}


def test_a_change_leaves_the_others_and_what_is_not_understood(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.toml"
    change_keys(path, {"tile.retry": ["F5"], "wall.titles": ["F6"]})
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text(path.read_text() + "of.a.later.version = 3\n")
    change_keys(path, {"tile.retry": None, "app.quit": ["Ctrl+W"]})
    assert read_keys(path) == {"wall.titles": ["F6"], "of.a.later.version": "3", "app.quit": ["Ctrl+W"]}


def test_a_file_that_is_none_is_told_and_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text("tile.retry = [")
    with pytest.raises(SettingsError, match="is not TOML: at end of document"):
        change_keys(path, {"tile.retry": ["F5"]})
    assert path.read_text() == "tile.retry = ["
    path.write_text(".".join("a" * 5000) + " = 1")
    assert len(read_keys(path)) == 1, "however deep"


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=5), max_size=3), max_size=4))
def test_keys_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, chosen: dict[str, list[str]]
) -> None:
    path = tmp_path_factory.mktemp("keys") / "keys.toml"
    change_keys(path, chosen)
    assert read_keys(path) == chosen
