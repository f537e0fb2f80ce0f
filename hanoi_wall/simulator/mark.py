"""The frame-number mark: one row of black and white cells along the bottom edge of every pretend picture.

It lets a test read, off the painted screen, which frame of which camera the operator really sees. Forty cells
of one fortieth of the width, two forty-fifths of the height high, so that at 160x90 each is 4 x 4 pixels:

    1 0 | camera, 10 bits | frame in Gray code, 16 bits | check, 10 bits | 0 1

White is 1. Gray code changes one cell from frame to frame, which keeps the strip cheap to encode. The two
cells at each end calibrate black and white; the check is a CRC-10 of the 26 bits before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
import numpy.typing

CELLS = 40
CAMERA_BITS = 10
FRAME_BITS = 16
CHECK_BITS = 10
LARGEST_CAMERA = (1 << CAMERA_BITS) - 1
LARGEST_FRAME = (1 << FRAME_BITS) - 1
SMALLEST_CONTRAST = 48.0
"""Grey levels (0..255) between the calibration cells below which nothing is read."""
_STRIP = 2 / 45
_POLYNOMIAL = 0x233
_SHIFTS = (0.0, -0.12, 0.12, -0.24, 0.24)

Pixels = numpy.typing.NDArray[numpy.uint8]


@dataclass(frozen=True, slots=True)
class Mark:
    """Which frame of which camera: camera counts from 0; frame is the number within the clip's loop."""

    camera: int
    frame: int


def strip_height(height: int) -> int:
    """Rows of the strip in a picture of `height` rows (>= 1)."""
    return max(1, round(height * _STRIP))


def cells(mark: Mark) -> tuple[bool, ...]:
    """The forty cells, left to right, True = white. Raises ValueError for numbers that do not fit."""
    if not 0 <= mark.camera <= LARGEST_CAMERA or not 0 <= mark.frame <= LARGEST_FRAME:
        raise ValueError(f"mark does not fit: camera {mark.camera}, frame {mark.frame}")
    gray = mark.frame ^ (mark.frame >> 1)
    word = (mark.camera << FRAME_BITS) | gray
    coded = (word << CHECK_BITS) | _check(word)
    bits = CAMERA_BITS + FRAME_BITS + CHECK_BITS
    body = tuple(bool(coded >> (bits - 1 - place) & 1) for place in range(bits))
    return (True, False, *body, False, True)


def luma_strip(mark: Mark, width: int, height: int) -> Pixels:
    """The strip as luma of a limited-range picture (16 black, 235 white): strip_height(height) x width."""
    white = numpy.array(cells(mark), dtype=bool)
    columns = numpy.arange(width) * CELLS // width
    row = numpy.where(white[columns], 235, 16).astype(numpy.uint8)
    return numpy.broadcast_to(row, (strip_height(height), width))


def read_mark(pixels: numpy.typing.NDArray[Any]) -> Mark | None:
    """The mark in a painted picture, or None where none can be read with certainty.

    pixels: H x W x 3 or 4 (RGB or BGR order, further channels ignored) or H x W, 0..255; exactly the painted
    picture, without letter-box bars. Pure; smallest useful size 120 x 68.
    """
    if pixels.ndim not in (2, 3) or pixels.shape[0] < 45 or pixels.shape[1] < 2 * CELLS:
        return None
    height, width = pixels.shape[:2]
    strip = height * _STRIP
    top, bottom = round(height - strip * 0.72), max(round(height - strip * 0.28), 1)
    rows = pixels[min(top, bottom - 1) : bottom]
    grey = rows[..., :3].mean(axis=2) if pixels.ndim == 3 else rows
    profile = numpy.asarray(grey, dtype=numpy.float64).mean(axis=0)
    sums = numpy.concatenate(([0.0], numpy.cumsum(profile)))
    for shift in _SHIFTS:
        found = _read_profile(sums, width, shift)
        if found is not None:
            return found
    return None


def _read_profile(sums: numpy.typing.NDArray[numpy.float64], width: int, shift: float) -> Mark | None:
    """Read the cells' inner halves from running sums of the strip's columns, displaced by `shift` cells."""
    cell = width / CELLS
    centres = (numpy.arange(CELLS) + 0.5 + shift) * cell
    half = max(cell * 0.25, 0.5)
    edges = numpy.arange(width + 1, dtype=numpy.float64)
    high, low = numpy.interp(centres + half, edges, sums), numpy.interp(centres - half, edges, sums)
    levels = (high - low) / (2 * half)
    white, black = (levels[0] + levels[-1]) / 2, (levels[1] + levels[-2]) / 2
    contrast = white - black
    if contrast < SMALLEST_CONTRAST:
        return None
    scaled = (levels - black) / contrast
    bits = scaled > 0.5
    # Every cell must be plainly one or the other: a picture that only looks like a mark is not read.
    if bool(numpy.any(numpy.abs(scaled - 0.5) < 0.16)) or not (bits[0] and bits[-1]) or bits[1] or bits[-2]:
        return None
    coded = int("".join("1" if bit else "0" for bit in bits[2:-2]), 2)
    word, check = coded >> CHECK_BITS, coded & ((1 << CHECK_BITS) - 1)
    if _check(word) != check:
        return None
    return Mark(word >> FRAME_BITS, _from_gray(word & LARGEST_FRAME))


def _check(word: int) -> int:
    """CRC-10 (x^10 + x^9 + x^5 + x^4 + x + 1) of a 26-bit word; never 0 for word 0, so flat is no mark."""
    remainder = 0x155
    for place in range(CAMERA_BITS + FRAME_BITS - 1, -1, -1):
        feedback = (remainder >> (CHECK_BITS - 1)) ^ (word >> place & 1)
        remainder = (remainder << 1) & ((1 << CHECK_BITS) - 1)
        if feedback:
            remainder ^= _POLYNOMIAL
    return remainder


def _from_gray(gray: int) -> int:
    value = gray
    while gray := gray >> 1:
        value ^= gray
    return value
