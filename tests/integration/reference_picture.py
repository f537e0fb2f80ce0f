"""What a picture must look like: YUV to RGB by the book, in floating point, and area-averaged to any size.

Chroma is brought to full size by linear interpolation, so the reference has a colour of its own for every
pixel; nothing here is shared with what it judges, but the decoder of the clip.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy
from numpy.typing import NDArray

from tests.integration.peers.clips import Clip

Pixels = NDArray[numpy.float64]
_LUMA = {"601": (0.299, 0.114), "709": (0.2126, 0.0722)}
_SUBSAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}


class Loop:
    """The pictures of a clip in the order of showing; each is converted only when something is like it."""

    def __init__(self, clip: Clip, file: Path) -> None:
        self._clip = clip
        with av.open(str(file)) as container:
            self._frames = list(container.decode(video=0))
        self._small = [_small(_luma(frame)) for frame in self._frames]
        self._large: dict[int, Pixels] = {}

    def match(self, picture: Pixels) -> tuple[int, float]:
        """(which picture of the loop this one is most like, how much in dB at this one's size)."""
        red, blue = _LUMA[self._clip.matrix]
        small = _small(picture @ numpy.array([red, 1 - red - blue, blue]))
        likely = sorted(range(len(self._frames)), key=lambda place: _distance(small, self._small[place]))[:3]
        height, width, _ = picture.shape
        likeness = {place: psnr(picture, resized(self._converted(place), width, height)) for place in likely}
        best = max(likely, key=likeness.__getitem__)
        return best, likeness[best]

    def _converted(self, place: int) -> Pixels:
        if place not in self._large:
            self._large[place] = to_rgb(self._frames[place], self._clip)
        return self._large[place]


def _luma(frame: av.VideoFrame) -> Pixels:
    return _samples(frame.planes[0], frame, 0, 1, 1, _depth(frame))


def _small(luma: Pixels) -> Pixels:
    """A thumbnail without its brightness and contrast, which depend on range and matrix."""
    thumbnail = resized(luma[:, :, None], 64, 36)[:, :, 0]
    result: Pixels = (thumbnail - thumbnail.mean()) / (thumbnail.std() or 1)
    return result


def _distance(one: Pixels, other: Pixels) -> float:
    return float(numpy.sum((one - other) ** 2))


def _depth(frame: av.VideoFrame) -> int:
    return 10 if frame.format.name.endswith("10le") else 8


def to_rgb(frame: av.VideoFrame, clip: Clip) -> Pixels:
    """One frame at its own size; the clip says matrix and range."""
    name = frame.format.name
    depth = _depth(frame)
    across, down = _SUBSAMPLING[name.removeprefix("yuvj").removeprefix("yuv")[:3]]
    planes = [
        _samples(plane, frame, number, across, down, depth) for number, plane in enumerate(frame.planes)
    ]
    y, cb, cr = planes[0], *(_enlarged(plane, frame, across, down) for plane in planes[1:])
    unit = 2 ** (depth - 8)
    if clip.full:
        top = 2**depth - 1
        y, cb, cr = y / top, (cb - 128 * unit) / top, (cr - 128 * unit) / top
    else:
        y, cb, cr = (y / unit - 16) / 219, (cb / unit - 128) / 224, (cr / unit - 128) / 224
    red, blue = _LUMA[clip.matrix]
    r, b = y + 2 * (1 - red) * cr, y + 2 * (1 - blue) * cb
    g = (y - red * r - blue * b) / (1 - red - blue)
    result: Pixels = numpy.clip(numpy.stack([r, g, b], axis=-1), 0, 1) * 255
    return result


def _samples(
    plane: av.video.plane.VideoPlane, frame: av.VideoFrame, number: int, across: int, down: int, depth: int
) -> Pixels:
    width = frame.width if number == 0 else -(-frame.width // across)
    height = frame.height if number == 0 else -(-frame.height // down)
    kind = numpy.uint16 if depth > 8 else numpy.uint8
    rows = numpy.frombuffer(memoryview(plane), kind).reshape(
        -1, plane.line_size // numpy.dtype(kind).itemsize
    )
    return rows[:height, :width].astype(numpy.float64)


def _enlarged(plane: Pixels, frame: av.VideoFrame, across: int, down: int) -> Pixels:
    """Chroma at the luma's points: sited left in a row, in the middle of two rows."""
    columns = numpy.arange(frame.width) / across
    rows = (numpy.arange(frame.height) - (down - 1) / 2) / down
    return _interpolated(_interpolated(plane, rows).T, columns).T


def _interpolated(plane: Pixels, rows: Pixels) -> Pixels:
    rows = numpy.clip(rows, 0, len(plane) - 1)
    low = numpy.floor(rows).astype(int)
    part = (rows - low)[:, None]
    result: Pixels = plane[low] * (1 - part) + plane[numpy.minimum(low + 1, len(plane) - 1)] * part
    return result


def resized(picture: Pixels, width: int, height: int) -> Pixels:
    """Area-averaged to another size; enlarging repeats."""
    lower = _averaged(picture, height)
    return _averaged(lower.swapaxes(0, 1), width).swapaxes(0, 1)


def _averaged(rows: Pixels, want: int) -> Pixels:
    """The rows averaged into `want` equal stripes: differences of the running sum at the stripes' edges."""
    have = len(rows)
    sums = numpy.concatenate([numpy.zeros_like(rows[:1]), numpy.cumsum(rows, axis=0)])
    edges = numpy.arange(want + 1) * have / want
    whole = numpy.minimum(edges.astype(int), have - 1)
    part = (edges - whole).reshape(-1, *[1] * (rows.ndim - 1))
    at_edges = sums[whole] + rows[whole] * part
    result: Pixels = numpy.diff(at_edges, axis=0) * want / have
    return result


def psnr(one: Pixels, other: Pixels) -> float:
    """Likeness in dB over all three colours; 99 for equal pictures."""
    error = float(numpy.mean((one - other) ** 2))
    return 99.0 if error == 0 else 10 * float(numpy.log10(255**2 / error))


def fits(width: int, height: int, shown: Fraction, box_width: int, box_height: int) -> bool:
    """Whether the size fills the box in one direction and keeps the shape to half a pixel in the other."""
    if not (0 < width <= box_width and 0 < height <= box_height):
        return False
    if width == box_width:
        return abs(height - width / shown) <= Fraction(1, 2)
    return height == box_height and abs(width - height * shown) <= Fraction(1, 2)
