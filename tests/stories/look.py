"""What an operator sees in a tile, read off the pixels of the X server's screen and nothing else.

Pixels are H x W x 4 (B, G, R, unused), 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from hanoi_wall.simulator.mark import Mark, read_mark
from tests.bench.pixels import Place, fitted

Pixels = NDArray[numpy.uint8]
AMBER, RED, ACCENT = (0xF2, 0xA3, 0x3A), (0xF0, 0x52, 0x4F), (0x4C, 0x9A, 0xFF)
PERIOD = 16
"""The hatch repeats every 16 pixels along a row and along a column."""


@dataclass(frozen=True, slots=True)
class Look:
    """One tile at one moment.

    saturation: mean of (largest - smallest channel), 0..255, of the picture below the bar and clear of the
    band; hatch: depth of the diagonal pattern there, 0 (none) to 1; mark: the camera and frame number
    in the picture when it is drawn clear; amber, red: pixels of exactly these colours anywhere in the tile;
    flat: whether the picture's place holds one colour only (nothing is drawn there).
    """

    saturation: float
    hatch: float
    mark: Mark | None
    amber: int
    red: int
    flat: bool

    @property
    def hatched(self) -> bool:
        """Grey under diagonal lines: nobody takes this for live."""
        return self.hatch > 0.3 and self.saturation < 4


def tile_place(columns: int, rows: int, number: int, screen: Place) -> Place:
    """The place of tile `number` (from 1) in a grid that fills a screen."""
    row, column = divmod(number - 1, columns)
    left, right = column * screen.width // columns, (column + 1) * screen.width // columns
    top, bottom = row * screen.height // rows, (row + 1) * screen.height // rows
    return Place(screen.x + left, screen.y + top, right - left, bottom - top)


def picture_place(tile: Place, shape: tuple[int, int] = (16, 9)) -> Place:
    """Where a picture of that shape stands in a tile."""
    return fitted(tile, *shape)


def look_at(pixels: Pixels, tile: Place, shape: tuple[int, int] = (16, 9)) -> Look:
    """Look at one tile of a screen."""
    inside = tile.of(pixels).copy()
    picture = picture_place(tile, shape).of(pixels).copy()
    return Look(
        saturation=saturation(clear_part(picture)),
        hatch=hatch(clear_part(picture)),
        mark=read_mark(picture[..., :3]),
        amber=count_colour(inside, AMBER),
        red=count_colour(inside, RED),
        flat=bool(numpy.ptp(clear_part(picture)[..., :3].reshape(-1, 3), axis=0).max() < 3),
    )


def clear_part(picture: Pixels) -> Pixels:
    """The rows near the bottom: below the band in the middle, above the mark and the line between tiles."""
    height = picture.shape[0]
    return picture[height * 85 // 100 : height * 94 // 100, 4:-4]


def saturation(pixels: Pixels) -> float:
    """Mean of (largest - smallest channel), 0..255."""
    colours = pixels[..., :3].astype(int)
    return float((colours.max(axis=2) - colours.min(axis=2)).mean())


def hatch(pixels: Pixels) -> float:
    """How strongly brightness depends on (x + y) modulo the hatch's period: (most - least) / most.

    Pictures of the world hardly do: over many periods every diagonal has the same mean.
    """
    grey = pixels[..., :3].mean(axis=2)
    rows, columns = numpy.indices(grey.shape)
    phase = ((rows + columns) % PERIOD).ravel()
    means = numpy.bincount(phase, grey.ravel(), PERIOD) / numpy.bincount(phase, minlength=PERIOD)
    return float((means.max() - means.min()) / max(1.0, means.max()))


def count_colour(pixels: Pixels, colour: tuple[int, int, int]) -> int:
    """Pixels of exactly that colour (R, G, B)."""
    wanted = numpy.array(colour[::-1], dtype=numpy.uint8)
    return int((pixels[..., :3] == wanted).all(axis=2).sum())


def is_framed(pixels: Pixels, tile: Place) -> bool:
    """Whether the accent frame of the focus stands round the tile."""
    inside = tile.of(pixels)
    edge = inside[1, 4:-4], inside[4:-4, 1]
    return all(count_colour(part[None], ACCENT) > 0.9 * len(part) for part in edge)


def lines_of_text(pixels: Pixels, tile: Place) -> int:
    """How many lines of light text stand below each other in the middle of the tile."""
    inside = tile.of(pixels)[..., :3].min(axis=2)
    height, width = inside.shape
    middle = inside[height // 6 : height * 5 // 6, width // 8 : width * 7 // 8]
    written = (middle > 110).any(axis=1)
    return int((written[1:] & ~written[:-1]).sum()) + int(written[0])
