"""One camera's scene: what stands, what moves, the light, the name burnt in – as planar YUV."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy
from PIL import Image, ImageFilter

from hanoi_wall.simulator.mark import Pixels, strip_height
from hanoi_wall.simulator.scene.canvas import Canvas
from hanoi_wall.simulator.scene.captions import caption
from hanoi_wall.simulator.scene.crowd import crowd, walking_step
from hanoi_wall.simulator.scene.light import Picture, develop, weather_of
from hanoi_wall.simulator.scene.sprites import Costumes, Look, Stamp, Wardrobe, steps, to_planes, yuv_weights
from hanoi_wall.simulator.scene.street import Street, masts
from hanoi_wall.simulator.scene.traffic import Movers, Plan
from hanoi_wall.simulator.scene.view import Numbers, View

Planes = tuple[Image.Image, Image.Image, Image.Image]
Cores = tuple[Any, Any, Any]
"""The insides of the three planes while they are drawn (see Stamp)."""


@cache
def _wardrobe(width: int) -> Wardrobe:
    """Shared by all scenes of this process: drawing a body costs more than scaling it."""
    return Wardrobe(width / 12)


class Scene:
    """Draws the picture of any moment of one loop; periodic in loop_s seconds. One thread."""

    def __init__(self, camera: int, name: str, width: int, height: int, loop_s: float, bt709: bool) -> None:
        dice = numpy.random.default_rng([camera, 77])
        self._plan = Plan(
            float(dice.uniform(24, 31)), float(dice.uniform(6.4, 8.2)), float(dice.uniform(5.0, 6.4))
        )
        self._view = View(
            width,
            height,
            float(dice.uniform(-5.5, 5.5)),
            float(dice.uniform(7.2, 9.5)),
            0.0,
            math.radians(float(dice.uniform(15, 20))),
            math.radians(float(dice.uniform(58, 72))),
        )
        self._view = _turned(self._view, self._plan, float(dice.uniform(-0.06, 0.06)))
        self._weather = weather_of(camera)
        self._weights = yuv_weights(bt709)
        lives = crowd(self._plan, loop_s, self._weather.density, self._weather.rains, dice)
        self._movers = Movers(lives, loop_s)
        self._loop_s = loop_s
        tint = tuple(value * 0.92 + 0.1 * self._weather.lamps for value in self._weather.ambient)
        self._wardrobe = _wardrobe(width)
        self._costumes = Costumes(self._wardrobe, (tint[0], tint[1], tint[2]), bt709)
        self._build(camera)
        letters, mask = caption(name, max(12, round(height * 0.05)))
        self._caption = (Stamp(letters, mask), Stamp(128, mask.reduce(2)))
        self._buffer = numpy.empty((height * 3 // 2, width), dtype=numpy.uint8)

    def _build(self, camera: int) -> None:
        street = Street(self._plan, camera)
        back, front = Canvas.of(self._view), Canvas.of(self._view)
        street.back(back)
        street.front(front)
        picture, near, cover = develop(back, front, self._view, self._weather, masts(self._plan), camera)
        self._back = self._to_images(picture)
        near_planes = self._to_images(near)
        mask = Image.fromarray((cover * 255).astype(numpy.uint8))
        self._covers: list[tuple[Stamp, Stamp, Stamp, int, int]] = []
        half = self._view.width // 2
        for left, right in ((0, half), (half, self._view.width)):
            box = mask.crop((left, 0, right, self._view.height)).getbbox()
            if box is not None:
                x, y = left + box[0] // 2 * 2, box[1] // 2 * 2
                u, v = left + (box[2] + 1) // 2 * 2, (box[3] + 1) // 2 * 2
                halved = (x // 2, y // 2, u // 2, v // 2)
                part = mask.crop((x, y, u, v))
                small = part.reduce(2)
                self._covers.append(
                    (
                        Stamp(near_planes[0].crop((x, y, u, v)), part),
                        Stamp(near_planes[1].crop(halved), small),
                        Stamp(near_planes[2].crop(halved), small),
                        x,
                        y,
                    )
                )
        self._rain: Stamp | None = None
        if self._weather.rains:
            self._rain = Stamp(205, _drops(self._view.width, self._view.height, camera))

    def _to_images(self, rgb: Picture) -> Planes:
        luma, blue, red = to_planes(rgb, self._weights)
        halves = [Image.fromarray(numpy.ascontiguousarray(plane)).reduce(2) for plane in (blue, red)]
        return Image.fromarray(numpy.ascontiguousarray(luma)), halves[0], halves[1]

    def black(self) -> Pixels:
        """A black picture: (height * 3 // 2) x width planar YUV; reused by the next call."""
        self._buffer[: self._view.height] = 16
        self._buffer[self._view.height :] = 128
        return self._buffer

    def picture(self, seconds: float) -> Pixels:
        """The picture at that moment: (height * 3 // 2) x width planar YUV; reused by the next call."""
        planes = (self._back[0].copy(), self._back[1].copy(), self._back[2].copy())
        cores = (planes[0].im, planes[1].im, planes[2].im)
        self._draw_movers(cores, seconds)
        for luma, blue, red, x, y in self._covers:
            luma.onto(cores[0], x, y)
            blue.onto(cores[1], x // 2, y // 2)
            red.onto(cores[2], x // 2, y // 2)
        if self._rain is not None:
            self._draw_rain(cores[0], seconds)
        letters, grey = self._caption
        left = round(self._view.width * 0.015)
        top = self._view.height - strip_height(self._view.height) - letters.height - 4
        letters.onto(cores[0], left, top)
        for plane in cores[1:]:
            grey.onto(plane, left // 2, top // 2)
        return self._pack(planes)

    def _pack(self, planes: Planes) -> Pixels:
        width, height = self._view.width, self._view.height
        self._buffer[:height] = numpy.asarray(planes[0])
        chroma = self._buffer[height:].reshape(2, height // 2, width // 2)
        chroma[0], chroma[1] = numpy.asarray(planes[1]), numpy.asarray(planes[2])
        return self._buffer

    def _draw_movers(self, cores: Cores, seconds: float) -> None:
        who, facts = self._movers.at(seconds)
        if not who:
            return
        x, y, heading, gone = facts
        columns, rows, depths = self._view.project(x, y, numpy.zeros_like(x))
        visible = (depths > 3.0) & (columns > -400) & (columns < self._view.width + 400)
        if self._weather.lamps > 0.5:
            self._draw_pools(cores[0], who, facts)
        flat = numpy.hypot(x - self._view.x, y)
        columns, rows = columns.tolist(), rows.tolist()
        azimuths = numpy.arctan2(y, x - self._view.x) - heading
        scales = self._view.focal / numpy.hypot(flat, self._view.mast)
        forms = steps(azimuths, numpy.arctan2(self._view.mast, flat), scales)
        order = numpy.argsort(-depths, kind="stable")
        for place in order[visible[order]].tolist():
            look = self._movers.looks[who[place]]
            if look.kind == "walker":
                look = Look(look.kind, look.variant, walking_step(float(gone[place])), look.rain)
            sprite = self._costumes.sprite(look, *forms[place])
            if sprite is None:
                continue
            sprite.onto(cores, columns[place], rows[place])
            if self._weather.lights and look.kind != "walker" and scales[place] > 8:
                spot = (float(x[place]), float(y[place]))
                self._draw_lights(cores, look, spot, float(heading[place]), float(azimuths[place]))

    def _draw_pools(self, luma: Any, who: list[int], facts: Numbers) -> None:
        """By night, the light of head lamps on the road before everyone who drives."""
        x, y, heading, _ = facts
        ahead = 4.0
        columns, rows, depths = self._view.project(
            x + numpy.cos(heading) * ahead, y + numpy.sin(heading) * ahead, numpy.zeros_like(x)
        )
        for place in numpy.flatnonzero(depths > 3.0).tolist():
            if self._movers.looks[who[place]].kind != "walker":
                _pool(
                    luma,
                    float(columns[place]),
                    float(rows[place]),
                    self._view.focal / float(depths[place]) * 2,
                )

    def _draw_lights(
        self, cores: Cores, look: Look, spot: tuple[float, float], heading: float, azimuth: float
    ) -> None:
        """Head lamps of what comes, tail lamps of what goes, and by night a pool of light ahead."""
        actor = self._wardrobe.actor(look)
        coming = math.cos(azimuth) < 0.25
        size = 0.3 if coming else 0.2
        for ahead, side, z in actor.lamps if coming else actor.tails:
            lamp = _world(spot, heading, ahead, side, z)
            column, row, depth = self._view.see(*lamp)
            if depth > 3.0:
                level, chroma = (228, (118, 136)) if coming else (110, (100, 200))
                _glow(cores, column, row, self._view.focal / depth * size, level, chroma)

    def _draw_rain(self, luma: Any, seconds: float) -> None:
        assert self._rain is not None
        height = self._view.height
        # A whole number of picture heights per loop: the rain has no seam either.
        turns = max(1, round(self._loop_s * 2.2))
        fall = round(seconds / self._loop_s * turns * height) % height
        self._rain.onto(luma, 0, fall)
        self._rain.onto(luma, 0, fall - height)


def _turned(view: View, plan: Plan, extra: float) -> View:
    """The view turned so that the crossing's middle is near the picture's."""
    yaw = math.atan2(-view.x * 0.75, plan.away) + extra
    return View(view.width, view.height, view.x, view.mast, yaw, view.pitch, view.fov)


def _world(
    spot: tuple[float, float], heading: float, ahead: float, side: float, z: float
) -> tuple[float, float, float]:
    x = spot[0] + math.cos(heading) * ahead - math.sin(heading) * side
    y = spot[1] + math.sin(heading) * ahead + math.cos(heading) * side
    return x, y, z


def _disc(radius: int, strength: int, flat: float = 1.0) -> Image.Image:
    """A soft round mask of diameter 2 * radius."""
    side, tall = 2 * radius, max(2, round(2 * radius * flat / 2) * 2)
    rows, columns = numpy.mgrid[0:tall, 0:side].astype(numpy.float32)
    away = ((rows + 0.5) / tall * 2 - 1) ** 2 + ((columns + 0.5) / side * 2 - 1) ** 2
    light = numpy.clip(1 - away, 0, 1) ** 2
    return Image.fromarray((light * strength).astype(numpy.uint8))


@cache
def _spark(half: int, level: int, chroma: tuple[int, int]) -> tuple[Stamp, Stamp, Stamp]:
    small = _disc(half, 235)
    return Stamp(level, _disc(half * 2, 235)), Stamp(chroma[0], small), Stamp(chroma[1], small)


@cache
def _puddle(radius: int) -> Stamp:
    return Stamp(190, _disc(radius, 90, 0.45))


def _glow(
    cores: Cores, column: float, row: float, radius: float, level: int, chroma: tuple[int, int]
) -> None:
    half = max(1, round(radius / 2))
    luma, blue, red = _spark(half, level, chroma)
    left, top = round(column) - half * 2, round(row) - half * 2
    luma.onto(cores[0], left, top)
    blue.onto(cores[1], left // 2, top // 2)
    red.onto(cores[2], left // 2, top // 2)


def _pool(luma: Any, column: float, row: float, radius: float) -> None:
    light = _puddle(max(2, round(radius)))
    light.onto(luma, round(column) - light.width // 2, round(row) - light.height // 2)


def _drops(width: int, height: int, seed: int) -> Image.Image:
    """Streaks of rain as a mask, wrapping from the bottom to the top."""
    rng = numpy.random.default_rng([seed, 31])
    mask = numpy.zeros((height, width), dtype=numpy.float32)
    long = max(5, height // 22)
    for _ in range(width // 4):
        x, y = int(rng.integers(0, width - 4)), int(rng.integers(0, height))
        rows = (y + numpy.arange(long)) % height
        mask[rows, x + numpy.arange(long) * 3 // long] = float(rng.uniform(40, 110))
    soft = Image.fromarray(mask.astype(numpy.uint8)).filter(ImageFilter.BoxBlur((0, 1)))
    return soft
