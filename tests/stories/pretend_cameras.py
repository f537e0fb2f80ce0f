"""The pretend cameras of a story: `python -m hanoi_wall.simulator` and its control port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench.program import Unfinished, wait_until
from tests.conftest import ROOT

START_S = 150.0
"""Longest wait for the cameras: the first time their loops must be drawn and encoded."""
SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Begun:
    """A fault in force. id: how it is taken back; t0_ns: when it was in force for certain (monotonic);
    asked_ns: before this it was not."""

    id: str
    t0_ns: int
    asked_ns: int


class PretendCameras:
    """So many pretend cameras for the length of a `with`."""

    def __init__(self, count: int, *options: str, cache: Path, user: str = "", password: str = "") -> None:
        """options: further words for the simulator; user: whom every camera asks to log in."""
        self.count, self.user, self.password = count, user, password
        self._words = [sys.executable, "-m", "hanoi_wall.simulator", "--cameras", str(count)]
        self._words += ["--cache", str(cache), "--with-parent", *options]
        self._words += ["--digest", user] if user else []
        self._fps = float(options[options.index("--fps") + 1])
        self._loop_s = float(options[options.index("--loop-s") + 1])
        self._popen: subprocess.Popen[bytes] | None = None
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        self._control_url = ""
        self._known: dict[tuple[str, str], tuple[int, int]] = {}
        self.lines: list[dict[str, str]] = []

    def __enter__(self) -> PretendCameras:
        # A group of its own, so that a Ctrl+C meant for the test run does not take the cameras first.
        self._popen = subprocess.Popen(
            self._words,
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=self._err,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self._popen.stdin is not None
        with self._popen.stdin as line:
            line.write(f"{self.password}\n".encode())
        try:
            wait_until(lambda: len(self._read()) > self.count, START_S, "the cameras", every=0.1)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        first, *cameras = self._read()
        self._control_url = first["control_url"]
        self.lines = cameras[: self.count]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._popen is not None
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(5)
            except subprocess.TimeoutExpired:
                self._popen.kill()
        self._popen.wait()
        self._out.close()
        self._err.close()

    def _read(self) -> list[dict[str, str]]:
        assert self._popen is not None
        text = _all(self._out)
        if self._popen.poll() is not None:
            raise Unfinished(f"the simulator ended: {_all(self._err)[-800:]}")
        return [json.loads(line) for line in text.rpartition("\n")[0].splitlines()]

    # what a catalogue says of them

    def row(self, number: int, **more: str) -> dict[str, str]:
        """The catalogue's row of camera `number` (from 1), its password in the addresses."""
        line = self.lines[number - 1]
        login = f"rtsp://{self.user}:{quote(self.password, safe='')}@" if self.user else "rtsp://"
        urls = {name: line[name].replace("rtsp://", login) for name in ("main_url", "sub_url")}
        return {"id": line["id"], "name": line["name"], "owner": line["owner"], **urls, **more}

    def rows(self) -> list[dict[str, str]]:
        """The rows of all cameras."""
        return [self.row(number + 1) for number in range(self.count)]

    # the control port

    def ask(self, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Any:
        """The control port's JSON answer; raises urllib's HTTPError."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._control_url + path, method=method, data=data)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def begin(self, camera: str, kind: str, **values: Any) -> Begun:
        """Let a camera (`*` for all) fail from now on."""
        asked = time.monotonic_ns()
        answer = self.ask("/faults", "POST", {"camera": camera, "kind": kind, **values})
        return Begun(str(answer["id"]), time.monotonic_ns(), asked)

    def end(self, fault: Begun) -> int:
        """Take it back; the monotonic time (ns) after which it is no longer in force."""
        self.ask(f"/faults/{fault.id}", "DELETE")
        return time.monotonic_ns()

    @contextmanager
    def broken(self, camera: str, kind: str, **values: Any) -> Iterator[Begun]:
        """The camera (`*` for all) fails within the block."""
        fault = self.begin(camera, kind, **values)
        try:
            yield fault
        finally:
            self.end(fault)

    def sessions(self, camera: str = "") -> dict[str, int]:
        """What was counted of a camera's sessions, or of all: opening, open, opens, plays, peak_opening …"""
        counted = self.ask("/sessions")
        return dict(counted["cameras"][camera] if camera else counted["total"])

    def age_s(self, camera: str, frame: int, now_ns: int, stream: str = "sub") -> float:
        """How long before `now_ns` the camera took the picture with that number, in seconds.

        Known but for whole loops: 3.0 may be 3.0 s or one loop more. Slightly below 0 for the newest picture.
        """
        if (camera, stream) not in self._known:
            asked = urlencode({"camera": camera, "frame": frame, "stream": stream})
            self._known[camera, stream] = frame, int(self.ask(f"/sent?{asked}")["taken_ns"])
        known, taken_ns = self._known[camera, stream]
        age = (now_ns - taken_ns) / SECOND - (frame - known) / self._fps
        return (age + 0.5) % self._loop_s - 0.5


def _all(file: Any) -> str:
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")
