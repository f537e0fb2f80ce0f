"""Pixels to PNG, without Qt: the screen's thread is not needed, and zlib lets the others run meanwhile."""

from __future__ import annotations

import struct
import zlib

import numpy as np

_MAGIC = b"\x89PNG\r\n\x1a\n"
_BAND = 64
"""Rows at a time: what lies between two bands is where other threads get their turn."""
_LEVEL = 4
_UP = 2
_EIGHT_BIT_RGB = (8, 2, 0, 0, 0)


def encode(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """A PNG of 4-byte pixels B, G, R, X, `stride` bytes a row, the top row first; every colour kept exactly.

    Raises ValueError where there are too few bytes for that, or no pixels.
    """
    if width < 1 or height < 1 or stride < 4 * width or len(pixels) < stride * (height - 1) + 4 * width:
        raise ValueError(f"{len(pixels)} bytes are no picture of {width}x{height}")
    squeeze = zlib.compressobj(_LEVEL)
    parts = []
    before = np.zeros(3 * width, np.uint8)
    for top in range(0, height, _BAND):
        count = min(_BAND, height - top)
        # The last row may end before its stride does.
        size = stride * (count - 1) + 4 * width
        flat = np.frombuffer(pixels, np.uint8, size, top * stride)
        rows = np.lib.stride_tricks.as_strided(flat, (count, width, 3), (stride, 4, 1))
        colours = rows[:, :, ::-1].reshape(count, 3 * width)
        lines = np.empty((count, 1 + 3 * width), np.uint8)
        lines[:, 0] = _UP
        lines[0, 1:] = colours[0] - before
        lines[1:, 1:] = colours[1:] - colours[:-1]
        before = colours[-1]
        parts.append(squeeze.compress(lines.tobytes()))
    parts.append(squeeze.flush())
    header = struct.pack(">II5B", width, height, *_EIGHT_BIT_RGB)
    return b"".join((_MAGIC, _chunk(b"IHDR", header), _chunk(b"IDAT", b"".join(parts)), _chunk(b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
