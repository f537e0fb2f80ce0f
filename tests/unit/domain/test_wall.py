"""Tiles, what stands in them, and the enlarged one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.content import ClockFace, Content, Filling, Hotspot, Note, Sequence, Step
from hanoi_wall.domain.grid import PRESETS, Cell, Grid, Layout, SceneError
from hanoi_wall.domain.wall import MonitorScene
from tests.unit.domain.test_grid import layouts, sides

cameras = st.lists(st.text(min_size=1, max_size=6), max_size=200).map(tuple)
contents: st.SearchStrategy[Content] = st.one_of(
    st.just(Hotspot()),
    st.just(ClockFace()),
    st.just(Note("SOP 4")),
    st.lists(st.sampled_from("abc").map(Step), min_size=1, max_size=3).map(
        lambda each: Sequence(tuple(each))
    ),
)
fillings = st.one_of(
    st.just(Filling()),
    st.sampled_from("abcdef").map(Filling),
    contents.map(lambda content: Filling(None, content).first()),
)


@given(sides, sides, cameras)
def test_cameras_fill_the_tiles_in_reading_order(columns: int, rows: int, ids: tuple[str, ...]) -> None:
    scene = MonitorScene.filled(Grid(columns, rows), ids)
    assert [place.number for place in scene.tiles] == list(range(1, columns * rows + 1))
    assert [(place.row, place.column) for place in scene.tiles] == [
        (row, column) for row in range(rows) for column in range(columns)
    ]
    shown = [place.camera for place in scene.tiles]
    taken = min(len(ids), len(shown))
    assert tuple(shown[:taken]) == ids[:taken]
    assert shown[taken:] == [None] * (len(shown) - taken)
    assert scene.visible() == scene.tiles


@given(layouts(), st.lists(fillings, max_size=30), layouts())
def test_nothing_is_lost_when_a_monitor_is_divided_otherwise(
    before: Layout, held: list[Filling], after: Layout
) -> None:
    scene = MonitorScene.holding(before, tuple(held))
    other = scene.shaped(after)
    assert other.layout == after
    assert [each for each in other.fillings if not each.empty] == [each for each in held if not each.empty]
    if after.tiles >= len(held):
        assert other.fillings[: len(held)] == tuple(held), "gaps stay where there is room for them"


def test_a_smaller_layout_closes_gaps_before_it_lets_anything_go() -> None:
    scene = MonitorScene.filled(Grid(3, 1), ("a", None, "b"))
    narrow = scene.shaped(Layout(Grid(2, 1)))
    assert [place.camera for place in narrow.tiles] == ["a", "b"] and narrow.beyond == ()
    single = narrow.shaped(Layout(Grid(1, 1)))
    assert [place.camera for place in single.tiles] == ["a"] and single.beyond == (Filling("b"),)
    assert [place.camera for place in single.shaped(PRESETS["1+5"]).tiles[:2]] == ["a", "b"]


def test_a_scene_knows_its_layout_and_who_takes_a_square() -> None:
    scene = MonitorScene.filled(PRESETS["1+5"], "abcdef")
    assert scene.layout == PRESETS["1+5"] and scene.tiles[0].cell == Cell(0, 0, 2, 2)
    taken = [[scene.at(row, column) for column in range(3)] for row in range(3)]
    assert [[place.number if place else 0 for place in row] for row in taken] == [
        [1, 1, 2],
        [1, 1, 3],
        [4, 5, 6],
    ]
    assert scene.at(3, 0) is scene.at(0, 3) is scene.at(-1, 0) is None


@given(sides, sides, st.data())
def test_an_enlarged_tile_is_the_only_one_seen(columns: int, rows: int, data: st.DataObject) -> None:
    scene = MonitorScene.filled(Grid(columns, rows), ("cam-01",))
    number = data.draw(st.integers(1, scene.grid.tiles))
    enlarged = scene.enlarge(number)
    assert [place.number for place in enlarged.visible()] == [number]
    assert enlarged.enlarge(None) == scene


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_tile_that_is_not_there_cannot_be_enlarged_or_filled(number: int) -> None:
    scene = MonitorScene.filled(Grid(2, 2), ())
    with pytest.raises(SceneError, match=f"no tile {number}: the grid has 4"):
        scene.enlarge(number)
    with pytest.raises(SceneError, match=f"no tile {number}: the grid has 4"):
        scene.having(number, Filling("a"))


def test_cameras_that_are_not_known_leave_their_tiles_empty() -> None:
    scene = MonitorScene.filled(Grid(2, 2), ("a", "b", "c")).enlarge(3)
    known = scene.only({"a", "c"})
    assert [place.camera for place in known.tiles] == ["a", None, "c", None]
    assert known.enlarged == 3


def test_a_sequence_goes_on_with_the_cameras_that_are_known() -> None:
    sequence = Sequence((Step("a"), Step("gone"), Step("b")))
    scene = MonitorScene.holding(
        Grid(2, 1), (Filling("gone", sequence), Filling(None, Sequence((Step("x"),))))
    )
    known = scene.only({"a", "b"})
    assert known.tiles[0].filling == Filling("a", Sequence((Step("a"), Step("b"))))
    assert known.tiles[1].filling == Filling()
    assert scene.cameras() == {"a", "gone", "b", "x"}


def test_what_a_wrong_catalogue_hides_is_kept_in_tiles_that_stay_empty() -> None:
    before = MonitorScene.filled(Grid(2, 2), ("a", "gone", "b", "lost"))
    now = MonitorScene.filled(Grid(2, 2), ("c", None, None, "d"))
    assert [place.camera for place in now.keeping(before, "abcd").tiles] == ["c", "gone", None, "d"]
    assert now.keeping(None, "abcd") == now.keeping(MonitorScene.filled(Grid(1, 4), ("gone",)), "abcd") == now


def test_a_hotspot_and_a_sequence_begin_anew() -> None:
    assert Filling("a", Hotspot()).first() == Filling(None, Hotspot())
    sequence = Sequence((Step("a"), Step("b")))
    assert Filling("b", sequence).first() == Filling("a", sequence)
    assert Filling("a").first() == Filling("a") and Filling().empty and not Filling(None, ClockFace()).empty
