"""The hand on a picture: wheel, drag, chip and keys, and what then stands in the tile, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.assets import LANGUAGES
from hanoi_wall.domain.crop import PLAIN, STEP
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState, Treatment
from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.operations.focus import Focus
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.zoom_hand import BY_KEY
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk, greys
from tests.ui.drawn_feeds import Pixels, plain

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
COLOURS = ((20, 30, 220), (30, 210, 40), (230, 60, 30), (40, 200, 210))
"""Of the quarters of `quarters`: top left, top right, bottom left, bottom right (blue, green, red)."""


def quarters(width: int = 480, height: int = 270) -> Pixels:
    """A picture whose four quarters have colours of their own."""
    picture = plain(width, height, *COLOURS[0])
    picture[: height // 2, width // 2 :, :3] = COLOURS[1]
    picture[height // 2 :, : width // 2, :3] = COLOURS[2]
    picture[height // 2 :, width // 2 :, :3] = COLOURS[3]
    return picture


@pytest.fixture
def bare(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles of 480x270 without titles; camera a has four coloured quarters."""
    desk = open_desk(title_mode=TitleMode.NONE)
    desk.feeds.draw("a", quarters())
    desk.tick()
    return desk


def wheel(desk: Desk, x: int, y: int, notches: float) -> None:
    """Turn the wheel over a point of the first window."""
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        desk.window.mapToGlobal(at),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(desk.window, event)
    desk.tick()


def drag(desk: Desk, start: tuple[int, int], *way: tuple[int, int]) -> None:
    """Press the left button, go that way, let go."""
    QTest.mousePress(desk.window, LEFT, NO_KEYS, QPoint(*start))
    for point in way:
        QTest.mouseMove(desk.window, QPoint(*point))
    QTest.mouseRelease(desk.window, LEFT, NO_KEYS, QPoint(*(way or (start,))[-1]))
    desk.tick()


def press(desk: Desk, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = NO_KEYS) -> None:
    QTest.keyClick(desk.window, key, modifiers)
    desk.tick()


def colour(desk: Desk, x: int, y: int) -> tuple[int, ...]:
    """Blue, green, red of a pixel of the first window."""
    return tuple(int(value) for value in desk.pixels()[y, x, :3])


def zoom(desk: Desk, number: int = 1) -> float:
    return desk.wall.look(Focus(desk.window.monitor, number)).zoom


# Wheel


def test_the_wheel_zooms_at_the_cursor(bare: Desk) -> None:
    assert colour(bare, 460, 250) == COLOURS[3]
    wheel(bare, 120, 67, 3)
    assert zoom(bare) == pytest.approx(2.0)
    assert colour(bare, 120, 67) == COLOURS[0], "what was under the cursor"
    assert colour(bare, 20, 20) == COLOURS[0]
    # The quarters meet at (240, 135): twice as far from the cursor as before.
    assert colour(bare, 350, 195) == COLOURS[0]
    assert colour(bare, 370, 195) == COLOURS[1] and colour(bare, 350, 210) == COLOURS[2]


def test_the_wheel_goes_to_eight_and_back_to_the_whole_picture(bare: Desk) -> None:
    before = bare.of_tile(1)
    for _ in range(12):
        wheel(bare, 470, 260, 1)
    assert zoom(bare) == 8.0
    assert (bare.of_tile(1)[50:265, 4:475, :3] == COLOURS[3]).all()
    for _ in range(12):
        wheel(bare, 100, 100, -1)
    assert bare.tile(1).look == PLAIN
    after = bare.of_tile(1)
    assert (after[50:265, 4:475] == before[50:265, 4:475]).all()


def test_half_a_notch_of_a_touchpad_is_half_a_step(bare: Desk) -> None:
    wheel(bare, 240, 135, 0.5)
    assert zoom(bare) == pytest.approx(STEP**0.5)


def test_the_wheel_takes_the_focus_and_touches_no_other_tile(bare: Desk) -> None:
    bare.feeds.draw("b", quarters())
    bare.tick()
    beside = bare.of_tile(2)
    wheel(bare, 240, 135, 6)
    assert bare.wall.focus == Focus(bare.window.monitor, 1)
    assert (bare.of_tile(2) == beside).all()
    wall = bare.window.tile_style.theme.wall
    line = (wall.blue(), wall.green(), wall.red())
    tile = bare.of_tile(1)
    assert (tile[:, -1, :3] == line).all() and (tile[-1, :, :3] == line).all(), "not a pixel too far"


@pytest.mark.parametrize("number", [2, 4])
def test_without_a_picture_there_is_nothing_to_zoom(bare: Desk, number: int) -> None:
    box = bare.tile(number).box
    wheel(bare, box.x + 100, box.y + 100, 3)
    assert zoom(bare, number) == 1.0
    assert bare.wall.focus is None


def test_the_wheel_does_nothing_behind_a_search(bare: Desk) -> None:
    press(bare, "/")
    assert bare.window.palette_.isVisible()
    wheel(bare, 240, 135, 3)
    assert zoom(bare) == 1.0


# Drag


def test_the_picture_goes_with_the_hand_and_not_beyond_its_edge(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    assert colour(bare, 200, 100) == COLOURS[0]
    drag(bare, (200, 100), (150, 80), (120, 60))
    # The middle of the picture was at (240, 135).
    assert colour(bare, 150, 90) == COLOURS[0] and colour(bare, 170, 100) == COLOURS[3]
    drag(bare, (10, 10), (940, 530))
    assert (bare.of_tile(1)[50:265, 4:475, :3] == COLOURS[0]).all(), "its upper left quarter, no further"


def test_a_click_focuses_and_moves_nothing(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    bare.wall.clear_focus()
    look = bare.tile(1).look
    drag(bare, (100, 100), (102, 101))
    assert bare.tile(1).look == look
    assert bare.wall.focus == Focus(bare.window.monitor, 1)


def test_a_double_click_still_enlarges(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    QTest.mouseDClick(bare.window, LEFT, NO_KEYS, QPoint(100, 100))
    bare.tick()
    assert bare.tile(1).box.width == 960
    assert zoom(bare) == pytest.approx(2.0)


def test_a_whole_picture_is_not_dragged(bare: Desk) -> None:
    before = bare.of_tile(1)[50:265, 4:475]
    drag(bare, (100, 100), (300, 200))
    assert (bare.of_tile(1)[50:265, 4:475] == before).all()


def test_a_camera_that_goes_while_it_is_held_leaves_the_hand_empty(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    QTest.mousePress(bare.window, LEFT, NO_KEYS, QPoint(100, 100))
    bare.wall.assign(bare.window.monitor, 1, "b")
    QTest.mouseMove(bare.window, QPoint(200, 200))
    QTest.mouseRelease(bare.window, LEFT, NO_KEYS, QPoint(200, 200))
    assert bare.tile(1).look == PLAIN


def test_a_movement_is_seen_without_waiting_for_the_tick(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    moves = bare.tile(1).drawn.moves
    QTest.mousePress(bare.window, LEFT, NO_KEYS, QPoint(200, 100))
    bare.settle()
    for step in range(1, 5):
        bare.clock.advance(0.013)
        QTest.mouseMove(bare.window, QPoint(200 - 10 * step, 100))
    assert bare.tile(1).drawn.moves == moves + 4
    QTest.mouseMove(bare.window, QPoint(100, 100))
    assert bare.tile(1).drawn.moves == moves + 4, "drawn a moment ago: the tick does it"
    QTest.mouseRelease(bare.window, LEFT, NO_KEYS, QPoint(100, 100))
    bare.tick()
    assert bare.tile(1).drawn.moves == moves + 5


# Chip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("titles", [TitleMode.NONE, TitleMode.TITLE])
def test_a_chip_says_how_much_and_a_click_on_it_takes_it_back(
    open_desk: OpenDesk, language: str, titles: TitleMode
) -> None:
    desk = open_desk(title_mode=titles, language=language)
    desk.feeds.draw("a", quarters())
    desk.tick()
    assert desk.tile(1).zoom_chip() is None
    wheel(desk, 240, 200, 3)
    chip = desk.tile(1).zoom_chip()
    assert chip is not None and chip.height >= 32
    assert desk.tile(1).box.holds(chip.x, chip.y) and chip.x > 240
    middle = QPoint(chip.x + chip.width // 2, chip.y + 5)
    QTest.mouseClick(desk.window, LEFT, NO_KEYS, middle)
    desk.tick()
    assert desk.tile(1).look == PLAIN and desk.tile(1).zoom_chip() is None
    QTest.mouseDClick(desk.window, LEFT, NO_KEYS, middle)
    assert desk.wall.monitor(desk.window.monitor).scene.enlarged is None, "meant for the chip that was there"


def test_a_picture_that_is_not_zoomed_has_no_chip(desk: Desk) -> None:
    desk.feeds.draw("a", quarters())
    desk.tick()
    before = desk.of_tile(1)
    wheel(desk, 240, 200, 3)
    assert (desk.of_tile(1)[:20, 240:] != before[:20, 240:]).any()
    wheel(desk, 240, 200, -3)
    assert (desk.of_tile(1)[8:20, 240:460] == before[8:20, 240:460]).all()


# Keys


def test_every_action_of_the_hand_is_in_the_table() -> None:
    assert set(BY_KEY) <= {action.id for action in ACTIONS}


def test_keys_zoom_move_and_take_it_back(bare: Desk) -> None:
    press(bare, Qt.Key.Key_Plus)
    assert zoom(bare) == 1.0, "nothing is in focus"
    press(bare, Qt.Key.Key_Right)
    for _ in range(3):
        press(bare, Qt.Key.Key_Plus, SHIFT)
    assert zoom(bare) == pytest.approx(2.0)
    assert colour(bare, 230, 130) == COLOURS[0] and colour(bare, 250, 140) == COLOURS[3]
    for key, place, shown in (
        (Qt.Key.Key_Right, (200, 130), COLOURS[1]),
        (Qt.Key.Key_Down, (200, 120), COLOURS[3]),
        (Qt.Key.Key_Left, (220, 120), COLOURS[2]),
        (Qt.Key.Key_Up, (220, 120), COLOURS[0]),
    ):
        press(bare, key, SHIFT)
        assert colour(bare, *place) == shown
    press(bare, Qt.Key.Key_Minus)
    assert zoom(bare) == pytest.approx(STEP**2)
    press(bare, Qt.Key.Key_0, CTRL)
    assert zoom(bare) == 1.0


def test_esc_takes_the_zoom_and_then_the_focus(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    press(bare, Qt.Key.Key_Escape)
    assert bare.tile(1).look == PLAIN
    assert bare.wall.focus is not None
    press(bare, Qt.Key.Key_Escape)
    assert bare.wall.focus is None


# The right part


def corner(picture: Pixels, row: int, column: int) -> tuple[int, ...]:
    """The colour a little inside a corner of what is shown, below the chip."""
    y = 50 if row == 0 else picture.shape[0] - 13
    x = 12 if column == 0 else picture.shape[1] - 13
    return tuple(int(value) for value in picture[y, x, :3])


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("zoomed", [False, True])
@pytest.mark.parametrize("times", [1, 2])
def test_each_turn_shows_the_right_part(bare: Desk, turns: int, zoomed: bool, times: int) -> None:
    """The tile against the picture turned by NumPy; times: how large the picture is beside the tile."""
    bare.feeds.cameras.clear()
    bare.feeds.draw("a", quarters(480 * times, 270 * times))
    bare.tick()
    press(bare, Qt.Key.Key_Right)
    for _ in range(turns):
        press(bare, Qt.Key.Key_R, CTRL)
    if zoomed:
        for _ in range(3):
            press(bare, Qt.Key.Key_Plus)
    expected = np.rot90(quarters(), -turns)
    wide = (152, 304)[zoomed] if turns % 2 else 479
    left = (480 - wide) // 2 if turns % 2 else 0
    tile = bare.of_tile(1)[:269, left : left + wide]
    assert [corner(tile, *at) for at in ((0, 0), (0, 1), (1, 0), (1, 1))] == [
        corner(expected, *at) for at in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    if turns % 2:
        whole = bare.of_tile(1)
        assert (whole[4:265, 4 : left - 1, :3] == 0).all(), "margins"


def test_filling_shows_no_margin_and_cuts_both_ends_alike(bare: Desk) -> None:
    bare.feeds.cameras.clear()
    bare.feeds.draw("a", quarters(270, 270))
    bare.tick()
    assert colour(bare, 50, 135) == (0, 0, 0)
    press(bare, Qt.Key.Key_Right)
    press(bare, "a")
    assert colour(bare, 10, 100) == COLOURS[0] and colour(bare, 460, 100) == COLOURS[1]
    assert colour(bare, 10, 150) == COLOURS[2] and colour(bare, 460, 150) == COLOURS[3]
    assert bare.wall.wanted[0].cover
    press(bare, "a")
    assert colour(bare, 50, 135) == (0, 0, 0)


# The truth of it


def test_another_stream_goes_on_with_the_same_part(bare: Desk) -> None:
    wheel(bare, 460, 250, 6)
    look, before = bare.tile(1).look, bare.of_tile(1)[50:265, 4:475]
    assert bare.wall.wanted[0].detail == (1920, 1080)
    sub = bare.feeds.cameras.pop("a")
    bare.feeds.draw("a", quarters(1920, 1080))
    assert bare.feeds.cameras["a"].ring is not sub.ring
    bare.tick()
    assert bare.tile(1).look == look
    assert (abs(bare.of_tile(1)[50:265, 4:475].astype(int) - before) <= 2).mean() > 0.98


def test_a_zoomed_picture_grows_old_like_any_other(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    bare.wait(2.1)
    assert bare.states()[1] is TileState.LATE
    bare.wait(3.5)
    assert bare.states()[1] is TileState.STALE
    assert bare.tile(1).painted.treatment is Treatment.STALE
    assert greys(bare.of_tile(1)[210:265, 6:470])
    still = bare.of_tile(1)
    drag(bare, (100, 230), (180, 230))
    assert (bare.of_tile(1)[210:265] != still[210:265]).any(), "what stood there last can be looked at"
    assert greys(bare.of_tile(1)[210:265, 6:470])
    bare.feeds.draw("a", quarters())
    bare.wait(0.3)
    assert bare.states()[1] is TileState.LIVE
    assert zoom(bare) == pytest.approx(2.0)


def test_a_lost_camera_comes_back_as_it_was_looked_at(bare: Desk) -> None:
    wheel(bare, 460, 250, 6)
    bare.feeds.session("a", Phase.WAITING, Cause.TIMEOUT)
    bare.wait(40)
    assert bare.tile(1).painted.sequence == 0
    assert bare.tile(1).zoom_chip() is None, "there is no picture of which it would be true"
    bare.feeds.session("a", Phase.PLAYING)
    bare.feeds.draw("a", quarters())
    bare.tick()
    assert (bare.of_tile(1)[50:265, 4:475, :3] == COLOURS[3]).all()


def test_another_camera_is_shown_whole(bare: Desk) -> None:
    wheel(bare, 460, 250, 6)
    bare.feeds.draw("c", quarters())
    bare.wall.assign(bare.window.monitor, 1, "c")
    bare.tick()
    assert bare.tile(1).look == PLAIN
    assert colour(bare, 20, 20) == COLOURS[0]


def test_a_zoomed_tile_still_takes_the_quick_way(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(bare, 240, 135, 3)
    anew: list[int] = []
    real = type(bare.tile(1))._paint_anew
    monkeypatch.setattr(
        type(bare.tile(1)), "_paint_anew", lambda *words: (anew.append(words[0].number), real(*words))[1]
    )
    for _ in range(3):
        bare.clock.advance(0.04)
        bare.feeds.draw("a", quarters())
        bare.tick()
    drag(bare, (100, 100), (150, 120))
    bare.settle()
    assert 1 not in anew, "neither pictures nor movements make a word untrue"


def test_health_tells_the_zoom(bare: Desk) -> None:
    wheel(bare, 240, 135, 3)
    bare.wait(0.4)
    told = {report.tile: (report.zoom, report.moves) for report in bare.health[-1]}
    assert told[1] == (pytest.approx(2.0), 1) and told[2] == (1.0, 0)
