"""Tube houses: narrow, tall, each another colour; shops below, balconies, tanks and tin roofs above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from PIL import ImageDraw

from hanoi_wall.simulator.scene.canvas import Canvas, Corner
from hanoi_wall.simulator.scene.captions import font
from hanoi_wall.simulator.scene.solids import Colour

_WALLS: tuple[Colour, ...] = (
    (222, 190, 120),
    (206, 212, 186),
    (226, 220, 204),
    (188, 206, 214),
    (226, 188, 164),
    (214, 200, 148),
    (176, 196, 172),
    (232, 232, 226),
    (204, 160, 128),
    (190, 178, 160),
)
_SIGNS: tuple[Colour, ...] = (
    (196, 36, 36),
    (28, 84, 160),
    (22, 124, 84),
    (236, 180, 40),
    (120, 44, 120),
    (230, 110, 40),
    (30, 34, 40),
)
_AWNINGS: tuple[Colour, ...] = ((60, 110, 170), (190, 60, 50), (70, 140, 90), (220, 190, 90), (200, 200, 200))
_TRADES = (
    "PHỞ BÒ",
    "CÀ PHÊ",
    "BÁNH MÌ",
    "BÚN CHẢ",
    "NHÀ THUỐC",
    "SỬA XE",
    "TẠP HÓA",
    "VẢI LỤA",
    "TRÀ ĐÁ",
    "HOA TƯƠI",
    "ĐIỆN MÁY",
    "SÁCH CŨ",
    "CHÈ",
    "XÔI",
    "BIA HƠI",
    "MAY ĐO",
)
FLOOR = 3.3


@dataclass(frozen=True, slots=True)
class Front:
    """Where a row of houses stands: its first corner, the direction along it, and outwards to the street."""

    x: float
    y: float
    along: tuple[float, float]
    out: tuple[float, float]

    def at(self, along: float, out: float, z: float) -> Corner:
        """World point."""
        return (
            self.x + self.along[0] * along + self.out[0] * out,
            self.y + self.along[1] * along + self.out[1] * out,
            z,
        )


class Row:
    """Builds the houses of one row."""

    def __init__(self, canvas: Canvas, front: Front, rng: numpy.random.Generator, signs: bool) -> None:
        self._canvas = canvas
        self._front = front
        self._rng = rng
        self._signs = signs

    def build(self, places: list[tuple[float, float]]) -> None:
        """Houses from and to these metres along the row, the farthest first."""
        for begin, end in places:
            floors = int(self._rng.integers(3, 7))
            self._house(begin, end, floors)

    def _quad(
        self,
        a: float,
        b: float,
        low: float,
        high: float,
        out: float,
        colour: Colour,
        shine: Colour = (0, 0, 0),
    ) -> None:
        at = self._front.at
        self._canvas.flat(
            [at(a, out, low), at(b, out, low), at(b, out, high), at(a, out, high)], colour, shine
        )

    def _house(self, a: float, b: float, floors: int) -> None:
        rng = self._rng
        wall = _vary(_WALLS[int(rng.integers(0, len(_WALLS)))], rng, 12)
        height = floors * FLOOR + float(rng.uniform(-0.3, 0.9))
        at = self._front.at
        bare = _vary((158, 150, 140), rng, 14)
        for edge in (a, b):
            side = [at(edge, 0, 0), at(edge, -14, 0), at(edge, -14, height), at(edge, 0, height)]
            self._canvas.flat(side, bare)
        self._roof(a, b, height)
        self._quad(a, b, 0, height, 0, wall)
        for floor in range(1, floors):
            self._storey(a, b, floor * FLOOR, wall)
        self._shop(a, b)

    def _roof(self, a: float, b: float, height: float) -> None:
        rng, at = self._rng, self._front.at
        draw = rng.uniform()
        if draw < 0.4:
            tin = _vary(((150, 70, 60), (70, 100, 140), (120, 130, 136))[int(rng.integers(0, 3))], rng, 10)
            roof = [at(a, 0.3, height), at(b, 0.3, height), at(b, -5, height + 1.8), at(a, -5, height + 1.8)]
            self._canvas.flat(roof, tin)
        else:
            self._quad(a, b, height, height + 0.7, -0.2, _vary((190, 184, 172), rng, 10))
        if draw > 0.3:
            middle = (a + b) / 2 + float(rng.uniform(-0.6, 0.6))
            self._quad(middle - 0.9, middle + 0.9, height + 0.6, height + 1.7, -3, (186, 192, 198))
            self._quad(middle - 0.9, middle - 0.4, height + 0.6, height + 1.7, -2.9, (220, 226, 230))

    def _storey(self, a: float, b: float, z: float, wall: Colour) -> None:
        rng = self._rng
        self._quad(a, b, z - 0.08, z + 0.12, 0.05, _scaled(wall, 0.8))
        count = 1 if b - a < 4 else 2
        lit = rng.uniform() < 0.5
        step = (b - a) / count
        glass = _vary((72, 88, 98), rng, 14)
        warm = ((255, 206, 130), (255, 232, 190), (214, 230, 255))[int(rng.integers(0, 3))]
        shine = _scaled(warm, float(rng.uniform(0.35, 0.9))) if lit else (0, 0, 0)
        for place in range(count):
            left, right = a + step * place + step * 0.18, a + step * (place + 1) - step * 0.18
            self._quad(left - 0.12, right + 0.12, z + 0.7, z + 2.75, 0.04, _scaled(wall, 1.12))
            self._quad(left, right, z + 0.8, z + 2.65, 0.06, glass, shine)
            middle = (left + right) / 2
            self._quad(middle - 0.05, middle + 0.05, z + 0.8, z + 2.65, 0.08, _scaled(wall, 0.7))
        if rng.uniform() < 0.6:
            self._balcony(a + 0.2, b - 0.2, z)
        if rng.uniform() < 0.35:
            where = float(rng.uniform(a + 0.3, b - 1.2))
            self._quad(where, where + 0.9, z + 0.2, z + 0.85, 0.45, (206, 208, 206))

    def _balcony(self, a: float, b: float, z: float) -> None:
        at, rail = self._front.at, _vary((96, 92, 86), self._rng, 30)
        slab = [at(a, 0, z + 0.1), at(b, 0, z + 0.1), at(b, 0.9, z + 0.1), at(a, 0.9, z + 0.1)]
        self._canvas.flat(slab, _scaled(rail, 1.2))
        for place in range(7):
            where = a + (b - a) * place / 6
            self._quad(where - 0.03, where + 0.03, z + 0.1, z + 1.05, 0.9, rail)
        self._quad(a, b, z + 1.0, z + 1.1, 0.92, rail)
        self._quad(a, b, z - 0.05, z + 0.12, 0.92, _scaled(rail, 1.25))
        if self._rng.uniform() < 0.55:
            for place in range(4):
                spot = at(a + (b - a) * (place + 0.5) / 4, 0.8, z + 1.0)
                self._canvas.blob(
                    spot, float(self._rng.uniform(0.15, 0.38)), _vary((70, 116, 58), self._rng, 24)
                )

    def _shop(self, a: float, b: float) -> None:
        rng, at = self._rng, self._front.at
        open_now = rng.uniform() < 0.75
        inside = _vary((84, 70, 56), rng, 20) if open_now else _vary((150, 156, 160), rng, 16)
        light = _scaled((255, 226, 170), float(rng.uniform(0.5, 1.0))) if open_now else (0, 0, 0)
        self._quad(a + 0.25, b - 0.25, 0.05, 2.75, 0.05, inside, light)
        if open_now:
            for _ in range(5):
                where, size = float(rng.uniform(a + 0.4, b - 1.0)), float(rng.uniform(0.3, 0.7))
                goods = _vary(_SIGNS[int(rng.integers(0, len(_SIGNS)))], rng, 30)
                self._quad(where, where + size, 0.05, size * 1.6, 0.1, goods, _scaled(goods, 0.5))
        sign = _vary(_SIGNS[int(rng.integers(0, len(_SIGNS)))], rng, 16)
        glow = _scaled(sign, 1.15) if rng.uniform() < 0.75 else (0, 0, 0)
        self._quad(a + 0.1, b - 0.1, 2.95, 4.0, 0.25, sign, glow)
        self._write(a, b)
        if rng.uniform() < 0.5:
            cloth = _AWNINGS[int(rng.integers(0, len(_AWNINGS)))]
            low, high = 2.45, 2.95
            for place in range(4):
                left, right = a + (b - a) * place / 4, a + (b - a) * (place + 1) / 4
                stripe = cloth if place % 2 == 0 else _scaled(cloth, 1.25)
                self._canvas.flat(
                    [at(left, 0.2, high), at(right, 0.2, high), at(right, 1.7, low), at(left, 1.7, low)],
                    stripe,
                )

    def _write(self, a: float, b: float) -> None:
        """What the shop sells, where the row faces the camera."""
        if not self._signs:
            return
        view = self._canvas.view
        left, top = view.point(*self._front.at(a + 0.3, 0.3, 3.85))
        right, bottom = view.point(*self._front.at(b - 0.3, 0.3, 3.1))
        left, right = min(left, right), max(left, right)
        trade = _TRADES[int(self._rng.integers(0, len(_TRADES)))]
        size = min((bottom - top) * 0.95, (right - left) / max(4, len(trade)) * 1.5)
        if size < 7:
            return
        for image, fill in ((self._canvas.surface, (250, 246, 230)), (self._canvas.shine, (255, 250, 225))):
            draw = ImageDraw.Draw(image)
            draw.text(
                ((left + right) / 2, (top + bottom) / 2), trade, font=font(size), fill=fill, anchor="mm"
            )


def split(length: float, rng: numpy.random.Generator) -> list[tuple[float, float]]:
    """A row of `length` metres cut into plots of 3.4–5.4 m."""
    plots = []
    at = 0.0
    while at < length:
        end = at + float(rng.uniform(3.4, 5.4))
        plots.append((at, end))
        at = end
    return plots


def _scaled(colour: Colour, by: float) -> Colour:
    red, green, blue = (min(255, round(value * by)) for value in colour)
    return red, green, blue


def _vary(colour: Colour, rng: numpy.random.Generator, by: int) -> Colour:
    change = rng.integers(-by, by + 1, 3)
    red, green, blue = (
        min(255, max(0, value + int(step))) for value, step in zip(colour, change, strict=True)
    )
    return red, green, blue
