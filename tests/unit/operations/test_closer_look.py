"""A closer look at a camera wants its main stream for a moment, and nothing of the others changes."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.closer_look import CLOSER_NS
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.wall import Wall
from hanoi_wall.video.view import CameraView, Demand


class Asked:
    """Feeds that remember what they were asked."""

    def __init__(self) -> None:
        self.wanted: list[tuple[Demand, ...]] = []

    def want(self, demands: tuple[Demand, ...]) -> None:
        self.wanted.append(demands)

    def view(self, camera: str) -> CameraView | None:
        return None

    def retry(self, camera: str) -> None:
        raise AssertionError(camera)


@pytest.fixture
def feeds() -> Asked:
    return Asked()


@pytest.fixture
def wall(feeds: Asked, clock: ManualClock) -> Wall:
    """2 x 2 on one full-HD monitor; six cameras, so two stand nowhere."""
    wall = Wall(feeds, Grid(2, 2), list("abcdef"), clock)
    wall.plug("one", Box(0, 0, 1920, 1080))
    wall.surface("one", 1920, 1080, seen=True)
    return wall


def test_the_main_stream_is_wanted_until_somebody_looks_back(wall: Wall, feeds: Asked) -> None:
    before = feeds.wanted[-1]
    others = [demand for demand in before if demand.camera != "b"]
    wall.look_closer("b")
    assert [demand for demand in feeds.wanted[-1] if demand.camera != "b"] == others
    assert Demand("b", 960, 540, 1, pin=StreamKind.MAIN) in feeds.wanted[-1]
    wall.look_closer("b", (2560, 1440))
    assert Demand("b", 2560, 1440, 1, pin=StreamKind.MAIN) in feeds.wanted[-1]
    wall.look_back("b")
    assert feeds.wanted[-1] == before and wall.due_ns is None
    count = len(feeds.wanted)
    wall.look_back("b")
    assert len(feeds.wanted) == count


def test_a_look_that_nobody_ends_ends_by_itself(wall: Wall, feeds: Asked, clock: ManualClock) -> None:
    before = feeds.wanted[-1]
    wall.look_closer("b")
    assert wall.due_ns == clock.monotonic_ns() + CLOSER_NS
    clock.advance(CLOSER_NS / 1e9)
    wall.refresh()
    assert feeds.wanted[-1] == before and wall.due_ns is None


def test_a_camera_that_left_its_tile_is_still_looked_at(wall: Wall, feeds: Asked) -> None:
    wall.look_closer("b")
    wall.assign("one", 2, "e")
    assert Demand("b", 960, 540, 2, pin=StreamKind.MAIN) in feeds.wanted[-1]
    wall.look_closer("f")
    assert all(demand.camera != "f" for demand in feeds.wanted[-1]), "it stands nowhere"
