"""A child program of a measurement: started in a session of its own, watched, and always ended by its pid."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any, TypeVar

_never = Event()
T = TypeVar("T")


class Unfinished(RuntimeError):
    """Something awaited did not come in time, or a program ended that should run."""


def pause(seconds: float) -> None:
    """Let `seconds` pass: the length of a measuring window, never a guess at when something is ready."""
    _never.wait(max(0.0, seconds))


def wait_until(condition: Callable[[], T], seconds: float, what: str, every: float = 0.05) -> T:
    """The first true answer of `condition`; raises Unfinished after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Unfinished(f"{what}: not within {seconds:g} s")
        pause(every)


class Program:
    """One started program; its standard output and errors go to files that are read from here."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
        nice: int = 0,
    ) -> None:
        self.name = name
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        self.started_ns = time.monotonic_ns()
        self.process = subprocess.Popen(
            arguments,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        if nice:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, nice)

    @property
    def pid(self) -> int:
        """Its process id, which is also its session and group."""
        return self.process.pid

    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def need_running(self) -> None:
        """Raise Unfinished, with its last words, when it has ended."""
        if not self.running():
            raise Unfinished(f"{self.name} ended with {self.process.returncode}: {self.errors()[-800:]}")

    def output(self) -> str:
        """All of its standard output so far."""
        return self._all(self._out)

    def errors(self) -> str:
        """All of its standard error so far."""
        return self._all(self._err)

    def json_lines(self) -> list[dict[str, Any]]:
        """The complete lines of its standard output that are JSON objects."""
        complete = self.output().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in complete if line.startswith("{")]

    def end(self, seconds: float = 5.0) -> float:
        """Ask it to end, then make it; the rest of its session goes too. Returns the seconds it took."""
        asked = time.monotonic()
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        self._out.close()
        self._err.close()
        return time.monotonic() - asked

    @staticmethod
    def _all(file: Any) -> str:
        if file.closed:
            return ""
        size = os.fstat(file.fileno()).st_size
        return os.pread(file.fileno(), size, 0).decode(errors="replace")
