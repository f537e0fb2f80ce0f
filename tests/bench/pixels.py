"""What stands on the screen: where the tiles are, which frame each shows, and how good its picture is.

The reference is made in floating point from the decoded planes: chroma to full resolution first, then the
right matrix, then area averaging. No library that a contestant uses takes part in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from hanoi_wall.simulator.mark import Mark, read_mark
from tests.bench.program import pause
from tests.bench.xserver import Screen

Bytes = NDArray[numpy.uint8]
Floats = NDArray[numpy.float64]
LEAST_PSNR_DB = 32.0
_MATRICES = {"601": (0.299, 0.114), "709": (0.2126, 0.0722)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture is painted: x, y, width, height in device pixels of the screen."""

    x: int
    y: int
    width: int
    height: int

    def of(self, pixels: Bytes) -> Bytes:
        """The part of a screen's pixels inside this place (a view, not a copy)."""
        return pixels[self.y : self.y + self.height, self.x : self.x + self.width]


def grid_places(columns: int, rows: int, width: int, height: int) -> list[Place]:
    """Equal places without gaps, row by row, each a whole number of pixels."""
    wide, high = width // columns, height // rows
    return [Place(c * wide, r * high, wide, high) for r in range(rows) for c in range(columns)]


def fitted(place: Place, width: int, height: int) -> Place:
    """The largest place of that shape in the middle of `place`."""
    scale = min(place.width / width, place.height / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    return Place(place.x + (place.width - wide) // 2, place.y + (place.height - high) // 2, wide, high)


def columns_for(feeds: int) -> tuple[int, int]:
    """(columns, rows) of the smallest nearly square grid for that many feeds."""
    columns = math.ceil(math.sqrt(feeds))
    return columns, math.ceil(feeds / columns)


def mark_at(screen: Screen, place: Place) -> Mark | None:
    """The mark that is painted there now."""
    return read_mark(place.of(screen.pixels))


def steady_copy(screen: Screen, place: Place, tries: int = 40) -> tuple[Mark, Bytes] | None:
    """A whole painted picture (H x W x 3, B G R) with its mark; it stood still for 4 ms."""
    for _ in range(tries):
        first = place.of(screen.pixels).copy()
        pause(0.004)
        if numpy.array_equal(first, place.of(screen.pixels)):
            mark = read_mark(first)
            if mark is not None:
                return mark, first[..., :3]
    return None


def area_matrix(inputs: int, outputs: int) -> Floats:
    """outputs x inputs weights: each output is the mean of the inputs that it covers."""
    edges = numpy.arange(outputs + 1) * inputs / outputs
    starts = numpy.arange(inputs)
    covered = numpy.minimum(edges[1:, None], starts + 1) - numpy.maximum(edges[:-1, None], starts)
    weights = numpy.clip(covered, 0, None)
    result: Floats = weights / weights.sum(axis=1, keepdims=True)
    return result


def _up(plane: Floats, height: int, width: int) -> Floats:
    """Chroma at full resolution by linear interpolation; sited left (as MPEG does), centred vertically."""
    rows = (numpy.arange(height) + 0.5) * plane.shape[0] / height - 0.5
    columns = numpy.arange(width) * plane.shape[1] / width
    return _lerp(_lerp(plane, rows).T, columns).T


def _lerp(plane: Floats, at: Floats) -> Floats:
    clipped = numpy.clip(at, 0, plane.shape[0] - 1)
    low = numpy.floor(clipped).astype(int)
    high = numpy.minimum(low + 1, plane.shape[0] - 1)
    part = (clipped - low)[:, None]
    result: Floats = plane[low] * (1 - part) + plane[high] * part
    return result


def to_bgr(y: Bytes, u: Bytes, v: Bytes, matrix: str, full_range: bool) -> Floats:
    """Planes (luma H x W, chroma smaller) to H x W x 3 B, G, R in 0..255, unrounded."""
    height, width = y.shape
    luma = y.astype(float)
    blue, red = (_up(plane.astype(float), height, width) - 128 for plane in (u, v))
    if not full_range:
        luma, blue, red = (luma - 16) * 255 / 219, blue * 255 / 224, red * 255 / 224
    kr, kb = _MATRICES[matrix]
    r = luma + 2 * (1 - kr) * red
    b = luma + 2 * (1 - kb) * blue
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return numpy.clip(numpy.stack([b, g, r], axis=-1), 0, 255)


def scaled(picture: Floats, width: int, height: int) -> Floats:
    """Area averaging of H x W x 3 to height x width x 3; enlarging interpolates linearly."""
    down, across = picture.shape[:2]
    if width > across or height > down:
        at_rows = (numpy.arange(height) + 0.5) * down / height - 0.5
        at_columns = (numpy.arange(width) + 0.5) * across / width - 0.5
        planes = [_lerp(_lerp(picture[..., c], at_rows).T, at_columns).T for c in range(3)]
        return numpy.stack(planes, axis=-1)
    rows, columns = area_matrix(down, height), area_matrix(across, width)
    shrunk = (rows @ picture.reshape(down, -1)).reshape(height, across, 3)
    return numpy.stack([shrunk[..., channel] @ columns.T for channel in range(3)], axis=-1)


def psnr_db(painted: Bytes, reference: Floats, skip_top: int = 0, skip_edge: int = 0) -> float:
    """Peak signal to noise ratio over all channels; 99.0 for no error.

    skip_top, skip_edge: rows at the top, pixels along the other three edges, that are not looked at.
    """
    height, width = painted.shape[:2]
    part = slice(max(skip_top, skip_edge), height - skip_edge), slice(skip_edge, width - skip_edge)
    error = float(((painted[part].astype(float) - reference[part]) ** 2).mean())
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)


def planes_of(frame: Any) -> tuple[Bytes, Bytes, Bytes]:
    """The planes of a decoded 8-bit planar frame of PyAV."""
    found = []
    for number, plane in enumerate(frame.planes[:3]):
        rows = numpy.frombuffer(plane, numpy.uint8).reshape(plane.height, plane.line_size)
        found.append(rows[:, : plane.width])
        assert number == 0 or plane.width <= frame.width
    return found[0], found[1], found[2]
