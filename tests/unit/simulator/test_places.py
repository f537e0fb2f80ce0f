"""Pretend cameras stand in Ha Noi, each at a place of its own."""

from __future__ import annotations

from hanoi_wall.simulator.options import MOST_CAMERAS
from hanoi_wall.simulator.places import camera_id, place


def test_every_camera_has_a_name_of_its_own_within_the_city() -> None:
    places = [place(index) for index in range(MOST_CAMERAS)]
    assert len({where.name for where in places}) == MOST_CAMERAS
    assert len({(where.lat, where.lon) for where in places}) == MOST_CAMERAS
    assert all(20.9 < where.lat < 21.2 and 105.7 < where.lon < 106.0 for where in places)
    assert len({where.owner for where in places}) > 5


def test_ids_sort_as_they_count() -> None:
    assert [camera_id(0), camera_id(8), camera_id(98)] == ["cam-01", "cam-09", "cam-99"]
