"""The guard's process with small clients: real pipes, real signals, real ends."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.guard.kiosk import Words
from tests.conftest import Process

GUARD = """
import logging, sys
from hanoi_wall.guard.kiosk import keep
logging.basicConfig(filename=sys.argv[1] + "/log", level=logging.INFO)
folder, client, seconds, mode = sys.argv[1:]
sys.exit(keep([sys.executable, "-P", "-c", client, folder, mode], float(seconds) or None))
"""
CLIENT = """
import faulthandler, os, signal, sys, threading
from pathlib import Path
from hanoi_wall.domain.clock import now_ns
from hanoi_wall.operations.life import LifeSign, guarded
folder, mode = Path(sys.argv[1]), sys.argv[2]
told, left = guarded(), threading.Event()
dump = (folder / f"dump-{os.getpid()}").open("w")
faulthandler.enable(dump)
signal.signal(signal.SIGTERM, lambda *_: left.set())
with (folder / "starts").open("a") as starts:
    print(os.getpid(), told.restarts, int(told.arranged), "NOTIFY_SOCKET" in os.environ, file=starts)
count = len((folder / "starts").read_text().splitlines())
def wait_for_ever_in_here():
    while True:
        left.wait(60)
if mode == "crash":
    os.abort()
if mode == "late" and count < 4:
    print("hanoi-wall: no display", file=sys.stderr)
    sys.exit(4)
if mode.isdigit():
    print("cannot", file=sys.stderr)
    sys.exit(int(mode))
life = LifeSign(told)
if mode == "arranges":
    life.arranged()
beats = 0
while not left.wait(0.02):
    if not life.tick(now_ns()):
        (folder / "orphan").write_text("left")
        sys.exit(0)
    beats += 1
    if mode == "hangs" and count == 1 and beats > 20:
        wait_for_ever_in_here()
(folder / "left").write_text("in good order")
"""


class Kiosk:
    """A guard and what its clients left in a folder."""

    def __init__(self, start: Callable[..., Process], folder: Path, mode: str, seconds: float = 0.0) -> None:
        self.folder = folder / "kiosk"
        self.folder.mkdir()
        (self.folder / "starts").touch()
        self._start, self._words = start, [str(self.folder), CLIENT, str(seconds), mode]
        self.guard = start([sys.executable, "-c", GUARD, *self._words])

    def starts(self) -> list[list[str]]:
        """pid, restarts, arranged, whether it sees systemd's socket: of each client so far."""
        return [line.split() for line in (self.folder / "starts").read_text().splitlines()]

    @property
    def pid(self) -> int:
        """Of the newest client."""
        return int(self.starts()[-1][0])

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def kiosk(process: Callable[..., Process], tmp_path: Path) -> Callable[..., Kiosk]:
    """`kiosk("crash")` starts a guard whose clients do that."""
    return lambda mode, seconds=0.0: Kiosk(process, tmp_path, mode, seconds)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_client_is_back_in_a_moment(
    kiosk: Callable[..., Kiosk], until: Callable[..., None], by: signal.Signals
) -> None:
    running = kiosk("arranges")
    until(running.starts, 10, "a client")
    # Until it has told that somebody arranged something.
    until(lambda: (running.folder / "starts").stat().st_mtime < time.time() - 0.5, 5)
    began, first = time.monotonic(), running.pid
    os.kill(first, by)
    until(lambda: len(running.starts()) == 2, 5, "the second client")
    assert time.monotonic() - began < 3
    assert running.starts()[1][1:3] == ["1", "1"] and running.guard.running
    assert f"was ended by signal {by.value}" in running.log()
    assert running.guard.end(signal.SIGTERM) == 0
    assert gone(running.pid) and (running.folder / "left").exists()


@pytest.mark.parametrize("how", ["python", "stopped"])
def test_a_client_that_hangs_is_ended_and_says_where(
    kiosk: Callable[..., Kiosk], until: Callable[..., None], how: str
) -> None:
    running = kiosk("hangs" if how == "python" else "lives")
    until(running.starts, 10, "a client")
    first = running.pid
    if how == "stopped":
        until(lambda: (running.folder / "starts").stat().st_mtime < time.time() - 0.5, 5)
        os.kill(first, signal.SIGSTOP)
    began = time.monotonic()
    until(lambda: len(running.starts()) == 2, 12, "the second client")
    assert 5 <= time.monotonic() - began
    assert gone(first) and "the client hangs: silent for" in running.log()
    assert "hung and was ended" in running.log()
    if how == "python":
        assert "in wait_for_ever_in_here" in (running.folder / f"dump-{first}").read_text()
    assert running.guard.end(signal.SIGTERM) == 0


def test_a_machine_that_stood_still_is_no_client_that_hangs(
    kiosk: Callable[..., Kiosk], until: Callable[..., None]
) -> None:
    """As in a suspended virtual machine: both stop, and both go on."""
    running = kiosk("lives")
    until(running.starts, 10, "a client")
    until(lambda: (running.folder / "starts").stat().st_mtime < time.time() - 1, 5)
    both = (running.guard.pid, running.pid)
    for pid in both:
        os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()
    until(lambda: time.monotonic() - stopped > 7, 10)
    for pid in both:
        os.kill(pid, signal.SIGCONT)
    until(lambda: time.monotonic() - stopped > 9, 10)
    assert len(running.starts()) == 1 and "hangs" not in running.log()
    assert running.guard.end(signal.SIGTERM) == 0


def test_a_client_that_leaves_takes_its_guard_with_it(
    kiosk: Callable[..., Kiosk], until: Callable[..., None]
) -> None:
    running = kiosk("lives")
    until(running.starts, 10, "a client")
    os.kill(running.pid, signal.SIGTERM)
    assert running.guard.wait(5) == 0
    assert len(running.starts()) == 1


@pytest.mark.parametrize("code", [2, 3])
def test_what_cannot_start_ends_with_its_code_and_its_line(kiosk: Callable[..., Kiosk], code: int) -> None:
    running = kiosk(str(code))
    assert running.guard.wait(10) == code
    assert running.guard.err() == "cannot\n" and len(running.starts()) == 1


def test_a_screen_that_comes_late_is_waited_for_and_said_once(
    kiosk: Callable[..., Kiosk], until: Callable[..., None]
) -> None:
    running = kiosk("late")
    until(lambda: len(running.starts()) == 4, 15, "the fourth try")
    assert running.guard.end(signal.SIGTERM) == 0
    assert running.guard.err() == "hanoi-wall: no display\n"


def test_one_that_crashes_and_crashes_is_waited_for(
    kiosk: Callable[..., Kiosk], until: Callable[..., None]
) -> None:
    running = kiosk("crash")
    until(lambda: "in 30 s, for this happens often" in running.log(), 20, "the breaker")
    assert len(running.starts()) == 5
    began = time.monotonic()
    assert running.guard.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 1 and len(running.starts()) == 5


def test_its_seconds_end_it_and_its_client(kiosk: Callable[..., Kiosk]) -> None:
    running = kiosk("lives", seconds=2)
    assert running.guard.wait(10) == 0
    assert (running.folder / "left").exists() and gone(running.pid)


def test_a_client_whose_guard_was_killed_leaves(
    kiosk: Callable[..., Kiosk], until: Callable[..., None]
) -> None:
    running = kiosk("lives")
    until(running.starts, 10, "a client")
    running.guard.end(signal.SIGKILL)
    until(lambda: gone(running.pid), 5, "the client is gone")
    assert (running.folder / "orphan").exists()


def test_systemd_is_told(
    kiosk: Callable[..., Kiosk], until: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "2000000")
        running = kiosk("lives")
        told = [listener.recv(500)]
        while told.count(b"WATCHDOG=1") < 3:
            told.append(listener.recv(500))
        assert told.count(b"READY=1") == 1 and b"STATUS=the wall stands" in told
        assert running.starts()[0][3] == "False", "a client does not speak for its guard"
        os.kill(running.guard.pid, signal.SIGTERM)
        while told[-1] != b"STOPPING=1":
            told.append(listener.recv(500))
        assert running.guard.wait(5) == 0


def test_words_are_passed_on_by_whole_lines_and_not_twice() -> None:
    reader, writer = os.pipe()
    words = Words(writer)
    for part in (b"no dis", b"play\nno display\n", b"other\n", b"no display\nhalf"):
        words.pass_on(part)
    words.end()
    words.end()
    os.close(writer)
    words.pass_on(b"lost\n")
    assert os.read(reader, 1000) == b"no display\nother\nno display\nhalf\n"
    os.close(reader)


def test_an_output_that_nobody_reads_is_not_waited_for() -> None:
    reader, writer = os.pipe()
    words = Words(writer)
    for number in range(100):
        words.pass_on(b"%d " % number + bytes(4000) + b"\n")
    os.close(reader)
    os.close(writer)
