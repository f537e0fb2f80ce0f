"""Where the pretend camera hangs and what it sees: a pinhole over the near arm of a crossing. Pure.

World: metres, x to the right, y away from the camera along the main street, z up; the mast stands at y = 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy
import numpy.typing

Numbers = numpy.typing.NDArray[numpy.float64]


@dataclass(frozen=True)
class View:
    """width, height: pixels; x, mast: position and height in metres; yaw, pitch (down): radians; fov: radians
    across the width."""

    width: int
    height: int
    x: float
    mast: float
    yaw: float
    pitch: float
    fov: float

    @cached_property
    def focal(self) -> float:
        """Pixels per unit of tangent."""
        return self.width / 2 / math.tan(self.fov / 2)

    @cached_property
    def _turns(self) -> tuple[float, float, float, float]:
        return math.sin(self.yaw), math.cos(self.yaw), math.sin(self.pitch), math.cos(self.pitch)

    def project(self, x: Numbers, y: Numbers, z: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Columns, rows (pixels), depths (metres) of world points; below a depth of 1 nothing is seen."""
        across, ahead, up = x - self.x, y, z - self.mast
        distance = across * math.sin(self.yaw) + ahead * math.cos(self.yaw)
        right = across * math.cos(self.yaw) - ahead * math.sin(self.yaw)
        depth = distance * math.cos(self.pitch) - up * math.sin(self.pitch)
        rise = distance * math.sin(self.pitch) + up * math.cos(self.pitch)
        safe = numpy.maximum(depth, 0.1)
        return self.width / 2 + self.focal * right / safe, self.height / 2 - self.focal * rise / safe, depth

    def point(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Column and row of one world point in front of the camera."""
        column, row, _ = self.see(x, y, z)
        return column, row

    def see(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """`project` for one point: column, row, depth."""
        sin_yaw, cos_yaw, sin_pitch, cos_pitch = self._turns
        across, up = x - self.x, z - self.mast
        distance = across * sin_yaw + y * cos_yaw
        right = across * cos_yaw - y * sin_yaw
        depth = distance * cos_pitch - up * sin_pitch
        rise = distance * sin_pitch + up * cos_pitch
        scale = self.focal / max(depth, 0.1)
        return self.width / 2 + scale * right, self.height / 2 - scale * rise, depth

    def polygon(self, corners: list[tuple[float, float, float]]) -> list[tuple[float, float]]:
        """Pixels of a flat polygon, cut off 1 m in front of the camera; empty when nothing is left."""
        seen = [self.see(*corner) for corner in corners]
        if min(point[2] for point in seen) > 1.0:
            return [(column, row) for column, row, _ in seen]
        return self._cut(corners, [point[2] for point in seen])

    def _cut(
        self, corners: list[tuple[float, float, float]], depths: list[float]
    ) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for place, (corner, depth) in enumerate(zip(corners, depths, strict=True)):
            before, depth_before = corners[place - 1], depths[place - 1]
            if (depth > 1.0) != (depth_before > 1.0):
                part = (1.0 - depth_before) / (depth - depth_before) * 1.0001
                x, y, z = (a + (b - a) * part for a, b in zip(before, corner, strict=True))
                kept.append(self.point(x, y, z))
            if depth > 1.0:
                kept.append(self.point(*corner))
        return kept
