"""The wall: monitors, the grid of tiles on each, and which camera stands where."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace

LARGEST_GRID = 12
_GRID = re.compile(r"grid:(\d{1,3})x(\d{1,3})")


class SceneError(ValueError):
    """A scene that cannot be shown; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns x rows of equal tiles, 1..12 each."""

    columns: int
    rows: int

    def __post_init__(self) -> None:
        if not (1 <= self.columns <= LARGEST_GRID and 1 <= self.rows <= LARGEST_GRID):
            raise SceneError(f"grid {self.columns}x{self.rows}: columns and rows must be 1..{LARGEST_GRID}")

    def __str__(self) -> str:
        return f"grid:{self.columns}x{self.rows}"

    @property
    def tiles(self) -> int:
        """How many tiles the grid has."""
        return self.columns * self.rows

    @classmethod
    def parse(cls, text: str) -> Grid:
        """`grid:4x3` -> Grid(4, 3); raises SceneError."""
        match = _GRID.fullmatch(text)
        if match is None:
            raise SceneError(f"scene {text!r} is not grid:CxR, for example grid:4x4")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class TilePlace:
    """One tile of one monitor: number from 1, row by row; camera id or None."""

    number: int
    row: int
    column: int
    camera: str | None = None


@dataclass(frozen=True, slots=True)
class MonitorScene:
    """What one monitor shows: a grid, its tiles, and the tile that is enlarged (its number) or None."""

    grid: Grid
    tiles: tuple[TilePlace, ...]
    enlarged: int | None = None

    @classmethod
    def filled(cls, grid: Grid, cameras: tuple[str, ...]) -> MonitorScene:
        """The first cameras in reading order; the tiles left over stay empty."""
        places = tuple(
            TilePlace(
                number=index + 1,
                row=index // grid.columns,
                column=index % grid.columns,
                camera=cameras[index] if index < len(cameras) else None,
            )
            for index in range(grid.tiles)
        )
        return cls(grid, places)

    def only(self, known: Container[str]) -> MonitorScene:
        """The same scene without the cameras that are not known (any more): their tiles are empty."""
        tiles = (each if each.camera in known else replace(each, camera=None) for each in self.tiles)
        return replace(self, tiles=tuple(tiles))

    def keeping(self, before: MonitorScene | None, known: Container[str]) -> MonitorScene:
        """The same scene, where a tile is empty with the camera of `before` that is not known (any more).

        So what a wrong catalogue hid for a day is not lost.
        """
        if before is None or before.grid != self.grid:
            return self
        both = zip(self.tiles, before.tiles, strict=True)
        tiles = (was if now.camera is None and was.camera not in known else now for now, was in both)
        return replace(self, tiles=tuple(tiles))

    def enlarge(self, number: int | None) -> MonitorScene:
        """The same scene with that tile filling the monitor, or none."""
        if number is not None and not 1 <= number <= len(self.tiles):
            raise SceneError(f"no tile {number}: the grid has {len(self.tiles)}")
        return replace(self, enlarged=number)

    def visible(self) -> tuple[TilePlace, ...]:
        """The tiles that can be seen."""
        if self.enlarged is None:
            return self.tiles
        return (self.tiles[self.enlarged - 1],)
