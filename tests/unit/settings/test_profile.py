"""A profile is one process's at a time, and whoever comes second is told whose."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanoi_wall.settings.folders import FolderError, folders_of
from hanoi_wall.settings.profile import ProfileInUse, ProfileLock

HOLD = """
import sys
from pathlib import Path
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.profile import ProfileLock
lock = ProfileLock.take(folders_of(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_who_was_first(tmp_path: Path) -> None:
    folders = folders_of(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ProfileInUse, match=f"is in use by process {other.pid}; close it first") as caught:
            ProfileLock.take(folders)
        assert caught.value.pid == other.pid
        other.kill()
    # It died without saying goodbye: the lock went with it.
    with ProfileLock.take(folders):
        assert folders.lock.read_text() == f"{os.getpid()}\n"


def test_a_lock_that_was_released_can_be_taken_again(tmp_path: Path) -> None:
    folders = folders_of(tmp_path / "new")
    lock = ProfileLock.take(folders)
    with pytest.raises(ProfileInUse):
        ProfileLock.take(folders)
    lock.release()
    lock.release()
    ProfileLock.take(folders).release()


def test_a_child_does_not_keep_the_profile(tmp_path: Path, process: Callable[..., Any]) -> None:
    folders = folders_of(tmp_path)
    with ProfileLock.take(folders):
        process([sys.executable, "-c", "import sys; sys.stdin.read(1); input()"])
    ProfileLock.take(folders).release()


def test_a_profile_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError):
        ProfileLock.take(folders_of(tmp_path / "file"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lock").symlink_to("/dev/null")
    with pytest.raises(FolderError, match="cannot be opened"):
        ProfileLock.take(folders_of(tmp_path))
