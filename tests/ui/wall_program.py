"""The wall's windows as a program of their own: `python -m tests.ui.wall_program --grid 2x2 --cameras 12`.

Every wanted camera is drawn ten times a second in the size that is wanted, as a decoder process would, each
pixel telling where it is. One JSON line three times a second says which windows stand where and what they
painted. Ends cleanly on SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.screens import present
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_app import WallApp, WallSettings
from tests.ui.drawn_feeds import DrawnFeeds, Pixels, pattern


def picture(camera: str, width: int, height: int) -> Pixels:
    """What camera number n shows: `pattern`, its red n x 10."""
    pixels = pattern(width, height)
    pixels[..., 2] = int(camera) * 10
    return pixels


class Program:
    """Everything the program holds."""

    def __init__(self, application: QApplication, options: argparse.Namespace) -> None:
        clock = SystemClock()
        names = [str(number) for number in range(1, options.cameras + 1)]
        self.feeds = DrawnFeeds(clock)
        self.wall = Wall(self.feeds, Grid.parse(f"grid:{options.grid}"), names, clock)
        settings = WallSettings(windowed=options.windowed, title_mode=TitleMode.NONE)
        cameras = {name: Camera(name, f"Camera {name}") for name in names}
        self.walls = WallApp(
            self.wall, self.feeds, cameras, settings, clock, on_quit=application.quit, on_health=self.tell
        )
        self.drawing = QTimer()
        self.drawing.setInterval(100)
        self.drawing.timeout.connect(self.draw)
        self.drawing.start()
        self.walls.start()

    def draw(self) -> None:
        """One picture of every visible camera, in the size wanted."""
        for demand in self.wall.wanted:
            if not demand.visible:
                continue
            drawn = self.feeds.cameras.get(demand.camera)
            if drawn is None or drawn.view.stats.size != (demand.width, demand.height):
                self.feeds.open(demand.camera, demand.width, demand.height)
            self.feeds.draw(demand.camera, picture(demand.camera, demand.width, demand.height))

    def tell(self, reports: tuple[TileReport, ...]) -> None:
        """Print what stands where."""
        windows = {}
        for identity, window in self.walls.windows.items():
            monitor = self.wall.monitor(identity)
            tiles = [report for report in reports if report.screen == identity]
            windows[identity] = {
                "geometry": list(window.geometry().getRect()),
                "full": window.isFullScreen(),
                "pixels": [monitor.width, monitor.height],
                "seen": monitor.seen,
                "scale": window.devicePixelRatioF(),
                "cameras": [report.camera for report in tiles],
                "painted": [report.painted_state.value for report in tiles],
                "torn": sum(report.torn for report in tiles),
            }
        screens = [screen.name for screen in present()]
        wanted = [demand.camera for demand in self.wall.wanted]
        focus = [self.wall.focus.monitor, self.wall.focus.tile] if self.wall.focus is not None else None
        told = {"windows": windows, "screens": screens, "wanted": wanted, "focus": focus}
        print(json.dumps(told), flush=True)


def main() -> None:
    """Run until asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--grid", default="2x2")
    parser.add_argument("--cameras", type=int, default=12)
    parser.add_argument("--windowed", action="store_true")
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    # Python hears a signal at the next tick.
    signal.signal(signal.SIGTERM, lambda number, frame: application.quit())
    program = Program(application, parser.parse_args())
    application.exec()
    program.drawing.stop()
    program.walls.stop()
    assert threading.active_count() == 1


if __name__ == "__main__":
    main()
