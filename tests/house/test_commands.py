"""packaging/run on machines that lack something: what it says, and that it changes nothing it should not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hanoi_wall import threads
from tests.house.tree import ROOT

SETS = {"wall", "screen", "test"}
PACKAGE_LINE = re.compile(r"(?P<name>[a-z0-9][a-z0-9.+-]+)(?P<optional>\??)\s+(?P<sets>[a-z ]+?)\s*(#.*)?")


def packages() -> dict[str, set[str]]:
    """The system packages (optional ones with `?`) and the sets that want each."""
    found = {}
    for line in (ROOT / "packaging" / "system-libraries.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            parts = PACKAGE_LINE.fullmatch(line)
            assert parts, f"not a package line: {line!r}"
            found[parts["name"] + parts["optional"]] = set(parts["sets"].split())
    return found


class Machine:
    """A checkout without .venv on a machine with the packages given, used by somebody who is not root."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "wall"
        shutil.copytree(ROOT / "packaging", self.checkout / "packaging")
        shutil.copy(ROOT / "pyproject.toml", self.checkout)
        self._programs = folder / "bin"
        self._programs.mkdir()
        self.have(*packages())
        self._program("id", "echo 1000")
        self._program("apt-get", "echo apt-get must not be called >&2; exit 99")

    def _program(self, name: str, text: str) -> None:
        program = self._programs / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)

    def have(self, *names: str, provides: str = "") -> None:
        """Only these packages are installed; one of them stands for `provides`."""
        lines = [f"installed {name.removesuffix('?')} " for name in names]
        lines.append(f"installed something-else {provides}")
        lines.append("config-files removed-long-ago ")
        self._program("dpkg-query", "cat <<'LIST'\n" + "\n".join(lines) + "\nLIST")

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`packaging/run …` there."""
        path = f"{self._programs}:{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(self.checkout)} | variables
        return subprocess.run(
            [self.checkout / "packaging" / "run", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Somebody's machine."""
    return Machine(tmp_path)


def test_every_package_says_who_wants_it() -> None:
    wanted = packages()
    assert len(wanted) > 20
    assert {name for name, sets in wanted.items() if not sets or sets - SETS} == set()


@pytest.mark.parametrize("arguments", [(), ("dance",), ("demo", "--quick")])
def test_wrong_usage_is_told_apart(machine: Machine, arguments: tuple[str, ...]) -> None:
    ran = machine.run(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "usage: packaging/run demo" in ran.stderr


def test_who_is_not_root_is_told_the_one_line(machine: Machine) -> None:
    gone = {"libxcb-cursor0", "fonts-inter?"}
    machine.have(*(set(packages()) - gone))
    ran = machine.run("demo")
    assert ran.returncode == 4
    line = "sudo apt-get install --no-install-recommends libxcb-cursor0 fonts-inter"
    assert line in ran.stderr.splitlines()
    assert not (machine.checkout / ".venv").exists()


def test_a_demo_on_a_screen_needs_no_virtual_one(machine: Machine) -> None:
    gone = {name for name, sets in packages().items() if "screen" in sets} | {"libegl1"}
    machine.have(*(set(packages()) - gone))
    on_screen, without = machine.run("demo", DISPLAY=":77"), machine.run("demo")
    assert "install --no-install-recommends libegl1\n" in on_screen.stderr
    assert "xvfb" in without.stderr


def test_a_package_under_another_name_counts(machine: Machine) -> None:
    names = set(packages()) - {"libglib2.0-0", "libegl1"}
    machine.have(*names, provides="libglib2.0-0 (= 2.80.0), libglib2.0-0t64")
    assert "install --no-install-recommends libegl1\n" in machine.run("demo").stderr


def test_a_program_that_is_no_python_is_refused(machine: Machine) -> None:
    ran = machine.run("demo", HANOI_WALL_PYTHON=shutil.which("true") or "")
    assert ran.returncode == 4
    assert "is no Python >= 3.11" in ran.stderr


def test_a_python_without_venv_asks_for_its_package(machine: Machine, tmp_path: Path) -> None:
    bare = tmp_path / "bare-python"
    hide = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[1])"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{hide}" "$2"\n')
    bare.chmod(0o755)
    ran = machine.run("demo", HANOI_WALL_PYTHON=str(bare))
    assert ran.returncode == 4
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"install --no-install-recommends python{version}-venv\n" in ran.stderr


SLOW_PYTHON = """#!/bin/sh
echo "$*" >>calls
case "$*" in
  "-m venv --clear .venv") rm -rf .venv; sleep 0.5; mkdir -p .venv/bin; cp python .venv/bin/python ;;
esac
"""
FIRST_START = """
cd "$1"; say() { :; }; missing() { exit 4; }; find_interpreter() { exit 5; }
source packaging/environment.sh
python=./python python_version=3.11
provide_environment dev
"""


def test_two_first_starts_at_once_make_one_environment(machine: Machine) -> None:
    (machine.checkout / "python").write_text(SLOW_PYTHON)
    (machine.checkout / "python").chmod(0o755)
    words = ["bash", "-euc", FIRST_START, "first-start", str(machine.checkout)]
    both = [subprocess.Popen(words) for _ in range(2)]
    assert [each.wait(30) for each in both] == [0, 0]
    calls = (machine.checkout / "calls").read_text()
    assert calls.count("-m venv") == 1 and calls.count("-m pip") == 1


@pytest.fixture
def health(free_port: Callable[[], int]) -> Iterator[Callable[[list[dict[str, object]]], int]]:
    """`health(tiles)` is the port of a health answer with those tiles."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def serve(tiles: list[dict[str, object]]) -> int:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"tiles": tiles}).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: pytest shows what matters."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append((server, threads.spawn("health", lambda: server.serve_forever(0.02))))
        return server.server_port

    yield serve
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join(5)


def tiles_live(port: int) -> tuple[int, str]:
    """Exit code and line of packaging/tiles_live.py, given no time to wait."""
    argv = [sys.executable, ROOT / "packaging" / "tiles_live.py", str(port), "0"]
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    return ran.returncode, ran.stdout.strip()


def test_the_screenshot_waits_for_every_tile_with_a_camera(
    health: Callable[[list[dict[str, object]]], int], free_port: Callable[[], int]
) -> None:
    live, dead = {"camera": "cam-01", "state": "live"}, {"camera": "cam-02", "state": "offline"}
    empty = {"camera": None, "state": "idle"}
    assert tiles_live(health([live, live, empty])) == (0, "2 of 2 tiles live")
    assert tiles_live(health([live, dead])) == (1, "1 of 2 tiles live")
    assert tiles_live(health([empty])) == (1, "0 of 0 tiles live")
    assert tiles_live(free_port()) == (1, "0 of 0 tiles live")
