"""A key store for tests: keyring's own interface over a file named by HANOI_WALL_TEST_KEY_STORE."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class TestKeyStore(KeyringBackend):
    """Keeps what it is given; a file that says `locked` makes every call fail."""

    __test__ = False
    priority = 1  # type: ignore[assignment]

    def _read(self) -> dict[str, str]:
        path = Path(os.environ["HANOI_WALL_TEST_KEY_STORE"])
        text = path.read_text() if path.exists() else "{}"
        if text == "locked":
            raise KeyringLocked("the password is hunter2")
        found: dict[str, str] = json.loads(text)
        return found

    def _write(self, kept: dict[str, str]) -> None:
        Path(os.environ["HANOI_WALL_TEST_KEY_STORE"]).write_text(json.dumps(kept))

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._write(self._read() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        kept = self._read()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        self._write(kept)
