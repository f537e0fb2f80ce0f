"""What can be done with what stands in the tile in focus: earlier things, hotspot, clock, sequence."""

from __future__ import annotations

from collections.abc import Callable

from hanoi_wall.domain.content import ClockFace, Content, Filling, Hotspot, Sequence
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.wall import Wall


class TileVerbs:
    """The verbs by their actions. Main thread."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._verbs: dict[str, Callable[[Focus], Said | None]] = {
            "tile.earlier": lambda tile: None if wall.earlier_in(tile) else Said("tile.nothing_earlier"),
            "tile.later": lambda tile: None if wall.later_in(tile) else Said("tile.nothing_later"),
            "tile.hotspot": lambda tile: self._toggle(tile, Hotspot(), "tile.is_hotspot"),
            "tile.clock": lambda tile: self._toggle(tile, ClockFace(), None),
            "tile.pause": self._pause,
            "tile.previous": lambda tile: self._step(tile, -1),
            "tile.next": lambda tile: self._step(tile, 1),
            "tile.unpack": self._unpack,
        }

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that are done here."""
        return tuple(self._verbs)

    def do(self, action: str) -> Said | None:
        """Do it with the tile in focus; returns what is to be said, or None."""
        focus = self._wall.focus
        if focus is None:
            return Said("tile.none_in_focus")
        return self._verbs[action](focus)

    def _content(self, tile: Focus) -> Content | None:
        return self._wall.monitor(tile.monitor).scene.tiles[tile.tile - 1].content

    def _toggle(self, tile: Focus, content: Content, said: str | None) -> Said | None:
        """Make the tile that, or empty it where it is that already."""
        if self._content(tile) == content:
            self._wall.put(tile, Filling())
            return None
        self._wall.put(tile, Filling(None, content))
        return None if said is None else Said(said, {"number": tile.tile})

    def _pause(self, tile: Focus) -> Said | None:
        if not self._wall.pause(tile):
            return Said("tile.no_sequence")
        content = self._content(tile)
        paused = isinstance(content, Sequence) and content.paused
        return Said("sequence.paused" if paused else "sequence.goes_on")

    def _step(self, tile: Focus, by: int) -> Said | None:
        if not isinstance(self._content(tile), Sequence):
            return Said("tile.no_sequence")
        self._wall.step(tile, by)
        return None

    def _unpack(self, tile: Focus) -> Said | None:
        content = self._content(tile)
        if not isinstance(content, Sequence):
            return Said("tile.no_sequence")
        placed = self._wall.unpack(tile)
        left = len(content.steps) - placed
        return Said("sequence.no_room", {"left": left}) if left > 1 else None
