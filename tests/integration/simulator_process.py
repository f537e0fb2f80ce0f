"""The simulator as tests meet it: a process of its own, its announcements, its control port."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--size", "320x180", "--sub-size", "192x108", "--gop-s", "0.4", "--loop-s", "2")
"""Loops that are encoded in a moment: 50 pictures, a key frame every 10."""


class Simulator:
    """A running simulator. cameras: its announcements, in order."""

    def __init__(self, popen: subprocess.Popen[str], control_url: str, cameras: list[dict[str, str]]) -> None:
        self.popen = popen
        self.control_url = control_url
        self.cameras = cameras

    def url(self, camera: int = 0, stream: str = "main") -> str:
        """The address of a camera's stream."""
        return self.cameras[camera][f"{stream}_url"]

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One call of the control port: status and JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def get(self, path: str) -> Any:
        """The JSON of a call that must succeed."""
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    @contextmanager
    def fault(self, kind: str, camera: str = "cam-01", **values: object) -> Iterator[str]:
        """The fault is in force within the block."""
        status, answer = self.ask("POST", "/faults", {"camera": camera, "kind": kind, **values})
        assert status == 200, answer
        try:
            yield answer["id"]
        finally:
            self.ask("DELETE", f"/faults/{answer['id']}")

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """End it: exit code, and the seconds it took."""
        begin = time.monotonic()
        self.popen.send_signal(by)
        return self.popen.wait(10), time.monotonic() - begin


@contextmanager
def simulator(*options: str, password: str = "", announced: bool = True) -> Iterator[Simulator]:
    """A simulator that runs within the block; `announced` waits for its cameras.

    Its loops are kept in the run's own cache folder (tests/conftest.py), so every loop is made once a run.
    """
    popen = start(options, password)
    try:
        assert popen.stdout is not None
        watchdog = threading.Timer(90, popen.kill)
        watchdog.start()
        try:
            first = json.loads(popen.stdout.readline() or "{}")
            count = int(options[options.index("--cameras") + 1]) if announced else 0
            cameras = [json.loads(popen.stdout.readline()) for _ in range(count)]
        finally:
            watchdog.cancel()
            watchdog.join()
        yield Simulator(popen, first["control_url"], cameras)
    finally:
        stop(popen)


def start(options: Sequence[str], password: str = "") -> subprocess.Popen[str]:
    """The bare process; the caller stops it."""
    popen = subprocess.Popen(
        [sys.executable, "-m", "hanoi_wall.simulator", *options, "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert popen.stdin is not None
    popen.stdin.write(password + "\n")
    popen.stdin.close()
    return popen


def stop(popen: subprocess.Popen[str]) -> None:
    """End it and close what belonged to it."""
    if popen.poll() is None:
        popen.terminate()
        try:
            popen.wait(5)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
    if popen.stdout is not None:
        popen.stdout.close()
