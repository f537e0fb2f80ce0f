"""After a write there is the new file, whole; after a failed one the old, and nothing beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hanoi_wall.settings.writing import write_whole


def test_a_file_is_replaced_with_exactly_the_mode_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o644)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new" and stat.S_IMODE(path.stat().st_mode) == 0o600
    write_whole(path, b"newer", mode=0o644)
    assert path.read_bytes() == b"newer" and stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["x"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    path.write_text("old")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_whole(path, b"new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["x"]


def test_a_file_that_is_there_already_is_kept_when_it_must_be(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_whole(path, b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(path, b"second", replace=False)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "link", b"second", replace=False)
    assert path.read_bytes() == b"first" and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["link", "x"]


def test_also_where_files_have_one_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    write_whole(tmp_path / "x", b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "x", b"second", replace=False)
    assert (tmp_path / "x").read_bytes() == b"first" and os.listdir(tmp_path) == ["x"]
