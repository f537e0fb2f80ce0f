"""What one tick of a wall window costs: looking, painting every tile anew, flushing.

    python -m tests.bench.paint [--size 1920x1080] [--ticks 60]

Prints, for 16, 36, 64 and 144 tiles: the tick's look in µs when nothing changed; one tick with every tile
dirty, paint and flush included; the same per tile. Medians of `--ticks` rounds on real rings, offscreen
unless QT_QPA_PLATFORM says otherwise. A figure to compare with itself on one machine, not a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.domain.grid import Grid
from tests.ui.drawn_feeds import DrawnFeeds, pattern


def median_us(rounds: int, run: Callable[[], None], before: Callable[[], None]) -> float:
    """Median µs of `run`, with `before` done outside the measurement."""
    taken = []
    for _ in range(rounds):
        before()
        start = time.perf_counter_ns()
        run()
        taken.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(taken)


def measure(side: str, size: tuple[int, int], rounds: int) -> str:
    """One line of figures for a grid of `side` tiles."""
    from PySide6.QtWidgets import QApplication

    from hanoi_wall.operations.wall import Wall
    from hanoi_wall.ui.wall_app import WallApp, WallSettings

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    grid, clock = Grid.parse(f"grid:{side}"), SystemClock()
    feeds = DrawnFeeds(clock)
    names = [f"cam-{number:03d}" for number in range(1, grid.tiles + 1)]
    cameras = {name: Camera(name, f"Ngã tư {name}", owner="Sở GTVT") for name in names}
    pixels = pattern(size[0] // grid.columns, size[1] // grid.rows)
    wall = Wall(feeds, grid, names, clock)
    walls = WallApp(wall, feeds, cameras, WallSettings(windowed=True), clock, on_quit=application.quit)
    walls.start()
    walls.presenter.stop()
    window = next(iter(walls.windows.values()))
    window.resize(*size)

    def draw() -> None:
        for name in names:
            feeds.draw(name, pixels)

    def paint() -> None:
        window.tick(clock.monotonic_ns())
        application.processEvents()

    def look() -> None:
        window.tick(clock.monotonic_ns())

    def nothing() -> None:
        window._ticked = True
        window.update()

    for _ in range(3):
        draw()
        paint()
    all_dirty = median_us(rounds, paint, draw)
    still = median_us(rounds, look, lambda: None)
    empty = median_us(rounds, application.processEvents, nothing)
    shown = window.tiles[0].shown
    walls.stop()
    application.processEvents()
    assert shown >= rounds
    each = (all_dirty - empty) / grid.tiles
    return f"{grid.tiles:6d} {still:12.0f} {all_dirty:16.0f} {empty:14.0f} {each:14.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--ticks", type=int, default=60)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    width, height = (int(part) for part in options.size.split("x"))
    print("µs      look, none   tick, all dirty    empty paint   per dirty tile")
    for side in ("4x4", "6x6", "8x8", "12x12"):
        print(measure(side, (width, height), options.ticks))


if __name__ == "__main__":
    main()
