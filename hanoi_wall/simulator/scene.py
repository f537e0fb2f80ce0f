"""A pretend camera's view of a crossing (first, plain version)."""

from __future__ import annotations

import numpy
from PIL import Image, ImageDraw

from hanoi_wall.simulator.mark import Pixels


class Scene:
    """Draws the picture of any moment of one loop; periodic in loop_s seconds. One thread."""

    def __init__(self, seed: int, name: str, width: int, height: int, loop_s: float) -> None:
        self._size = (width, height)
        self._loop_s = loop_s
        rng = numpy.random.default_rng(seed)
        back = Image.new("RGB", (width, height), (90, 95, 100))
        draw = ImageDraw.Draw(back)
        for _ in range(60):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height // 2))
            size = int(rng.integers(width // 30, width // 8))
            shade = tuple(int(value) for value in rng.integers(60, 220, 3))
            draw.rectangle((x, y, x + size, y + size), fill=shade)
        draw.text((10, 10), name, fill=(255, 255, 255))
        y, u, v = back.convert("YCbCr").split()
        half = (width // 2, height // 2)
        self._back = numpy.concatenate(
            [
                numpy.asarray(plane).reshape(-1)
                for plane in (y, u.resize(half, Image.Resampling.BOX), v.resize(half, Image.Resampling.BOX))
            ]
        ).reshape(height * 3 // 2, width)
        self._buffer = numpy.empty_like(self._back)
        self._movers = [
            (rng.uniform(0.45, 0.9), rng.uniform(0, 1), int(rng.integers(1, 4)), int(rng.integers(0, 255)))
            for _ in range(24)
        ]

    def black(self) -> Pixels:
        """A black picture."""
        height = self._size[1]
        self._buffer[:height] = 16
        self._buffer[height:] = 128
        return self._buffer

    def picture(self, seconds: float) -> Pixels:
        """The picture at that moment: (height * 3 // 2) x width planar YUV; reused by the next call."""
        width, height = self._size
        self._buffer[:] = self._back
        for row, phase, turns, shade in self._movers:
            x = int((phase + turns * seconds / self._loop_s) % 1.0 * width * 1.2 - width * 0.1)
            top = int(row * height)
            size = max(4, int(height * 0.08))
            self._buffer[top : min(top + size, height), max(x, 0) : max(x + size * 2, 0)] = shade
        return self._buffer
