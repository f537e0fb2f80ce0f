"""No child process takes a module from the folder it is started in: that folder may be anybody's."""

from __future__ import annotations

import ast
import asyncio
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.operations import workstation
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.reel import Codec, Reel
from hanoi_wall.simulator.studio import ReelJob
from hanoi_wall.video import orders
from hanoi_wall.video.pool import Pool
from tests.house.tree import ROOT, name_of, python_files

POISONED = ("av", "ctypes", "hanoi_wall", "json", "numpy", "PIL", "PySide6")
POISON = "open('poisoned', 'a').write(__name__)\nraise ImportError('from the folder it was started in')\n"


def unprotected(source: str) -> list[int]:
    """Lines on which a Python is started with `-m` or `-c` and without -P or -I before it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        words = (
            node.elts if isinstance(node, ast.List | ast.Tuple) else getattr(node, "args", [])  # a call's
        )
        if not isinstance(words, list):
            continue
        for place, word in enumerate(words):
            if not (isinstance(word, ast.Attribute) and ast.unparse(word) == "sys.executable"):
                continue
            flags = [each.value for each in words[place + 1 :] if isinstance(each, ast.Constant)]
            starts = next((at for at, flag in enumerate(flags) if flag in ("-m", "-c")), None)
            if starts is not None and not {"-P", "-I"} & set(flags[:starts]):
                found.append(word.lineno)
    return found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("run([sys.executable, '-m', 'x'])", [1]),
        ("\nrun(sys.executable, '-c', code)", [2]),
        ("a = [sys.executable] if frozen else [sys.executable, '-m', 'x']", [1]),
        ("run([sys.executable, '-P', '-m', 'x'])", []),
        ("run(sys.executable, '-I', '-S', '-c', code)", []),
        ("which(sys.executable)", []),
    ],
)
def test_a_child_without_protection_is_seen(source: str, lines: list[int]) -> None:
    assert unprotected(source) == lines


def test_every_child_of_the_package_is_protected() -> None:
    found = {name_of(path): unprotected(path.read_text()) for path in python_files("hanoi_wall")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder we are in holds modules with the names of real ones; the file that tells of their load."""
    folder = tmp_path / "shared"
    folder.mkdir()
    for name in POISONED:
        folder.joinpath(f"{name}.py").write_text(POISON)
    monkeypatch.chdir(folder)
    done = subprocess.run([sys.executable, "-c", "import av"], capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode and (folder / "poisoned").read_text() == "av", "the poison works"
    (folder / "poisoned").unlink()
    return folder / "poisoned"


def test_a_decoder_process_starts_in_a_poisoned_folder(poisoned: Path) -> None:
    pool = Pool(SystemClock(), most=1)
    try:
        pool.grow(1)
        sock = pool.places[0].sock
        assert sock is not None
        sock.settimeout(20)
        heard = orders.receive(sock)
        assert heard is not None and isinstance(heard[0], orders.Ready)
    finally:
        pool.close(2.0)
    assert not poisoned.exists()


def test_a_studio_works_in_a_poisoned_folder(poisoned: Path, tmp_path: Path) -> None:
    async def make() -> Reel | None:
        library = Library(tmp_path / "clips", 1, SystemClock())
        library.prepare()
        done: asyncio.Future[Reel | None] = asyncio.get_running_loop().create_future()
        library.get(ReelJob(0, "Cầu Giấy", Codec.H264, 192, 108, Fraction(25), 2, 2), done.set_result)
        try:
            return await asyncio.wait_for(done, 60)
        finally:
            await library.close()

    assert asyncio.run(make()) is not None
    assert not poisoned.exists()


def test_the_workstation_is_asked_from_a_poisoned_folder(poisoned: Path) -> None:
    found = workstation.probe("hanoi_wall.video.capabilities")
    assert found.answer is not None, found.problem
    assert not poisoned.exists()


def test_a_kiosks_client_starts_in_a_poisoned_folder(poisoned: Path) -> None:
    (poisoned.parent / "cameras.csv").write_text("nothing\n")
    words = ["run", "--kiosk", "--cameras", "cameras.csv", "--profile", "profile"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hanoi_wall", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 3, "the client read the file that lies there"
    assert not poisoned.exists()
