"""Which tile the keys act on, and which one lies beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene, TilePlace
from hanoi_wall.operations.layout import Box, scene_boxes


class Direction(StrEnum):
    """Where the focus goes."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


_STEP = {Direction.LEFT: (-1, 0), Direction.RIGHT: (1, 0), Direction.UP: (0, -1), Direction.DOWN: (0, 1)}


@dataclass(frozen=True, slots=True)
class Focus:
    """A tile, by its monitor's identity and its number."""

    monitor: str
    tile: int


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor that is plugged in.

    desktop: where it lies among the others (any unit, the same for all); width, height: device pixels of its
    window; seen: whether the window is exposed and not minimised; name: of its connector.
    """

    id: str
    scene: MonitorScene
    desktop: Box
    width: int = 0
    height: int = 0
    seen: bool = False
    name: str = ""

    def boxes(self) -> dict[int, Box]:
        """The boxes of the tiles that can be seen on the surface, by tile number."""
        return scene_boxes(self.scene, self.width, self.height)


def in_reading_order(monitors: Iterable[Monitor]) -> tuple[Monitor, ...]:
    """The monitors from left to right, and from top to bottom where they stand above each other: their
    numbers are their places here, from 1.
    """
    return tuple(sorted(monitors, key=lambda each: (each.desktop.x, each.desktop.y, each.id)))


def beside(monitors: Iterable[Monitor], here: Monitor, tile: int, direction: Direction) -> Focus | None:
    """The tile that lies next to one of `here` in that direction, on the next monitor where the edge is
    reached; None where nothing lies there, or where `here` shows one tile alone and the edge is its own.
    """
    place = here.scene.tiles[tile - 1]
    dx, dy = _STEP[direction]
    row, column = _next(place.row, place.rows, dy), _next(place.column, place.columns, dx)
    neighbour = here.scene.at(row, column)
    if neighbour is not None:
        return Focus(here.id, neighbour.number)
    if here.scene.enlarged is not None:
        return None
    return _across(monitors, here, place, direction)


def _next(first: int, count: int, step: int) -> int:
    """Of a tile that takes `count` squares: the one before it, behind it, or for 0 in its middle."""
    if step == 0:
        return first + (count - 1) // 2
    return first - 1 if step < 0 else first + count


def _across(
    monitors: Iterable[Monitor], here: Monitor, place: TilePlace, direction: Direction
) -> Focus | None:
    """The nearest tile of the nearest monitor in that direction, if there is one."""
    x, y = _centre(here, place, here.scene.grid)
    dx, dy = _STEP[direction]
    best: tuple[float, str, int] | None = None
    for other in monitors:
        if other.id == here.id:
            continue
        for shown in other.scene.visible():
            to_x, to_y = _centre(other, shown, other.scene.grid)
            along, across = to_x - x, to_y - y
            if dx == 0:
                along, across = across, along
            along *= dx or dy
            # A tile lies "that way" when it is further off in the direction than to the side.
            if along > abs(across):
                distance = along + 2 * abs(across)
                if best is None or distance < best[0]:
                    best = (distance, other.id, shown.number)
    return None if best is None else Focus(best[1], best[2])


def _centre(monitor: Monitor, place: TilePlace, grid: Grid) -> tuple[float, float]:
    """The middle of a tile on the desktop; an enlarged one's is its monitor's."""
    desktop = monitor.desktop
    if monitor.scene.enlarged is not None:
        return desktop.x + desktop.width / 2, desktop.y + desktop.height / 2
    return (
        desktop.x + (place.column + place.columns / 2) * desktop.width / grid.columns,
        desktop.y + (place.row + place.rows / 2) * desktop.height / grid.rows,
    )
