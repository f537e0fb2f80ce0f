"""Colours, icons and type of the wall: roles from resources/theme, shapes from resources/icons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from hanoi_wall.assets import LANGUAGES, resource, resources, words

THEMES = ("dark", "light", "contrast")
FAMILIES = ["Inter", "Noto Sans", "DejaVu Sans"]
CAPITAL_PART = 0.727
"""Height of a capital letter of Inter in ems; Noto Sans 0.714 and DejaVu Sans 0.729 are near enough."""
MM_PER_METRE = 5.8
"""Height of a capital letter per metre of viewing distance: 20 minutes of arc, as ISO 9241-303 asks."""
SMALLEST_PX = 11
_WEIGHTS = (400, 500, 600)
_SAMPLE = "Ễễ0…9·–←↑→↓"
_INCH_MM = 25.4
_SANE_PITCH_MM = (0.04, 2.5)
"""Pixel pitch of any display that can stand in a control room: a 4K notebook to a coarse LED wall."""


@dataclass(frozen=True)
class Theme:
    """The colours by role; `#AARRGGBB` where a role is translucent. See resources/theme/*.json."""

    wall: QColor
    surface_1: QColor
    surface_2: QColor
    surface_3: QColor
    text: QColor
    text_secondary: QColor
    text_disabled: QColor
    accent: QColor
    late: QColor
    alarm: QColor
    on_late: QColor
    scrim: QColor
    on_picture: QColor
    on_picture_secondary: QColor
    late_on_picture: QColor
    alarm_on_picture: QColor
    hatch_dark: QColor
    hatch_light: QColor
    dim: QColor
    band: QColor


def prepare() -> None:
    """Read all that tiles are made of: once the windows stand, no file is touched on their thread.

    Raises ResourceMissing and ValueError for an installation that is not whole.
    """
    _shapes()
    for name in THEMES:
        theme(name)
    for language in LANGUAGES:
        words(language)
    for weight in _WEIGHTS:
        # A font's file is opened when its first letters are measured.
        metrics(SMALLEST_PX, weight).horizontalAdvance(_SAMPLE)


@cache
def theme(name: str = "dark") -> Theme:
    """The theme of that name, one of THEMES; raises ValueError for another or a broken file."""
    if name not in THEMES:
        raise ValueError(f"theme {name!r} is not one of {', '.join(THEMES)}")
    roles = json.loads(resource(f"theme/{name}.json").read_text(encoding="utf-8"))
    colours = {field.name: QColor(roles.get(field.name, "")) for field in fields(Theme)}
    broken = [role for role, colour in colours.items() if not colour.isValid()]
    if broken:
        raise ValueError(f"theme {name}: no colour for {', '.join(broken)}")
    return Theme(**colours)


@cache
def font(px: int, weight: int = 400) -> QFont:
    """The wall's type at `px` pixels per em, figures all of one width. Not to be changed by the caller."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(max(1, px))
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(px: int, weight: int = 400) -> QFontMetrics:
    """The metrics of that font."""
    return QFontMetrics(font(px, weight))


@lru_cache(4096)
def text_width(text: str, px: int, weight: int = 400) -> int:
    """Pixels that a line takes; the same words stand on many tiles, and measuring costs more than asking."""
    return metrics(px, weight).horizontalAdvance(text)


@cache
def _shapes() -> Mapping[str, bytes]:
    """The sources of all icons."""
    return resources("icons", ".svg")


@cache
def icon(name: str, px: int, rgba: int) -> QImage:
    """An icon of `px` x `px` pixels in one colour (QColor.rgba()), premultiplied ARGB. Raises KeyError."""
    colour = QColor.fromRgba(rgba)
    source = _shapes()[name].replace(b"#000000", colour.name().encode())
    image = QImage(px, px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    # Whatever is raised meanwhile: an image that goes while it is painted on takes the process with it.
    with QPainter(image) as painter:
        QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, px, px))
    return image


def pixel_pitch(size_mm: QSizeF, width: int, height: int, scale: float) -> float:
    """Millimetres per device pixel of a screen of `width` x `height` device pixels.

    What a screen says of its size is often nonsense (0 x 0, the aspect ratio in cm, a rotated screen's sides
    exchanged): the area decides, and beyond reason 96 dpi per logical pixel is assumed.
    """
    if width > 0 and height > 0 and size_mm.width() > 0 and size_mm.height() > 0:
        pitch = float((size_mm.width() * size_mm.height() / (width * height)) ** 0.5)
        if _SANE_PITCH_MM[0] <= pitch <= _SANE_PITCH_MM[1]:
            return pitch
    return _INCH_MM / 96 / (scale or 1.0)


def text_px(pitch_mm: float, distance_m: float, tile_height: int) -> int:
    """Pixels per em of a tile's text: legible from `distance_m`, but never more than the tile can bear."""
    wanted = MM_PER_METRE * distance_m / pitch_mm / CAPITAL_PART
    # Title bar = 1.4 em; beyond a fifth of the tile it would hide more than it tells.
    return max(SMALLEST_PX, min(round(wanted + 0.5), round(tile_height / 7)))
