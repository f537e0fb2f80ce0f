"""The sheet to print holds every action with the keys that are true, and is never written over unasked."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations.actions import actions, put_in_force
from hanoi_wall.operations.printed_keys import print_keys, sheet
from hanoi_wall.operations.refusals import Missing, WrongUsage


class Read(HTMLParser):
    """The keys and texts of a sheet, and what it asks for from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.keys: list[str] = []
        self.texts: list[str] = []
        self.elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.elsewhere += [name for name, _ in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "kbd":
            self.keys.append(data)
        elif self.open and self.open[-1] == "dd":
            self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_stands_on_it_in_every_language(language: str) -> None:
    read = Read()
    read.feed(sheet(words(language)))
    assert read.open == [] and read.elsewhere == []
    assert sorted(read.texts) == sorted(words(language)(each.words) for each in actions())
    assert {"←", "Enter", "Ctrl+Z", "0…9"} <= set(read.keys)
    assert read.keys.count("Enter") == 2, "on the wall and at the desk: the keypad's is the same to people"


def test_changed_keys_stand_on_it_and_signs_are_no_markup() -> None:
    put_in_force({"tile.retry": ("Ctrl+<",)})
    read = Read()
    read.feed(sheet(words("vi")))
    assert "Ctrl+<" in read.keys and "R" not in read.keys


def test_a_file_that_is_there_stays_unless_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "keys.html"
    path.write_text("mine")
    with pytest.raises(WrongUsage, match="is there already; name another file, or say --overwrite"):
        print_keys(path, words("vi"))
    assert path.read_text() == "mine"
    print_keys(path, words("vi"), overwrite=True)
    assert path.read_text().startswith("<!DOCTYPE html>")
    with pytest.raises(Missing, match="cannot be written: No such file"):
        print_keys(tmp_path / "nowhere" / "keys.html", words("vi"))
