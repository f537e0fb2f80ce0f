"""Whether there is a screen is found out before Qt would end the process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hanoi_wall.ui.display import display_problem, first_monitor, plugin_problem
from tests.bench.xserver import XServer
from tests.conftest import ROOT

NAMES = (
    "QT_QPA_PLATFORM",
    "WAYLAND_DISPLAY",
    "WAYLAND_SOCKET",
    "DISPLAY",
    "XDG_SESSION_TYPE",
    "XDG_RUNTIME_DIR",
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_no_display_at_all() -> None:
    assert display_problem() == "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_a_display_that_nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":63999")
    assert display_problem() == "no display: the X server :63999 does not answer"


def test_platforms_that_need_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:configfile=/tmp/four.json")
    assert display_problem() is None


@pytest.fixture
def wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A socket where a Wayland server listens; its name below XDG_RUNTIME_DIR."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return "wayland-7"


def test_a_wayland_server_is_a_display_when_it_listens(
    wayland: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    gone = f"no display: the Wayland server {tmp_path / wayland} does not answer: "
    assert display_problem() == gone + "No such file or directory"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / wayland))
        server.listen()
        assert display_problem() is None
        monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / wayland))
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        assert display_problem() is None
    assert display_problem() == gone + "Connection refused"
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    assert "XDG_RUNTIME_DIR is not set" in str(display_problem())


def test_a_dead_wayland_server_beside_an_x_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Qt goes on with the X server, unless it was told not to."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    with XServer(320, 200) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        assert display_problem() is None
        monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
        assert "wayland-9 does not answer" in str(display_problem())
        monkeypatch.setenv("QT_QPA_PLATFORM", "wayland;xcb")
        assert display_problem() is None


def test_the_first_monitor_is_known_before_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_monitor() is None
    with XServer(1600, 600) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        assert first_monitor() == (1600, 600)
        for name, box, output in (
            ("RIGHT", "1000/160x600/90+600+0", "none"),
            ("LEFT", "600/160x500/90+0+50", "screen"),
        ):
            subprocess.run(
                ["xrandr", "--setmonitor", name, box, output],
                env=server.environment(),
                check=True,
                capture_output=True,
                timeout=20,
            )
        assert first_monitor() == (600, 500)
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        assert first_monitor() is None, "the X server is not asked"
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert first_monitor() is None, "it is gone"


def test_a_platform_that_qt_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "bogus")
    problem = str(display_problem())
    assert problem.startswith("no display: QT_QPA_PLATFORM: Qt has no platform 'bogus'; it has eglfs, ")
    assert "wayland" in problem and "xcb" in problem
    monkeypatch.setenv("QT_QPA_PLATFORM", "bogus;offscreen")
    assert display_problem() is None


def test_a_plugin_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert plugin_problem() is None
    (tmp_path / "libqxcb.so").write_bytes(b"no library")
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path))
    assert "cannot be loaded" in str(plugin_problem()) and "libqxcb.so" in str(plugin_problem())
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert plugin_problem() is None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WAYLAND_DISPLAY": "wayland-9"}, "the Wayland server "),
        ({"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":63999"}, "the Wayland server "),
        ({"QT_QPA_PLATFORM": "bogus", "DISPLAY": ":63999"}, "Qt has no platform 'bogus'"),
        ({"WAYLAND_DISPLAY": "wayland-9", "DISPLAY": ":63999"}, "the Wayland server "),
        ({"DISPLAY": "nonsense"}, "the X server nonsense does not answer"),
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
    ],
)
def test_the_program_says_so_in_one_line_and_ends_with_4(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    (tmp_path / "c.csv").write_text("id,name,main_url\nc,C,rtsp://127.0.0.1:1/\n")
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    words = ["run", "--cameras", str(tmp_path / "c.csv"), "--profile", str(tmp_path / "profile")]
    done = subprocess.run(
        [sys.executable, "-m", "hanoi_wall", *words],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        env=kept | environment,
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("hanoi-wall: no display: ") and done.stderr.count("\n") == 1
    assert said in done.stderr
