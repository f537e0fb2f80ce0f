"""Each outside thing has one door (ruff's banned-api), and an open door opens for that one thing alone.

Ruff can open a file for all banned names or for none. So the files that pyproject.toml opens are looked at
again here, as if none were open, and each name found must belong behind that door.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT

DOORS = {
    "av": ("hanoi_wall/video/decoder.py", "hanoi_wall/video/clip.py", "hanoi_wall/video/scaler.py"),
    "sqlite3": ("hanoi_wall/store/",),
    "keyring": ("hanoi_wall/settings/secrets.py",),
    "threading.Thread": ("hanoi_wall/threads.py",),
    "threading.Lock": ("hanoi_wall/threads.py",),
    "PySide6": ("hanoi_wall/ui/",),
    "qasync": ("hanoi_wall/ui/",),
}
"""Name → the files and folders that may use it. A banned name that is not here may be used nowhere."""

PLANTS = {
    "av": "import av\nav.open('x')",
    "av, a part of it": "from av.container import InputContainer",
    "httpx": "import httpx",
    "sqlite3": "from sqlite3 import connect",
    "keyring": "import keyring",
    "threading.Thread": "from threading import Thread",
    "threading.Thread, by its module": "import threading\nthreading.Thread(target=print)",
    "threading.Timer": "import threading\nthreading.Timer(1, print)",
    "threading.Lock": "import threading as t\nt.Lock()",
    "threading.RLock": "from threading import RLock",
    "asyncio.create_task": "import asyncio\nasyncio.create_task(work())",
    "asyncio.ensure_future": "from asyncio import ensure_future",
    "time.sleep": "import time\ntime.sleep(1)",
    "datetime.datetime.now": "from datetime import datetime as d\nd.now()",
    "datetime.datetime.utcnow": "import datetime\ndatetime.datetime.utcnow()",
    "datetime.date.today": "from datetime import date\ndate.today()",
    "PySide6": "from PySide6.QtGui import QImage",
    "qasync": "import qasync",
    "PySide6.QtCore.QThread": "from PySide6 import QtCore\nQtCore.QThread()",
    "PySide6.QtCore.QThreadPool": "from PySide6.QtCore import QThreadPool",
}
"""Banned name (and how it is reached) → a use of it."""


def banned_uses(*arguments: str, source: str | None = None) -> list[tuple[str, str]]:
    """(file, banned name) for each use that ruff reports."""
    linted = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--no-cache",
            "--select=TID251",
            "--output-format=json",
            *arguments,
        ],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return [
        (Path(use["filename"]).relative_to(ROOT).as_posix(), use["message"].split("`")[1])
        for use in json.loads(linted.stdout)
    ]


def test_every_banned_name_is_planted_below() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    banned = tools["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert {plant.partition(",")[0] for plant in PLANTS} == set(banned)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_use_is_caught(plant: str) -> None:
    name = plant.partition(",")[0]
    uses = banned_uses("--stdin-filename=hanoi_wall/operations/planted.py", "-", source=PLANTS[plant] + "\n")
    assert ("hanoi_wall/operations/planted.py", name) in uses


def test_a_door_opens_for_one_thing_alone() -> None:
    uses = banned_uses("--config=lint.per-file-ignores={}", "hanoi_wall")
    assert len(uses) > 5, "the doors that are in use were not seen"
    strangers = [
        f"{file} uses {name}" for file, name in uses if not file.startswith(DOORS.get(name, ("nowhere",)))
    ]
    assert strangers == []


def test_a_thread_behind_the_screens_door_is_seen(tmp_path: Path) -> None:
    source = "import threading\nfrom PySide6.QtCore import QObject, QThread\nthreading.Thread()\n"
    planted = "hanoi_wall/ui/planted.py"
    arguments = ("--config=lint.per-file-ignores={}", f"--stdin-filename={planted}", "-")
    uses = banned_uses(*arguments, source=source)
    assert set(uses) == {
        (planted, "PySide6"),
        (planted, "PySide6.QtCore.QThread"),
        (planted, "threading.Thread"),
    }
