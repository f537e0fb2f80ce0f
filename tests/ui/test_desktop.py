"""The client's Qt part, as a whole program: it ends when it is told to, also where its X server hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.bench.xserver import XServer
from tests.conftest import ROOT, Process

END_S = 3.0
START_S = 30.0
Wall = Callable[..., Process]


@pytest.fixture
def cameras(tmp_path: Path) -> Path:
    """Four cameras that nobody answers for."""
    path = tmp_path / "cameras.csv"
    path.write_text(
        "id,name,main_url\n" + "".join(f"c{n},Cổng {n},rtsp://127.0.0.1:1/{n}\n" for n in range(4))
    )
    return path


@pytest.fixture
def wall(process: Callable[..., Process], cameras: Path, tmp_path: Path) -> Wall:
    """`wall(…, DISPLAY=":5")` starts `run` with the four cameras."""

    def start(*words: str, **environment: str) -> Process:
        line = [sys.executable, "-m", "hanoi_wall", "run", "--cameras", str(cameras), *words]
        environment = {"QT_QPA_PLATFORM": "offscreen", **environment}
        return process([*line, "--profile", str(tmp_path / "profile")], env=environment)

    return start


def answer(port: str) -> bytes:
    """The health answer, empty while there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as told:
            return bytes(told.read())
    except OSError:
        return b""


def log_of(folder: Path) -> str:
    """The program's log so far."""
    path = folder / "profile" / "logs" / "hanoi-wall.log"
    return path.read_text() if path.exists() else ""


@pytest.fixture(scope="module")
def x_server() -> Iterator[XServer]:
    with XServer(640, 360) as server:
        yield server


@pytest.fixture
def hung(x_server: XServer) -> Iterator[Callable[[], None]]:
    """`hung()` stops the X server; it goes on after the test."""
    assert x_server._server is not None
    pid = x_server._server.pid
    yield lambda: os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("after", [None, 0.15, 0.25, 0.4, 1.5])
def test_a_hung_x_server_does_not_hold_it(
    wall: Wall, x_server: XServer, hung: Callable[[], None], until: Callable[..., None], after: float | None
) -> None:
    """Stopped before the start, at many moments of it, and while the wall runs."""
    if after is None:
        hung()
    began = time.monotonic()
    running = wall(DISPLAY=x_server.display, QT_QPA_PLATFORM="xcb")
    until(lambda: time.monotonic() - began >= (after or 0.3), 5)
    hung()
    until(lambda: time.monotonic() - began >= (after or 0.3) + 0.3, 5)
    asked = time.monotonic()
    assert running.end(signal.SIGTERM, END_S) == 0
    assert time.monotonic() - asked <= END_S
    assert running.err() == ""


def test_a_month_is_not_too_long(wall: Wall, tmp_path: Path, until: Callable[..., None]) -> None:
    """Qt's timers end at 24 days."""
    running = wall("--seconds", "3000000")
    until(lambda: "connection_refused" in log_of(tmp_path) or not running.running, START_S, "it runs")
    assert running.end(signal.SIGTERM, END_S) == 0
    assert running.err() == "" and "Traceback" not in log_of(tmp_path)


BROKEN = """
import sys
from hanoi_wall import cli
from hanoi_wall.{room} import {name}
def broken(*_, **__): raise OverflowError("planted")
{name}.{method} = broken
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "place",
    [
        SimpleNamespace(room="video.roster", name="Roster", method="__init__"),
        SimpleNamespace(room="operations.wall", name="Wall", method="__init__"),
        SimpleNamespace(room="ui.wall_app", name="WallApp", method="__init__"),
        SimpleNamespace(room="ui.wall_app", name="WallApp", method="start"),
        SimpleNamespace(room="ui.presenter", name="Presenter", method="start"),
    ],
    ids=lambda place: f"{place.name}.{place.method}",
)
def test_a_bug_on_the_way_up_leaves_nothing_running(
    cameras: Path, tmp_path: Path, place: SimpleNamespace
) -> None:
    """Whatever stood by then goes again: a thread that stayed would keep the process for ever."""
    script = BROKEN.format(room=place.room, name=place.name, method=place.method)
    words = ["run", "--cameras", str(cameras), "--health", "0", "--profile", str(tmp_path / "profile")]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        cwd=ROOT,
        timeout=20,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 1, done.stderr
    assert b"internal error (OverflowError)" in done.stderr and b"Traceback" not in done.stderr
    assert "OverflowError: planted" in log_of(tmp_path)


@pytest.mark.parametrize("place", ["Roster._turn", "Roster._look"])
def test_a_bug_in_another_thread_is_in_the_log_alone(cameras: Path, tmp_path: Path, place: str) -> None:
    """Also before Qt is there."""
    name, method = place.split(".")
    script = BROKEN.format(room="video.roster", name=name, method=method)
    words = ["run", "--cameras", str(cameras), "--profile", str(tmp_path / "profile")]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        cwd=ROOT,
        timeout=20,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr and done.stdout == b""
    assert log_of(tmp_path).count("OverflowError: planted") == 1


HALF = """
import sys
from pathlib import Path
from hanoi_wall import assets, cli
real = assets._folder
assets._folder = lambda name: Path("/nowhere") if name == "resources" else real(name)
sys.exit(cli.main(sys.argv[1:]))
"""


def test_half_an_installation_is_4_and_names_what_is_missing(cameras: Path, tmp_path: Path) -> None:
    words = ["run", "--cameras", str(cameras), "--profile", str(tmp_path / "profile")]
    done = subprocess.run(
        [sys.executable, "-c", HALF, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=20,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "hanoi-wall: resource icons is missing from this installation\n"


def test_a_wall_whose_x_server_goes_away_is_4_and_not_one_that_left(
    wall: Wall, tmp_path: Path, until: Callable[..., None]
) -> None:
    """So that whoever watches over it knows that nobody asked it to leave."""
    with XServer(320, 200) as server:
        running = wall("--health", "0", DISPLAY=server.display, QT_QPA_PLATFORM="xcb")
        until(lambda: "connection_refused" in log_of(tmp_path) or not running.running, START_S, "it runs")
        until(lambda: "health: " in running.out(), 5, "it runs")
        port = running.out().split(":")[3].partition("/")[0]
        until(lambda: b'"window_visible": true' in answer(port), START_S, "its window")
    code = running.wait(END_S)
    assert code == 4, running.err() + log_of(tmp_path)
    assert running.err() == "hanoi-wall: no display: the server that showed the wall went away\n"
