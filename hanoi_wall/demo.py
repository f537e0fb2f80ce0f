"""`hanoi-wall demo`: pretend cameras and the wall, as two processes in a temporary profile; imports neither.

Main thread. Both processes end with this one, however it ends; what they need lies in one temporary folder.
"""

from __future__ import annotations

import json
import logging
import math
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from hanoi_wall.operations.options import DemoOptions
from hanoi_wall.operations.refusals import BUG, Missing
from hanoi_wall.settings.folders import can_keep, folders_of
from hanoi_wall.settings.scratch import ScratchFolder
from hanoi_wall.ui.display import display_problem

log = logging.getLogger(__name__)

START_S = 300.0
"""The very first start draws and encodes the pretend cameras' pictures."""
WALL_END_S, CAMERAS_END_S = 2.0, 0.6
_LOOK_S = 0.1
_SCRATCH = "hanoi-wall-demo-"
_SPEAKER = "hanoi-wall simulate: "
_MOST_SAID = 500
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(options: DemoOptions) -> int:
    """Show the demonstration until it is ended by the operator, a signal or `seconds`: 0, or the wall's code.

    Raises Missing when there is no display, or the pretend cameras cannot be started or end by themselves,
    and FolderError when nothing can be kept even for a while.
    """
    problem = display_problem()
    if problem is not None:
        raise Missing(problem)
    children: list[subprocess.Popen[bytes]] = []
    with _Signals() as signals, ScratchFolder.make(_SCRATCH) as scratch:
        try:
            return _show(options, scratch, children, signals)
        finally:
            for child, seconds in zip(reversed(children), (WALL_END_S, CAMERAS_END_S), strict=False):
                _end(child, seconds)


def grid_for(cameras: int) -> tuple[int, int]:
    """Columns and rows of the smallest grid, as square as can be, for so many cameras."""
    columns = math.ceil(math.sqrt(cameras))
    return columns, math.ceil(cameras / columns)


def clips_folder(profile: Path | None, scratch: Path) -> Path:
    """Where the pretend cameras' pictures are kept: for the next time where that can be, else in `scratch`.

    A folder that somebody named is taken as it is: what is wrong with it is to be told.
    """
    kept = folders_of(profile).cache / "clips"
    if profile is not None or can_keep(kept):
        return kept
    log.info("nothing can be kept in %s: the pictures are made for this time only", kept)
    return scratch / "clips"


def _show(
    options: DemoOptions, scratch: ScratchFolder, children: list[subprocess.Popen[bytes]], signals: _Signals
) -> int:
    folder = scratch.path
    announced, complaints = folder / "announced", folder / "complaints"
    simulate = ["simulate", "--cameras", str(options.cameras)]
    simulate += ["--cache", str(clips_folder(options.profile, folder))]
    with announced.open("wb") as out, complaints.open("wb") as errors:
        cameras = _start([*simulate, "--profile", str(folder / "simulator")], scratch, out, errors)
    children.append(cameras)
    found = _await(announced, complaints, options.cameras, cameras, signals)
    if found is None:
        return 0
    catalogue = folder / "cameras.json"
    catalogue.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    from hanoi_wall.settings.vault import KEY_VARIABLE

    # Whatever the wall must keep secret, its own signing key above all, goes with the folder: nothing of a
    # demonstration is left in anybody's key store.
    key = folder / "vault-key"
    key.touch(mode=0o600)
    key.write_text(secrets.token_hex(32), encoding="ascii")
    wall = _start(_wall_arguments(options, folder, catalogue), scratch, more={KEY_VARIABLE: str(key)})
    children.append(wall)
    while not signals.wait(_LOOK_S):
        code = wall.poll()
        if code is not None:
            log.info("the wall ended with %d", code)
            return code if code >= 0 else BUG
        if cameras.poll() is not None:
            raise Missing(f"the pretend cameras ended by themselves{_why(complaints, cameras)}")
    return 0


def _why(complaints: Path, cameras: subprocess.Popen[bytes]) -> str:
    """What the pretend cameras said when they ended, else how they did; to be put behind a sentence."""
    said = ""
    with suppress(OSError):
        said = complaints.read_text(encoding="utf-8", errors="replace")[-_MOST_SAID:].strip()
    last = said.rpartition("\n")[2].removeprefix(_SPEAKER)
    return f": {last}" if last else f" (exit code {cameras.returncode})"


def _wall_arguments(options: DemoOptions, folder: Path, catalogue: Path) -> list[str]:
    columns, rows = grid_for(options.cameras)
    words = ["run", "--cameras", str(catalogue), "--scene", f"grid:{columns}x{rows}"]
    words += ["--profile", str(folder / "profile")]
    if options.seconds is not None:
        words += ["--seconds", str(options.seconds)]
    if options.health is not None:
        words += ["--health", str(options.health)]
    if options.language is not None:
        words += ["--language", options.language]
    if options.json:
        words.append("--json")
    return [*words, "--windowed"] if options.windowed else words


def _start(
    words: Sequence[str],
    scratch: ScratchFolder,
    out: Any = None,
    errors: Any = None,
    more: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """A command of this program; a terminal's Ctrl+C reaches us alone. None: where ours goes.

    more: environment, on top of ours.
    """
    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-P", "-m", "hanoi_wall"]
    # The folder that holds this very package, so that no other of the same name is started.
    home = Path(__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, (str(home), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        # Told our pid, it also notices when we end while it is still loading.
        [*program, *words, "--with-parent", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=errors,
        # Ended suddenly, we leave the folder to it until it has ended too.
        pass_fds=(scratch.fd,),
        cwd=None if frozen else home,
        env={**os.environ, **({} if frozen else {"PYTHONPATH": path}), **(more or {})},
        process_group=0,
    )


def _await(
    announced: Path, complaints: Path, count: int, cameras: subprocess.Popen[bytes], signals: _Signals
) -> list[dict[str, Any]] | None:
    """What the simulator announces of its cameras; None when a signal came first. Raises Missing."""
    deadline = time.monotonic() + START_S
    while True:
        ended = cameras.poll() is not None
        lines = announced.read_bytes().split(b"\n")[:-1]
        if len(lines) > count:
            return [json.loads(line) for line in lines[1:]]
        if ended:
            raise Missing(f"the pretend cameras did not start{_why(complaints, cameras)}")
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
