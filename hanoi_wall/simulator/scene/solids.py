"""Bodies made of tapered boxes and balls, drawn as the eye sees them from one direction. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float, float]
_SUN = (0.35, -0.45, 0.82)


@dataclass(frozen=True, slots=True)
class Box:
    """A box whose top may be smaller than its bottom. Metres in the body's own axes: x forward, y left, z up.

    bottom, top: (x from, x to, half width) at heights low and high; sides: colour of the four sides where it
    differs from the roof's.
    """

    low: float
    high: float
    bottom: tuple[float, float, float]
    top: tuple[float, float, float]
    colour: Colour
    sides: Colour | None = None
    y: float = 0.0
    layer: int = 0
    """Lower layers are drawn first: wheels -1, roofs 1, what stands on them 2."""


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball: centre and radius in metres."""

    centre: Point
    radius: float
    colour: Colour


Part = Box | Ball


def box(
    low: float,
    high: float,
    back: float,
    front: float,
    half: float,
    colour: Colour,
    y: float = 0.0,
    layer: int = 0,
) -> Box:
    """A plain box."""
    return Box(low, high, (back, front, half), (back, front, half), colour, None, y, layer)


@dataclass(frozen=True, slots=True)
class Eye:
    """An orthographic view: azimuth = from the body's heading to the line of sight (0 = it drives away),
    elevation above the ground; radians. scale: pixels per metre; origin: pixel of the body's ground point."""

    azimuth: float
    elevation: float
    scale: float
    origin: tuple[float, float]

    @property
    def toward(self) -> Point:
        """The direction from the body to the eye."""
        flat = math.cos(self.elevation)
        return -math.cos(self.azimuth) * flat, -math.sin(self.azimuth) * flat, math.sin(self.elevation)

    def see(self, point: Point) -> tuple[float, float, float]:
        """Column, row, and nearness (greater = nearer to the eye)."""
        x, y, z = point
        away = x * math.cos(self.azimuth) + y * math.sin(self.azimuth)
        right = x * math.sin(self.azimuth) - y * math.cos(self.azimuth)
        row = -z * math.cos(self.elevation) - away * math.sin(self.elevation)
        near = z * math.sin(self.elevation) - away * math.cos(self.elevation)
        return self.origin[0] + right * self.scale, self.origin[1] + row * self.scale, near


def paint(parts: list[Part], eye: Eye, size: tuple[int, int]) -> Image.Image:
    """The body on a transparent picture (RGBA), far faces first, lit from the upper left."""
    image = Image.new("RGBA", size)
    draw = ImageDraw.Draw(image)
    for part in sorted(parts, key=lambda part: (_layer(part), eye.see(_centre(part))[2])):
        if isinstance(part, Ball):
            column, row, _ = eye.see(part.centre)
            radius = part.radius * eye.scale
            draw.ellipse((column - radius, row - radius, column + radius, row + radius), fill=part.colour)
            shine = (column - radius * 0.55, row - radius * 0.75, column + radius * 0.25, row + radius * 0.05)
            draw.ellipse(shine, fill=_shade(part.colour, 1.25))
        else:
            _paint_box(draw, part, eye)
    return image


def _paint_box(draw: ImageDraw.ImageDraw, part: Box, eye: Eye) -> None:
    low, high = _ring(part.bottom, part.low, part.y), _ring(part.top, part.high, part.y)
    faces = [(low[place - 1], low[place], high[place], high[place - 1]) for place in range(4)]
    toward = eye.toward
    for place, face in enumerate([*faces, tuple(high)]):
        normal = _normal(face)
        if _dot(normal, toward) <= 0.02:
            continue
        colour = part.colour if place == 4 or part.sides is None else part.sides
        light = 0.66 + 0.42 * max(0.0, _dot(normal, _SUN))
        draw.polygon([eye.see(point)[:2] for point in face], fill=_shade(colour, light))


def _ring(section: tuple[float, float, float], z: float, y: float) -> list[Point]:
    back, front, half = section
    return [(front, y - half, z), (front, y + half, z), (back, y + half, z), (back, y - half, z)]


def _centre(part: Part) -> Point:
    if isinstance(part, Ball):
        return part.centre
    return ((part.bottom[0] + part.bottom[1]) / 2, part.y, (part.low + part.high) / 2)


def _layer(part: Part) -> int:
    return part.layer if isinstance(part, Box) else 0


def _normal(face: tuple[Point, ...]) -> Point:
    """The outward normal of a face whose corners run anticlockwise seen from outside."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = face[0], face[1], face[2]
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - bx, cy - by, cz - bz
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    return nx / length, ny / length, nz / length


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _shade(colour: Colour, light: float) -> Colour:
    red, green, blue = (min(255, round(value * light)) for value in colour)
    return red, green, blue
