"""A temporary folder goes with its owner, and never with anybody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hanoi_wall.settings.folders import FolderError
from hanoi_wall.settings.scratch import LOCK, ScratchFolder, sweep
from tests.conftest import ROOT

KIND = "wall-test-"
OWNER = f"""
import subprocess, sys
from hanoi_wall.settings.scratch import ScratchFolder
scratch = ScratchFolder.make({KIND!r})
(scratch.path / "deep").mkdir()
(scratch.path / "deep" / "file").write_text("x")
words = [sys.executable, "-c", "import sys; sys.stdin.read()"]
child = subprocess.Popen(words, pass_fds=(scratch.fd,) if sys.argv[1:] else ())
print(scratch.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary things lie for this test and its children."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def killed_owner(*words: str) -> tuple[Path, Callable[[], None]]:
    """The folder of a process that was killed, and how to end the child it left behind."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdin is not None and owner.stdout is not None
    path = Path(owner.stdout.readline().strip())
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    # The child waits for the end of the same input and holds our only other end of its output.
    line = owner.stdin, owner.stdout

    def end() -> None:
        line[0].close()
        assert line[1].read() == ""
        line[1].close()

    return path, end


def test_it_is_this_user_s_alone_and_goes_with_everything_in_it(aside: Path) -> None:
    with ScratchFolder.make(KIND) as scratch:
        assert scratch.path.parent == aside and scratch.path.name.startswith(KIND)
        assert scratch.path.stat().st_mode & 0o777 == 0o700
        assert not os.get_inheritable(scratch.fd)
        (scratch.path / "a" / "b").mkdir(parents=True)
        (scratch.path / "link").symlink_to(aside)
    assert list(aside.iterdir()) == []
    scratch.remove()


def test_one_whose_owner_was_killed_goes_at_the_next_start(aside: Path) -> None:
    path, end = killed_owner()
    assert (path / "deep" / "file").is_file()
    with ScratchFolder.make(KIND) as scratch:
        assert list(aside.iterdir()) == [scratch.path]
    end()


def test_one_that_a_child_still_needs_stays_until_the_child_has_ended(
    until: Callable[..., None], aside: Path
) -> None:
    path, end = killed_owner("given")
    sweep(KIND)
    assert (path / "deep" / "file").is_file()
    end()

    def gone() -> bool:
        sweep(KIND)
        return not path.exists()

    until(gone, 5, "the child's end frees the folder")


def test_one_that_is_in_use_stays(aside: Path) -> None:
    with ScratchFolder.make(KIND) as first, ScratchFolder.make(KIND) as second:
        assert {first.path, second.path} == set(aside.iterdir())
        assert (first.path / LOCK).is_file()


def test_what_is_not_ours_is_left_alone(aside: Path) -> None:
    other = aside / f"{KIND}full"
    other.mkdir()
    (other / "file").touch()
    (aside / f"{KIND}file").touch()
    elsewhere = aside / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).touch()
    (aside / f"{KIND}link").symlink_to(elsewhere)
    linked = aside / f"{KIND}linked"
    linked.mkdir()
    (linked / LOCK).symlink_to(elsewhere / LOCK)
    before = {path.name for path in aside.rglob("*")}
    sweep(KIND)
    assert {path.name for path in aside.rglob("*")} == before
    empty = aside / f"{KIND}empty"
    empty.mkdir()
    sweep(KIND)
    assert not empty.exists()


def test_many_starts_at_once_take_nothing_from_each_other(aside: Path) -> None:
    def once(number: int) -> bool:
        with ScratchFolder.make(KIND) as scratch:
            (scratch.path / str(number)).write_text("mine")
            sweep(KIND)
            return [each.name for each in scratch.path.iterdir() if each.name != LOCK] == [str(number)]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(once, range(200)))
    assert list(aside.iterdir()) == []


def test_no_place_for_it_is_told(aside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(aside / "nowhere"))
    with pytest.raises(FolderError, match="no temporary folder can be made: No such file"):
        ScratchFolder.make(KIND)
