"""Many cameras go into the free tiles of one monitor: in order, each once, none over another."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.wall import Grid, MonitorScene
from hanoi_wall.operations.filling import Filling, dropped, filling
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.wall import Wall
from hanoi_wall.video.view import CameraView, Demand

NAMES = st.sampled_from("abcdefgh")


class DeafFeeds:
    """Feeds that are asked for nothing here."""

    def want(self, demands: tuple[Demand, ...]) -> None: ...

    def view(self, camera: str) -> CameraView | None: ...

    def retry(self, camera: str) -> None: ...


def scene(*cameras: str | None) -> MonitorScene:
    """2 x 2 tiles with these cameras."""
    return MonitorScene.filled(Grid(2, 2), cameras)  # type: ignore[arg-type]


def test_free_tiles_are_filled_in_reading_order_from_the_first_one_wanted() -> None:
    assert filling(scene("a", None, "b"), "xyz") == Filling(((2, "x"), (4, "y")), left=1)
    assert filling(scene("a", None, "b"), "xyz", start=3) == Filling(((4, "x"),), left=2)


def test_what_stands_there_is_not_put_there_again() -> None:
    assert filling(scene("a"), "ax") == Filling(((2, "x"),), there=1)


def test_one_camera_on_a_tile_takes_it_and_many_look_for_free_ones() -> None:
    full = scene("a", "b", "c", "d")
    assert dropped(full, "x", 2) == Filling(((2, "x"),))
    assert dropped(full, "xy", 2) == Filling(left=2)
    assert dropped(scene("a"), "x", None) == Filling(((2, "x"),))


@given(st.lists(st.none() | NAMES, max_size=4), st.lists(NAMES), st.integers(1, 4))
def test_nothing_is_lost_and_nothing_is_covered(
    standing: list[str | None], cameras: list[str], start: int
) -> None:
    before = scene(*standing)
    filled = filling(before, cameras, start)
    wanted = list(dict.fromkeys(cameras))
    assert len(filled.places) + filled.there + filled.left == len(wanted)
    numbers = [number for number, _ in filled.places]
    assert numbers == sorted(set(numbers)) and all(number >= start for number in numbers)
    assert all(before.tiles[number - 1].camera is None for number in numbers)
    new = [camera for camera in wanted if camera not in standing]
    assert [camera for _, camera in filled.places] == new[: len(numbers)]
    free = sum(each.camera is None for each in before.tiles[start - 1 :])
    assert len(numbers) == min(free, len(new))


def test_many_cameras_fill_the_free_tiles_of_a_monitor_as_one_step() -> None:
    kept: list[Mapping[str, MonitorScene]] = []
    wall = Wall(DeafFeeds(), Grid(2, 2), "ab", ManualClock(), on_scenes=kept.append)
    wall.plug("left", Box(0, 0, 1920, 1080))
    assert wall.fill("left", "xbyz").places == ((3, "x"), (4, "y"))
    assert [place.camera for place in wall.monitor("left").scene.tiles] == ["a", "b", "x", "y"]
    assert len(kept) == 1
    assert wall.fill("left", "z").left == 1 and len(kept) == 1, "nothing changed"
    assert wall.undo()
    assert [place.camera for place in wall.monitor("left").scene.tiles] == ["a", "b", None, None]
    assert not wall.undo()
    with pytest.raises(KeyError):
        wall.fill("right", "x")
