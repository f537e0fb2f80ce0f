"""Somebody wants to see it: one command, pretend cameras on a wall, and nothing left of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hanoi_wall.demo import grid_for
from tests.conftest import ROOT, Process
from tests.stories.program import Program

START_S = 90.0
END_S = 3.0


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile whose cache keeps the pretend cameras' pictures from one test to the next."""
    return tmp_path_factory.mktemp("demo") / "profile"


@pytest.fixture
def demo(
    program: Program, pictures: Path, tmp_path: Path, process: Callable[..., Process]
) -> Iterator[Callable[..., Process]]:
    """`demo(…)` starts it off screen; its temporary folder is tmp_path/tmp."""
    aside = tmp_path / "tmp"
    aside.mkdir()
    program.profile = pictures
    program.environment |= {"TMPDIR": str(aside), "QT_QPA_PLATFORM": "offscreen"}

    def start(*words: str) -> Process:
        return process(program.words("demo", "--cameras", "2", *words), env=program.env)

    yield start


def children(pid: int) -> dict[str, int]:
    """The processes that a process started, by their command."""
    found = {}
    for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0")
        if b"hanoi_wall" in words:
            found[words[words.index(b"hanoi_wall") + 1].decode()] = int(each)
    return found


def states(port: int) -> list[str]:
    """What the tiles of the wall say, [] while nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            health: dict[str, Any] = json.load(answer)
    except (OSError, urllib.error.URLError):
        return []
    return [tile["state"] for tile in health["tiles"] if tile["camera"]]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_live_pictures_and_ends_cleanly(
    demo: Callable[..., Process],
    free_port: Callable[[], int],
    until: Callable[..., None],
    tmp_path: Path,
    by: signal.Signals,
) -> None:
    port = free_port()
    running = demo("--health", str(port))
    until(lambda: states(port) == ["live", "live"] or not running.running, START_S, "two live tiles")
    started = children(running.pid)
    assert set(started) == {"simulate", "run"}, running.err()
    assert len(os.listdir(tmp_path / "tmp")) == 1
    begin = time.monotonic()
    assert running.end(by, 2 * END_S) == 0
    assert time.monotonic() - begin <= END_S
    assert all(gone(pid) for pid in started.values())
    assert os.listdir(tmp_path / "tmp") == []
    assert (running.out(), running.err()) == ("", "")


def test_it_ends_by_itself_after_its_seconds(demo: Callable[..., Process], tmp_path: Path) -> None:
    running = demo("--seconds", "1")
    assert running.wait(START_S) == 0
    assert os.listdir(tmp_path / "tmp") == [] and running.err() == ""


def test_it_can_be_ended_while_it_starts(
    demo: Callable[..., Process], until: Callable[..., None], tmp_path: Path
) -> None:
    running = demo()
    until(lambda: children(running.pid), 30, "the pretend cameras are started")
    assert running.end(signal.SIGTERM, END_S) == 0
    assert os.listdir(tmp_path / "tmp") == [] and running.err() == ""


def test_its_children_end_with_it_however_it_ends(
    demo: Callable[..., Process], until: Callable[..., None], free_port: Callable[[], int]
) -> None:
    port = free_port()
    running = demo("--health", str(port))
    until(lambda: states(port) or not running.running, START_S, "the wall answers")
    started = children(running.pid)
    assert set(started) == {"simulate", "run"}
    running.end(signal.SIGKILL)
    until(lambda: all(gone(pid) for pid in started.values()), 5, "both are gone")


def test_what_a_killed_one_left_goes_with_the_next_start_and_what_a_running_one_uses_stays(
    demo: Callable[..., Process], until: Callable[..., None], free_port: Callable[[], int], tmp_path: Path
) -> None:
    killed = demo()
    until(lambda: children(killed.pid) or not killed.running, 30, "the pretend cameras are started")
    started = children(killed.pid)
    killed.end(signal.SIGKILL)
    until(lambda: all(gone(pid) for pid in started.values()), 5, "its child is gone")
    assert len(os.listdir(tmp_path / "tmp")) == 1
    port = free_port()
    running = demo("--health", str(port))
    until(lambda: states(port) == ["live", "live"] or not running.running, START_S, "two live tiles")
    (mine,) = os.listdir(tmp_path / "tmp")
    assert demo("--seconds", "1").wait(START_S) == 0
    assert os.listdir(tmp_path / "tmp") == [mine]
    assert "cameras.json" in os.listdir(tmp_path / "tmp" / mine)
    assert running.end(signal.SIGTERM, 2 * END_S) == 0
    assert os.listdir(tmp_path / "tmp") == []


def test_a_user_without_a_home_sees_it_too(
    program: Program, process: Callable[..., Process], tmp_path: Path
) -> None:
    """A kiosk's or service's account: what cannot be kept is made for this time only."""
    (tmp_path / "tmp").mkdir()
    program.environment |= {"TMPDIR": str(tmp_path / "tmp"), "QT_QPA_PLATFORM": "offscreen"}
    env = {name: value for name, value in program.env.items() if not name.startswith("XDG_")}
    words = [sys.executable, "-m", "hanoi_wall", "demo", "--cameras", "1", "--seconds", "1"]
    running = process(words, env=env | {"HOME": "/dev/null/nobody"})
    assert running.wait(START_S) == 0
    assert (running.out(), running.err(), os.listdir(tmp_path / "tmp")) == ("", "", [])


def test_without_pillow_it_says_in_one_line_how_to_get_it(
    program: Program, process: Callable[..., Process], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import sys\nsys.modules['PIL'] = None\n")
    program.environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": f"{site}:{ROOT}"}
    running = process(program.words("demo", "--cameras", "1"), env=program.env)
    assert running.wait(START_S) == 4
    assert running.out() == ""
    assert running.err() == (
        "hanoi-wall: the pretend cameras did not start: no pictures: "
        "Pillow, which draws them, is missing: pip install 'hanoi-wall[simulator]'\n"
    )


def test_pretend_cameras_that_end_by_themselves_are_an_error(
    demo: Callable[..., Process], until: Callable[..., None], free_port: Callable[[], int], tmp_path: Path
) -> None:
    port = free_port()
    running = demo("--health", str(port))
    until(lambda: states(port) or not running.running, START_S, "the wall answers")
    os.kill(children(running.pid)["simulate"], signal.SIGKILL)
    assert running.wait(10) == 4
    assert running.err() == "hanoi-wall: the pretend cameras ended by themselves (exit code -9)\n"
    assert os.listdir(tmp_path / "tmp") == []


def test_a_health_port_that_is_taken_is_told_as_the_wall_tells_it(
    demo: Callable[..., Process], free_port: Callable[[], int], tmp_path: Path
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = demo("--health", str(port))
        assert running.wait(START_S) == 4
    assert str(port) in running.err() and running.err().count("\n") == 1
    assert os.listdir(tmp_path / "tmp") == []


@pytest.mark.parametrize(
    ("cameras", "grid"), [(1, (1, 1)), (2, (2, 1)), (5, (3, 2)), (16, (4, 4)), (144, (12, 12))]
)
def test_the_grid_is_the_smallest_that_holds_all(cameras: int, grid: tuple[int, int]) -> None:
    assert grid_for(cameras) == grid
    assert grid[0] * grid[1] >= cameras
