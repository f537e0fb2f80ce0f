"""A wall on the screens of the test's platform, whose clock and ticks are turned by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QApplication

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.snapshot import Outcome, Snapshot, Snapshots, Trouble
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.tile import Tile
from hanoi_wall.ui.wall_app import WallApp, WallSettings
from hanoi_wall.ui.wall_window import WallWindow
from tests.ui.drawn_feeds import DrawnFeeds, Pixels
from tests.ui.no_files import no_files
from tests.ui.surface import surface


class Album:
    """What was snapped, by a writer that is as quick as can be; trouble: what each meets with."""

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.trouble: Trouble | None = None
        self._told = 0

    def put(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def done(self) -> tuple[Outcome, ...]:
        new = tuple(self.snapshots[self._told :])
        self._told = len(self.snapshots)
        return tuple(Outcome(each, "card.json", self.trouble) for each in new)

    def close(self) -> None:
        pass


class Desk:
    """Windows on every screen showing `cameras` in `grid`; nothing moves but by `tick` and `wait`."""

    def __init__(
        self,
        grid: str,
        cameras: Sequence[str],
        settings: WallSettings,
        size: tuple[int, int] = (960, 540),
    ) -> None:
        self.clock = ManualClock()
        self.feeds = DrawnFeeds(self.clock)
        self.cameras = {name: Camera(name, f"Camera {name}", owner="Sở GTVT") for name in cameras}
        self.wall = Wall(self.feeds, Grid.parse(f"grid:{grid}"), cameras, self.clock)
        self.health: list[tuple[TileReport, ...]] = []
        self.gaps: list[int] = []
        self.quits: list[bool] = []
        self.album = Album()
        self.walls = WallApp(
            self.wall,
            self.feeds,
            self.cameras,
            settings,
            self.clock,
            on_quit=lambda: self.quits.append(True),
            snapshots=Snapshots(self.wall, self.feeds, self.album, self.clock),
            on_health=self.health.append,
            on_gap=self.gaps.append,
        )
        self.walls.start()
        self.walls.presenter.stop()
        if settings.windowed:
            self.window.resize(*size)
        self.settle()
        self.tick()

    @property
    def window(self) -> WallWindow:
        """The window of the first screen."""
        return next(iter(self.walls.windows.values()))

    def tile(self, number: int) -> Tile:
        """A tile of the first window."""
        return self.window.tiles[number - 1]

    def settle(self) -> None:
        """Let Qt do what it has been asked; the windows stand, so that no file may be touched."""
        with no_files():
            QApplication.processEvents()
            QApplication.processEvents()

    def tick(self) -> None:
        """One tick, and its paint."""
        with no_files():
            self.walls.presenter.tick()
        self.settle()

    def wait(self, seconds: float) -> None:
        """Time passes, then comes a tick."""
        self.clock.advance(seconds)
        self.tick()

    def states(self) -> dict[int, TileState]:
        """What the tiles of the first window were painted as."""
        return self.window.painted_states()

    def pixels(self, box: Box | None = None) -> Pixels:
        """What stands on the first window's surface, or in one box of it: height x width x 4 (BGRX)."""
        image = surface(self.window)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        whole = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()
        if box is None:
            return whole
        return whole[box.y : box.y + box.height, box.x : box.x + box.width]

    def of_tile(self, number: int) -> Pixels:
        """The pixels of one tile of the first window."""
        return self.pixels(self.tile(number).box)

    def close(self) -> None:
        """Everything goes, also what the test still holds: pictures are memory."""
        self.walls.stop()
        QApplication.processEvents()
        self.feeds.cameras.clear()
        self.health.clear()


def greys(pixels: Pixels) -> bool:
    """Whether no pixel has a colour, but for the faint blue of the wall's own greys."""
    colours = pixels[..., :3].astype(int)
    return bool((colours.max(axis=-1) - colours.min(axis=-1)).max() <= 10)
