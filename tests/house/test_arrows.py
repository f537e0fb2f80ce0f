"""Imports point one way, and the contracts that say so in pyproject.toml do break when one does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, ROOT

PLANTS = {
    "a noun imports the screen": ("domain/planted.py", "import hanoi_wall.ui", "arrows"),
    "late, inside a function": (
        "catalogue/planted.py",
        "def open_wall() -> None:\n    import hanoi_wall.ui",
        "arrows",
    ),
    "for its types alone": (
        "settings/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hanoi_wall.operations",
        "arrows",
    ),
    "a room imports its neighbour": ("store/planted.py", "from hanoi_wall.video import slots", "arrows"),
    "a room that no list knows": ("utils/__init__.py", "", "arrows"),
    "the simulator imports verbs": ("simulator/planted.py", "import hanoi_wall.operations", "simulator"),
    "the simulator imports the pool": ("simulator/planted.py", "import hanoi_wall.video.pool", "simulator"),
    "the screen imports the pool": ("ui/planted.py", "from hanoi_wall.video import pool", "pictures"),
    "a verb imports the decoder": (
        "operations/planted.py",
        "from hanoi_wall.video import decoder",
        "decoders",
    ),
    "the pool imports the worker": ("video/planted.py", "import hanoi_wall.video.worker", "decoders"),
    "the guard imports the client": ("guard/planted.py", "import hanoi_wall.app", "arrows"),
    "the guard loads the wall": ("guard/planted.py", "import hanoi_wall.operations.wall", "guard"),
    "a verb opens a container": ("operations/planted.py", "import av", "av"),
    "video paints": ("video/planted.py", "from PySide6.QtGui import QImage", "qt"),
    "the catalogue runs Qt's loop": ("catalogue/planted.py", "import qasync", "qt"),
    "a noun reads a database": ("domain/planted.py", "import sqlite3", "nouns"),
    "a card reads the key store's door": (
        "evidence/planted.py",
        "from hanoi_wall.settings import secrets",
        "arrows",
    ),
}
"""What is planted → (file, its text, the contract that must break)."""


def lint_imports(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the contracts of a checkout; its standard output says which are kept."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache", *arguments],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"COLUMNS": "200"},
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to plant things in."""
    shutil.copytree(PACKAGE, tmp_path / "hanoi_wall", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_arrow_points_the_right_way() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout
    assert " 0 broken." in linted.stdout


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_import_breaks_its_contract(copy: Path, plant: str) -> None:
    file, text, contract = PLANTS[plant]
    assert lint_imports(copy, "--contract", contract).returncode == 0, "broken before anything was planted"
    planted = copy / "hanoi_wall" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{text}\n")
    linted = lint_imports(copy, "--contract", contract)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    module = "hanoi_wall." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert module in linted.stdout


LOADED = """
import importlib, pkgutil, sys
import hanoi_wall
apart = {"hanoi_wall.__main__", "hanoi_wall.simulator"}
apart |= {f"hanoi_wall.video.{name}" for name in ("decoder", "clip", "scaler", "worker")}
count = 0
for module in pkgutil.walk_packages(hanoi_wall.__path__, "hanoi_wall."):
    if not any(module.name == name or module.name.startswith(name + ".") for name in apart):
        importlib.import_module(module.name)
        count += 1
print(count, *sorted(name for name in sys.modules if name == "av" or name.startswith("av.")))
"""


def test_the_ui_process_does_not_load_av() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    count, *av = loaded.stdout.split()
    assert int(count) > 20, "the rooms were not loaded"
    assert av == []
