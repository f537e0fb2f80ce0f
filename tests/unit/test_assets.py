"""Resources and words are found by name; a missing one is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hanoi_wall import assets

TS = """<?xml version="1.0" encoding="utf-8"?>
<TS version="2.1" language="vi"><context><name>wall</name>
<message id="tile.behind"><translation>chậm {seconds} s</translation></message>
<message id="tile.plain"><translation>100 % {x}</translation></message>
<message id="tile.unfinished"><translation type="unfinished"></translation></message>
</context></TS>
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package folder as an installation lays it out."""
    (tmp_path / "_translations").mkdir()
    (tmp_path / "_translations" / "vi.ts").write_text(TS, encoding="utf-8")
    (tmp_path / "_resources" / "icons").mkdir(parents=True)
    (tmp_path / "_resources" / "icons" / "live.svg").write_text("<svg/>")
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path)
    assets.words.cache_clear()
    yield tmp_path
    assets.words.cache_clear()


def test_a_checkout_has_its_resources_beside_the_package() -> None:
    assert assets.resource("theme/dark.json").is_file()


def test_an_installation_has_them_inside(installed: Path) -> None:
    assert assets.resource("icons/live.svg") == installed / "_resources" / "icons" / "live.svg"


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="icons/nowhere.svg"):
        assets.resource("icons/nowhere.svg")


def test_a_folder_of_resources_is_read_whole(installed: Path) -> None:
    assert assets.resources("icons", ".svg") == {"live": b"<svg/>"}
    with pytest.raises(assets.ResourceMissing, match=r"icons/\*\.png is missing"):
        assets.resources("icons", ".png")
    with pytest.raises(assets.ResourceMissing, match="theme is missing"):
        assets.resources("theme", ".json")
    (installed / "_resources" / "icons" / "late.svg").mkdir()
    with pytest.raises(assets.ResourceMissing, match="cannot be read: Is a directory"):
        assets.resources("icons", ".svg")


def test_words_are_filled_in(installed: Path) -> None:
    words = assets.words("vi")
    assert words.language == "vi"
    assert words("tile.behind", seconds=3) == "chậm 3 s"
    assert words("tile.plain") == "100 % {x}", "nothing is filled where nothing is given"


def test_a_text_without_translation_is_no_word(installed: Path) -> None:
    words = assets.words("vi")
    assert words.keys() == {"tile.behind", "tile.plain"}
    with pytest.raises(KeyError, match=r"tile\.unfinished"):
        words("tile.unfinished")


def test_another_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'de' is not one of vi, en, fr"):
        assets.words("de")
