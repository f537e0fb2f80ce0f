"""Rows of tube houses: narrow plots, no gaps, signs that can be read."""

from __future__ import annotations

import math

import numpy
import pytest

from hanoi_wall.simulator.scene.canvas import Canvas
from hanoi_wall.simulator.scene.houses import Front, Row, split
from hanoi_wall.simulator.scene.view import View

VIEW = View(640, 360, 0.0, 8.0, 0.0, math.radians(14), math.radians(65))


@pytest.mark.parametrize("length", [1.0, 17.0, 40.0])
def test_plots_are_narrow_and_without_gaps(length: float) -> None:
    plots = split(length, numpy.random.default_rng(3))
    assert plots[0][0] == 0 and plots[-1][1] >= length
    for (begin, end), following in zip(plots, [*plots[1:], (plots[-1][1], 0.0)], strict=True):
        assert 3.4 <= end - begin <= 5.4 and following[0] == end


def drawn(signs: bool) -> Canvas:
    canvas = Canvas.of(VIEW)
    front = Front(-12.0, 34.0, (1.0, 0.0), (0.0, -1.0))
    Row(canvas, front, numpy.random.default_rng(5), signs).build([(0.0, 4.5), (4.5, 9.0), (9.0, 13.5)])
    return canvas


def test_a_row_stands_where_it_was_put_and_shines_at_night() -> None:
    canvas = drawn(signs=False)
    box = canvas.surface.getbbox()
    assert box is not None
    assert box[0] == pytest.approx(VIEW.point(-12, 34)[0] * 2, abs=40)
    assert box[3] == pytest.approx(VIEW.point(0, 34)[1] * 2, abs=25)
    assert canvas.shine.getbbox() is not None


def test_signs_bear_letters() -> None:
    assert drawn(signs=True).surface.tobytes() != drawn(signs=False).surface.tobytes()
