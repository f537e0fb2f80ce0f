"""The table of actions with their keys: for a person, for a script, for a printer; as a profile has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanoi_wall.assets import Words
from hanoi_wall.assets import words as words_of
from hanoi_wall.operations.actions import actions, put_in_force
from hanoi_wall.operations.key_choice import KeyChoice, KeyProblem, choose
from hanoi_wall.settings.file import SettingsError, read_settings
from hanoi_wall.settings.folders import Folders
from hanoi_wall.settings.keys_file import read_keys

Answer = tuple[Any, Iterable[str]]
"""What a command answers: to a script, and in lines to a person."""


@dataclass(frozen=True, slots=True)
class ProfileKeys:
    """What `hanoi-wall keys` tells of a profile. wrong: what is wrong with its file of keys, if anything."""

    words: Words
    wrong: SettingsError | None

    @classmethod
    def of(cls, folders: Folders, language: str | None) -> ProfileKeys:
        """Read a profile, put its keys in force; language: None for the profile's. Raises SettingsError."""
        words = words_of(language or read_settings(folders.settings_file).language)
        return cls(words, take_keys(folders.keys_file)[1])

    def answer(self, sheet: Path | None = None, *, overwrite: bool = False) -> Answer:
        """The table; or, where a file for a sheet is named, that it is written. Raises as print_keys."""
        if sheet is None:
            return plain(self.words), lines(self.words)
        from hanoi_wall.operations.printed_keys import print_keys

        print_keys(sheet, self.words, overwrite=overwrite)
        return {"file": str(sheet), "actions": len(actions())}, [f"{len(actions())} actions in {sheet}"]

    def demand(self) -> None:
        """Raise what is wrong."""
        if self.wrong is not None:
            raise self.wrong


def keys_of(path: Path) -> tuple[KeyChoice, SettingsError | None]:
    """The keys that a profile's file of keys leads to, and what is wrong with it, None for nothing.

    A file that cannot be used at all leads to the program's own keys.
    """
    try:
        choice = choose(read_keys(path))
    except SettingsError as error:
        return choose({}), error
    return choice, _error(path, choice.problems)


def take_keys(path: Path) -> tuple[KeyChoice, SettingsError | None]:
    """Put a profile's keys in force in this process, as keys_of finds them."""
    choice, error = keys_of(path)
    put_in_force(choice.keys)
    return choice, error


def _error(path: Path, problems: tuple[KeyProblem, ...]) -> SettingsError | None:
    if not problems:
        return None
    first = problems[0]
    name = first.action if first.action.isprintable() else "an action"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return SettingsError(path, name, f"{first.expected}{more}; until then the program's own keys stand")


def plain(words: Words) -> list[dict[str, Any]]:
    """Every action: id, keys as Qt's portable text (the first is shown on tiles), context, name."""
    return [
        {"id": each.id, "keys": list(each.keys), "context": each.context.value, "name": words(each.words)}
        for each in actions()
    ]


def lines(words: Words) -> Iterator[str]:
    """One line for each action: keys, name, where the keys are heard."""
    rows = [(" ".join(each["keys"]) or "–", each["name"], each["context"]) for each in plain(words)]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    for keys, name, where in rows:
        yield f"{keys:{wide[0]}}  {name:{wide[1]}}  {where}"
