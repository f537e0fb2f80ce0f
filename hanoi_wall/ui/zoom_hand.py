"""The hand on a picture: what wheel, drag and keys do to the part of it that a tile shows.

What follows from it is domain/crop.py's to say, what is kept operations/wall.py's. This is the one place that
decides what a wheel does over a tile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QSinglePointEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.crop import STEP, Look, Point, Size
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.tile import Tile

_NOTCH = 120
"""What Qt tells of one notch of a wheel, in eighths of a degree; touchpads tell less, more often."""
_SLACK = 4
"""Logical pixels that a hand may tremble in a click."""
_DEAF_NS = SECOND // 2
"""The second click of a double one on the chip is not meant for the tile below it."""

Change = Callable[[Look, Size, Size], Look]


def _middle_zoomed(factor: float) -> Change:
    return lambda look, picture, box: look.zoomed(factor, (box[0] / 2, box[1] / 2), picture, box)


def _stepped(right: int, down: int) -> Change:
    return lambda look, picture, box: look.stepped(right, down, picture, box)


BY_KEY: Mapping[str, Change] = {
    "tile.zoom_in": _middle_zoomed(STEP),
    "tile.zoom_out": _middle_zoomed(1 / STEP),
    "tile.zoom_reset": lambda look, picture, box: look.unzoomed(),
    "tile.pan_left": _stepped(-1, 0),
    "tile.pan_right": _stepped(1, 0),
    "tile.pan_up": _stepped(0, -1),
    "tile.pan_down": _stepped(0, 1),
    "tile.rotate": lambda look, picture, box: look.turned().inside(picture, box),
    "tile.fill": lambda look, picture, box: look.filled().inside(picture, box),
}
"""What each action of the table does to a look."""


@dataclass(slots=True)
class _Grip:
    """A picture that is held: where, and how it was shown then."""

    tile: Tile
    camera: str
    at: Point
    look: Look
    moving: bool = False


class ZoomHand:
    """The hand on the pictures of one window. Main thread.

    show: called with a tile whose look has changed, so that it is seen at once.
    """

    def __init__(
        self, window: QWidget, wall: Wall, monitor: str, clock: Clock, show: Callable[[Tile], None]
    ) -> None:
        self._window = window
        self._wall, self._monitor, self._clock, self._show = wall, monitor, clock, show
        self._grip: _Grip | None = None
        self.deaf_until_ns = 0
        """Until when (monotonic) a double click is the end of a click on a chip."""

    def wheel(self, event: QWheelEvent, tile: Tile) -> None:
        """Turned over a tile: away from the hand it zooms in at the cursor, towards it out.

        A camera that can zoom by itself will be asked here first. The tile takes the focus, so that Esc and
        the keys go on with it; without a picture there is nothing to zoom.
        """
        at, delta = self._pixel(event), event.angleDelta().y()
        if tile.camera is None or not tile.painted.sequence or not delta:
            return
        here = (at[0] - tile.box.x, at[1] - tile.box.y)
        look = self._wall.look(self._place(tile))
        factor = STEP ** (delta / _NOTCH)
        self._change(tile, look.zoomed(factor, here, _picture(tile), _size(tile)))
        if self._wall.focus != self._place(tile):
            self._wall.focus_on(self._monitor, tile.number)
        if self._grip is not None and self._grip.tile is tile:
            self._grip.at, self._grip.look = at, tile.look

    def press(self, event: QMouseEvent, tile: Tile) -> bool:
        """The left button goes down on a tile; True when that was for its zoom chip and nothing else."""
        at, chip = self._pixel(event), tile.zoom_chip()
        if chip is not None and chip.holds(int(at[0]), int(at[1])):
            self.deaf_until_ns = self._clock.monotonic_ns() + _DEAF_NS
            self.key("tile.zoom_reset", tile)
            return True
        self._grip = _Grip(tile, tile.camera_id, at, self._wall.look(self._place(tile)))
        return False

    def drag(self, event: QMouseEvent) -> None:
        """The hand moves with the button down: the picture goes with it."""
        grip, at, slack = self._grip, self._pixel(event), _SLACK * self._window.devicePixelRatioF()
        if grip is None or grip.look.plain:
            return
        if grip.tile.camera_id != grip.camera:
            self._grip = None
            return
        right, down = at[0] - grip.at[0], at[1] - grip.at[1]
        if not grip.moving and max(abs(right), abs(down)) < slack:
            return
        grip.moving = True
        moved = grip.look.moved(right, down, _picture(grip.tile), _size(grip.tile))
        self._change(grip.tile, moved)

    def release(self, event: QMouseEvent) -> None:
        """A button is up."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = None

    def key(self, action: str, tile: Tile) -> None:
        """Do what an action of BY_KEY does to a tile of this window."""
        if tile.camera is not None:
            look = self._wall.look(self._place(tile))
            self._change(tile, BY_KEY[action](look, _picture(tile), _size(tile)))

    def _change(self, tile: Tile, look: Look) -> None:
        if look != tile.look:
            self._wall.see(self._place(tile), look)
            tile.see(look)
            self._show(tile)

    def _pixel(self, event: QSinglePointEvent) -> Point:
        """Where it happened, in device pixels of the window."""
        at, scale = event.position(), self._window.devicePixelRatioF()
        return at.x() * scale, at.y() * scale

    def _place(self, tile: Tile) -> Focus:
        return Focus(self._monitor, tile.number)


def _picture(tile: Tile) -> tuple[int, int]:
    """The size of the picture drawn last; before the first it is taken to be of the tile's shape."""
    return tile.drawn.size if all(tile.drawn.size) else _size(tile)


def _size(tile: Tile) -> tuple[int, int]:
    return tile.box.width, tile.box.height
