"""A simulator whose parent ends does not stay behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.integration.simulator_process import ROOT, SMALL


def test_it_dies_with_its_parent(until: Callable[..., None]) -> None:
    command = [sys.executable, "-m", "hanoi_wall.simulator", "--cameras", "1", *SMALL, "--with-parent"]
    code = f"import subprocess, time; print(subprocess.Popen({command!r}).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert "control_url" in parent.stdout.readline()
    finally:
        parent.kill()
        parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()
    until(lambda: not running(child), 3, "the simulator's end")


def test_it_notices_a_parent_that_was_gone_before_it_looked(until: Callable[..., None]) -> None:
    """Whoever started it was killed while it was still loading."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    command = [sys.executable, "-m", "hanoi_wall.simulator", "--cameras", "1", *SMALL]
    with subprocess.Popen(
        [*command, "--with-parent", str(gone.pid)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as orphan:
        assert orphan.wait(10) != 0
        assert orphan.stdout is not None and orphan.stdout.read() == b""
    with subprocess.Popen(
        [*command, "--with-parent", str(os.getpid())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    ) as child:
        assert child.stdout is not None and b"control_url" in child.stdout.readline()
        child.terminate()
        assert child.wait(10) == 0


def running(pid: int) -> bool:
    """Whether a process runs (one that has ended and waits to be asked for its code does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
