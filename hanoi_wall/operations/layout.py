"""Where tiles stand on a surface and where a picture stands in its tile, in whole device pixels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hanoi_wall.domain.grid import Cell, Grid, Layout
from hanoi_wall.domain.wall import MonitorScene


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in device pixels; width and height may be 0 (nothing to see)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Pixels."""
        return self.width * self.height

    def holds(self, x: int, y: int) -> bool:
        """Whether the pixel (x, y) lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


def _cuts(length: int, parts: int) -> list[tuple[int, int]]:
    """`parts` spans of nearly equal size that fill `length` pixels: (start, size)."""
    starts = [index * length // parts for index in range(parts + 1)]
    return [(start, end - start) for start, end in zip(starts, starts[1:], strict=False)]


def tile_boxes(shape: Grid | Layout, width: int, height: int) -> tuple[Box, ...]:
    """The box of every tile of `shape` on a surface of that many device pixels, in their order.

    Boxes touch: the line between tiles is painted over the pictures' edge, because a picture of 480x270 out
    of 640x360 costs a third of one of 479x269.
    """
    layout = Layout.of(shape)
    return tuple(cell_boxes(layout.grid, layout.cells, width, height))


def cell_boxes(grid: Grid, cells: Iterable[Cell], width: int, height: int) -> Iterator[Box]:
    """The boxes of some tiles of a grid."""
    columns, rows = _cuts(width, grid.columns), _cuts(height, grid.rows)
    for cell in cells:
        x, y = columns[cell.column][0], rows[cell.row][0]
        last_column, last_row = columns[cell.column + cell.columns - 1], rows[cell.row + cell.rows - 1]
        yield Box(x, y, sum(last_column) - x, sum(last_row) - y)


def scene_boxes(scene: MonitorScene, width: int, height: int) -> dict[int, Box]:
    """The boxes of the tiles that can be seen, by tile number; tiles without a pixel are left out."""
    if scene.enlarged is not None:
        boxes = {scene.enlarged: Box(0, 0, max(0, width), max(0, height))}
    else:
        cells = (place.cell for place in scene.tiles)
        boxes = dict(enumerate(cell_boxes(scene.grid, cells, width, height), start=1))
    return {number: box for number, box in boxes.items() if box.area > 0}


def fit(width: int, height: int, box: Box) -> Box:
    """Where a picture of square pixels stands in `box`: as large as it can be, whole, in the middle.

    A picture that was made for this box (one side equal, the other not larger, up to a pixel of rounding)
    keeps its own size, so that it is drawn without scaling.
    """
    if width <= 0 or height <= 0 or box.area <= 0:
        return Box(box.x, box.y, 0, 0)
    if width * box.height >= height * box.width:
        wide, high = box.width, max(1, round(height * box.width / width))
    else:
        wide, high = max(1, round(width * box.height / height)), box.height
    if abs(wide - width) <= 1 and abs(high - height) <= 1 and width <= box.width and height <= box.height:
        wide, high = width, height
    return Box(box.x + (box.width - wide) // 2, box.y + (box.height - high) // 2, wide, high)
