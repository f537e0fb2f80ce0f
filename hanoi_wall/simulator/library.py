"""The library: encoded loops on disk, and the studios that make the missing ones.

Lives in the simulator's event loop; no locks.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from hanoi_wall import threads
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator.reel import Reel, ReelError, open_reel
from hanoi_wall.simulator.studio import PATIENT, ReelJob

log = logging.getLogger(__name__)
TORN_S = 3_600
"""Age of a half-written file after which nobody can be writing it any more."""
LARGEST_CACHE = 3_000_000_000
"""Octets of loops kept on disk; the longest unused go first, at the next start."""

_PACKAGE_PARENT = str(Path(__file__).resolve().parents[2])
Ready = Callable[[Reel | None], None]


class Library:
    """Finds loops in the cache folder and has the missing ones made; answers through callbacks."""

    def __init__(self, folder: Path, studios: int, clock: Clock) -> None:
        self._clock = clock
        self._folder = folder
        self._most_studios = studios
        self._urgent: deque[ReelJob] = deque()
        self._waiting: deque[ReelJob] = deque()
        self._callbacks: dict[str, list[Ready]] = {}
        self._studios: set[asyncio.Task[None]] = set()
        self._at_work = 0
        """Studios that will still look for another job."""
        self._closed = False
        self.last_error = ""
        """Why the last loop that failed could not be made."""

    def prepare(self) -> None:
        """Make the folder; drop torn files and what exceeds LARGEST_CACHE. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob(".*.reel.*"):
            if path.stat().st_mtime < self._clock.wall_ns() / SECOND - TORN_S:
                path.unlink(missing_ok=True)
        facts = [(path, path.stat()) for path in self._folder.glob("*.reel")]
        facts.sort(key=lambda fact: fact[1].st_mtime, reverse=True)
        total = 0
        for path, fact in facts:
            total += fact.st_size
            if total > LARGEST_CACHE:
                path.unlink(missing_ok=True)

    def find(self, job: ReelJob) -> Reel | None:
        """The loop when it is in the folder and whole; a damaged file is removed."""
        path = self._folder / job.file_name
        try:
            reel = open_reel(path)
            os.utime(path)
        except FileNotFoundError:
            return None
        except (ReelError, OSError) as error:
            log.warning("loop is made again: %s", error)
            path.unlink(missing_ok=True)
            return None
        return reel

    def get(self, job: ReelJob, ready: Ready, urgent: bool = False) -> None:
        """Call `ready` with the loop – at once when it is there, else when it is made – or with None.

        urgent: somebody waits for it; the others are made afterwards, and only when the machine is idle.
        """
        name = job.file_name
        if name in self._callbacks:
            self._callbacks[name].append(ready)
            if urgent and job in self._waiting:
                self._waiting.remove(job)
                self._urgent.append(job)
            return
        reel = self.find(job)
        if reel is not None or self._closed:
            ready(reel)
            return
        self._callbacks[name] = [ready]
        (self._urgent if urgent else self._waiting).append(job)
        self._hire()

    @property
    def pending(self) -> int:
        """Loops still to be made."""
        return len(self._callbacks)

    async def close(self) -> None:
        """End the studios; nothing waits afterwards."""
        self._closed = True
        for task in self._studios:
            task.cancel()
        await asyncio.gather(*self._studios, return_exceptions=True)
        for callbacks in tuple(self._callbacks.values()):
            for ready in callbacks:
                ready(None)
        self._callbacks.clear()

    def _hire(self) -> None:
        """Start a studio when there is work for one more."""
        if self._closed or self._at_work >= min(self._most_studios, len(self._urgent) + len(self._waiting)):
            return
        self._at_work += 1
        task = threads.create_task(self._run_studio(), name="studio")
        self._studios.add(task)
        task.add_done_callback(self._studios.discard)

    async def _run_studio(self) -> None:
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "hanoi_wall.simulator.studio",
                str(self._folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": _import_path()},
            )
        except OSError as error:
            self._at_work -= 1
            while self._urgent or self._waiting:
                self._made((self._urgent or self._waiting).popleft(), f"no studio can be started: {error}")
            return
        try:
            await self._employ(child)
            await child.wait()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()

    async def _employ(self, child: asyncio.subprocess.Process) -> None:
        """Give one studio one job after the other until there is none, or until it ends."""
        assert child.stdin is not None and child.stdout is not None
        job: ReelJob | None = None
        try:
            while self._urgent or self._waiting:
                patient = b"" if self._urgent else PATIENT
                job = (self._urgent or self._waiting).popleft()
                child.stdin.write(patient + job.to_json().encode() + b"\n")
                line = await child.stdout.readline()
                if not line:
                    break
                self._made(job, json.loads(line).get("error", ""))
                job = None
        finally:
            self._at_work -= 1
            child.stdin.close()
            if job is not None:
                self._made(job, "the studio ended")
                self._hire()

    def _made(self, job: ReelJob, error: str) -> None:
        if error and not self._closed:
            self.last_error = error
            log.error("loop for camera %d could not be made: %s", job.camera, error)
        reel = None if error else self.find(job)
        for ready in self._callbacks.pop(job.file_name, []):
            ready(reel)


def _import_path() -> str:
    """Where the child finds this very package, also when it is not installed."""
    return os.pathsep.join(filter(None, (_PACKAGE_PARENT, os.environ.get("PYTHONPATH", ""))))
