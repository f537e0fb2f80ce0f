"""A choice takes effect at once and is in the file when the wall has ended; what cannot be kept is told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hanoi_wall.operations.actions import action
from hanoi_wall.operations.key_choice import KeyFault, choose
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.keys_file import read_keys
from hanoi_wall.settings.schema import Settings


def test_a_choice_is_heard_at_once_and_kept_by_the_thread_settings(
    tmp_path: Path, until: Callable[..., None]
) -> None:
    heard: list[tuple[str, str]] = []
    kept: list[tuple[str, str]] = []
    preferences = Preferences(folders_of(tmp_path), Settings())
    preferences.on_change = lambda old, new: heard.append((old.language, new.language))
    preferences.on_kept = lambda why: kept.append((why, threading.current_thread().name))
    preferences.set("language", "en")
    assert heard == [("vi", "en")] and preferences.settings.language == "en"
    until(lambda: kept, what="a file")
    assert kept == [("", "settings")]
    assert read_settings(tmp_path / "settings.toml") == Settings(language="en")
    preferences.set("language", "en")
    preferences.set("opens_max", 4)
    preferences.close()
    preferences.close()
    assert heard == [("vi", "en"), ("en", "en")], "the same again is no change"
    assert read_settings(tmp_path / "settings.toml") == Settings(language="en", opens_max=4)


def test_only_what_was_changed_is_written(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("opens_max = 3\n")
    # As after `run --language fr`, and with what another program wrote meanwhile.
    preferences = Preferences(folders_of(tmp_path), Settings(language="fr", opens_max=8))
    preferences.set("theme", "light")
    preferences.close()
    assert read_settings(tmp_path / "settings.toml") == Settings(theme="light", opens_max=3)


def test_what_a_rule_does_not_allow_changes_nothing(tmp_path: Path) -> None:
    preferences = Preferences(folders_of(tmp_path))
    with pytest.raises(ValueError, match="opens_max: expected a whole number from 1 to 64"):
        preferences.set("opens_max", 65)
    preferences.close()
    assert preferences.settings == Settings() and not (tmp_path / "settings.toml").exists()


def test_keys_are_in_force_at_once_and_kept(tmp_path: Path) -> None:
    told: list[tuple[str, ...]] = []
    preferences = Preferences(folders_of(tmp_path))
    preferences.on_keys = lambda: told.append(action("tile.retry").keys)
    assert preferences.set_keys("tile.retry", ["F5"]) is None
    problem = preferences.set_keys("wall.titles", ["F5"])
    assert problem is not None and (problem.fault, problem.other) == (KeyFault.TAKEN, "tile.retry")
    assert preferences.set_keys("wall.titles", ["r"]) is None
    problem = preferences.set_keys("tile.retry", None)
    assert problem is not None and problem.other == "wall.titles", "its own key has another owner now"
    preferences.close()
    assert told == [("F5",), ("F5",)]
    assert action("wall.titles").keys == ("R",)
    assert read_keys(tmp_path / "keys.toml") == {"tile.retry": ["F5"], "wall.titles": ["R"]}


def test_the_programs_own_keys_leave_the_file(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('tile.retry = ["F5"]\nwall.titles = ["F6"]\n')
    preferences = Preferences(folders_of(tmp_path), None, choose(read_keys(tmp_path / "keys.toml")))
    assert preferences.set_keys("tile.retry", None) is None
    preferences.close()
    assert read_keys(tmp_path / "keys.toml") == {"wall.titles": ["F6"]}
    assert (action("tile.retry").keys, action("wall.titles").keys) == (("R",), ("F6",))


def test_what_cannot_be_kept_is_told_and_stands_all_the_same(
    tmp_path: Path, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.toml").write_text("language = =\n")
    kept: list[str] = []
    preferences = Preferences(folders_of(tmp_path))
    preferences.on_kept = kept.append
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.operations.preferences"):
        preferences.set("theme", "light")
        until(lambda: kept, what="an answer")
        preferences.close()
    assert "settings.toml: is not TOML: at line 1" in kept[0] and kept[0] in caplog.text
    assert preferences.settings.theme == "light"
    assert (tmp_path / "settings.toml").read_text() == "language = =\n", "what somebody wrote is not lost"


def test_without_a_profile_nothing_is_kept() -> None:
    preferences = Preferences()
    preferences.set("theme", "light")
    preferences.close()
    assert preferences.settings == replace(Settings(), theme="light")
