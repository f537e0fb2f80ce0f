"""The program, and the key store of the person who uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.program import KEY_STORE, Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """`hanoi-wall` on a workstation without display and key store, with a new profile."""
    return Program(tmp_path / "profile")


@pytest.fixture
def key_store(program: Program, tmp_path: Path) -> Path:
    """The workstation has a key store; the file behind it."""
    entries = tmp_path / "entries"
    program.environment |= {"PYTHON_KEYRING_BACKEND": KEY_STORE, "HANOI_WALL_TEST_KEY_STORE": str(entries)}
    return entries
