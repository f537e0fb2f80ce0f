"""A profile is one process's at a time, and whoever comes second is told whose."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanoi_wall.settings.folders import FolderError, folders_of
from hanoi_wall.settings.profile import ProfileInUse, ProfileLock
from tests.full_disk import no_file_may_grow

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


def test_on_a_full_disk_the_lock_holds_without_its_number(tmp_path: Path) -> None:
    folders = folders_of(tmp_path)
    with no_file_may_grow(), ProfileLock.take(folders):
        with pytest.raises(ProfileInUse, match="in use by another process"):
            ProfileLock.take(folders)
        assert ProfileLock.look(folders) == 0


@pytest.mark.parametrize("function", ["open", "mkdir"])
def test_whoever_only_shows_cameras_goes_on_where_no_lock_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, function: str
) -> None:
    def refuse(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    folders = folders_of(tmp_path / "new")
    if function == "open":
        folders.data.mkdir(parents=True)
    monkeypatch.setattr(os, function, refuse)
    with pytest.raises(FolderError, match="^no room on the disk for "):
        ProfileLock.take(folders)
    with caplog.at_level(logging.WARNING), ProfileLock.take(folders, without_room=True):
        assert "nothing keeps a second client off this profile" in caplog.text


def test_looking_tells_who_has_it_and_leaves_nothing(tmp_path: Path) -> None:
    folders = folders_of(tmp_path / "new")
    assert ProfileLock.look(folders) is None and not folders.data.exists()
    with ProfileLock.take(folders):
        assert ProfileLock.look(folders) == os.getpid()
    assert ProfileLock.look(folders) is None
    (tmp_path / "file").touch()
    assert ProfileLock.look(folders_of(tmp_path / "file")) is None
    with pytest.raises(FolderError, match="cannot be opened: File name too long"):
        ProfileLock.look(folders_of(tmp_path / ("x" * 300)))


def test_the_lock_waits_for_a_look_that_lasts(tmp_path: Path) -> None:
    folders = folders_of(tmp_path)
    ProfileLock.take(folders).release()
    fd = os.open(folders.lock, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH)
    end = threading.Timer(0.05, os.close, (fd,))
    end.start()
    ProfileLock.take(folders).release()
    end.join()
