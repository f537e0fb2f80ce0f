"""The tick, and the figures made of what was painted."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.ui.presenter import HEALTH_NS, TICK_MS, TileReport
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain

RED = plain(480, 270, 20, 30, 220)


def reports(desk: Desk) -> dict[int, TileReport]:
    return {report.tile: report for report in desk.walls.presenter.reports(desk.clock.monotonic_ns())}


def play(desk: Desk, seconds: float, fps: float = 25.0) -> None:
    """Pictures at that rate, a tick for each."""
    for _ in range(round(seconds * fps)):
        desk.clock.advance(1 / fps)
        desk.feeds.draw("a", RED)
        desk.tick()


def test_gaps_between_ticks_are_told(desk: Desk) -> None:
    desk.gaps.clear()
    desk.wait(0.033)
    desk.wait(0.250)
    assert desk.gaps == [33_000_000, 250_000_000]


def test_the_health_copy_is_made_a_few_times_a_second(desk: Desk) -> None:
    desk.health.clear()
    for _ in range(300):
        desk.wait(TICK_MS / 1000)
    assert len(desk.health) == pytest.approx(300 * TICK_MS / 1000 * SECOND / HEALTH_NS, abs=3)


def test_every_tile_is_reported_with_its_place(desk: Desk) -> None:
    found = [(report.tile, report.row, report.col, report.camera) for report in reports(desk).values()]
    assert found == [(1, 0, 0, "a"), (2, 0, 1, "b"), (3, 1, 0, "c"), (4, 1, 1, None)]


def test_shown_fps_counts_painted_pictures_over_two_seconds(desk: Desk) -> None:
    play(desk, 3)
    assert reports(desk)[1].shown_fps == pytest.approx(25, abs=1)
    play(desk, 3, fps=10)
    assert reports(desk)[1].shown_fps == pytest.approx(10, abs=1)
    for _ in range(9):
        desk.wait(0.3)
    assert reports(desk)[1].shown_fps == 0


def test_a_picture_painted_again_is_not_a_picture_shown(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    for _ in range(40):
        desk.window.repaint_all()
        desk.wait(0.1)
    assert reports(desk)[1].shown_fps == 0


def test_age_is_the_picture_s_and_grows(desk: Desk) -> None:
    desk.feeds.draw("a", RED, age_s=0.4)
    desk.tick()
    assert reports(desk)[1].age_ms == 400
    desk.clock.advance(1)
    assert reports(desk)[1].age_ms == 1400
    assert reports(desk)[2].age_ms is None


def test_state_is_of_now_and_painted_state_of_the_paint(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.clock.advance(3)
    report = reports(desk)[1]
    assert (report.state, report.painted_state) == (TileState.LATE, TileState.LIVE)
    desk.tick()
    report = reports(desk)[1]
    assert (report.state, report.painted_state) == (TileState.LATE, TileState.LATE)


def test_first_picture_is_measured_from_the_camera_s_coming(desk: Desk) -> None:
    desk.clock.advance(5)
    desk.wall.assign(desk.window.monitor, 4, "d")
    desk.clock.advance(0.64)
    desk.tick()
    assert reports(desk)[4].first_picture_ms is None
    desk.feeds.draw("d", RED)
    desk.tick()
    desk.wait(3)
    assert reports(desk)[4].first_picture_ms == 640


def test_the_next_try_is_told_in_seconds(desk: Desk) -> None:
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=7.5)
    desk.tick()
    assert reports(desk)[1].next_retry_s == pytest.approx(7.5)
    desk.clock.advance(10)
    assert reports(desk)[1].next_retry_s == 0
    assert reports(desk)[2].next_retry_s is None


def test_replaced_pictures_are_told(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    for _ in range(5):
        desk.feeds.draw("a", RED)
    desk.tick()
    assert (reports(desk)[1].replaced, reports(desk)[1].torn) == (4, 0)


def test_what_an_enlarged_tile_hides_is_not_visible(desk: Desk) -> None:
    assert {report.visible for report in reports(desk).values()} == {True}
    desk.wall.enlarge(desk.window.monitor, 2)
    assert [tile for tile, report in reports(desk).items() if report.visible] == [2]


def test_what_nobody_sees_is_stopped_and_remembers_what_was_painted(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.feeds.session("c", Phase.WAITING, Cause.TIMEOUT, retry_in_s=7.5)
    desk.tick()
    shown = {tile: report.state for tile, report in reports(desk).items()}
    assert (shown[1], shown[3], shown[4]) == (TileState.LIVE, TileState.OFFLINE, TileState.IDLE)
    desk.wall.enlarge(desk.window.monitor, 2)
    desk.tick()
    hidden = reports(desk)
    assert [hidden[tile].state for tile in (1, 3, 4)] == [TileState.STOPPED] * 2 + [TileState.IDLE]
    assert [hidden[tile].painted_state for tile in (1, 3)] == [TileState.LIVE, TileState.OFFLINE]
    desk.wall.enlarge(desk.window.monitor, None)
    desk.tick()
    assert {tile: report.state for tile, report in reports(desk).items()} == shown


def test_the_feed_of_a_hidden_tile_is_told_as_it_is_now(desk: Desk) -> None:
    """It goes on for ten seconds, then it is gone: nothing of then may stand there as if it were of now."""
    desk.feeds.draw("a", RED)
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=7.5)
    desk.tick()
    desk.wall.enlarge(desk.window.monitor, 2)
    desk.feeds.session("a", Phase.PLAYING)
    desk.tick()
    kept = reports(desk)[1]
    assert kept.view is desk.feeds.view("a") and kept.next_retry_s is None
    assert kept.state is TileState.STOPPED
    assert kept.demand is not None and not kept.demand.visible
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=7.5)
    assert reports(desk)[1].next_retry_s == pytest.approx(7.5)
    desk.wait(10.1)
    del desk.feeds.cameras["a"]
    gone = reports(desk)[1]
    assert (gone.state, gone.view, gone.demand, gone.next_retry_s) == (TileState.STOPPED, None, None, None)


def test_a_minimised_window_s_tiles_are_stopped(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.window.showMinimized()
    desk.settle()
    desk.tick()
    assert [reports(desk)[tile].state for tile in (1, 2, 4)] == [TileState.STOPPED] * 2 + [TileState.IDLE]
    assert reports(desk)[1].painted_state is TileState.LIVE
    desk.window.showNormal()
    desk.settle()
    desk.tick()
    assert reports(desk)[1].state is TileState.LIVE


def test_the_size_of_a_tile_and_what_is_wanted_of_its_camera_are_reported(desk: Desk) -> None:
    box = desk.tile(2).box
    report = reports(desk)[2]
    assert report.size == (box.width, box.height)
    assert report.demand is not None
    assert (report.demand.camera, report.demand.width, report.demand.height) == ("b", box.width, box.height)


def test_kept_demands_end_by_the_tick(desk: Desk) -> None:
    desk.wall.enlarge(desk.window.monitor, 2)
    assert len(desk.wall.wanted) == 3
    desk.wait(10.1)
    assert [demand.camera for demand in desk.wall.wanted] == ["b"]


def test_a_stopped_presenter_holds_no_tile(open_desk: OpenDesk) -> None:
    desk = open_desk()
    play(desk, 1)
    desk.close()
    assert desk.walls.presenter.reports(desk.clock.monotonic_ns()) == ()
    desk.walls.presenter.tick()
