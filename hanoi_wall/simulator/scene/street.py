"""What stands: sky, streets, markings, houses, trees, poles and wires. Drawn once per loop."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy

from hanoi_wall.simulator.scene.canvas import Canvas
from hanoi_wall.simulator.scene.houses import Front, Row, split
from hanoi_wall.simulator.scene.solids import Colour
from hanoi_wall.simulator.scene.traffic import Plan

_ASPHALT: Colour = (104, 105, 108)
_PAVING: Colour = (168, 156, 146)
_PAINT: Colour = (222, 222, 216)
PAVEMENT = 3.4
_END = 130.0


@dataclass(frozen=True, slots=True)
class Mast:
    """A street lamp: foot on the ground, height, reach towards the street (metres, signed)."""

    x: float
    y: float
    height: float
    reach: float


def masts(plan: Plan) -> list[Mast]:
    """The lamps along both sides of the main street."""
    edge = plan.half_main + 0.7
    found = []
    for y in (15.0, plan.away - plan.half_cross - 2.2, plan.away + plan.half_cross + 2.2, 66.0, 90.0):
        found += [Mast(-edge, y, 8.2, 2.4), Mast(edge, y, 8.2, -2.4)]
    return found


class Street:
    """Draws one crossing. Everything random comes from `seed`."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan = plan
        self._seed = seed

    def _dice(self, what: int) -> numpy.random.Generator:
        return numpy.random.default_rng([self._seed, what])

    def back(self, canvas: Canvas) -> None:
        """All that movers pass in front of."""
        self._ground(canvas)
        self._markings(canvas)
        self._far_houses(canvas)
        self._far_green(canvas)
        self._wires(canvas)

    def front(self, canvas: Canvas) -> None:
        """What may hide movers: the houses and trees of the near arm, lamps and poles."""
        plan, rng = self._plan, self._dice(5)
        line = plan.half_main + PAVEMENT
        length = plan.away - plan.half_cross - PAVEMENT
        for side in (-1, 1):
            front = Front(side * line, 0.0, (0.0, 1.0), (-side, 0.0))
            Row(canvas, front, rng, signs=False).build(list(reversed(split(length, rng)))[:])
        for side in (-1, 1):
            for y in (length - 1.2, length - 9.0):
                if rng.uniform() < 0.5:
                    tree(canvas, side * (plan.half_main + 1.1), y, float(rng.uniform(5.0, 7.5)), rng)
        for mast in sorted(masts(plan), key=lambda mast: -mast.y):
            _mast(canvas, mast)

    def _ground(self, canvas: Canvas) -> None:
        plan, rng = self._plan, self._dice(1)
        canvas.rect(-90, -6, 90, _END, _PAVING)
        for place in range(60):
            y = -4 + place * 1.1
            for side in (-1, 1):
                inner, outer = side * plan.half_main, side * (plan.half_main + PAVEMENT)
                canvas.rect(inner, y, outer, y + 0.08, (150, 138, 128))
        main, cross, away = plan.half_main, plan.half_cross, plan.away
        canvas.rect(-90, away - cross, 90, away + cross, _ASPHALT)
        canvas.rect(-main, -6, main, _END, _ASPHALT)
        for _ in range(26):
            x, y = float(rng.uniform(-main, main)), float(rng.uniform(4, 60))
            w, d = float(rng.uniform(0.6, 2.4)), float(rng.uniform(1.0, 5.0))
            shade = round(float(rng.uniform(-9, 8)))
            canvas.rect(
                max(-main, x - w), y, min(main, x + w), y + d, (104 + shade, 105 + shade, 108 + shade)
            )
        for side in (-1, 1):
            for begin, end in ((-6.0, away - cross), (away + cross, _END)):
                x = side * main
                for place in range(int((end - begin) / 2)):
                    y = begin + place * 2
                    kerb = (206, 196, 90) if place % 2 else (70, 70, 70)
                    canvas.rect(x, y, x + side * 0.3, min(y + 2, end), kerb)

    def _markings(self, canvas: Canvas) -> None:
        plan = self._plan
        main, cross, away = plan.half_main, plan.half_cross, plan.away
        for begin, end in ((-6.0, away - cross - 4.5), (away + cross + 4.5, _END)):
            for offset in (-0.16, 0.08):
                canvas.rect(offset, begin, offset + 0.1, end, (214, 188, 92))
            for lane in (-main / 2, main / 2):
                y = begin
                while y < end:
                    canvas.rect(lane - 0.07, y, lane + 0.07, min(y + 2.4, end), _PAINT)
                    y += 5.6
        for side in (-1, 1):
            x = side * (main + 5.0)
            while abs(x) < 80:
                canvas.rect(x, away - 0.07, x + side * 2.4, away + 0.07, _PAINT)
                x += side * 5.6
        self._zebras(canvas)

    def _zebras(self, canvas: Canvas) -> None:
        plan = self._plan
        main, cross, away = plan.half_main, plan.half_cross, plan.away
        for y in (away - cross - 3.8, away + cross + 0.8):
            x = -main + 0.4
            while x < main - 0.4:
                canvas.rect(x, y, x + 0.5, y + 3.0, _PAINT)
                x += 1.05
        for side in (-1, 1):
            begin = side * (main + 0.8)
            y = away - cross + 0.4
            while y < away + cross - 0.4:
                canvas.rect(begin, y, begin + side * 3.0, y + 0.5, _PAINT)
                y += 1.05
        canvas.rect(0.3, away - cross - 4.8, main - 0.3, away - cross - 4.4, _PAINT)
        canvas.rect(-main + 0.3, away + cross + 4.4, -0.3, away + cross + 4.8, _PAINT)
        canvas.rect(-main - 4.8, away - cross + 0.3, -main - 4.4, away - 0.3, _PAINT)
        canvas.rect(main + 4.4, away + 0.3, main + 4.8, away + cross - 0.3, _PAINT)

    def _far_houses(self, canvas: Canvas) -> None:
        plan, rng = self._plan, self._dice(2)
        line = plan.half_main + PAVEMENT
        begin = plan.away + plan.half_cross + PAVEMENT
        blocks = self._dice(8)
        for place in range(14):
            x = (place - 6.5) * 13 + float(blocks.uniform(-4, 4))
            top, shade = float(blocks.uniform(14, 34)), round(float(blocks.uniform(168, 196)))
            y = 180 + float(blocks.uniform(0, 60))
            corners = [(x, y, 0.0), (x + 12, y, 0.0), (x + 12, y, top), (x, y, top)]
            canvas.flat(corners, (shade, shade + 3, shade + 6), (18, 17, 14))
        for side in (-1, 1):
            front = Front(side * line, begin, (0.0, 1.0), (-side, 0.0))
            Row(canvas, front, rng, signs=False).build(list(reversed(split(_END - begin - 10, rng))))
        for side in (-1, 1):
            front = Front(side * line, begin, (side, 0.0), (0.0, -1.0))
            Row(canvas, front, rng, signs=True).build(list(reversed(split(40.0, rng))))

    def _far_green(self, canvas: Canvas) -> None:
        plan, rng = self._plan, self._dice(3)
        edge = plan.half_main + 1.2
        spots = [(side * edge, y) for side in (-1, 1) for y in (92.0, 78.0, 64.0, 52.0)]
        far = plan.away + plan.half_cross + 1.6
        spots += [(side * (plan.half_main + away), far) for side in (-1, 1) for away in (21.0, 13.5, 6.0)]
        for x, y in spots:
            if rng.uniform() < 0.7:
                tree(canvas, x, y, float(rng.uniform(5.0, 8.5)), rng)

    def _wires(self, canvas: Canvas) -> None:
        plan, rng = self._plan, self._dice(4)
        edge, far = plan.half_main + 0.9, plan.away + plan.half_cross + 1.0
        poles = [(-34.0, far), (-edge - 4.0, far), (edge + 4.0, far), (34.0, far)]
        for x, y in poles:
            canvas.line((x, y, 0.0), (x, y, 8.6), 0.26, (142, 138, 132))
            canvas.flat(_upright(x - 0.35, x + 0.35, y - 0.1, 5.0, 5.9), (96, 100, 104))
        spans = list(zip(poles, poles[1:], strict=False))
        near = plan.away - plan.half_cross - 1.5
        spans += [((edge, near), poles[2]), ((-edge, near), poles[1]), (poles[1], (-edge, 90.0))]
        spans += [(poles[2], (edge, 90.0))]
        for begin, end in spans:
            for _ in range(int(rng.integers(6, 11))):
                top, sag = float(rng.uniform(6.3, 8.4)), float(rng.uniform(0.4, 1.5))
                _wire(canvas, begin, end, top, sag, _vary_grey(rng))


def tree(canvas: Canvas, x: float, y: float, height: float, rng: numpy.random.Generator) -> None:
    """A street tree: trunk, and a crown of many leaves, lighter towards the sky."""
    lean = float(rng.uniform(-0.4, 0.4))
    canvas.line((x, y, 0.0), (x + lean * 0.5, y, height * 0.55), 0.34, (94, 80, 66))
    base = (float(rng.uniform(44, 74)), float(rng.uniform(88, 112)), float(rng.uniform(36, 54)))
    spread = height * 0.38
    leaves = []
    for _ in range(230):
        angle, out, up = rng.uniform(0, math.tau), math.sqrt(float(rng.uniform())), float(rng.uniform(-1, 1))
        flat = math.sqrt(max(0.0, 1 - up * up * 0.8))
        spot = (
            x + lean + math.cos(angle) * out * spread * flat,
            y + math.sin(angle) * out * spread * flat * 0.5,
            height * 0.78 + up * height * 0.3,
        )
        leaves.append((spot, up))
    leaves.sort(key=lambda leaf: -leaf[0][1] + leaf[1])
    for spot, up in leaves:
        light = 0.72 + 0.38 * (up + 1) / 2 + float(rng.uniform(-0.13, 0.13))
        red, green, blue = (min(255, round(value * light)) for value in base)
        canvas.blob(spot, float(rng.uniform(0.13, 0.36)), (red, green, blue))


def _mast(canvas: Canvas, mast: Mast) -> None:
    steel = (120, 124, 128)
    top = (mast.x, mast.y, mast.height)
    canvas.line((mast.x, mast.y, 0.0), top, 0.16, steel)
    head = (mast.x + mast.reach, mast.y, mast.height + 0.25)
    canvas.line(top, head, 0.1, steel)
    canvas.lamp(head, 0.13, (255, 226, 170))


def _wire(
    canvas: Canvas,
    begin: tuple[float, float],
    end: tuple[float, float],
    top: float,
    sag: float,
    colour: Colour,
) -> None:
    previous: tuple[float, float, float] | None = None
    for step in range(13):
        part = step / 12
        x, y = (a + (b - a) * part for a, b in zip(begin, end, strict=True))
        point = (x, y, top - sag * 4 * part * (1 - part))
        if previous is not None:
            canvas.line(previous, point, 0.025, colour)
        previous = point


def _vary_grey(rng: numpy.random.Generator) -> Colour:
    shade = int(rng.integers(28, 56))
    return shade, shade, shade + 2


def _upright(x: float, u: float, y: float, low: float, high: float) -> list[tuple[float, float, float]]:
    return [(x, y, low), (u, y, low), (u, y, high), (x, y, high)]
