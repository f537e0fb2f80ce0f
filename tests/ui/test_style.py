"""What all tiles of a window share is made once."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import theme


def style(scale: float = 1.0) -> Style:
    return Style(theme(), words("vi"), scale=scale)


def test_one_second_is_one_image_for_all_tiles(qtbot: QtBot) -> None:
    shared = style()
    now = int(time.mktime((2026, 11, 22, 14, 3, 22, 0, 0, -1)))
    first = shared.clock(now, 18)
    assert shared.clock(now, 18) is first
    assert shared.clock(now + 1, 18) is not first
    assert shared.clock(now, 20) is not first
    assert shared.clock(now + 86_400, 18) == first, "it tells the time of day"


def test_old_seconds_are_forgotten(qtbot: QtBot) -> None:
    shared = style()
    for second in range(500):
        shared.clock(second, 12)
    assert len(shared.clocks) <= 64


def test_a_new_scale_makes_new_pieces(qtbot: QtBot) -> None:
    shared = style()
    hatch = shared.hatching()
    assert shared.hatching() is hatch
    shared.clock(0, 12)
    shared.renew()
    assert shared.clocks == {}
    assert shared.hatching() is not hatch


def test_the_hatch_repeats_without_a_seam(qtbot: QtBot) -> None:
    for scale in (1.0, 2.0):
        image = style(scale).hatching().textureImage().convertToFormat(QImage.Format.Format_RGBA8888)
        side = image.width()
        assert (side, image.height()) == (16 * round(scale), 16 * round(scale))
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(side, side, 4)
        for y in range(side):
            assert (rows[(y + 1) % side] == np.roll(rows[y], -1, axis=0)).all(), (
                "one step down is one step left"
            )
        dark = rows[..., 3] > 100
        assert 0.1 < dark.mean() < 0.3


def test_the_line_between_tiles_is_whole_pixels(qtbot: QtBot) -> None:
    assert [style(scale).line for scale in (0.8, 1.0, 1.25, 1.5, 2.0)] == [1, 1, 1, 2, 2]
