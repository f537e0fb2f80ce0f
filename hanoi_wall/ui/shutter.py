"""The key that saves a tile: copies what was painted, and says in a line what became of it.

Main thread. What is saved, where and how is decided by operations/snapshot.py; here pixels are read off the
window's own surface, for no other memory is sure to hold what was painted last: a feed's next picture may
have come since.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from hanoi_wall.domain.camera import Camera
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.snapshot import Pixels, Seen, Snapshots
from hanoi_wall.operations.snapshot_words import line_of
from hanoi_wall.ui.keymap import first_key
from hanoi_wall.ui.tile import Tile
from hanoi_wall.ui.wall_window import WallWindow
from hanoi_wall.video.stats import FeedStats

log = logging.getLogger(__name__)
LOOK_MS = 40
"""How often a picture of the best stream and the end of a writing are looked for."""


class Shutter(QObject):
    """Saves tiles for the windows of a wall. Main thread."""

    def __init__(self, snapshots: Snapshots, window_of: Callable[[str], WallWindow | None]) -> None:
        """window_of: the window of a monitor's identity, None when it is gone."""
        super().__init__()
        self._snapshots, self._window_of = snapshots, window_of
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def take(self, window: WallWindow) -> None:
        """Save the tile in focus, or the one that fills this window."""
        wall = window.wall
        enlarged = wall.monitor(window.monitor).scene.enlarged
        focus = wall.focus or Focus(window.monitor, enlarged or 0)
        theirs = self._window_of(focus.monitor)
        if theirs is None or focus.tile not in wall.monitor(focus.monitor).boxes():
            window.say(Said("shot.no_focus", {"keys": first_key("tile.snapshot")}))
            return
        tile = theirs.tiles[focus.tile - 1]
        if tile.camera is None:
            window.say(Said("shot.empty", {"number": tile.number}))
            return
        seen = self._see(theirs, tile, tile.camera)
        if seen is None:
            log.error("the surface of the window on %s cannot be read", theirs.monitor)
            window.say(Said("shot.failed", {"name": tile.camera.name}))
        elif self._snapshots.take(seen):
            window.say(Said("shot.taking", {"number": tile.number}))
            self._timer.start()
        else:
            window.say(Said("shot.busy"))

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _see(self, window: WallWindow, tile: Tile, camera: Camera) -> Seen | None:
        """What stands in a tile as it was painted last; None where that cannot be read."""
        window.uncover()
        painted, view = tile.painted, tile.view
        fault = None if view is None else view.session.fault
        pixels = painted_pixels(window, tile)
        if pixels is None or not painted.at_ns:
            return None
        return Seen(
            camera=camera,
            monitor=window.monitor,
            tile=tile.number,
            grid=str(window.wall.monitor(window.monitor).scene.grid),
            state=painted.state,
            treatment=painted.treatment,
            painted=pixels,
            sequence=painted.sequence,
            capture_ns=painted.capture_ns,
            arrival_ns=painted.arrival_ns if painted.capture_ns else 0,
            age_ns=max(0, painted.at_ns - painted.capture_ns) if painted.capture_ns else 0,
            stream=None if view is None else view.stream,
            cause=None if fault is None else fault.cause,
            stats=FeedStats() if view is None else view.stats,
        )

    def _look(self) -> None:
        for outcome in self._snapshots.look():
            # The tile may have gone to another camera by now: the line says which one it was.
            window = self._window_of(outcome.snapshot.seen.monitor)
            if window is not None:
                window.say(line_of(window.tile_style.words, outcome))
        if not self._snapshots.busy:
            self._timer.stop()


def painted_pixels(window: WallWindow, tile: Tile) -> Pixels | None:
    """The tile's pixels as they stand on the window's surface; None where there is no such surface."""
    surface = window.backingStore()
    image = None if surface is None else surface.paintDevice()
    box = tile.inside
    if not isinstance(image, QImage) or tile.painted.box != tile.box or box.area <= 0:
        return None
    if box.x + box.width > image.width() or box.y + box.height > image.height():
        return None
    part = image.copy(box.x, box.y, box.width, box.height).convertToFormat(QImage.Format.Format_RGB32)
    return Pixels(part.width(), part.height(), part.bytesPerLine(), bytes(part.constBits()))
