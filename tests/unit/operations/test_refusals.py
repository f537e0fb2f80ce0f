"""Every error a command may end with has its exit code, its line and its JSON; anything else is a bug."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanoi_wall.catalogue.problems import CatalogueError, Problem
from hanoi_wall.operations.health import HealthPortTaken
from hanoi_wall.operations.refusals import Missing, Refusal, WrongUsage, one_line, refusal_of
from hanoi_wall.settings.file import SettingsError, SettingsUnreadable
from hanoi_wall.settings.folders import FolderError
from hanoi_wall.settings.kept import BadSecrets, SecretStoreMissing
from hanoi_wall.settings.profile import ProfileInUse
from hanoi_wall.store.database import StoreError


@pytest.mark.parametrize(
    ("error", "exit_code", "kind"),
    [
        (SettingsError(Path("x"), "k", "e"), 3, "bad_file"),
        (SettingsUnreadable(Path("x"), "", "cannot be read"), 4, "missing"),
        (BadSecrets("x"), 3, "bad_file"),
        (SecretStoreMissing("x"), 4, "missing"),
        (FolderError("x"), 4, "missing"),
        (StoreError("x"), 4, "missing"),
        (HealthPortTaken("x"), 4, "missing"),
        (ProfileInUse(Path("p/lock"), 7), 4, "missing"),
        (Missing("x"), 4, "missing"),
        (WrongUsage("x"), 2, "usage"),
    ],
)
def test_every_error_has_its_exit_code(error: Exception, exit_code: int, kind: str) -> None:
    refusal = refusal_of(error)
    assert refusal is not None
    assert (refusal.exit_code, refusal.kind, refusal.text) == (exit_code, kind, str(error))


def test_a_bug_has_none() -> None:
    assert refusal_of(ValueError("x")) is None


def test_a_bad_catalogue_is_told_problem_by_problem() -> None:
    refusal = refusal_of(CatalogueError("c.csv", (Problem(2, "lat", "bad"), Problem(3, "", "worse")), 9))
    assert refusal is not None
    assert refusal.plain() == {
        "error": "c.csv: line 2: lat: bad (and 8 more)",
        "kind": "bad_file",
        "exit_code": 3,
        "file": "c.csv",
        "problems": [{"line": 2, "column": "lat", "text": "bad"}, {"line": 3, "column": "", "text": "worse"}],
        "total": 9,
    }


def test_what_is_shown_is_one_line_without_secrets_or_terminal_codes() -> None:
    assert one_line("a\nb\r\nc\u2028d") == "a b c d"
    assert one_line("x\x1b[2J\x07\u202e") == "x\\x1b[2J\\x07\\u202e"
    assert Refusal(4, "missing", "rtsp://op:pw@h\n/x").line() == "rtsp://***@h /x"
    assert one_line("Ngã tư Sở") == "Ngã tư Sở"
