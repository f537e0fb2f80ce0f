"""Sprites: actors drawn once per direction, then scaled and coloured for the light of the scene.

A studio keeps one Wardrobe for all its jobs, so that most drawing is shared between cameras.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageDraw

from hanoi_wall.simulator.scene import actors
from hanoi_wall.simulator.scene.actors import Actor
from hanoi_wall.simulator.scene.solids import Eye, paint
from hanoi_wall.simulator.scene.view import Numbers

KINDS = ("motorbike", "car", "van", "bus", "walker")
AZIMUTHS = 24
ELEVATIONS = tuple(math.radians(degrees) for degrees in (6, 11, 18, 28))
SIZES = 11
"""Steps of size for each factor of e."""
_MARGIN = 4

Weights = numpy.typing.NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """What is drawn: kind of actor, variant (colours, people), walking step, and whether it rains."""

    kind: str
    variant: int
    step: int = 0
    rain: bool = False

    @property
    def key(self) -> int:
        """A number of its own."""
        return ((KINDS.index(self.kind) * 64 + self.variant) * 8 + self.step) * 2 + self.rain


@dataclass(frozen=True, slots=True)
class Sprite:
    """An actor's three planes (chroma at half size); x, y: from the upper left to the ground point."""

    luma: Stamp
    blue: Stamp
    red: Stamp
    x: float
    y: float

    def onto(self, planes: tuple[Any, Any, Any], column: float, row: float) -> None:
        """Paste so that the ground point lies at column, row."""
        left, top = round(column - self.x), round(row - self.y)
        self.luma.onto(planes[0], left, top)
        self.blue.onto(planes[1], left // 2, top // 2)
        self.red.onto(planes[2], left // 2, top // 2)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Premultiplied RGBA, its ground point in pixels, and its size as a part of the wardrobe's scale."""

    image: Image.Image
    x: float
    y: float
    part: float


class Stamp:
    """A grey picture (or one level of grey) with its mask, ready to be pasted often and clipped at the edges.

    Image.paste does the same and spends most of its time on checks; a loop has a hundred thousand of these.
    """

    def __init__(self, what: Image.Image | int, mask: Image.Image) -> None:
        self.width, self.height = mask.size
        # The images are kept beside their cores, which do not own their memory's life on every Pillow.
        self._images = (what, mask)
        self._ink = what if isinstance(what, int) else what.im
        self._mask = mask.im

    def onto(self, plane: Any, x: int, y: int) -> None:
        """Paste with the upper left corner at x, y. plane: the `im` of a grey Image that is being drawn."""
        plane.paste(self._ink, (x, y, x + self.width, y + self.height), self._mask)


def make_actor(look: Look) -> Actor:
    """The body behind a look; raises KeyError for an unknown kind."""
    if look.kind == "motorbike":
        return actors.motorbike(look.variant, look.rain)
    if look.kind == "walker":
        return actors.walker(look.variant, look.step, look.rain)
    return {"car": actors.car, "van": actors.van, "bus": actors.bus}[look.kind](look.variant)


class Wardrobe:
    """Drawings of actors from every side needed so far."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        """Pixels per metre of the drawings: more than any sprite, whose scaling then smooths the edges."""
        self._drawn: dict[tuple[Look, int, int], list[Drawing]] = {}
        self._actors: dict[Look, Actor] = {}

    def actor(self, look: Look) -> Actor:
        """The body behind a look."""
        if look not in self._actors:
            self._actors[look] = make_actor(look)
        return self._actors[look]

    def drawing(self, look: Look, azimuth: int, elevation: int, factor: float) -> Drawing:
        """The smallest drawing that need not be enlarged for `factor` x `scale`; angles in steps."""
        key = (look, azimuth, elevation)
        if key not in self._drawn:
            self._drawn[key] = [self._draw(look, azimuth, elevation)]
        levels = self._drawn[key]
        level = 0
        while factor * 2 ** (level + 1) < 1 and level < 3:
            level += 1
            if level == len(levels):
                last = levels[-1]
                levels.append(Drawing(last.image.reduce(2), last.x / 2, last.y / 2, last.part / 2))
        return levels[level]

    def _draw(self, look: Look, azimuth: int, elevation: int) -> Drawing:
        actor = self.actor(look)
        scale = self.scale
        angle, rise = azimuth * math.tau / AZIMUTHS, ELEVATIONS[elevation]
        # The outline of the ground rectangle bounds the width; heights stay below 3.3 m.
        half_x, half_y = actor.length / 2 + 0.3, actor.width / 2 + 0.35
        wide = abs(half_x * math.sin(angle)) + abs(half_y * math.cos(angle))
        deep = (abs(half_x * math.cos(angle)) + abs(half_y * math.sin(angle))) * math.sin(rise)
        tall = 3.3 if look.kind == "bus" else 2.5
        margin = _MARGIN
        width = math.ceil(2 * wide * scale) + 2 * margin
        above, below = math.ceil((tall * math.cos(rise) + deep) * scale), math.ceil(deep * scale)
        height = above + below + 2 * margin
        width, height = width + width % 2, height + height % 2
        eye = Eye(angle, rise, scale, (width / 2, above + margin))
        image = _shadow(actor, eye, (width, height))
        image.alpha_composite(paint(list(actor.parts), eye, (width, height)))
        return Drawing(image.convert("RGBa"), width / 2, above + margin, 1.0)


def _shadow(actor: Actor, eye: Eye, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGBA", size)
    x, y = actor.length / 2 + 0.1, actor.width / 2 + 0.22
    round_ = [_rounded(place * math.tau / 24) for place in range(24)]
    for grow, alpha in ((1.0, 36), (0.9, 72), (0.78, 110)):
        outline = [eye.see((x * a * grow, y * b * grow, 0.0))[:2] for a, b in round_]
        ImageDraw.Draw(image).polygon(outline, fill=(0, 0, 0, alpha))
    return image


def _rounded(angle: float) -> tuple[float, float]:
    """A point on a rounded square of half width 1."""
    a, b = math.cos(angle), math.sin(angle)
    return math.copysign(abs(a) ** 0.5, a), math.copysign(abs(b) ** 0.5, b)


def to_planes(
    rgb: numpy.typing.NDArray[numpy.floating[Any]], weights: Weights
) -> tuple[numpy.typing.NDArray[numpy.uint8], ...]:
    """H x W x 3 RGB (0..255) to limited-range Y, Cb, Cr of the same size; weights: from yuv_weights."""
    planes = rgb @ weights[:, :3].T + weights[:, 3]
    numpy.clip(planes, 16, 240, out=planes)
    whole = planes.astype(numpy.uint8)
    return whole[..., 0], whole[..., 1], whole[..., 2]


def yuv_weights(bt709: bool) -> Weights:
    """3 x 4: RGB 0..255 to limited-range YCbCr (BT.709 or BT.601), the last column is the offset."""
    red, blue = (0.2126, 0.0722) if bt709 else (0.299, 0.114)
    green = 1 - red - blue
    luma = numpy.array([red, green, blue])
    cb = (numpy.array([0, 0, 1.0]) - luma) / (2 * (1 - blue)) * 224 / 255
    cr = (numpy.array([1.0, 0, 0]) - luma) / (2 * (1 - red)) * 224 / 255
    rows = numpy.stack([luma * 219 / 255, cb, cr])
    return numpy.hstack([rows, [[16.5], [128.5], [128.5]]]).astype(numpy.float32)


class Costumes:
    """Sprites of one loop: the wardrobe's drawings in the size and the light that this scene needs."""

    def __init__(self, wardrobe: Wardrobe, tint: tuple[float, float, float], bt709: bool) -> None:
        self._wardrobe = wardrobe
        weights = yuv_weights(bt709)
        weights[:, :3] *= numpy.array(tint, dtype=numpy.float32)
        weights[:, 3] -= 0.5  # the conversion rounds by itself
        self._matrix = tuple(float(value) for value in weights.reshape(-1))
        self._ready: dict[tuple[int, int, int, int], Sprite | None] = {}

    def sprite(self, look: Look, turn: int, rise: int, size: int) -> Sprite | None:
        """The sprite for a body seen from there (see `steps`); None when it is too small to be seen."""
        key = (look.key, turn, rise, size)
        try:
            return self._ready[key]
        except KeyError:
            sprite = self._ready[key] = self._make(look, turn, rise, math.exp(size / SIZES))
            return sprite

    def _make(self, look: Look, turn: int, rise: int, scale: float) -> Sprite | None:
        drawing = self._wardrobe.drawing(look, turn, rise, scale / self._wardrobe.scale)
        factor = scale / self._wardrobe.scale / drawing.part
        whole = drawing.image
        width, height = round(whole.width * factor / 2) * 2, round(whole.height * factor / 2) * 2
        if width < 4 or height < 4:
            return None
        small = whole.resize((width, height), Image.Resampling.BILINEAR).convert("RGBA")
        luma, blue, red = small.convert("RGB").convert("RGB", self._matrix).split()
        mask = small.getchannel("A")
        half = mask.reduce(2)
        return Sprite(
            Stamp(luma, mask),
            Stamp(blue.reduce(2), half),
            Stamp(red.reduce(2), half),
            drawing.x * width / whole.width,
            drawing.y * height / whole.height,
        )


def steps(azimuth: Numbers, elevation: Numbers, scale: Numbers) -> list[tuple[int, int, int]]:
    """Radians, radians and pixels per metre as the steps sprites are made in."""
    turns = numpy.rint(azimuth * (AZIMUTHS / math.tau)).astype(int) % AZIMUTHS
    middles = [(a + b) / 2 for a, b in zip(ELEVATIONS, ELEVATIONS[1:], strict=False)]
    rises = numpy.searchsorted(numpy.array(middles), elevation)
    sizes = numpy.rint(numpy.log(scale) * SIZES).astype(int)
    return list(zip(turns.tolist(), rises.tolist(), sizes.tolist(), strict=True))
