"""The wall is started by a person or a script: it ends as it is asked to, and tells why it cannot start."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Process
from tests.integration.simulator_process import SMALL, simulator
from tests.stories.program import Program

CANARY = "Tr0ngDemCanary"
END_S = 3.0
START_S = 30.0


@pytest.fixture
def cameras(tmp_path: Path) -> Path:
    """Two cameras that nobody answers for, with passwords."""
    path = tmp_path / "cameras.csv"
    urls = [f"rtsp://op:{CANARY}@127.0.0.1:1/{number}" for number in range(2)]
    path.write_text("id,name,main_url\n" + "".join(f"c{n},Cổng {n},{url}\n" for n, url in enumerate(urls)))
    return path


@pytest.fixture
def wall(program: Program, process: Callable[..., Process]) -> Callable[..., Process]:
    """`wall(…)` starts `run` off screen."""
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    return lambda *words: process(program.words("run", *words), env=program.env)


def health(port: int) -> str:
    """The health answer, "" while there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return str(answer.read().decode())
    except (OSError, urllib.error.URLError):
        return ""


def family(pid: int) -> list[int]:
    """A process and all below it."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    below = [child for task in threads for child in (task / "children").read_text().split()]
    return [pid, *(each for child in below for each in family(int(child)))]


def listens(pid: int) -> bool:
    """Whether the process has come so far as to mind SIGTERM."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(lines["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_cameras_that_do_not_answer_are_states_and_a_signal_ends_it(
    wall: Callable[..., Process],
    program: Program,
    cameras: Path,
    free_port: Callable[[], int],
    until: Callable[..., None],
    by: signal.Signals,
) -> None:
    port = free_port()
    running = wall("--cameras", str(cameras), "--scene", "grid:2x1", "--health", str(port))
    until(lambda: "connection_refused" in health(port) or not running.running, START_S, "both are refused")
    told = json.loads(health(port))
    assert [tile["camera"] for tile in told["tiles"]] == ["c0", "c1"] and told["scene"] == "grid:2x1"
    for pid in family(running.pid):
        words = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert CANARY.encode() not in words
    begin = time.monotonic()
    assert running.end(by, 2 * END_S) == 0
    assert time.monotonic() - begin <= END_S
    assert (running.out(), running.err()) == ("", "")
    assert CANARY not in json.dumps(told)
    assert CANARY.encode() not in program.everything_written()


def test_it_may_be_ended_before_it_stands(
    wall: Callable[..., Process], program: Program, cameras: Path, until: Callable[..., None]
) -> None:
    for later in (0.0, 0.1, 0.3, 0.6):
        running = wall("--cameras", str(cameras))
        until(lambda: listens(running.pid), START_S, "it minds signals")  # noqa: B023
        begin = time.monotonic()
        until(lambda: time.monotonic() - begin >= later, 5)  # noqa: B023
        assert running.end(signal.SIGTERM, END_S) == 0
        assert running.err() == ""


def test_it_leaves_after_its_seconds(wall: Callable[..., Process], cameras: Path) -> None:
    assert wall("--cameras", str(cameras), "--windowed", "--seconds", "0.5").wait(START_S) == 0


def test_a_profile_is_one_walls_at_a_time(
    wall: Callable[..., Process],
    program: Program,
    cameras: Path,
    free_port: Callable[[], int],
    until: Callable[..., None],
) -> None:
    port = free_port()
    first = wall("--cameras", str(cameras), "--health", str(port))
    until(lambda: health(port) or not first.running, START_S, "the wall answers")
    said = program("run", "--cameras", cameras, "--json")
    assert (said.code, said.error["pid"]) == (4, first.pid)
    said = program("cameras", "import", cameras, "--without-credentials")
    assert said.code == 4 and f"process {first.pid}" in said.complaint
    assert first.end() == 0
    assert program("cameras", "import", cameras, "--without-credentials").code == 0


PLANTED = """
import sys
from hanoi_wall.__main__ import main
from hanoi_wall.video.roster import Roster
look = Roster._look
def broken(roster):
    look(roster)
    if roster.view("c1") is not None:
        raise KeyError("planted")
Roster._look = broken
sys.exit(main())
"""


def test_a_bug_in_the_thread_that_keeps_the_feeds_ends_the_wall_with_1(
    process: Callable[..., Process], program: Program, cameras: Path
) -> None:
    """Better no wall, which whoever started it can start again, than one that says `opening` for ever."""
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    argv = program.words("run", "--cameras", str(cameras))
    assert argv[1:3] == ["-m", "hanoi_wall"]
    running = process([argv[0], "-c", PLANTED, *argv[3:]], env=program.env)
    assert running.wait(START_S) == 1
    log = (program.profile / "logs" / "hanoi-wall.log").read_text()
    assert "thread video ended by a bug" in log
    assert "Traceback" in log and "planted" in log


def test_a_bad_file_is_3_and_names_its_line(program: Program, cameras: Path) -> None:
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    cameras.write_text(cameras.read_text() + f"c9,X,http://op:{CANARY}@h/\n")
    said = program("run", "--cameras", cameras)
    assert said.code == 3 and said.complaint.startswith(f"hanoi-wall: {cameras}: line 4: main_url: scheme")
    assert CANARY not in said.err
    said = program("run", "--cameras", cameras.parent / "none.csv", "--json")
    assert (said.code, said.error["kind"]) == (3, "bad_file")


def test_what_is_missing_or_taken_is_4(program: Program, cameras: Path) -> None:
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    (program.profile / "data").mkdir(parents=True)
    (program.profile / "data" / "hanoi-wall.sqlite").write_bytes(b"x" * 5000)
    said = program("run")
    assert said.code == 4 and "is damaged" in said.complaint
    (program.profile / "settings.toml").write_text("opens_max = 0\n")
    said = program("run", "--cameras", cameras)
    assert said.code == 3 and "opens_max: expected a whole number from 1 to 64" in said.complaint


def test_the_catalogue_of_the_profile_fills_the_wall(
    wall: Callable[..., Process],
    program: Program,
    key_store: Path,
    cameras: Path,
    free_port: Callable[[], int],
    until: Callable[..., None],
) -> None:
    assert program("cameras", "import", cameras).code == 0
    port = free_port()
    running = wall("--health", str(port))
    until(lambda: health(port) or not running.running, START_S, "the wall answers")
    assert [tile["camera"] for tile in json.loads(health(port))["tiles"]][:2] == ["c0", "c1"]
    assert running.end() == 0 and running.err() == ""
    assert CANARY.encode() not in program.everything_written()
    assert os.listdir(program.profile / "logs") == ["hanoi-wall.log"]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_port_that_the_system_chose_is_told(
    wall: Callable[..., Process], cameras: Path, until: Callable[..., None], more: list[str]
) -> None:
    running = wall("--cameras", str(cameras), "--health", "0", *more)
    until(lambda: running.out().endswith("\n") or not running.running, START_S, "the port is told")
    (line,) = running.out().splitlines()
    url = json.loads(line)["health_url"] if more else line.removeprefix("health: ")
    port = urllib.parse.urlsplit(url).port
    assert port and url == f"http://127.0.0.1:{port}/health"
    until(lambda: health(port), START_S, "an answer from there")
    assert running.end(signal.SIGTERM, 2 * END_S) == 0
    assert running.out().splitlines() == [line]


def test_a_key_store_that_is_unlocked_later_is_used_without_a_restart(
    wall: Callable[..., Process],
    program: Program,
    key_store: Path,
    tmp_path: Path,
    free_port: Callable[[], int],
    until: Callable[..., None],
) -> None:
    """Refused until the password is there: then nobody needs to do anything any more."""

    def state() -> str:
        found = json.loads(health(port) or '{"tiles": []}')["tiles"]
        return str(found[0]["state"]) if found else ""

    with simulator("--cameras", "1", "--digest", "op", *SMALL, password=CANARY) as pretend:
        url = pretend.url().replace("rtsp://", f"rtsp://op:{CANARY}@")
        cameras = tmp_path / "one.csv"
        cameras.write_text(f"id,name,main_url\nc0,Cổng,{url}\n")
        assert program("cameras", "import", cameras).code == 0
        entries = key_store.read_text()
        key_store.write_text("locked")
        port = free_port()
        running = wall("--health", str(port))
        until(lambda: state() == "refused" or not running.running, START_S, "a refusal")
        key_store.write_text(entries)
        until(lambda: state() == "live" or not running.running, START_S, "a live picture")
        assert running.end() == 0
    log = (program.profile / "logs" / "hanoi-wall.log").read_text()
    assert "locked (KeyringLocked): cameras that need a password will refuse" in log
    assert CANARY.encode() not in program.everything_written()
