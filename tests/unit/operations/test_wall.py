"""The wall's verbs, and what they make the feeds deliver."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid, SceneError
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Direction, Focus
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.wall import KEEP_NS, Wall
from hanoi_wall.video.view import CameraView, Demand

LEFT, RIGHT = Box(0, 0, 1920, 1080), Box(1920, 0, 1920, 1080)


class Asked:
    """Feeds that remember what they were asked."""

    def __init__(self) -> None:
        self.wanted: list[tuple[Demand, ...]] = []
        self.retried: list[str] = []

    def want(self, demands: tuple[Demand, ...]) -> None:
        self.wanted.append(demands)

    def view(self, camera: str) -> CameraView | None:
        return None

    def retry(self, camera: str) -> None:
        self.retried.append(camera)


@pytest.fixture
def feeds() -> Asked:
    return Asked()


@pytest.fixture
def wall(feeds: Asked, clock: ManualClock) -> Wall:
    """2 x 2 on one full-HD monitor; six cameras, so two stand nowhere yet."""
    wall = Wall(feeds, Grid(2, 2), list("abcdef"), clock)
    wall.plug("one", LEFT)
    wall.surface("one", 1920, 1080, seen=True)
    return wall


def names(demands: tuple[Demand, ...]) -> list[str]:
    return [demand.camera for demand in demands]


# Demands


def test_the_first_cameras_are_wanted_before_any_window_stands(feeds: Asked, clock: ManualClock) -> None:
    wall = Wall(feeds, Grid(2, 2), list("abcdef"), clock)
    wall.expect(1920, 1080)
    expected = tuple(Demand(camera, 960, 540) for camera in "abcd")
    assert feeds.wanted == [expected]
    wall.plug("one", LEFT)
    assert feeds.wanted == [expected], "a window that is not seen yet lets nothing go"
    wall.surface("one", 1920, 1080, seen=True)
    assert feeds.wanted == [expected], "guessed right: nothing changes"
    wall.surface("one", 3840, 2160, seen=True)
    assert feeds.wanted[-1] == tuple(Demand(camera, 1920, 1080) for camera in "abcd")


def test_what_was_expected_but_never_seen_is_let_go(feeds: Asked, clock: ManualClock) -> None:
    wall = Wall(feeds, Grid(2, 2), list("ab"), clock)
    wall.expect(1920, 1080)
    assert wall.due_ns == clock.monotonic_ns() + KEEP_NS
    clock.advance(KEEP_NS / 1e9)
    wall.refresh()
    assert feeds.wanted[-1] == ()


def test_what_is_seen_is_wanted_in_device_pixels(wall: Wall, feeds: Asked) -> None:
    assert feeds.wanted[-1] == tuple(Demand(camera, 960, 540) for camera in "abcd")


def test_nothing_is_wanted_of_a_window_that_is_not_seen(wall: Wall, feeds: Asked) -> None:
    wall.surface("one", 1920, 1080, seen=False)
    assert feeds.wanted[-1] == ()
    wall.surface("one", 1920, 1080, seen=True)
    assert names(feeds.wanted[-1]) == list("abcd")


def test_the_feeds_are_told_only_what_changed(wall: Wall, feeds: Asked) -> None:
    told = len(feeds.wanted)
    wall.surface("one", 1920, 1080, seen=True)
    wall.refresh()
    assert len(feeds.wanted) == told
    wall.surface("one", 1280, 720, seen=True)
    assert len(feeds.wanted) == told + 1
    assert feeds.wanted[-1][0] == Demand("a", 640, 360)


def test_one_camera_in_two_windows_is_one_demand_with_the_most_pixels(wall: Wall, feeds: Asked) -> None:
    wall.plug("two", RIGHT)
    wall.surface("two", 3840, 2160, seen=True)
    wall.assign("two", 4, "a")
    assert [demand for demand in feeds.wanted[-1] if demand.camera == "a"] == [Demand("a", 1920, 1080)]
    wall.surface("two", 640, 360, seen=True)
    assert [demand for demand in feeds.wanted[-1] if demand.camera == "a"] == [Demand("a", 960, 540)]


def test_focused_and_enlarged_come_first(wall: Wall, feeds: Asked) -> None:
    wall.focus_on("one", 3)
    assert feeds.wanted[-1][0] == Demand("c", 960, 540, rank=0)
    wall.enlarge("one", 2)
    assert feeds.wanted[-1][0] == Demand("b", 1920, 1080, rank=0)


def test_what_enlarging_leaves_is_kept_ten_seconds(wall: Wall, feeds: Asked, clock: ManualClock) -> None:
    wall.enlarge("one", 2)
    kept = {demand.camera: demand for demand in feeds.wanted[-1]}
    assert kept["a"] == Demand("a", 960, 540, rank=2, visible=False)
    assert wall.due_ns == clock.monotonic_ns() + KEEP_NS
    clock.advance(9.9)
    wall.refresh()
    assert set(names(feeds.wanted[-1])) == set("abcd")
    clock.advance(0.1)
    wall.refresh()
    assert names(feeds.wanted[-1]) == ["b"]
    assert wall.due_ns is None


def test_going_back_within_ten_seconds_makes_all_visible_again(
    wall: Wall, feeds: Asked, clock: ManualClock
) -> None:
    wall.enlarge("one", 2)
    clock.advance(5)
    wall.back("one")
    assert all(demand.visible for demand in feeds.wanted[-1])
    assert set(names(feeds.wanted[-1])) == set("abcd")


def test_a_camera_taken_from_its_tile_is_kept_for_undo(wall: Wall, feeds: Asked) -> None:
    wall.assign("one", 1, "e")
    assert names(feeds.wanted[-1]) == ["e", "b", "c", "d", "a"]
    assert not feeds.wanted[-1][-1].visible


def test_a_monitor_that_goes_keeps_nothing_wanted(wall: Wall, feeds: Asked) -> None:
    wall.unplug("one")
    assert feeds.wanted[-1] == ()


# Monitors


def test_the_next_monitor_shows_the_next_cameras(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    assert [place.camera for place in wall.monitor("two").scene.tiles] == ["e", "f", None, None]


def test_a_monitor_that_comes_back_shows_what_it_showed(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.assign("two", 3, "a")
    before = wall.monitor("two").scene
    wall.enlarge("two", 3)
    wall.unplug("two")
    wall.plug("two", RIGHT)
    assert wall.monitor("two").scene == before


def cameras_of(wall: Wall, monitor: str) -> list[str | None]:
    return [place.camera for place in wall.monitor(monitor).scene.tiles]


def test_a_monitor_too_many_is_empty(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.plug("three", RIGHT)
    assert set(cameras_of(wall, "three")) == {None}


def test_a_monitor_put_in_the_place_of_another_shows_what_that_showed(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.unplug("one")
    wall.plug("new", LEFT)
    assert cameras_of(wall, "new") == list("abcd")
    wall.plug("newer", RIGHT)
    assert set(cameras_of(wall, "newer")) == {None}, "what one has taken over no other takes"
    wall.plug("one", LEFT)
    assert cameras_of(wall, "one") == list("abcd")


def test_the_focus_goes_with_its_monitor(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.focus_on("two", 1)
    wall.unplug("two")
    assert wall.focus is None


# Verbs


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [
        (1, Direction.RIGHT, 2),
        (1, Direction.DOWN, 3),
        (4, Direction.LEFT, 3),
        (4, Direction.UP, 2),
        (1, Direction.LEFT, 1),
        (1, Direction.UP, 1),
        (4, Direction.DOWN, 4),
    ],
)
def test_the_focus_moves_and_stops_at_the_edge(
    wall: Wall, start: int, direction: Direction, end: int
) -> None:
    wall.focus_on("one", start)
    wall.move(direction, "one")
    assert wall.focus == Focus("one", end)


def test_the_first_move_puts_the_focus_on_the_first_tile(wall: Wall) -> None:
    assert wall.focus is None
    wall.move(Direction.RIGHT, "one")
    assert wall.focus == Focus("one", 1)


def test_the_focus_crosses_to_the_monitor_beside(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.plug("below", Box(0, 1080, 1920, 1080))
    wall.focus_on("one", 4)
    wall.move(Direction.RIGHT, "one")
    assert wall.focus == Focus("two", 3)
    wall.move(Direction.LEFT, "two")
    assert wall.focus == Focus("one", 4)
    wall.move(Direction.DOWN, "one")
    assert wall.focus == Focus("below", 2)
    wall.move(Direction.UP, "below")
    assert wall.focus == Focus("one", 4)


def test_the_focus_crosses_to_an_enlarged_tile_as_it_stands(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.enlarge("two", 4)
    wall.focus_on("one", 2)
    wall.move(Direction.RIGHT, "one")
    assert wall.focus == Focus("two", 4)
    assert wall.monitor("two").scene.enlarged == 4


def test_moving_while_enlarged_goes_on_to_the_next_camera(wall: Wall) -> None:
    wall.enlarge("one", 1)
    wall.move(Direction.RIGHT, "one")
    assert wall.monitor("one").scene.enlarged == 2
    wall.move(Direction.RIGHT, "one")
    assert wall.monitor("one").scene.enlarged == 2


def test_enter_enlarges_the_focus_and_brings_it_back(wall: Wall) -> None:
    wall.toggle_enlarged("one")
    assert wall.monitor("one").scene.enlarged is None
    wall.focus_on("one", 3)
    wall.toggle_enlarged("one")
    assert wall.monitor("one").scene.enlarged == 3
    wall.toggle_enlarged("one")
    assert wall.monitor("one").scene.enlarged is None


def test_back_goes_one_step_at_a_time_from_any_monitor(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.enlarge("two", 1)
    wall.back("one")
    assert wall.monitor("two").scene.enlarged is None
    assert wall.focus == Focus("two", 1)
    wall.back("one")
    assert wall.focus is None
    wall.back("one")


def test_retry_asks_each_camera_once(wall: Wall, feeds: Asked) -> None:
    wall.assign("one", 2, "a")
    wall.assign("one", 3, None)
    assert wall.retry("one", (1, 2, 3, 4)) == ("a", "d")
    assert feeds.retried == ["a", "d"]


def test_a_tile_that_is_not_there(wall: Wall) -> None:
    assert not wall.focus_on("one", 5)
    assert not wall.focus_on("one", 0)
    assert wall.focus is None
    for number in (0, 5):
        with pytest.raises(SceneError, match="4"):
            wall.assign("one", number, "a")
        with pytest.raises(SceneError, match="4"):
            wall.enlarge("one", number)


def test_listeners_hear_until_they_ask_no_more(wall: Wall) -> None:
    heard: list[int] = []
    stop = wall.on_change(lambda: heard.append(1))
    wall.focus_on("one", 1)
    stop()
    wall.focus_on("one", 2)
    assert heard == [1]


# Whatever is done in whatever order


class Operator(RuleBasedStateMachine):
    """Does anything to a wall of up to three monitors; checks every demand against what can be seen."""

    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.feeds = Asked()
        self.wall = Wall(self.feeds, Grid(3, 2), [f"c{number}" for number in range(10)], self.clock)
        self.left_ns: dict[str, int] = {}

    def plugged(self) -> list[str]:
        return [monitor.id for monitor in self.wall.monitors]

    @rule(monitor=st.sampled_from("xyz"), place=st.integers(0, 3))
    def plug(self, monitor: str, place: int) -> None:
        if monitor not in self.plugged():
            self.wall.plug(monitor, Box(place * 1000, 0, 1000, 600))

    @rule(data=st.data(), width=st.integers(0, 3000), height=st.integers(0, 2000), seen=st.booleans())
    @precondition(lambda self: self.plugged())
    def surface(self, data: st.DataObject, width: int, height: int, seen: bool) -> None:
        self.wall.surface(data.draw(st.sampled_from(self.plugged())), width, height, seen=seen)

    @rule(data=st.data())
    @precondition(lambda self: self.plugged())
    def unplug(self, data: st.DataObject) -> None:
        self.wall.unplug(data.draw(st.sampled_from(self.plugged())))

    @rule(data=st.data(), number=st.integers(1, 6), camera=st.sampled_from(["c0", "c1", "c7", "new", None]))
    @precondition(lambda self: self.plugged())
    def assign(self, data: st.DataObject, number: int, camera: str | None) -> None:
        self.wall.assign(data.draw(st.sampled_from(self.plugged())), number, camera)

    @rule(
        data=st.data(), number=st.integers(1, 6), verb=st.sampled_from(["focus", "enlarge", "enter", "back"])
    )
    @precondition(lambda self: self.plugged())
    def act(self, data: st.DataObject, number: int, verb: str) -> None:
        here = data.draw(st.sampled_from(self.plugged()))
        if verb == "focus":
            self.wall.focus_on(here, number)
        elif verb == "enlarge":
            self.wall.enlarge(here, number)
        elif verb == "enter":
            self.wall.toggle_enlarged(here)
        else:
            self.wall.back(here)

    @rule(direction=st.sampled_from(Direction), data=st.data())
    @precondition(lambda self: self.plugged())
    def move(self, direction: Direction, data: st.DataObject) -> None:
        self.wall.move(direction, data.draw(st.sampled_from(self.plugged())))

    @rule(seconds=st.floats(0, 12))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.wall.refresh()

    @invariant()
    def what_is_seen_is_wanted(self) -> None:
        if not hasattr(self, "wall"):
            return
        seen: dict[str, int] = {}
        for monitor in self.wall.monitors:
            for number, box in monitor.boxes().items() if monitor.seen else ():
                camera = monitor.scene.tiles[number - 1].camera
                if camera is not None:
                    seen[camera] = max(seen.get(camera, 0), box.area)
        wanted = {demand.camera: demand for demand in self.wall.wanted}
        assert len(wanted) == len(self.wall.wanted)
        visible = {camera: demand for camera, demand in wanted.items() if demand.visible}
        assert {camera: demand.width * demand.height for camera, demand in visible.items()} == seen
        ranks = [demand.rank for demand in self.wall.wanted]
        assert ranks == sorted(ranks)
        now = self.clock.monotonic_ns()
        for camera in seen:
            self.left_ns[camera] = now
        for camera, demand in wanted.items():
            if not demand.visible:
                assert demand.rank == 2 and now - self.left_ns[camera] < KEEP_NS

    @invariant()
    def nothing_is_told_twice(self) -> None:
        if hasattr(self, "feeds"):
            told = self.feeds.wanted
            assert all(one != other for one, other in zip(told, told[1:], strict=False))

    @invariant()
    def the_focus_stands_on_a_tile(self) -> None:
        if hasattr(self, "wall") and self.wall.focus is not None:
            assert self.wall.focus.monitor in self.plugged()
            scene = self.wall.monitor(self.wall.focus.monitor).scene
            assert scene.enlarged in (None, self.wall.focus.tile)


TestOperator = Operator.TestCase
TestOperator.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


# What stands where, and back


def standing_on(wall: Wall, monitor: str = "one") -> list[str | None]:
    return [place.camera for place in wall.monitor(monitor).scene.tiles]


def test_changes_are_undone_and_done_again_over_all_monitors(wall: Wall) -> None:
    wall.plug("two", RIGHT)
    wall.assign("one", 1, "a")  # it stands there already: no change
    wall.assign("one", 1, "x")
    wall.assign("two", 3, "y")
    wall.enlarge("one", 2)
    assert wall.undo() and standing_on(wall, "two") == ["e", "f", None, None]
    assert standing_on(wall) == ["x", "b", "c", "d"]
    assert wall.undo() and standing_on(wall) == ["a", "b", "c", "d"]
    assert wall.monitor("one").scene.enlarged == 2, "what is enlarged is no change of what stands where"
    assert not wall.undo()
    assert wall.redo() and wall.redo() and not wall.redo()
    assert (standing_on(wall), standing_on(wall, "two")) == (["x", "b", "c", "d"], ["e", "f", "y", None])


def test_a_monitor_that_is_away_gets_back_what_was_undone_meanwhile(wall: Wall) -> None:
    wall.assign("one", 1, "x")
    wall.unplug("one")
    assert wall.undo()
    wall.plug("one", LEFT)
    assert standing_on(wall) == ["a", "b", "c", "d"]


def test_where_a_camera_goes_that_is_called_up(wall: Wall) -> None:
    assert wall.target("one") == Focus("one", 1), "none is free"
    wall.assign("one", 3, None)
    assert wall.target("one") == Focus("one", 3)
    wall.enlarge("one", 2)
    wall.clear_focus()
    assert wall.target("one") == Focus("one", 2), "what is looked at"
    wall.enlarge("one", None)
    wall.focus_on("one", 4)
    assert wall.target("one") == Focus("one", 4)
    assert wall.call_up(Focus("one", 3), "x") and wall.focus == Focus("one", 3)
    assert not wall.call_up(Focus("one", 9), "y") and not wall.call_up(Focus("gone", 1), "y")
    assert standing_on(wall) == ["a", "b", "x", "d"]


def test_what_stands_behind_an_enlarged_tile_stands_on_the_wall(wall: Wall) -> None:
    wall.enlarge("one", 2)
    assert wall.shows("a") and wall.shows("b") and not wall.shows("e")


def test_what_stood_there_before_the_restart_stands_there_again(feeds: Asked, clock: ManualClock) -> None:
    told: list[Mapping[str, MonitorScene]] = []
    away = MonitorScene.filled(Grid(1, 1), ("b",))
    before = {"one": MonitorScene.filled(Grid(2, 2), ("f", "a")), "away": away}
    wall = Wall(feeds, Grid(2, 2), list("abcdef"), clock, remembered=before, on_scenes=told.append)
    wall.expect(1920, 1080)
    assert {demand.camera for demand in feeds.wanted[0]} == {"b"}, "who was seen last is guessed to be here"
    assert wall.remembers("one") and not wall.remembers("new")
    wall.plug("one", LEFT)
    assert standing_on(wall) == ["f", "a", None, None]
    wall.plug("new", RIGHT)
    assert standing_on(wall, "new") == ["c", "d", "e", None], "what stands nowhere yet"
    assert told == [], "what nobody has touched is made anew from the catalogue each time"
    wall.assign("one", 4, "e")
    wall.enlarge("one", 4)
    wall.focus_on("one", 1)
    assert len(told) == 1, "only what stands where is worth keeping"
    assert list(told[0]) == ["away", "one", "new"], "the longest unseen first"
    assert [place.camera for place in told[0]["one"].tiles] == ["f", "a", None, "e"]


def test_an_exchanged_monitor_gets_what_the_last_one_showed(feeds: Asked, clock: ManualClock) -> None:
    old, last = (MonitorScene.filled(Grid(1, 1), (camera,)) for camera in "ab")
    before = {"a year ago": old, "yesterday": last}
    wall = Wall(feeds, Grid(1, 1), list("ab"), clock, remembered=before)
    wall.plug("new", LEFT)
    assert standing_on(wall, "new") == ["b"]


def test_when_all_monitors_go_the_first_of_today_comes_first(feeds: Asked, clock: ManualClock) -> None:
    old = MonitorScene.filled(Grid(1, 1), ("c",))
    wall = Wall(feeds, Grid(1, 1), list("abc"), clock, remembered={"a year ago": old})
    for monitor in ("left", "right"):
        wall.plug(monitor, LEFT)
    for monitor in ("right", "left"):
        wall.unplug(monitor)
    wall.plug("exchanged", LEFT)
    assert standing_on(wall, "exchanged") == ["a"]
