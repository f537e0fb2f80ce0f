"""What a command says when it cannot do what it was asked: one line, an exit code, the same as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanoi_wall.catalogue.problems import CatalogueError
from hanoi_wall.domain.camera import redact
from hanoi_wall.operations.health import HealthPortTaken
from hanoi_wall.operations.scene_reading import SceneFileError
from hanoi_wall.settings.file import SettingsError, SettingsUnreadable
from hanoi_wall.settings.folders import FolderError
from hanoi_wall.settings.kept import BadSecrets, SecretsError
from hanoi_wall.settings.profile import ProfileInUse
from hanoi_wall.store.database import StoreError

BUG, USAGE, BAD_FILE, MISSING = 1, 2, 3, 4
"""The exit codes of the contract, beside 0."""


class Missing(Exception):
    """Something a command needs is missing or cannot be reached; the text says what, and what to do."""


class WrongUsage(Exception):
    """An argument that cannot be meant; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """exit_code; kind: `usage`, `bad_file`, `missing` or `bug`; text: one line; details: more, for JSON."""

    exit_code: int
    kind: str
    text: str
    details: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """For a person: nothing in it ends the line or moves the cursor, and no password."""
        return one_line(self.text)

    def plain(self) -> dict[str, Any]:
        """For a script."""
        return {"error": self.line(), "kind": self.kind, "exit_code": self.exit_code, **self.details}


def refusal_of(error: BaseException) -> Refusal | None:
    """What an error of a room means for a command; None when it is a bug."""
    text = str(error)
    if isinstance(error, CatalogueError):
        problems = [{"line": each.line, "column": each.column, "text": each.text} for each in error.problems]
        return Refusal(
            BAD_FILE, "bad_file", text, {"file": error.name, "problems": problems, "total": error.total}
        )
    if isinstance(error, SettingsError):
        details = {"file": os.fspath(error.file), "key": error.key, "expected": error.expected}
        if isinstance(error, SettingsUnreadable):
            return Refusal(MISSING, "missing", text, details)
        return Refusal(BAD_FILE, "bad_file", text, details)
    if isinstance(error, BadSecrets | SceneFileError):
        return Refusal(BAD_FILE, "bad_file", text)
    if isinstance(error, ProfileInUse):
        return Refusal(MISSING, "missing", text, {"pid": error.pid})
    if isinstance(error, FolderError | StoreError | SecretsError | HealthPortTaken | Missing):
        return Refusal(MISSING, "missing", text)
    if isinstance(error, WrongUsage):
        return Refusal(USAGE, "usage", text)
    return None


def bug(error: BaseException, log: Path) -> Refusal:
    """What to say of an error that no room knows; log: where its traceback should be."""
    # Unlike Path.exists, also where nobody may look into the folder.
    where = f"the log {log} says where" if os.path.exists(log) else "the log could not be written"
    return Refusal(BUG, "bug", f"internal error ({type(error).__name__}); {where}")


def tell(refusal: Refusal, program: str, *, as_json: bool) -> int:
    """One line on standard error, under the program's name unless it stands there; returns the exit code."""
    if as_json:
        print(json.dumps(refusal.plain(), ensure_ascii=False), file=sys.stderr)
    else:
        line = refusal.line()
        print(line if line.startswith(program) else f"{program}: {line}", file=sys.stderr)
    return refusal.exit_code


def one_line(text: str) -> str:
    """Any text as one line that a terminal only prints, with the secret of every address taken out."""
    shown = redact(" ".join(text.splitlines()))
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in shown)
