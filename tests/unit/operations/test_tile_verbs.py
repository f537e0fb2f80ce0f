"""What is done with what stands in the tile in focus."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.content import ClockFace, Filling, Hotspot, Sequence, Step
from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.tile_verbs import TileVerbs
from hanoi_wall.operations.wall import Wall
from tests.unit.operations.test_wall import Asked

FIRST = Focus("one", 1)


@pytest.fixture
def wall(clock: ManualClock) -> Wall:
    """3 x 1 with cameras a and b."""
    wall = Wall(Asked(), Grid(3, 1), list("ab"), clock)
    wall.plug("one", Box(0, 0, 1920, 1080))
    wall.surface("one", 1920, 1080, seen=True)
    return wall


@pytest.fixture
def verbs(wall: Wall) -> TileVerbs:
    wall.focus_on("one", 1)
    return TileVerbs(wall)


def fillings(wall: Wall) -> list[Filling]:
    return [place.filling for place in wall.monitor("one").scene.tiles]


def test_without_a_focus_nothing_is_done(verbs: TileVerbs, wall: Wall) -> None:
    wall.clear_focus()
    before = fillings(wall)
    for action in verbs.actions:
        assert verbs.do(action) == Said("tile.none_in_focus")
    assert fillings(wall) == before


def test_a_tile_goes_back_through_what_it_showed(verbs: TileVerbs, wall: Wall) -> None:
    for camera in "bab":
        wall.assign("one", 1, camera)
    shown = []
    while verbs.do("tile.earlier") is None:
        shown.append(wall.camera_at(FIRST))
    assert shown == ["a", "b", "a"]
    assert verbs.do("tile.earlier") == Said("tile.nothing_earlier")
    while verbs.do("tile.later") is None:
        shown.append(wall.camera_at(FIRST))
    assert shown[3:] == ["b", "a", "b"]
    assert verbs.do("tile.later") == Said("tile.nothing_later")


def test_a_hotspot_and_a_clock_are_made_and_unmade(verbs: TileVerbs, wall: Wall) -> None:
    assert verbs.do("tile.hotspot") == Said("tile.is_hotspot", {"number": 1})
    assert fillings(wall)[0] == Filling(None, Hotspot())
    assert verbs.do("tile.hotspot") is None and fillings(wall)[0].empty
    assert verbs.do("tile.clock") is None and fillings(wall)[0] == Filling(None, ClockFace())
    assert wall.undo() and fillings(wall)[0].empty


def test_a_sequence_stops_steps_and_comes_apart(verbs: TileVerbs, wall: Wall) -> None:
    wall.put(FIRST, Filling(None, Sequence(tuple(map(Step, "abc")))))
    assert verbs.do("tile.pause") == Said("sequence.paused")
    assert verbs.do("tile.next") is None and wall.camera_at(FIRST) == "b"
    assert verbs.do("tile.previous") is None and wall.camera_at(FIRST) == "a"
    assert verbs.do("tile.pause") == Said("sequence.goes_on")
    assert verbs.do("tile.unpack") == Said("sequence.no_room", {"left": 2})
    assert [each.camera for each in fillings(wall)] == ["a", "b", "c"]
    assert wall.undo()
    assert [each.camera for each in fillings(wall)] == ["a", "b", None]


@pytest.mark.parametrize("action", ["tile.pause", "tile.next", "tile.previous", "tile.unpack"])
def test_without_a_sequence_that_is_said(verbs: TileVerbs, action: str) -> None:
    assert verbs.do(action) == Said("tile.no_sequence")
