"""What every test shares: the product's nouns as fixtures, and an eye on what a test leaves behind.

Autouse, so that nobody has to remember them: no thread, process, shared memory, socket, window or timer
outlives its test; nobody talks to another machine; nobody touches the home of the person who runs the tests;
and a log record of WARNING or above fails the test, unless the test announces it:

    with caplog.at_level(logging.WARNING, logger="hanoi_wall.video"):   # up to WARNING, from here on down
        ...
    assert "cam-01" in caplog.text
"""

from __future__ import annotations

import ctypes
import gc
import ipaddress
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.logging import LogCaptureHandler

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.operations.actions import put_in_force

ROOT = Path(__file__).resolve().parent.parent
SETTLE_S = 3.0
"""How long a test's threads, processes and descriptors may take to go after the test."""
_PR_SET_CHILD_SUBREAPER = 36

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


# ---------------------------------------------------------------------------------------------------------
# The run


def pytest_configure(config: pytest.Config) -> None:
    """A home of the run's own; and whatever loses its parent becomes our child, so that it is seen."""
    home = Path(tempfile.mkdtemp(prefix="hanoi-wall-tests-"))
    home.chmod(0o700)
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
        folder = home / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{name}"] = str(folder)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


# ---------------------------------------------------------------------------------------------------------
# The product's nouns


@pytest.fixture
def clock() -> ManualClock:
    """A clock that moves only when told."""
    return ManualClock()


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 30 s, 768x432 at 12.5/s, H.264 and AAC: real footage where that lies beside the checkout."""
    footage = ROOT.parent / "shared" / "media" / "street.mp4"
    if footage.is_file():
        return footage
    clip = tmp_path_factory.mktemp("street") / "street.mp4"
    # Soft, and softer and paler in colour than in light, as what comes through a lens is.
    lens = "format=yuv444p,gblur=sigma=1.5:planes=1,gblur=sigma=4:planes=6,hue=s=0.25"
    picture = f"testsrc2=size=768x432:rate=25/2:duration=30,{lens}"
    sound = "sine=frequency=440:duration=30"
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
        + [
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-pix_fmt",
            "yuv420p",
            "-g",
            "25",
            "-c:a",
            "aac",
            str(clip),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    return clip


@pytest.fixture
def free_port() -> Callable[[], int]:
    """`free_port()` is a TCP port of 127.0.0.1 that nobody listens on now."""

    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return int(listener.getsockname()[1])

    return find


@pytest.fixture
def until() -> Callable[..., None]:
    """`until(condition, seconds=5, what="a picture")` waits for it; without it the test fails."""
    pause = threading.Event()

    def wait(condition: Callable[[], object], seconds: float = 5.0, what: str = "") -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds} s: {what or condition}")
            pause.wait(0.01)

    return wait


@dataclass
class Process:
    """A program under test; what it writes goes to files, so that it never waits for a reader."""

    popen: subprocess.Popen[bytes]
    folder: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.popen.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.popen.poll() is None

    def out(self) -> str:
        """What it has written to standard output so far."""
        return (self.folder / "out").read_text(errors="replace")

    def err(self) -> str:
        """What it has written to standard error so far."""
        return (self.folder / "err").read_text(errors="replace")

    def end(self, by: signal.Signals = signal.SIGTERM, seconds: float = 5.0) -> int:
        """Ask it to end and return its exit code; fails the test when it does not within `seconds`."""
        if self.running:
            self.popen.send_signal(by)
        return self.wait(seconds)

    def wait(self, seconds: float = 30.0) -> int:
        """Its exit code once it has ended by itself; fails the test when it does not within `seconds`."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            pytest.fail(f"{self.popen.args!r} did not end within {seconds} s\n{self.err()}")


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """`process(["ffmpeg", …], env={…})` starts a program; what still runs when the test is over is ended."""
    programs: list[Process] = []

    def start(argv: Sequence[str | Path], *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> Process:
        folder = tmp_path / f"process-{len(programs) + 1}"
        folder.mkdir()
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            popen = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=os.environ | (env or {}),
                cwd=cwd,
            )
        programs.append(Process(popen, folder))
        return programs[-1]

    yield start
    for program in programs:
        if program.running:
            program.popen.terminate()
    for program in programs:
        try:
            program.popen.wait(3)
        except subprocess.TimeoutExpired:
            program.popen.kill()
            program.popen.wait()


# ---------------------------------------------------------------------------------------------------------
# What a test may not do


@dataclass(frozen=True)
class Traces:
    """What could be left behind, at one moment."""

    threads: frozenset[threading.Thread]
    processes: frozenset[int]
    memories: int
    sockets: int

    @classmethod
    def now(cls) -> Traces:
        """Threads by object, children by id, shared memories and sockets by number."""
        links = []
        for name in os.listdir("/proc/self/fd"):
            try:
                links.append(os.readlink(f"/proc/self/fd/{name}"))
            except OSError:
                continue
        return cls(
            threads=frozenset(threading.enumerate()),
            processes=frozenset(_children()),
            memories=sum(link.startswith("/memfd:hanoi-wall") for link in links),
            sockets=sum(link.startswith("socket:") for link in links),
        )

    def left_since(self, before: Traces) -> list[str]:
        """A line for each thing that is here now and was not before."""
        lines = [f"thread {thread.name!r} still runs" for thread in self.threads - before.threads]
        lines += [f"process {pid} still runs: {_command(pid)}" for pid in self.processes - before.processes]
        if self.memories > before.memories:
            lines.append(f"{self.memories - before.memories} picture memories are still open")
        if self.sockets > before.sockets:
            lines.append(f"{self.sockets - before.sockets} sockets are still open")
        return lines


def _children() -> Iterator[int]:
    """The ids of our running children; those that ended and wait to be asked for their code do not."""
    for task in Path("/proc/self/task").iterdir():
        try:
            pids = [int(pid) for pid in (task / "children").read_text().split()]
        except OSError:
            continue
        for pid in pids:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z":
                yield pid


def _command(pid: int) -> str:
    """The command line of a process, for the message."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "(gone)"


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Threads, child processes (orphans too), shared memory and sockets end with the test that made them."""
    before = Traces.now()
    yield
    left = Traces.now().left_since(before)
    deadline = time.monotonic() + SETTLE_S
    pause = threading.Event()
    while left and time.monotonic() < deadline:
        gc.collect()
        pause.wait(0.02)
        left = Traces.now().left_since(before)
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def no_window_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """In tests that use Qt: no window stays open and no timer runs on; qtbot closes its own first."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtGui import QGuiApplication, QWindow
    from shiboken6 import isValid

    def windows() -> dict[int, QWindow]:
        open_windows = [window for window in QGuiApplication.topLevelWindows() if window.isVisible()]
        return {id(window): window for window in open_windows}

    def timers() -> dict[int, QTimer]:
        found = [thing for thing in gc.get_objects() if isinstance(thing, QTimer)]
        return {id(timer): timer for timer in found if isValid(timer) and timer.isActive()}

    windows_before, timers_before = windows(), timers()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [f"window {window!r} is open" for key, window in windows().items() if key not in windows_before]
    left += [f"timer {timer!r} runs" for key, timer in timers().items() if key not in timers_before]
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


@dataclass
class LogWatch(logging.Handler):
    """Keeps the records that nobody announced."""

    unannounced: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Announced is what caplog.at_level was told to expect; its level is 0 otherwise."""
        captures = [
            handler for handler in logging.getLogger().handlers if isinstance(handler, LogCaptureHandler)
        ]
        if not any(record.levelno <= handler.level for handler in captures):
            self.unannounced.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    __hash__ = logging.Handler.__hash__


@pytest.fixture(autouse=True)
def the_programs_own_keys() -> Iterator[None]:
    """Keys that a test chooses are in force no longer than it runs."""
    yield
    put_in_force({})


@pytest.fixture(autouse=True)
def no_unannounced_warning() -> Iterator[None]:
    """A warning in the log is a failure, unless the test says that it expects one."""
    watch = LogWatch()
    logging.getLogger().addHandler(watch)
    yield
    logging.getLogger().removeHandler(watch)
    if watch.unannounced:
        pytest.fail("logged without being announced: " + "; ".join(watch.unannounced), pytrace=False)


def _is_here(family: int, address: Any) -> bool:
    """Whether a socket address is on this machine."""
    if family == socket.AF_UNIX or not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No Python socket leaves this machine, whoever catches the error that says so."""
    outside: list[str] = []

    def guarded(name: str) -> Callable[..., Any]:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            if not _is_here(self.family, arguments[-1]):
                outside.append(f"{name} {arguments[-1]!r}")
                raise OSError(f"tests stay on loopback: {outside[-1]}")
            return real(self, *arguments)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    yield
    if outside:
        pytest.fail("left the loopback: " + "; ".join(outside), pytrace=False)
