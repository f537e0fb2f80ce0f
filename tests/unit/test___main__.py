"""The first moments of the program, and its last."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

WATCHED = """
import json, runpy, signal, sys
seen, real = [], signal.signal
def watched(number, handler):
    seen.append([signal.Signals(number).name, [each for each in {heavy!r} if each in sys.modules]])
    return real(number, handler)
signal.signal = watched
sys.argv = ["hanoi-wall", {words!r}, "--help"]
import os
os._exit = sys.exit
try:
    runpy.run_module("hanoi_wall", run_name="__main__")
finally:
    print(json.dumps(seen), file=sys.stderr)
"""
HEAVY = ["argparse", "logging", "json", "ctypes", "hanoi_wall.cli", "hanoi_wall.assets", "PySide6"]


def watched(*words: str) -> list[tuple[str, list[str]]]:
    """Which signals were taken, and what of HEAVY was loaded by then."""
    script = WATCHED.format(heavy=[each for each in HEAVY if each != "json"], words=words[0])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=ROOT, timeout=60, check=True
    )
    return [(name, loaded) for name, loaded in json.loads(done.stderr)]


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_wall_minds_signals_before_anything_is_loaded(command: str) -> None:
    assert watched(command)[:2] == [("SIGINT", []), ("SIGTERM", [])]


def test_other_commands_are_interrupted_as_ever() -> None:
    assert watched("keys") == []


def test_the_exit_code_and_the_line_come_through(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hanoi_wall", "run", "--scene", "grid:0x1", "--profile", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, cwd=ROOT, timeout=60)
    assert done.returncode == 2 and done.stderr.startswith(b"hanoi-wall run: argument --scene: ")
    done = subprocess.run([*words[:3], "run", "--help"], capture_output=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith(b"usage: hanoi-wall run ")
