"""The fixtures of tests/conftest.py see what a test leaves behind; each is shown a test that does."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from tests.house.tree import ROOT

CONFTEST = "import tests.conftest\nfrom tests.conftest import *\ntests.conftest.SETTLE_S = 0.2\n"
HEADING = """
import contextlib, logging, os, socket, subprocess, sys, threading
from PySide6 import QtCore, QtWidgets
kept = []
"""
LEAVES = {
    "thread": (
        "threading.Thread(target=threading.Event().wait, args=(1,), name='lost').start()",
        "thread 'lost' still runs",
    ),
    "process": ("kept.append(subprocess.Popen(['sleep', '5']))", "still runs: sleep 5"),
    "orphan": ("subprocess.run(['sh', '-c', 'sleep 6 &'])", "still runs: sleep 6"),
    "memory": ("kept.append(os.memfd_create('hanoi-wall-pictures'))", "1 picture memories are still open"),
    "socket": ("kept.append(socket.socket())", "1 sockets are still open"),
    "warning": ("logging.getLogger('hanoi_wall').warning('lost')", "WARNING hanoi_wall: lost"),
    "error": (
        "with caplog.at_level(logging.WARNING): logging.getLogger('hanoi_wall').error('worse')",
        "ERROR hanoi_wall: worse",
    ),
    "connection": (
        "with contextlib.suppress(OSError), socket.socket() as line: line.connect(('192.0.2.1', 80))",
        "left the loopback: connect ('192.0.2.1', 80)",
    ),
    "timer": ("timer = QtCore.QTimer(); kept.append(timer); timer.start(1000)", "QTimer"),
    "window": ("window = QtWidgets.QWidget(); kept.append(window); window.show()", "is open"),
}
"""What is left → (a test's body that leaves it, what its failure says)."""
TIDY = """
def test_tidy(qtbot, caplog, process, until, free_port):
    widget = QtWidgets.QWidget()
    qtbot.addWidget(widget)
    widget.show()
    QtCore.QTimer(widget).start(10)
    with caplog.at_level(logging.WARNING, logger="hanoi_wall"):
        logging.getLogger("hanoi_wall").warning("announced")
    with socket.create_server(("127.0.0.1", free_port())) as server, socket.socket() as line:
        line.connect(server.getsockname())
    speaker = process([sys.executable, "-uc", "print('here'); import time; time.sleep(60)"])
    until(lambda: "here" in speaker.out())
    assert speaker.end() == -15
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Name of each test above → what pytest said of it, from one run in a process of its own."""
    folder = tmp_path_factory.mktemp("leaves")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text(f"[pytest]\nqt_api = pyside6\npythonpath = {ROOT}\n")
    tests = "".join(f"def test_{name}(qapp, caplog):\n    {body}\n" for name, (body, _) in LEAVES.items())
    (folder / "test_leaves.py").write_text(HEADING + tests + TIDY)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--junitxml=verdicts.xml",
            "test_leaves.py",
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        timeout=60,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    cases = ElementTree.parse(folder / "verdicts.xml").iter("testcase")
    return {
        str(case.get("name")).removeprefix("test_"): " ".join(
            str(part.text) for part in case if part.tag != "system-out"
        )
        for case in cases
    }


@pytest.mark.parametrize("what", LEAVES)
def test_what_is_left_behind_fails_the_test(verdicts: dict[str, str], what: str) -> None:
    assert LEAVES[what][1] in verdicts[what]


def test_a_tidy_test_passes(verdicts: dict[str, str]) -> None:
    assert verdicts["tidy"] == ""
