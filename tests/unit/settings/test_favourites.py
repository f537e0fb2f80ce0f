"""The file of favourites: whole or refused with its name."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hanoi_wall.settings.favourites import MOST, FavouritesError, read_favourites, write_favourites


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data" / "favourites.json"
    assert read_favourites(file) == ()
    write_favourites(file, ["cam-2", "Cổng", "cam-1"])
    assert read_favourites(file) == ("cam-2", "Cổng", "cam-1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[", "[]", '{"favourites": [1]}', "[" * 100_000, '{"favourites": {}}'])
def test_anything_else_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "favourites.json"
    file.write_text(text)
    with pytest.raises(FavouritesError, match="favourites.json"):
        read_favourites(file)


def test_a_huge_file_is_not_read_and_a_long_list_is_cut(tmp_path: Path) -> None:
    file = tmp_path / "favourites.json"
    write_favourites(file, (str(number) for number in range(MOST + 5)))
    assert len(read_favourites(file)) == MOST
    file.write_text(" " * 2_000_000)
    with pytest.raises(FavouritesError, match="larger"):
        read_favourites(file)
