"""`hanoi-wall demo`: pretend cameras and the wall, as two processes in a temporary profile; imports neither.

Main thread. Both processes end with this one, however it ends; what they need lies in one temporary folder.
"""

from __future__ import annotations

import json
import logging
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from hanoi_wall.operations.options import DemoOptions
from hanoi_wall.operations.refusals import BUG, Missing
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.ui.display import display_problem

log = logging.getLogger(__name__)

START_S = 300.0
"""The very first start draws and encodes the pretend cameras' pictures."""
WALL_END_S, CAMERAS_END_S = 2.0, 0.6
_LOOK_S = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(options: DemoOptions) -> int:
    """Show the demonstration until it is ended by the operator, a signal or `seconds`: 0, or the wall's code.

    Raises Missing when there is no display, or the pretend cameras cannot be started or end by themselves.
    """
    problem = display_problem()
    if problem is not None:
        raise Missing(problem)
    children: list[subprocess.Popen[bytes]] = []
    with _Signals() as signals:
        folder = Path(tempfile.mkdtemp(prefix="hanoi-wall-demo-"))
        try:
            return _show(options, folder, children, signals)
        finally:
            for child, seconds in zip(reversed(children), (WALL_END_S, CAMERAS_END_S), strict=False):
                _end(child, seconds)
            shutil.rmtree(folder, ignore_errors=True)


def grid_for(cameras: int) -> tuple[int, int]:
    """Columns and rows of the smallest grid, as square as can be, for so many cameras."""
    columns = math.ceil(math.sqrt(cameras))
    return columns, math.ceil(cameras / columns)


def _show(
    options: DemoOptions, folder: Path, children: list[subprocess.Popen[bytes]], signals: _Signals
) -> int:
    announced = folder / "announced"
    cache = folders_of(options.profile).cache / "clips"
    simulate = ["simulate", "--cameras", str(options.cameras), "--cache", str(cache), "--with-parent"]
    with announced.open("wb") as out:
        cameras = _start([*simulate, "--profile", str(folder / "simulator")], out)
    children.append(cameras)
    found = _await(announced, options.cameras, cameras, signals)
    if found is None:
        return 0
    catalogue = folder / "cameras.json"
    catalogue.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    wall = _start(_wall_arguments(options, folder, catalogue), None)
    children.append(wall)
    while not signals.wait(_LOOK_S):
        code = wall.poll()
        if code is not None:
            log.info("the wall ended with %d", code)
            return code if code >= 0 else BUG
        if cameras.poll() is not None:
            raise Missing(f"the pretend cameras ended by themselves (exit code {cameras.returncode})")
    return 0


def _wall_arguments(options: DemoOptions, folder: Path, catalogue: Path) -> list[str]:
    columns, rows = grid_for(options.cameras)
    words = ["run", "--cameras", str(catalogue), "--scene", f"grid:{columns}x{rows}", "--with-parent"]
    words += ["--profile", str(folder / "profile")]
    if options.seconds is not None:
        words += ["--seconds", str(options.seconds)]
    if options.health is not None:
        words += ["--health", str(options.health)]
    if options.language is not None:
        words += ["--language", options.language]
    return [*words, "--windowed"] if options.windowed else words


def _start(words: Sequence[str], out: Any) -> subprocess.Popen[bytes]:
    """A command of this program. Its errors go where ours go; a terminal's Ctrl+C reaches us alone."""
    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-m", "hanoi_wall"]
    # The folder that holds this very package, so that no other of the same name is started.
    home = Path(__file__).resolve().parent.parent
    return subprocess.Popen(
        [*program, *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        cwd=None if frozen else home,
        process_group=0,
    )


def _await(
    announced: Path, count: int, cameras: subprocess.Popen[bytes], signals: _Signals
) -> list[dict[str, Any]] | None:
    """What the simulator announces of its cameras; None when a signal came first. Raises Missing."""
    deadline = time.monotonic() + START_S
    while True:
        ended = cameras.poll() is not None
        lines = announced.read_bytes().split(b"\n")[:-1]
        if len(lines) > count:
            return [json.loads(line) for line in lines[1:]]
        if ended:
            raise Missing(f"the pretend cameras did not start (exit code {cameras.returncode})")
        if time.monotonic() > deadline:
            raise Missing(f"the pretend cameras were not ready within {START_S:.0f} s")
        if signals.wait(_LOOK_S):
            return None


def _end(child: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask it to end, and end it when it has not within `seconds`."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("process %d did not end within %.1f s", child.pid, seconds)
            child.kill()
    child.wait()


class _Signals:
    """Remembers that a signal asked us to end, and can be waited for. One at a time, main thread."""

    def __enter__(self) -> _Signals:
        self._came = False
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wake_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wake_before)
        os.close(self._reader)
        os.close(self._writer)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._came = True

    def wait(self, seconds: float) -> bool:
        """Whether a signal has come, at the latest after `seconds`."""
        if not self._came:
            select.select([self._reader], [], [], seconds)
        return self._came
