"""The simulator as a process: how it starts, what it says, how it ends, and that nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator_process import ROOT, SMALL, simulator, start, stop

ONE = ("--cameras", "1", *SMALL)


def children(pid: int) -> list[int]:
    """The running children of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_it_announces_itself_and_its_cameras() -> None:
    with simulator("--cameras", "3", *SMALL) as running:
        assert running.control_url.startswith("http://127.0.0.1:")
        assert [camera["id"] for camera in running.cameras] == ["cam-01", "cam-02", "cam-03"]
        assert running.cameras[0]["name"] == "Ngã Tư Sở"
        keys = {"id", "name", "owner", "main_url", "sub_url", "onvif_url"}
        assert all(set(camera) == keys for camera in running.cameras)
        listed = running.get("/cameras")
        assert [camera["sub_url"] for camera in listed] == [camera["sub_url"] for camera in running.cameras]
        assert all(camera["ready"]["sub"] for camera in listed)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_sessions_open(by: signal.Signals) -> None:
    with simulator(*ONE) as running, RtspClient(running.url()) as client:
        client.play()
        port = urlsplit(running.url()).port
        assert port is not None and answers(port)
        code, seconds = running.end(by)
        assert code == 0
        assert seconds < 1
        assert not answers(port)
        control = urlsplit(running.control_url).port
        assert control is not None and not answers(control)


def test_it_ends_by_itself_after_its_time() -> None:
    with simulator(*ONE, "--seconds", "0.5") as running:
        assert running.popen.wait(10) == 0


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_taken_port_is_one_line_and_four(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "hanoi_wall.simulator", *ONE, option, str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert ended.returncode == 4
    assert len(ended.stderr.splitlines()) == 1 and str(port) in ended.stderr


def test_it_ends_while_its_studios_draw_and_takes_them_along(
    tmp_path: Path, until: Callable[..., None]
) -> None:
    popen = start(["--cameras", "8", "--cache", str(tmp_path)])
    try:
        assert popen.stdout is not None and "control_url" in json.loads(popen.stdout.readline())
        until(lambda: children(popen.pid), 10, "a studio")
        studios = children(popen.pid)
        begin = time.monotonic()
        popen.send_signal(signal.SIGTERM)
        assert popen.wait(5) == 0
        assert time.monotonic() - begin < 1
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in studios), 3, "the studios' end")
        assert not list(tmp_path.glob("*.reel.*")), "a half-made loop stays"
    finally:
        stop(popen)


def test_no_password_in_what_it_shows() -> None:
    with simulator(*ONE, "--digest", "operator", password="canary-7") as running_one:
        command = Path(f"/proc/{running_one.popen.pid}/cmdline").read_bytes()
        shown = json.dumps(running_one.cameras) + json.dumps(running_one.get("/cameras"))
        assert b"canary" not in command and "canary" not in shown


def test_nobody_reads_what_it_says() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "hanoi_wall.simulator", *ONE]
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.PIPE, timeout=20
        )
    assert ended.returncode == 4
    assert len(ended.stderr.splitlines()) == 1
