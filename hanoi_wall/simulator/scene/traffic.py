"""Who moves when: lanes, lights and the intelligent-driver model, repeating exactly after one loop. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy
import numpy.typing

from hanoi_wall.simulator.scene.sprites import Look
from hanoi_wall.simulator.scene.view import Numbers

STEP_S = 0.1
_LONGEST_LIFE_S = 60.0
_ACCELERATION, _BRAKING, _HEADWAY_S = 2.2, 3.0, 0.8


@dataclass(frozen=True, slots=True)
class Plan:
    """The crossing. Metres; half: half widths of the streets; away: distance of the crossing's middle."""

    away: float
    half_main: float
    half_cross: float

    @property
    def stops(self) -> tuple[float, float, float, float]:
        """Stop lines: y for driving away, y for coming, x for going right, x for going left."""
        main, cross = self.half_cross + 4.5, self.half_main + 4.5
        return self.away - main, self.away + main, -cross, cross


@dataclass(frozen=True, slots=True)
class Path:
    """A way through the crossing: points every metre, headings, and where its stop line is (metres; -1 none).

    phase: 0 = the main street's light, 1 = the cross street's.
    """

    x: Numbers
    y: Numbers
    heading: Numbers
    stop: float
    phase: int
    wheels: bool = True

    @property
    def length(self) -> float:
        """Metres."""
        return float(len(self.x) - 1)


@dataclass(slots=True)
class Life:
    """One mover from its coming to its going: where it is along its path every STEP_S from `start` on."""

    look: Look
    path: Path
    start: float
    along: list[float] = field(default_factory=list)
    aside: float = 0.0
    """Metres to the left of the path."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that comes into a path at `start` seconds; speed: wished, m/s."""

    start: float
    look: Look
    speed: float
    length: float
    aside: float = 0.0
    gap: float = 0.9
    """Metres kept to whoever stands ahead."""


def straight(begin: tuple[float, float], end: tuple[float, float], stop: float, phase: int) -> Path:
    """A straight path; stop: metres from its beginning."""
    (x, y), (u, v) = begin, end
    steps = round(math.hypot(u - x, v - y))
    heading = math.atan2(v - y, u - x)
    return Path(
        numpy.linspace(x, u, steps + 1),
        numpy.linspace(y, v, steps + 1),
        numpy.full(steps + 1, heading),
        stop,
        phase,
    )


def right_turn(begin: tuple[float, float], corner: tuple[float, float], end: float, stop: float) -> Path:
    """Away along the main street, then right: round `corner` with a radius of 5 m, on to x = end."""
    radius = 5.0
    x, y = begin
    top = corner[1] - radius
    bend = numpy.linspace(0, math.pi / 2, 33)
    xs = numpy.concatenate([[x], x + radius - radius * numpy.cos(bend), [end]])
    ys = numpy.concatenate([[y], top + radius * numpy.sin(bend), [corner[1]]])
    headings = numpy.concatenate([[math.pi / 2], math.pi / 2 - bend, [0.0]])
    gone = numpy.concatenate([[0.0], numpy.cumsum(numpy.hypot(numpy.diff(xs), numpy.diff(ys)))])
    marks = numpy.arange(math.floor(gone[-1]) + 1, dtype=numpy.float64)
    along, across, turned = (numpy.interp(marks, gone, column) for column in (xs, ys, headings))
    return Path(along, across, turned, stop, 0)


class Lights:
    """Both streets' lights, in step with the loop."""

    def __init__(self, loop_s: float) -> None:
        self._cycle_s = loop_s / max(1, round(loop_s / 13))

    def is_green(self, phase: int, seconds: float) -> bool:
        """Whether that street may go; loops too short for lights are green for all."""
        if self._cycle_s < 8:
            return True
        part = seconds % self._cycle_s / self._cycle_s
        return 0.0 <= part < 0.46 if phase == 0 else 0.5 <= part < 0.94

    def green_begins(self, phase: int) -> float:
        """Seconds into the cycle."""
        return 0.0 if phase == 0 else 0.5 * self._cycle_s


def drive(path: Path, arrivals: list[Arrival], loop_s: float, lights: Lights) -> list[Life]:
    """The lives of one loop's arrivals on one path, once the traffic has settled into the loop's rhythm."""
    rounds = max(2, math.ceil(30 / loop_s))
    coming = [(arrival, turn) for turn in range(rounds + 1) for arrival in arrivals]
    coming.sort(key=lambda item: item[0].start + item[1] * loop_s)
    lives: list[Life] = []
    moving: list[list[float]] = []  # position, speed
    facts: list[tuple[Arrival, Life | None]] = []
    for tick in range(round((rounds * loop_s + _LONGEST_LIFE_S) / STEP_S)):
        now = tick * STEP_S
        while coming and coming[0][0].start + coming[0][1] * loop_s <= now:
            arrival, turn = coming.pop(0)
            if moving and moving[-1][0] - facts[-1][0].length < arrival.length + 1.0:
                continue
            life = (
                Life(arrival.look, path, now - turn * loop_s, [], arrival.aside)
                if turn == rounds - 1
                else None
            )
            if life is not None:
                lives.append(life)
            # Who comes upon a queue has braked before he is seen.
            room = moving[-1][0] - facts[-1][0].length - 1.0 if moving else math.inf
            ahead = moving[-1][1] if moving else 0.0
            moving.append([0.0, min(arrival.speed, ahead + math.sqrt(2 * _BRAKING * room))])
            facts.append((arrival, life))
        if not coming and not moving:
            break
        red = path.stop >= 0 and not lights.is_green(path.phase, now)
        _step(moving, facts, path.stop if red else -1.0)
        while moving and moving[0][0] >= path.length:
            del moving[0], facts[0]
    return lives


def _step(moving: list[list[float]], facts: list[tuple[Arrival, Life | None]], stop: float) -> None:
    """Move everyone on by STEP_S, front first. stop: a closed stop line, or -1."""
    ahead, ahead_speed = math.inf, 0.0
    for body, (arrival, life) in zip(moving, facts, strict=True):
        position, speed = body
        if life is not None:
            life.along.append(position)
        gap, closing = ahead - position, speed - ahead_speed
        # Who can no longer stop before the line goes on.
        if stop >= 0 and position < stop and stop - position > speed * speed / (2 * _BRAKING * 1.6):
            if stop - position < gap:
                gap, closing = stop - position, speed
        wished = arrival.gap + max(
            0.0, speed * _HEADWAY_S + speed * closing / (2 * math.sqrt(_ACCELERATION * _BRAKING))
        )
        slowing = (wished / max(gap, 0.3)) ** 2 if gap < 80 else 0.0
        push = _ACCELERATION * (1 - (speed / arrival.speed) ** 4 - slowing)
        body[1] = max(0.0, speed + max(-7.0, push) * STEP_S)
        body[0] = position + body[1] * STEP_S
        ahead, ahead_speed = body[0] - arrival.length, body[1]


def stroll(path: Path, look: Look, start: float, speed: float) -> Life:
    """A walker who goes the whole path at one speed."""
    steps = int(path.length / (speed * STEP_S))
    return Life(look, path, start, [place * speed * STEP_S for place in range(steps + 1)])


class Movers:
    """All lives of a loop, asked for any moment."""

    def __init__(self, lives: list[Life], loop_s: float) -> None:
        self._loop_s = loop_s
        self.looks: list[Look] = []
        rows: list[tuple[float, int, int]] = []
        flat: list[Numbers] = []
        offset = 0
        for life in lives:
            if len(life.along) < 2:
                continue
            along = numpy.minimum(numpy.array(life.along), life.path.length)
            marks = numpy.arange(len(life.path.x), dtype=numpy.float64)
            places = [
                numpy.interp(along, marks, column) for column in (life.path.x, life.path.y, life.path.heading)
            ]
            places[0] = places[0] - life.aside * numpy.sin(places[2])
            places[1] = places[1] + life.aside * numpy.cos(places[2])
            flat.append(numpy.stack([*places, along]))
            # A life longer than the loop is on the road several times at once, one loop apart.
            for turn in range(math.ceil(len(along) * STEP_S / loop_s) + 1):
                rows.append((life.start % loop_s - turn * loop_s, offset, len(along)))
                self.looks.append(life.look)
            offset += len(along)
        self._start = numpy.array([row[0] for row in rows])
        self._offset = numpy.array([row[1] for row in rows], dtype=numpy.int64)
        self._count = numpy.array([row[2] for row in rows], dtype=numpy.int64)
        self._flat = numpy.concatenate(flat, axis=1) if flat else numpy.zeros((4, 1))

    def at(self, seconds: float) -> tuple[list[int], Numbers]:
        """Who is on the road then: places in `looks`, and 4 x n: x, y, heading, metres gone."""
        if not len(self._start):
            return [], numpy.zeros((4, 0))
        # Rounded, because who is there must not hang on the last bit of a moment.
        steps = numpy.round((seconds % self._loop_s - self._start) / STEP_S, 6)
        here = numpy.flatnonzero((steps >= 0) & (steps < self._count - 1))
        whole = steps[here].astype(numpy.int64)
        part = steps[here] - whole
        left = self._offset[here] + whole
        return here.tolist(), self._flat[:, left] * (1 - part) + self._flat[:, left + 1] * part
