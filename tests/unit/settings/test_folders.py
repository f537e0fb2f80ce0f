"""A profile keeps everything in one place, for one person."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from pathlib import Path

import pytest

from hanoi_wall.settings.folders import FolderError, can_keep, folders_of, make


def test_everything_of_a_named_profile_is_under_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = folders_of(Path("kiosk"))
    paths = (folders.settings_file, folders.database, folders.vault, folders.lock, folders.log, folders.cache)
    assert all(path.is_relative_to(tmp_path / "kiosk") for path in paths)
    assert folders.log == tmp_path / "kiosk" / "logs" / "hanoi-wall.log"
    assert not (tmp_path / "kiosk").exists()


def test_without_a_name_the_platforms_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"/srv/op/{name}")
    folders = folders_of(None)
    assert str(folders.settings_file) == "/srv/op/CONFIG/hanoi-wall/settings.toml"
    assert str(folders.database) == "/srv/op/DATA/hanoi-wall/hanoi-wall.sqlite"
    assert str(folders.cache) == "/srv/op/CACHE/hanoi-wall"
    assert str(folders.log) == "/srv/op/STATE/hanoi-wall/log/hanoi-wall.log"


def test_a_user_whom_the_system_does_not_know_has_folders_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A container with a number for a user: commands say what cannot be written instead of falling over."""

    def unknown(user: int) -> None:
        raise KeyError(user)

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    folders = folders_of(None)
    assert str(folders.cache) == "/.cache/hanoi-wall"
    assert str(folders.settings_file) == "/.config/hanoi-wall/settings.toml"
    assert folders.log.is_absolute() and folders.database.is_absolute()


def test_where_files_can_be_kept(tmp_path: Path) -> None:
    assert can_keep(tmp_path / "new" / "folder") and (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").touch()
    assert not can_keep(tmp_path / "file" / "folder")
    assert not can_keep(Path("/proc/1/none"))


def test_a_new_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = make(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make(folder) == folder


def test_what_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, expected in {
        tmp_path / "file": "is a file; expected a folder",
        tmp_path / "file" / "under": "cannot be made: Not a directory",
        Path("/proc/none"): "cannot be made",
        Path("a\0b"): "NUL",
    }.items():
        with pytest.raises(FolderError, match=expected):
            make(path)


def test_a_full_disk_is_said_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(FolderError, match=f"^no room on the disk for the folder {tmp_path}/new$") as caught:
        make(tmp_path / "new")
    assert caught.value.no_room


def test_where_no_folder_can_be_made_another_place_is_proposed() -> None:
    with pytest.raises(FolderError, match="cannot be made: .*; name another place with --profile DIR"):
        make(Path("/proc/none"))
