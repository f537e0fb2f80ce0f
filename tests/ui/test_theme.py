"""Colours that can be read, shapes that can be told apart, text that can be read from where people sit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QFontInfo, QImage, QRawFont
from pytestqt.qtbot import QtBot

from hanoi_wall.domain.tile import TileState
from hanoi_wall.settings.schema import RULES, Settings
from hanoi_wall.ui.theme import (
    FAMILIES,
    MM_PER_METRE,
    SMALLEST_PX,
    THEMES,
    font,
    icon,
    metrics,
    pixel_pitch,
    text_px,
    theme,
)
from hanoi_wall.ui.wall_app import WallSettings

VIETNAMESE = "ĂÂĐÊÔƠƯăâđêôơưẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ"


def test_each_theme_can_be_chosen_in_the_settings() -> None:
    assert RULES["theme"].choices == THEMES
    assert WallSettings().theme == Settings().theme


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    """1 … 21, WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_on_its_ground(name: str) -> None:
    colours = theme(name)
    for ground in (colours.surface_1, colours.surface_2):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.text_secondary, ground) >= 4.5
    for tone in (colours.late, colours.alarm, colours.accent):
        assert contrast(tone, colours.surface_1) >= 3
    assert contrast(colours.on_late, colours.late) >= 4.5
    assert contrast(colours.text, colours.surface_3) >= 4.5
    black = QColor(0, 0, 0)
    for tone in (colours.on_picture, colours.late_on_picture, colours.alarm_on_picture):
        assert contrast(tone, black) >= 7


def test_the_dark_theme_is_the_design_s() -> None:
    dark = theme("dark")
    assert dark.wall.name().upper() == "#0B0D10"
    assert dark.accent.name().upper() == "#4C9AFF"
    assert (dark.late.name().upper(), dark.alarm.name().upper()) == ("#F2A33A", "#F0524F")
    assert dark.scrim.alpha() == 140


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="dark, light, contrast"):
        theme("pink")


def test_every_state_has_a_shape_of_its_own(qtbot: QtBot) -> None:
    shapes = {}
    for state in TileState:
        image = icon(state.value, 24, QColor(255, 255, 255).rgba())
        alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
        ink = np.frombuffer(alpha.constBits(), np.uint8).reshape(24, alpha.bytesPerLine())[:, :24] > 100
        assert ink.sum() >= 8, state
        assert not ink[[0, -1]].any() and not ink[:, [0, -1]].any(), f"{state} is cut at its edge"
        shapes[state] = ink
    for state, shape in shapes.items():
        others = [other for other in TileState if other is not state]
        assert all((shape != shapes[other]).sum() > 12 for other in others), state


def test_an_icon_has_the_colour_it_was_asked_in(qtbot: QtBot) -> None:
    image = icon("stopped", 24, QColor(240, 82, 79).rgba())
    solid = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    strongest = max(solid, key=QColor.alpha)
    assert (strongest.red(), strongest.green(), strongest.blue()) == pytest.approx((240, 82, 79), abs=3)


def test_the_font_has_vietnamese_and_figures_of_one_width(qtbot: QtBot) -> None:
    assert QFontInfo(font(20)).family() in FAMILIES
    for weight in (400, 500, 600):
        raw = QRawFont.fromFont(font(20, weight))
        assert [letter for letter in VIETNAMESE if not raw.supportsCharacter(ord(letter))] == []
        measure = metrics(20, weight)
        assert len({measure.horizontalAdvance(digit) for digit in "0123456789"}) == 1


# Size


def test_a_capital_has_its_height_at_its_distance(qtbot: QtBot) -> None:
    """55 inches, full HD, seen from 3 m."""
    pitch = 1210 / 1920
    px = text_px(pitch, 3.0, 1080)
    capital_mm = metrics(px, 500).capHeight() * pitch
    assert capital_mm >= MM_PER_METRE * 3.0 - pitch / 2
    assert capital_mm <= MM_PER_METRE * 3.0 * 1.12


def test_text_never_outgrows_its_tile() -> None:
    assert text_px(0.6, 10.0, 270) == round(270 / 7)
    assert text_px(0.25, 0.1, 270) == SMALLEST_PX
    assert text_px(0.6, 10.0, 20) == SMALLEST_PX


@pytest.mark.parametrize(
    ("size", "pixels", "scale", "pitch"),
    [
        ((527, 296), (1920, 1080), 1.0, 0.2743),
        ((296, 527), (1920, 1080), 1.0, 0.2743),
        ((0, 0), (1920, 1080), 1.0, 25.4 / 96),
        ((16, 9), (1920, 1080), 1.0, 25.4 / 96),
        ((160, 90), (1920, 1080), 1.5, 0.0833),
        ((0, 0), (3840, 2160), 2.0, 25.4 / 192),
        ((90000, 50000), (1920, 1080), 1.0, 25.4 / 96),
        ((500, 300), (0, 0), 1.0, 25.4 / 96),
    ],
)
def test_nonsense_about_the_size_is_not_believed(
    size: tuple[float, float], pixels: tuple[int, int], scale: float, pitch: float
) -> None:
    assert pixel_pitch(QSizeF(*size), *pixels, scale) == pytest.approx(pitch, rel=0.01)
