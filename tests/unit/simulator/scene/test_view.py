"""The pretend camera's projection."""

from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.simulator.scene.view import View

VIEW = View(640, 360, 2.0, 8.0, 0.1, math.radians(18), math.radians(65))
POINTS = st.tuples(st.floats(-40, 40), st.floats(5, 120), st.floats(0, 20))


@given(POINTS)
def test_one_point_is_seen_as_many_are(point: tuple[float, float, float]) -> None:
    many = VIEW.project(*(numpy.array([value]) for value in point))
    assert VIEW.see(*point) == pytest.approx([float(value[0]) for value in many])


def test_right_is_right_and_far_is_high_and_small() -> None:
    straight = View(640, 360, 0.0, 8.0, 0.0, math.radians(18), math.radians(65))
    left, right = straight.point(-3, 30), straight.point(3, 30)
    assert left[0] + right[0] == pytest.approx(640) and left[0] < right[0]
    near, far = straight.see(0, 20, 0), straight.see(0, 80, 0)
    assert far[1] < near[1] and far[2] > near[2]
    assert straight.point(0, 30, 2)[1] < straight.point(0, 30, 0)[1]


def test_the_horizon_is_where_the_pitch_puts_it() -> None:
    assert VIEW.point(0, 1e7)[1] == pytest.approx(180 - VIEW.focal * math.tan(VIEW.pitch), abs=0.1)


def test_a_polygon_is_cut_off_before_the_camera() -> None:
    road = [(-5.0, -30.0, 0.0), (5.0, -30.0, 0.0), (5.0, 60.0, 0.0), (-5.0, 60.0, 0.0)]
    points = VIEW.polygon(road)
    assert len(points) == 4
    assert all(abs(column) < 1e5 and abs(row) < 1e5 for column, row in points)
    assert VIEW.polygon([(0, -50, 0), (1, -50, 0), (0, -60, 0)]) == []
