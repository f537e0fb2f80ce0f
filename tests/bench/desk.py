"""The operator's desk over a city's cameras: how soon it stands there, what it takes, how fast it moves.

    python -m tests.bench.desk [--cameras 20000] [--rounds 3]

On whatever platform Qt finds (QT_QPA_PLATFORM=offscreen for none). Prints the time from F2 to a painted desk
with its tree, by how much the process grew, what a key stroke costs through the desk until it is painted
(median, p99, the worst), and how often a second the whole tree, opened, can be scrolled and painted.
"""

from __future__ import annotations

import argparse
import statistics
import time

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.ui.desk.desk_window import DeskWindow
from hanoi_wall.ui.wall_app import WallSettings
from tests.bench.search import TYPED, catalogue
from tests.ui.desk import Desk

_STEPS = 300


def resident_mb() -> float:
    """What this process holds in memory now."""
    with open("/proc/self/status", encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    return int(lines["VmRSS"].split()[0]) / 1024


def open_desk(wall: Desk) -> tuple[DeskWindow, float]:
    """Press F2; the desk and the seconds until all of it was painted."""
    began = time.perf_counter()
    QTest.keyClick(wall.window, Qt.Key.Key_F2)
    desk = wall.walls.desk
    assert desk is not None
    while not desk.cameras.ready:
        QApplication.processEvents()
        wall.walls.presenter.tick()
    desk.cameras.tree.viewport().repaint()
    return desk, time.perf_counter() - began


def strokes(desk: DeskWindow) -> list[float]:
    """Milliseconds from each key to its painted answer."""
    taken = []
    for query in TYPED:
        desk.cameras.line.clear()
        for letter in query:
            began = time.perf_counter()
            key = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(desk.cameras.line, key)
            desk.cameras.found.viewport().repaint()
            taken.append((time.perf_counter() - began) * 1000)
    desk.cameras.line.clear()
    return taken


def scrolled(desk: DeskWindow) -> float:
    """How often a second the tree with all its folders open is moved by half a row and painted."""
    tree = desk.cameras.tree
    tree.expandAll()
    QApplication.processEvents()
    bar = tree.verticalScrollBar()
    began = time.perf_counter()
    for step in range(_STEPS):
        bar.setValue(bar.maximum() // 2 + 14 * step)
        tree.viewport().repaint()
    return _STEPS / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desk", description=__doc__)
    parser.add_argument("--cameras", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    application = QApplication([])
    cameras = catalogue(wanted.cameras)
    wall = Desk("4x4", [each.id for each in cameras[:16]], WallSettings(windowed=True), (1280, 720))
    wall.walls.stop()
    wall.cameras.update({each.id: each for each in cameras})
    wall.walls.start()
    wall.walls.presenter.stop()
    wall.settle()
    finder = wall.walls._finder
    assert finder is not None
    finder.wait()
    before = resident_mb()
    desk, seconds = open_desk(wall)
    opened = resident_mb()
    print(f"F2 to the desk and its tree painted: {seconds:.2f} s, {opened - before:.0f} MiB more")
    taken = sorted(each for _ in range(wanted.rounds) for each in strokes(desk))
    median, p99 = statistics.median(taken), taken[int(len(taken) * 0.99)]
    print(f"a stroke, painted: {median:.1f} ms median, {p99:.1f} p99, {taken[-1]:.1f} worst of {len(taken)}")
    print(f"scrolling all folders open: {scrolled(desk):.0f} updates a second")
    print(f"after all that: {resident_mb() - before:.0f} MiB more than before the desk")
    wall.close()
    del application


if __name__ == "__main__":
    main()
