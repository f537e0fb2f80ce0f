"""The desk's colours are the theme's roles, and its texts can be read on their grounds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.ui.desk.look import Look, colours, label, paint_icon, sheet, write
from hanoi_wall.ui.theme import THEMES, text_width, theme


def luminance(colour: QColor) -> float:
    """As WCAG reckons it."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", THEMES)
def test_texts_stand_out_from_every_ground(qtbot: QtBot, name: str) -> None:
    roles = theme(name)
    for ground in (roles.surface_1, roles.surface_2, roles.surface_3):
        for ink, least in ((roles.text, 7.0), (roles.text_secondary, 4.5)):
            light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= least, (name, ink.name(), ground.name())
    made = colours(roles)
    assert made.color(QPalette.ColorRole.Base) == roles.surface_1
    assert roles.accent.name() in sheet(roles)


def test_a_label_has_its_ink_whatever_stands_above_it(qtbot: QtBot) -> None:
    look = Look(theme("light"), words("vi"))
    assert label(look, "a").palette().color(QPalette.ColorRole.WindowText) == look.theme.text
    quiet = label(look, "a", quiet=True).palette().color(QPalette.ColorRole.WindowText)
    assert quiet == look.theme.text_secondary


def test_a_line_that_is_too_long_keeps_both_its_ends(qtbot: QtBot) -> None:
    image = QImage(200, 30, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        place, name = QRect(0, 0, 120, 30), "Nguyễn Chí Thanh – Trần Duy Hưng 12"
        assert write(painter, name, place, QColor("white")) <= 121
        assert write(painter, "12", place, QColor("white")) == text_width("12", 14)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_an_icon_keeps_its_place_at_any_scale(qtbot: QtBot, scale: float) -> None:
    image = QImage(round(40 * scale), round(40 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("black"))
    with QPainter(image) as painter:
        paint_icon(painter, "star", 10, 10, QColor("white"))
    lit = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() > 60
    ]
    assert lit and all(10 * scale - 1 <= each <= 26 * scale for point in lit for each in point)
