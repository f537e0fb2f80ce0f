"""A wall window: one surface, one paint per tick, none in vain, and nothing claimed that is not painted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QBackingStore, QPainter, QRegion, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.tile import Phase, SessionFacts, TileState
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.screens import pitch_of
from hanoi_wall.ui.tile import Tile
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_app import WallApp, WallSettings
from hanoi_wall.ui.wall_window import WallWindow
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.view import CameraView
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import DrawnCamera, DrawnFeeds, pattern, plain

RED = plain(480, 270, 20, 30, 220)


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that a wall window draws, be it in a tick or because Qt asked."""
    seen: list[int] = []
    real = WallWindow._draw

    def counted(self: WallWindow, painter: QPainter, tiles: list[Tile], scale: float) -> None:
        seen.append(1)
        real(self, painter, tiles, scale)

    monkeypatch.setattr(WallWindow, "_draw", counted)
    return seen


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[QRegion]:
    """The part of the surface that each tick brings to the screen."""
    regions: list[QRegion] = []
    real = QBackingStore.flush

    def flush(self: QBackingStore, region: QRegion, window: QWindow) -> None:
        regions.append(QRegion(region))
        real(self, region, window)

    monkeypatch.setattr(QBackingStore, "flush", flush)
    return regions


# One paint per tick, only when something changed


def test_nothing_new_paints_nothing(paints: list[int], desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    paints.clear()
    for _ in range(10):
        desk.wait(0.033)
    assert paints == []


def test_many_new_pictures_are_one_paint(paints: list[int], open_desk: OpenDesk) -> None:
    names = [f"c{number}" for number in range(64)]
    desk = open_desk("8x8", names)
    for name in names:
        desk.feeds.draw(name, plain(120, 67, 1, 2, 3))
    desk.tick()
    paints.clear()
    for name in names:
        desk.feeds.draw(name, plain(120, 67, 1, 2, 3))
    desk.tick()
    assert paints == [1]
    assert {desk.tile(number).shown for number in range(1, 65)} == {2}


def test_only_the_changed_tile_is_painted_and_the_others_stay(desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    before = desk.pixels()
    others = [desk.tile(number).painted.at_ns for number in (2, 3, 4)]
    desk.clock.advance(0.5)
    desk.feeds.draw("a", plain(480, 270, 220, 30, 20))
    desk.tick()
    after = desk.pixels()
    assert (after[:270, :480] != before[:270, :480]).any()
    assert (after[:, 480:] == before[:, 480:]).all() and (after[270:] == before[270:]).all()
    assert [desk.tile(number).painted.at_ns for number in (2, 3, 4)] == others


def test_only_what_was_painted_is_brought_to_the_screen(shown: list[QRegion], desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    shown.clear()
    desk.feeds.draw("b", plain(480, 270, 220, 30, 20))
    desk.tick()
    assert shown == [QRegion(480, 0, 480, 270)]


def test_what_lies_over_the_tiles_stays_whole_while_pictures_come(desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    desk.window.toggle_sheet()
    desk.settle()
    sheet = desk.window.sheet.geometry()
    inside = (slice(sheet.top(), sheet.bottom() + 1), slice(sheet.left(), sheet.right() + 1))
    before = desk.pixels()
    for camera in "abc":
        desk.feeds.draw(camera, plain(480, 270, 220, 30, 20))
    desk.tick()
    after = desk.pixels()
    assert (after[inside] == before[inside]).all()
    assert (after != before).any(), "the tiles beside it are painted"


def test_new_facts_that_change_nothing_paint_nothing(paints: list[int], desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    paints.clear()
    drawn = desk.feeds.cameras["a"]
    drawn.view = desk.feeds.with_rings(drawn.view, drawn.view.rings)
    desk.tick()
    assert paints == []


def test_a_tile_due_in_the_same_tick_as_others_is_not_painted_twice(paints: list[int], desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.feeds.draw("a", RED)
    paints.clear()
    desk.walls.presenter.tick()
    desk.walls.presenter.tick()
    desk.walls.presenter.tick()
    desk.settle()
    assert paints == [1]
    assert desk.tile(1).shown == 2


# What is claimed is what was painted


def test_states_are_written_by_painting_alone(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    before = desk.pixels()
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=3)
    desk.settle()
    assert desk.states()[1] is TileState.LIVE, "known, not yet painted"
    assert (desk.pixels() == before).all()
    desk.walls.presenter.tick()
    assert desk.states()[1] is TileState.OFFLINE
    assert (desk.of_tile(1) != before[:270, :480]).any()


def test_everything_is_painted_after_a_resize(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    desk.window.resize(1000, 600)
    desk.settle()
    assert [desk.tile(number).painted.box for number in (1, 4)] == [desk.tile(n).box for n in (1, 4)]
    assert desk.pixels().shape == (600, 1000, 4)
    red = (desk.of_tile(3)[40:240, 20:480, 2] > 200).all()
    assert red
    assert {(demand.width, demand.height) for demand in desk.wall.wanted} == {(500, 300)}


def test_everything_is_painted_when_the_window_comes_back(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.window.hide()
    desk.settle()
    desk.tick()
    assert desk.wall.wanted == (), "what nobody can see is not wanted"
    desk.clock.advance(60)
    desk.tick()
    desk.window.show()
    desk.settle()
    desk.tick()
    assert desk.states()[1] is TileState.STALE
    assert len(desk.wall.wanted) == 3


def test_a_minimised_window_wants_nothing_and_paints_nothing(paints: list[int], desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.window.showMinimized()
    desk.settle()
    desk.tick()
    paints.clear()
    assert desk.wall.wanted == ()
    for _ in range(20):
        desk.feeds.draw("a", RED)
        desk.wait(0.04)
    assert paints == []
    desk.window.showNormal()
    desk.settle()
    desk.tick()
    assert desk.tile(1).replaced == 0, "what passed unseen was not replaced: nobody looked"
    assert len(desk.wall.wanted) == 3


def test_a_hundred_and_forty_four_tiles(open_desk: OpenDesk) -> None:
    names = [f"c{number:03d}" for number in range(144)]
    desk = open_desk("12x12", names, size=(1920, 1080))
    for number, name in enumerate(names):
        desk.feeds.draw(name, plain(160, 90, number, 255 - number, 40), age_s=number / 20)
    desk.tick()
    states = desk.states()
    assert len(states) == 144
    for number, state in states.items():
        age = (number - 1) / 20
        expected = TileState.LIVE if age <= 2 else TileState.LATE if age <= 5 else TileState.STALE
        assert state is expected, (number, age)
        pixels = desk.of_tile(number)[60:88, 2:150, :3]
        if expected is not TileState.STALE:
            assert (pixels == (number - 1, 256 - number, 40)).all()


# Real time, a real process


class Handed(DrawnFeeds):
    """Feeds whose one ring is written by another process."""

    def hand(self, ring: Ring) -> None:
        view = CameraView("a", SessionFacts(Phase.PLAYING, self.clock.monotonic_ns()), (ring,))
        self.cameras["a"] = DrawnCamera(ring, None, view)  # type: ignore[arg-type]


def test_a_stopped_writer_never_shows_as_live(qtbot: QtBot, until: Callable[..., Any]) -> None:
    """The writer of the pictures is a process; SIGSTOP it, and the tile must say so by itself."""
    clock = SystemClock()
    feeds = Handed(clock)
    ring = Ring.create(480, 270)
    feeds.hand(ring)
    wall = Wall(feeds, Grid(1, 1), "a", clock)
    walls = WallApp(
        wall, feeds, {"a": Camera("a", "A")}, WallSettings(windowed=True), clock, on_quit=lambda: None
    )
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.ring_writer", str(ring.fd)],
        pass_fds=(ring.fd,),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdin is not None and writer.stdout is not None
    try:
        assert writer.stdout.readline() == b"ready\n"
        walls.start()
        window = next(iter(walls.windows.values()))
        tile = window.tiles[0]

        def painted(state: TileState) -> Callable[[], bool]:
            return lambda: tile.painted.state is state

        qtbot.waitUntil(lambda: tile.shown > 10, timeout=5000)
        assert tile.painted.state is TileState.LIVE
        os.kill(writer.pid, signal.SIGSTOP)
        qtbot.waitUntil(painted(TileState.LATE), timeout=3000)
        age_ns = tile.painted.at_ns - tile.painted.capture_ns
        assert 2_000_000_000 <= age_ns <= 2_300_000_000, "the deadline is the tile's own, give or take a tick"
        seen: set[TileState] = set()

        def not_live_until_stale() -> bool:
            seen.add(tile.painted.state)
            return tile.painted.state is TileState.STALE

        qtbot.waitUntil(not_live_until_stale, timeout=5000)
        assert seen == {TileState.LATE, TileState.STALE}
        os.kill(writer.pid, signal.SIGCONT)
        qtbot.waitUntil(painted(TileState.LIVE), timeout=5000)
        assert tile.torn == 0
    finally:
        walls.stop()
        feeds.cameras.clear()
        os.kill(writer.pid, signal.SIGCONT)
        writer.stdin.close()
        writer.wait(5)
        writer.stdout.close()


# Mouse


def middle(desk: Desk, number: int) -> QPoint:
    box = desk.tile(number).box
    return QPoint(box.x + box.width // 2, box.y + box.height - 20)


def test_a_click_takes_the_focus_and_a_double_click_enlarges(desk: Desk) -> None:
    QTest.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=middle(desk, 2))
    assert desk.wall.focus == Focus(desk.window.monitor, 2)
    QTest.mouseDClick(desk.window, Qt.MouseButton.LeftButton, pos=middle(desk, 3))
    assert desk.wall.monitor(desk.window.monitor).scene.enlarged == 3
    QTest.mouseDClick(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(100, 400))
    assert desk.wall.monitor(desk.window.monitor).scene.enlarged is None


def test_the_button_on_a_lost_tile_tries_again(desk: Desk) -> None:
    desk.feeds.session("b", Phase.WAITING, Cause.TIMEOUT, retry_in_s=8)
    desk.feeds.draw("a", RED)
    desk.tick()
    button = desk.tile(2).painted.button
    assert button is not None and button.height >= 32
    pixels = desk.pixels(button)
    ground = desk.window.tile_style.theme.surface_3
    assert (pixels[3:-3, 4, :3] == (ground.blue(), ground.green(), ground.red())).all()
    QTest.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(button.x + 5, button.y + 5))
    assert desk.feeds.retried == ["b"]
    QTest.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=middle(desk, 1))
    assert desk.feeds.retried == ["b"]


def test_the_focus_is_a_frame_in_the_accent(desk: Desk) -> None:
    desk.feeds.draw("b", RED)
    desk.tick()
    accent = desk.window.tile_style.theme.accent
    colour = (accent.blue(), accent.green(), accent.red())
    assert not (desk.pixels()[..., :3] == colour).all(axis=-1).any(), "a quiet wall shows no frame"
    desk.wall.focus_on(desk.window.monitor, 2)
    desk.settle()
    tile = desk.of_tile(2)
    for edge in (tile[0, :478], tile[268, :478], tile[:269, 0], tile[:269, 478]):
        assert (edge[:, :3] == colour).all()
    desk.wall.clear_focus()
    desk.settle()
    assert not (desk.pixels()[..., :3] == colour).all(axis=-1).any()


# For those who do not see


def test_the_window_tells_its_name_and_the_tile_in_focus(desk: Desk) -> None:
    assert desk.window.accessibleName().startswith("Tường hình")
    assert desk.window.accessibleDescription().startswith("4 ô")
    desk.feeds.draw("b", RED, age_s=9)
    desk.tick()
    desk.wall.focus_on(desk.window.monitor, 2)
    assert desk.window.accessibleDescription() == "Ô 2: Camera b, Không trực tiếp"


# Screens


def test_the_pitch_of_a_screen_is_believed_within_reason(qtbot: QtBot) -> None:
    screen = QApplication.primaryScreen()
    assert pitch_of(None, 2.0) == pytest.approx(25.4 / 96 / 2)
    size = screen.geometry().size()
    told = QSizeF(screen.physicalSize())
    expected = (told.width() * told.height() / (size.width() * size.height())) ** 0.5
    assert pitch_of(screen, 1.0) == pytest.approx(expected)


def test_closing_the_window_asks_to_quit_and_closes_nothing(desk: Desk) -> None:
    desk.window.close()
    assert desk.quits == [True]
    assert desk.window.isVisible()


def test_a_window_whose_screen_is_gone_hears_no_more(desk: Desk) -> None:
    """Qt moves, resizes and repaints windows of a screen that is gone until they are deleted."""
    desk.feeds.draw("a", RED)
    desk.tick()
    window = desk.window
    window.let_go()
    desk.wall.unplug(window.monitor)
    window.resize(300, 200)
    window.repaint()
    QTest.keyClick(window, Qt.Key.Key_Right)
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    window.tick(desk.clock.monotonic_ns())
    desk.settle()
    assert desk.wall.focus is None and desk.wall.wanted == ()
    desk.wall.plug(window.monitor, Box(0, 0, 800, 800))


def test_the_surface_is_painted_whole(desk: Desk) -> None:
    """No pixel is left from before: an opaque window must draw every one."""
    store = desk.window.backingStore().paintDevice()
    store.fill(0xFFFF00FF)  # type: ignore[attr-defined]
    for camera in "abc":
        desk.feeds.draw(camera, pattern(300, 270))
    desk.tick()
    desk.window.repaint_all()
    desk.settle()
    assert not (desk.pixels()[..., :3] == (255, 0, 255)).all(axis=-1).any()
    assert np.unique(desk.pixels()[..., :3].reshape(-1, 3), axis=0).shape[0] > 100
