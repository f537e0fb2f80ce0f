"""What the system says of itself is read; what goes wrong while asking is an answer."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from hanoi_wall.operations import workstation


def test_this_workstation() -> None:
    free, whole = workstation.memory_mb() or (0, 0)
    assert 0 < free < whole == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    assert workstation.open_files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert workstation.cores() == len(os.sched_getaffinity(0))
    assert workstation.versions()["av"] is not None
    state = workstation.clock_state()
    # A container may be forbidden to ask.
    assert state is None or 0 <= state.most_error_s < 1e4
    assert all(name.startswith("/dev/dri/") for name in workstation.render_nodes())


def test_the_room_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    free = workstation.free_disk_mb(tmp_path / "a" / "b")
    assert free is not None and free > 0
    assert workstation.free_disk_mb(Path("a\0b")) is None


def module(folder: Path, text: str) -> str:
    (folder / "hanoi_wall_probe_for_tests.py").write_text(text)
    return "hanoi_wall_probe_for_tests"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import os; os.kill(os.getpid(), 6)", "ended with signal 6: nothing"),
        ("raise ValueError('why')", "ended with code 1: ValueError: why"),
        ("print(3)", "gave another answer than expected"),
        ("print('x')", "ended with code 0: nothing"),
    ],
)
def test_a_probe_that_fails_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = workstation.probe(module(tmp_path, text))
    assert found == workstation.Probe(None, problem)


def test_a_probe_answers_or_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    name = module(tmp_path, "print('noise'); print('{\"a\": 1}')")
    assert workstation.probe(name).answer == {"a": 1}
    monkeypatch.setattr(workstation, "PROBE_S", 0.3)
    name = module(tmp_path, "import threading; threading.Event().wait(60)")
    assert workstation.probe(name).problem == "gave no answer within 0 s"
