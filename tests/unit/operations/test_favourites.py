"""What one marks is there again the next day, and no disk can stop the marking."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.operations.favourites import Favourites, kept_favourites
from hanoi_wall.settings.folders import folders_of


def test_marks_are_kept_in_their_order(tmp_path: Path) -> None:
    kept = kept_favourites(folders_of(tmp_path))
    assert [kept.toggle(each) for each in "abca"] == [True, True, True, False]
    assert kept.cameras == ("b", "c") and "b" in kept and "a" not in kept
    kept.close()
    kept.close()
    assert kept_favourites(folders_of(tmp_path)).cameras == ("b", "c")


def test_a_folder_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, until: Callable[..., None]
) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    with caplog.at_level(logging.ERROR):
        kept = Favourites(tmp_path / "data" / "favourites.json")
        kept.toggle("a")
        until(lambda: "favourites are not kept" in caplog.text)
        kept.toggle("b")
        kept.close()
    assert caplog.text.count("favourites are not kept") == 1
    assert kept.cameras == ("a", "b")


def test_a_file_that_cannot_be_read_is_not_written_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = folders_of(tmp_path).favourites
    file.parent.mkdir(parents=True)
    file.write_text("{")
    with caplog.at_level(logging.WARNING):
        kept = kept_favourites(folders_of(tmp_path))
    assert str(file) in caplog.text
    kept.toggle("a")
    kept.close()
    assert file.read_text() == "{"


def test_a_wall_without_a_profile_remembers_for_as_long_as_it_runs() -> None:
    kept = Favourites()
    kept.toggle("a")
    assert kept.cameras == ("a",)
    kept.close()
