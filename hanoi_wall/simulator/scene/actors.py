"""Who is on the road: motorbikes above all, cars, taxis, vans, buses, people. Bodies in metres."""

from __future__ import annotations

from dataclasses import dataclass

from hanoi_wall.simulator.scene.solids import Ball, Box, Colour, Part, box

_TYRE: Colour = (28, 28, 30)
_GLASS: Colour = (44, 56, 66)
_SKIN: Colour = (214, 170, 136)
_TROUSERS: tuple[Colour, ...] = ((38, 44, 60), (60, 60, 66), (84, 74, 62), (30, 32, 36))
_SHIRTS: tuple[Colour, ...] = (
    (226, 226, 220),
    (186, 44, 42),
    (52, 92, 158),
    (60, 128, 92),
    (228, 178, 66),
    (96, 66, 128),
    (64, 66, 72),
    (216, 122, 152),
)
_HELMETS: tuple[Colour, ...] = ((196, 40, 40), (236, 236, 232), (36, 60, 120), (30, 32, 36), (238, 196, 60))
_PONCHOS: tuple[Colour, ...] = (
    (70, 120, 190),
    (206, 70, 90),
    (120, 170, 90),
    (230, 200, 80),
    (150, 110, 180),
)
_BIKES: tuple[Colour, ...] = ((150, 30, 34), (30, 34, 40), (200, 202, 206), (36, 66, 120), (20, 80, 70))
_CARS: tuple[Colour, ...] = (
    (226, 228, 230),
    (46, 48, 54),
    (150, 154, 160),
    (134, 32, 36),
    (40, 60, 92),
    (198, 186, 160),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """One kind of mover. length: metres along its way; lamps, tails: (x, y, z) of front and rear lights."""

    parts: tuple[Part, ...]
    length: float
    width: float
    lamps: tuple[tuple[float, float, float], ...] = ()
    tails: tuple[tuple[float, float, float], ...] = ()


def motorbike(variant: int, rain: bool) -> Actor:
    """A scooter with one or two people; in the rain under a poncho."""
    bike, helmet = _BIKES[variant % 5], _HELMETS[variant * 3 % 5]
    shirt, legs = _SHIRTS[variant * 5 % 8], _TROUSERS[variant % 4]
    parts: list[Part] = [
        box(0.02, 0.5, -0.92, -0.42, 0.06, _TYRE),
        box(0.02, 0.5, 0.42, 0.92, 0.06, _TYRE),
        Box(0.28, 0.72, (-0.85, 0.2, 0.14), (-0.9, 0.0, 0.17), bike),
        Box(0.3, 1.02, (0.3, 0.62, 0.15), (0.36, 0.5, 0.1), bike),
        box(0.98, 1.06, 0.28, 0.38, 0.33, (40, 40, 44)),
    ]
    people: tuple[tuple[float, Colour, Colour], ...] = ((-0.12, helmet, shirt),)
    if variant % 3 == 0:
        people = ((0.02, helmet, shirt), (-0.5, _HELMETS[variant * 7 % 5], _SHIRTS[variant * 3 % 8]))
    for place, (x, hat, top) in enumerate(people):
        parts.append(box(0.42, 0.82, x - 0.1, x + 0.34, 0.2, legs))
        if rain:
            cloth = _PONCHOS[(variant + place) % 5]
            parts.append(Box(0.45, 1.42, (x - 0.42, x + 0.45, 0.42), (x - 0.12, x + 0.14, 0.2), cloth))
        else:
            parts.append(Box(0.78, 1.36, (x - 0.16, x + 0.14, 0.19), (x - 0.1, x + 0.14, 0.22), top))
            parts.append(Box(0.98, 1.22, (x, x + 0.42, 0.29), (x, x + 0.2, 0.25), top))
        parts.append(Ball((x + 0.04, 0.0, 1.5), 0.15, _SKIN))
        parts.append(Ball((x + 0.02, 0.0, 1.56), 0.16, hat))
    if variant % 7 == 4:
        parts.append(box(0.62, 1.15, -0.95, -0.45, 0.26, (188, 150, 96)))
    return Actor(tuple(parts), 1.9, 0.7, ((0.66, 0.0, 0.85),), ((-0.92, 0.0, 0.7),))


def car(variant: int) -> Actor:
    """A saloon or a hatchback; every fifth is a taxi with a sign on its roof."""
    paint = _CARS[variant % 6]
    if variant % 5 == 1:
        paint = (52, 146, 84) if variant % 2 else (226, 228, 230)
    parts: list[Part] = [
        *_wheels(1.35, 0.78, 0.32),
        Box(0.22, 0.82, (-2.15, 2.15, 0.88), (-2.08, 2.0, 0.86), paint),
        Box(0.82, 1.45, (-1.7, 1.0, 0.8), (-1.25, 0.35, 0.66), paint, _GLASS, layer=1),
        box(0.4, 0.6, 2.12, 2.17, 0.7, (225, 225, 215)),
        box(0.45, 0.65, -2.17, -2.12, 0.75, (150, 26, 26)),
    ]
    if variant % 5 == 1:
        parts.append(box(1.45, 1.62, -0.6, -0.3, 0.28, (250, 236, 120), layer=2))
    lamps = ((2.15, 0.6, 0.6), (2.15, -0.6, 0.6))
    return Actor(tuple(parts), 4.3, 1.8, lamps, ((-2.15, 0.65, 0.65), (-2.15, -0.65, 0.65)))


def van(variant: int) -> Actor:
    """A small delivery truck."""
    cargo = ((216, 218, 220), (60, 110, 170), (226, 206, 150))[variant % 3]
    parts: list[Part] = [
        *_wheels(1.6, 0.8, 0.36),
        Box(0.35, 1.95, (1.2, 2.6, 0.88), (1.2, 2.2, 0.82), (235, 236, 238), (120, 132, 142)),
        box(0.35, 1.1, 1.2, 2.62, 0.89, (235, 236, 238)),
        box(0.6, 2.35, -2.6, 1.15, 0.95, cargo),
    ]
    lamps = ((2.6, 0.65, 0.7), (2.6, -0.65, 0.7))
    return Actor(tuple(parts), 5.4, 1.95, lamps, ((-2.6, 0.7, 0.75), (-2.6, -0.7, 0.75)))


def bus(variant: int) -> Actor:
    """A city bus in the colours of Ha Noi: yellow, red, white, or the green of the electric ones."""
    lower, upper = ((204, 50, 40), (240, 200, 60)) if variant % 3 else ((40, 140, 110), (230, 238, 236))
    parts: list[Part] = [
        *_wheels(3.4, 1.1, 0.48),
        box(0.4, 1.25, -5.6, 5.6, 1.25, lower),
        box(1.25, 2.25, -5.55, 5.55, 1.23, _GLASS),
        box(2.25, 2.95, -5.6, 5.6, 1.25, upper, layer=1),
        *(
            box(1.25, 2.25, x - 0.12, x + 0.12, 0.02, upper, side)
            for x in (-4.2, -2.6, -1.0, 0.6, 2.2, 3.8)
            for side in (-1.24, 1.24)
        ),
        box(2.4, 2.75, 5.58, 5.63, 0.8, (30, 34, 30), layer=2),
        box(2.95, 3.2, -2.2, 0.4, 0.8, (222, 224, 224), layer=2),
    ]
    lamps = ((5.6, 0.95, 0.8), (5.6, -0.95, 0.8))
    return Actor(tuple(parts), 11.2, 2.5, lamps, ((-5.6, 1.0, 0.9), (-5.6, -1.0, 0.9)))


WALK_STEPS = 4


def walker(variant: int, step: int, rain: bool) -> Actor:
    """A person on foot in one of WALK_STEPS positions; some wear the conical hat, some hold an umbrella."""
    shirt, legs = _SHIRTS[variant * 3 % 8], _TROUSERS[variant % 4]
    swing = (0.22, 0.06, -0.22, -0.06)[step % WALK_STEPS]
    parts: list[Part] = [
        Box(0.0, 0.86, (swing - 0.09, swing + 0.09, 0.08), (-0.09, 0.09, 0.09), legs, None, 0.1),
        Box(0.0, 0.86, (-swing - 0.09, -swing + 0.09, 0.08), (-0.09, 0.09, 0.09), legs, None, -0.1),
        Box(0.84, 1.42, (-0.12, 0.12, 0.2), (-0.11, 0.11, 0.24), shirt),
        Ball((0.02, 0.0, 1.58), 0.13, _SKIN),
        Ball((-0.02, 0.0, 1.62), 0.13, (34, 28, 26)),
    ]
    if rain and variant % 2:
        parts.append(Box(1.75, 2.05, (-0.55, 0.55, 0.55), (-0.04, 0.04, 0.04), _PONCHOS[variant % 5]))
    elif variant % 4 == 1:
        parts.append(Box(1.62, 1.86, (-0.26, 0.26, 0.26), (-0.01, 0.01, 0.01), (222, 200, 150)))
    return Actor(tuple(parts), 0.5, 0.5)


def _wheels(x: float, y: float, radius: float) -> tuple[Part, ...]:
    return tuple(
        Box(0.0, 2 * radius, length, length, _TYRE, None, side, layer=-1)
        for along in (-x, x)
        for side in (-y, y)
        for length in ((along - radius, along + radius, 0.12),)
    )
