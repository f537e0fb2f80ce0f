"""The whole program as a person or script starts it: words in, exit code and two streams out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

TIME_S = 60.0
NOT_OURS = ("DISPLAY", "WAYLAND_DISPLAY", "HANOI_WALL_VAULT_KEY_FILE", "PYTHON_KEYRING_BACKEND")


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """Standard error as one JSON line."""
        assert self.err.count("\n") == 1, self.err
        return json.loads(self.err)

    @property
    def complaint(self) -> str:
        """The one line on standard error; the test fails when there are more or none, or a traceback."""
        assert self.err.count("\n") == 1 and self.err.endswith("\n"), self.err
        assert "Traceback" not in self.err + self.out
        return self.err.rstrip("\n")


@dataclass
class Program:
    """`hanoi-wall` with a profile of its own; environment: on top of the test's."""

    profile: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """What the program sees: no display, no key store and no vault but what a test gives it."""
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": NO_STORE} | self.environment

    def words(self, *words: str | Path) -> list[str]:
        """The command line."""
        profile = [] if "--profile" in words else ["--profile", str(self.profile)]
        return [sys.executable, "-m", "hanoi_wall", *map(str, words), *profile]

    def __call__(self, *words: str | Path, stdin: str = "") -> Said:
        """Run a command to its end."""
        done = subprocess.run(
            self.words(*words),
            input=stdin.encode(),
            capture_output=True,
            timeout=TIME_S,
            env=self.env,
            cwd=self.profile.parent,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def everything_written(self) -> bytes:
        """All bytes of all files of the profile, logs and databases included."""
        return b"".join(path.read_bytes() for path in sorted(self.profile.rglob("*")) if path.is_file())


NO_STORE = "keyring.backends.fail.Keyring"
KEY_STORE = "tests.key_store.TestKeyStore"
