"""One loop of Ha Noi's traffic: many motorbikes, some cars, a bus, people on foot. Pure."""

from __future__ import annotations

import math

import numpy

from hanoi_wall.simulator.scene.sprites import Look, make_actor
from hanoi_wall.simulator.scene.traffic import (
    Arrival,
    Life,
    Lights,
    Path,
    Plan,
    drive,
    right_turn,
    straight,
    stroll,
)

FAR = 84.0
NEAR = -2.0
SIDE = 42.0


def crowd(plan: Plan, loop_s: float, density: float, rain: bool, rng: numpy.random.Generator) -> list[Life]:
    """Everyone who is on the road within one loop. density: 1 = a busy afternoon."""
    lights = Lights(loop_s)
    lives: list[Life] = []
    for path, kinds, per_second in _lanes(plan):
        arrivals = _arrivals(kinds, per_second * density, loop_s, rain, rng)
        lives += drive(path, arrivals, loop_s, lights)
    lives += _walkers(plan, loop_s, density, rain, lights, rng)
    return lives


def _lanes(plan: Plan) -> list[tuple[Path, str, float]]:
    """Every lane: its path, what drives on it, and how many a second."""
    away_stop, coming_stop, right_stop, left_stop = plan.stops
    lanes: list[tuple[Path, str, float]] = []

    def away(x: float, kinds: str, rate: float) -> None:
        lanes.append((straight((x, NEAR), (x, FAR), away_stop - NEAR, 0), kinds, rate))

    def coming(x: float, kinds: str, rate: float) -> None:
        lanes.append((straight((-x, FAR), (-x, NEAR), FAR - coming_stop, 0), kinds, rate))

    def right(y: float, kinds: str, rate: float) -> None:
        begin, end = (-SIDE, plan.away - y), (SIDE, plan.away - y)
        lanes.append((straight(begin, end, SIDE + right_stop, 1), kinds, rate))

    def left(y: float, kinds: str, rate: float) -> None:
        begin, end = (SIDE, plan.away + y), (-SIDE, plan.away + y)
        lanes.append((straight(begin, end, SIDE - left_stop, 1), kinds, rate))

    for main_lane in (away, coming):
        main_lane(1.9, "four", 0.16)
        for place in range(4):
            main_lane(3.7 + place * (plan.half_main - 4.6) / 3.4, "two", 0.42)
    for cross_lane in (right, left):
        cross_lane(1.7, "four", 0.1)
        for place in range(3):
            cross_lane(3.1 + place * (plan.half_cross - 3.6) / 2.4, "two", 0.4)
    turn_x, turn_y = plan.half_main - 0.6, plan.away - plan.half_cross + 0.7
    lanes.append((right_turn((turn_x, NEAR), (turn_x, turn_y), SIDE, away_stop - NEAR), "two", 0.3))
    return lanes


def _arrivals(
    kinds: str, per_second: float, loop_s: float, rain: bool, rng: numpy.random.Generator
) -> list[Arrival]:
    arrivals = []
    at = float(rng.uniform(0, 1.5))
    shortest = 1.0 if kinds == "two" else 2.4
    while at < loop_s - 0.5:
        if kinds == "two":
            look = Look("motorbike", int(rng.integers(0, 8)), 0, rain)
            speed = float(rng.uniform(6.5, 9.0))
        else:
            draw = float(rng.uniform())
            kind = "car" if draw < 0.82 else "van" if draw < 0.93 else "bus"
            look = Look(kind, int(rng.integers(0, 8)), 0, False)
            speed = float(rng.uniform(6.0, 8.0))
        two = kinds == "two"
        aside = float(rng.uniform(-0.38, 0.38)) if two else float(rng.uniform(-0.15, 0.15))
        gap = float(rng.uniform(0.4, 2.4)) if two else float(rng.uniform(0.9, 1.8))
        arrivals.append(Arrival(at, look, speed, make_actor(look).length, aside, gap))
        at += shortest + float(
            rng.exponential(1 / per_second - shortest if 1 / per_second > shortest else 0.2)
        )
    return arrivals


def _walkers(
    plan: Plan, loop_s: float, density: float, rain: bool, lights: Lights, rng: numpy.random.Generator
) -> list[Life]:
    lives = []
    main, cross, away = plan.half_main, plan.half_cross, plan.away

    def add(begin: tuple[float, float], end: tuple[float, float], start: float) -> None:
        path = straight(begin, end, -1, 0)
        look = Look("walker", int(rng.integers(0, 6)), 0, rain)
        lives.append(stroll(path, look, start, float(rng.uniform(1.1, 1.6))))

    for side in (-1, 1):
        pavement = main + 1.6
        for _ in range(round(3 * density)):
            x, go = side * (pavement + float(rng.uniform(-0.8, 0.8))), float(rng.uniform(0, loop_s))
            ends = [(x, away - cross - 2.5), (x, 2.0)]
            if rng.uniform() < 0.5:
                ends.reverse()
            add(ends[0], ends[1], go)
    for _ in range(round(4 * density)):
        y, go = away + cross + 1.8 + float(rng.uniform(-0.6, 0.6)), float(rng.uniform(0, loop_s))
        toward = 1 if rng.uniform() < 0.5 else -1
        add((-toward * (main + 22.0), y), (-toward * (main + 0.6), y), go)
    for y in (away - cross - 2.4, away + cross + 2.4):
        for _ in range(round(2 * density)):
            begin = lights.green_begins(1) + float(rng.uniform(-1.0, 1.5))
            toward = 1 if rng.uniform() < 0.5 else -1
            offset = float(rng.uniform(-0.9, 0.9))
            add((-toward * (main + 0.8), y + offset), (toward * (main + 0.8), y + offset), begin)
    return lives


def walking_step(gone: float) -> int:
    """Which of the walking positions after so many metres."""
    return int(math.floor(gone / 0.38)) % 4
