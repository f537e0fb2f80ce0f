"""The light of the day: how one drawing becomes noon, dusk, night or rain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageFilter

from hanoi_wall.simulator.scene.canvas import SUPERSAMPLE, Canvas
from hanoi_wall.simulator.scene.street import Mast
from hanoi_wall.simulator.scene.view import View

Picture = numpy.typing.NDArray[numpy.floating[Any]]


@dataclass(frozen=True, slots=True)
class Weather:
    """One light over the crossing.

    ambient: factors on R, G, B of everything; lamps: strength of street lamps; shine: of windows and signs;
    lights: whether vehicles drive with lights; top, horizon: the sky's colours; wet: how the ground mirrors.
    """

    name: str
    ambient: tuple[float, float, float]
    lamps: float
    shine: float
    lights: bool
    top: tuple[int, int, int]
    horizon: tuple[int, int, int]
    wet: float = 0.0
    density: float = 1.0

    @property
    def rains(self) -> bool:
        """Whether drops are seen."""
        return self.wet > 0


DAY = Weather("day", (1.0, 1.0, 0.98), 0.0, 0.0, False, (150, 184, 214), (222, 228, 228))
HAZE = Weather("haze", (0.9, 0.89, 0.84), 0.0, 0.05, False, (190, 196, 196), (214, 212, 202))
DUSK = Weather("dusk", (0.66, 0.52, 0.5), 0.35, 0.6, True, (70, 84, 128), (240, 164, 112), density=1.25)
NIGHT = Weather("night", (0.17, 0.19, 0.27), 0.85, 1.0, True, (12, 16, 30), (46, 44, 52), density=0.75)
RAIN = Weather("rain", (0.66, 0.69, 0.72), 0.12, 0.35, True, (128, 136, 144), (170, 176, 180), 0.34, 0.85)
WET_NIGHT = replace(NIGHT, name="wet night", wet=0.5, density=0.6)

WEATHERS = (DAY, DUSK, HAZE, NIGHT, DAY, RAIN, DUSK, DAY, NIGHT, HAZE, RAIN, DAY, WET_NIGHT, DUSK)


def weather_of(camera: int) -> Weather:
    """The light of a camera's scene, so that any few neighbours differ."""
    return WEATHERS[camera * 5 % len(WEATHERS)]


def develop(
    back: Canvas, front: Canvas, view: View, weather: Weather, masts: list[Mast], seed: int
) -> tuple[Picture, Picture, Picture]:
    """Background and foreground under this light, H x W x 3 RGB (0..255); the foreground's mask (0..1)."""
    rng = numpy.random.default_rng([seed, 9])
    surface = _small(back.surface)
    alpha = surface[..., 3:] / 255
    sky = _sky(view, weather, rng)
    ground = _small(back.ground)[..., None] / 255
    albedo = surface[..., :3] + _grain(view, rng)[..., None] * ground
    lamps = _pools(view, masts)[..., None]
    lit = _light(albedo, lamps * (0.35 + 0.65 * ground), weather)
    shine = _small(back.shine) * weather.shine
    picture: Picture = lit * alpha + sky * (1 - alpha)
    picture = _haze(picture, view, weather)
    picture = numpy.maximum(picture, shine) + _bloom(shine, view)
    if weather.wet:
        picture = _mirror(picture, ground, weather.wet)
    cover = _small(front.surface)
    near = _light(cover[..., :3] / numpy.maximum(cover[..., 3:] / 255, 0.01), lamps * 0.5, weather)
    near_shine = _small(front.shine) * weather.shine
    near = numpy.maximum(near, near_shine / numpy.maximum(cover[..., 3:] / 255, 0.01))
    picture += _bloom(near_shine, view) * 0.6
    return numpy.clip(picture, 0, 255), numpy.clip(near, 0, 255), cover[..., 3] / 255


def _small(image: Image.Image) -> Picture:
    """A canvas layer at the picture's size; RGBA comes out premultiplied."""
    if image.mode == "RGBA":
        image = image.convert("RGBa")
    return numpy.asarray(image.reduce(SUPERSAMPLE), dtype=numpy.float32)


def _light(albedo: Picture, lamps: Picture, weather: Weather) -> Picture:
    warm = numpy.array([1.0, 0.8, 0.52], dtype=numpy.float32) * weather.lamps
    return albedo * (numpy.array(weather.ambient, dtype=numpy.float32) + lamps * warm)


def _sky(view: View, weather: Weather, rng: numpy.random.Generator) -> Picture:
    rows = numpy.linspace(0, 1, view.height, dtype=numpy.float32)[:, None, None]
    part = numpy.clip(rows / 0.35, 0, 1)
    top, horizon = (numpy.array(colour, dtype=numpy.float32) for colour in (weather.top, weather.horizon))
    clouds = _noise(view, 10, rng)[..., None] * 14 * (1 - part)
    sky: Picture = top + (horizon - top) * part + clouds * (0.3 if weather.top[0] < 60 else 1.0)
    return sky


def _noise(view: View, cells: int, rng: numpy.random.Generator) -> Picture:
    """Smooth noise of mean 0, about -1..1."""
    small = rng.normal(0, 0.5, (max(2, cells * view.height // view.width), cells)).astype(numpy.float32)
    image = Image.fromarray(small).resize((view.width, view.height), Image.Resampling.BICUBIC)
    return numpy.asarray(image, dtype=numpy.float32)


def _grain(view: View, rng: numpy.random.Generator) -> Picture:
    return _noise(view, 24, rng) * 5 + _noise(view, 160, rng) * 4 + _noise(view, view.width // 3, rng) * 4


def _pools(view: View, masts: list[Mast]) -> Picture:
    """The lamps' light on the ground seen in each pixel, about 0..1.6."""
    step = 4
    rows, columns = numpy.mgrid[step // 2 : view.height : step, step // 2 : view.width : step].astype(
        numpy.float64
    )
    right, rise = (columns - view.width / 2) / view.focal, -(rows - view.height / 2) / view.focal
    ahead = numpy.cos(view.pitch) + rise * numpy.sin(view.pitch)
    up = rise * numpy.cos(view.pitch) - numpy.sin(view.pitch)
    reach = view.mast / numpy.maximum(-up, 0.03)
    x = view.x + reach * (ahead * numpy.sin(view.yaw) + right * numpy.cos(view.yaw))
    y = reach * (ahead * numpy.cos(view.yaw) - right * numpy.sin(view.yaw))
    light = numpy.zeros_like(x)
    for mast in masts:
        away = (x - mast.x - mast.reach) ** 2 + (y - mast.y) ** 2
        light += 1.5 / (1 + away / 22) ** 1.5
    image = Image.fromarray(light.astype(numpy.float32))
    return numpy.asarray(
        image.resize((view.width, view.height), Image.Resampling.BILINEAR), dtype=numpy.float32
    )


def _haze(picture: Picture, view: View, weather: Weather) -> Picture:
    """Far things fade: rows near the horizon are far."""
    horizon = view.height / 2 - view.focal * numpy.tan(view.pitch)
    rows = numpy.arange(view.height, dtype=numpy.float32)
    part = numpy.clip(1 - numpy.abs(rows - horizon) / (0.2 * view.height), 0, 1)[:, None, None] ** 1.5
    tone = numpy.array(weather.horizon, dtype=numpy.float32)
    faded: Picture = picture + (tone - picture) * part * (0.3 if weather is not HAZE else 0.5)
    return faded


def _bloom(shine: Picture, view: View) -> Picture:
    if not shine.any():
        return shine
    image = Image.fromarray(numpy.clip(shine, 0, 255).astype(numpy.uint8)).reduce(4)
    image = image.filter(ImageFilter.GaussianBlur(view.width / 4 / 70))
    image = image.resize((view.width, view.height), Image.Resampling.BILINEAR)
    return numpy.asarray(image, dtype=numpy.float32) * 0.4


def _mirror(picture: Picture, ground: Picture, wet: float) -> Picture:
    """Wet ground: what is above shows in it upside down, smeared along the columns."""
    height = picture.shape[0]
    turn = round(height * 0.36)
    source = picture[:turn][::-1]
    mirrored = numpy.zeros_like(picture)
    stretch = Image.fromarray(numpy.clip(source, 0, 255).astype(numpy.uint8))
    stretch = stretch.resize((picture.shape[1], height - turn), Image.Resampling.BILINEAR)
    stretch = stretch.filter(ImageFilter.BoxBlur((1, height / 30)))
    mirrored[turn:] = numpy.asarray(stretch, dtype=numpy.float32)
    wetted: Picture = picture * (1 - 0.25 * wet * ground) + (mirrored - picture * 0.3) * ground * wet * 0.7
    return wetted
