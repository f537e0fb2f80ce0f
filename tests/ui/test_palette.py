"""The search over the wall, by keyboard alone: two seconds from the thought to the picture in the tile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.assets import LANGUAGES
from hanoi_wall.domain.camera import Camera
from hanoi_wall.ui.palette import Palette
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain

RED = plain(480, 270, 20, 30, 220)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles with a and b; many more cameras are in the catalogue than stand on the wall."""
    made = open_desk("2x2", "ab")
    named = {"nts": "Ngã Tư Sở", "hb2": "Hàng Bài 2", "hb10": "Hàng Bài 10"}
    made.cameras.update({identity: Camera(identity, name) for identity, name in named.items()})
    made.walls.stop()
    made.walls.start()
    made.walls.presenter.stop()
    made.window.resize(960, 540)
    made.settle()
    made.tick()
    ready(made)
    return made


def ready(desk: Desk) -> None:
    """Wait until the cameras can be searched."""
    finder = desk.walls._finder
    assert finder is not None
    finder.wait()


def palette(desk: Desk) -> Palette:
    return desk.window.palette_


def press(desk: Desk, *keys: Qt.Key | str) -> None:
    """Keys for whatever has the focus."""
    for key in keys:
        target = palette(desk).line if palette(desk).isVisible() else desk.window
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key)
    desk.tick()


def camera_of(desk: Desk, number: int) -> str | None:
    return desk.wall.monitor(desk.window.monitor).scene.tiles[number - 1].camera


def test_a_camera_is_called_into_the_tile_in_focus(desk: Desk) -> None:
    desk.feeds.draw("b", RED)
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Right)
    press(desk, "/")
    assert palette(desk).isVisible()
    press(desk, "nga tu so", Qt.Key.Key_Return)
    assert camera_of(desk, 2) == "nts"
    assert not palette(desk).isVisible()
    assert desk.states()[2] == "opening", "the old picture is gone"
    press(desk, "/")
    assert palette(desk).entries[0].id == "nts", "what was chosen lately stands on top"


def test_without_a_focus_it_goes_into_the_first_free_tile_and_says_so(desk: Desk) -> None:
    press(desk, "/")
    assert desk.wall.focus is None, "to look is no change"
    press(desk, "hang bai", Qt.Key.Key_Down, Qt.Key.Key_Enter)
    assert camera_of(desk, 3) == "hb10"
    assert desk.wall.focus is not None and desk.wall.focus.tile == 3


def test_an_action_is_done_by_its_name(desk: Desk) -> None:
    press(desk, "/", "hang bai 2", Qt.Key.Key_Return)
    assert camera_of(desk, 3) == "hb2"
    press(desk, "/", "hoan tac", Qt.Key.Key_Return)
    assert camera_of(desk, 3) is None


def test_escape_leaves_everything_as_it_was(desk: Desk) -> None:
    for camera in "ab":
        desk.feeds.draw(camera, RED)
    desk.tick()
    before = desk.pixels()
    press(desk, "/", "hang", Qt.Key.Key_Escape)
    assert not palette(desk).isVisible()
    desk.settle()
    assert (desk.pixels() == before).all(), "nothing of the panel is left"
    assert [camera_of(desk, number) for number in (1, 2, 3, 4)] == ["a", "b", None, None]
    press(desk, Qt.Key.Key_Left)
    assert desk.wall.focus is not None, "the keys are the wall's again"


def test_enter_on_nothing_does_nothing(desk: Desk) -> None:
    press(desk, "/", "khong co gi", Qt.Key.Key_Return)
    assert palette(desk).isVisible() and palette(desk).entries == ()


def test_the_arrows_stop_at_the_ends(desk: Desk) -> None:
    press(desk, "/", Qt.Key.Key_Up, Qt.Key.Key_PageUp)
    assert palette(desk).chosen == 0
    press(desk, *[Qt.Key.Key_Down] * 30, Qt.Key.Key_PageDown)
    assert palette(desk).chosen == len(palette(desk).entries) - 1


def test_a_click_chooses_a_row(desk: Desk) -> None:
    press(desk, "/", "hang bai")
    shown = palette(desk)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(40, shown._top + round(1.5 * shown._row)))
    assert camera_of(desk, 3) == "hb10"


def test_a_tile_is_emptied_and_changes_are_undone_and_done_again(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Delete)
    assert camera_of(desk, 1) is None
    QTest.keyClick(desk.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert camera_of(desk, 1) == "a"
    QTest.keyClick(desk.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert camera_of(desk, 1) is None


def test_twenty_changes_can_be_undone(desk: Desk) -> None:
    for number in range(20):
        desk.wall.assign(desk.window.monitor, 4, ("hb2", "hb10")[number % 2])
    for _ in range(20):
        QTest.keyClick(desk.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [camera_of(desk, number) for number in (1, 2, 3, 4)] == ["a", "b", None, None]


def test_pictures_go_on_beside_the_panel(desk: Desk) -> None:
    press(desk, "/")
    desk.feeds.draw("a", RED)
    desk.tick()
    assert (desk.of_tile(1)[40:60, 4:60, :3] == RED[0, 0, :3]).all()


def test_a_name_that_has_room_is_written_in_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = QPainter.drawText

    def noted(self: QPainter, *arguments: object) -> object:
        written.extend(each for each in arguments if isinstance(each, str))
        return real(self, *arguments)

    monkeypatch.setattr(QPainter, "drawText", noted)
    press(desk, "/")
    palette(desk).repaint()
    assert {"Ngã Tư Sở", "Hàng Bài 2", "Hàng Bài 10"} <= set(written)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(320, 180), (960, 540), (1920, 1080)])
def test_everything_said_fits(open_desk: OpenDesk, language: str, size: tuple[int, int]) -> None:
    desk = open_desk("2x2", "ab", size=size, language=language)
    ready(desk)
    press(desk, "/", "zzzz")
    shown = palette(desk)
    assert shown.geometry().width() <= desk.window.width()
    assert shown.geometry().height() <= desk.window.height()
    assert shown.line.geometry().bottom() < shown.height()
    QApplication.processEvents()


def test_a_camera_goes_into_the_tile_that_was_named_wherever_the_focus_is_by_then(desk: Desk) -> None:
    press(desk, "/", "hang bai 2")
    desk.wall.focus_on(desk.window.monitor, 1)
    press(desk, Qt.Key.Key_Return)
    assert (camera_of(desk, 1), camera_of(desk, 3)) == ("a", "hb2")


def test_keys_that_the_line_does_not_want_do_nothing_to_the_wall_behind(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Right, "/", Qt.Key.Key_Tab, Qt.Key.Key_Delete, Qt.Key.Key_Backtab)
    assert palette(desk).isVisible() and palette(desk).line.hasFocus()
    QTest.keyClick(desk.window, Qt.Key.Key_Delete)
    QTest.keyClick(desk.window, Qt.Key.Key_4)
    assert camera_of(desk, 1) == "a" and not desk.window.entry.isVisible()
    QTest.keyClick(palette(desk).line, Qt.Key.Key_F1)
    guide = desk.walls.sides.guide
    assert guide is not None and guide.isVisible()
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    assert palette(desk).isVisible(), "the search is where it was"


def test_a_click_beside_it_ends_the_search(desk: Desk) -> None:
    press(desk, "/", "hang")
    QTest.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    desk.settle()
    assert not palette(desk).isVisible()


def test_letters_that_an_input_method_still_holds_are_searched_too(desk: Desk) -> None:
    press(desk, "/")
    line = palette(desk).line
    QApplication.sendEvent(line, QInputMethodEvent("hang", []))
    desk.settle()
    assert [entry.id for entry in palette(desk).entries] == ["hb2", "hb10"]
    done = QInputMethodEvent("", [])
    done.setCommitString("hàng bài 10")
    QApplication.sendEvent(line, done)
    desk.settle()
    assert [entry.id for entry in palette(desk).entries] == ["hb10"]


def test_marked_cameras_come_into_the_free_tiles_as_one_step(desk: Desk) -> None:
    press(desk, Qt.Key.Key_3, Qt.Key.Key_Return, Qt.Key.Key_Slash)
    press(desk, "hang", Qt.Key.Key_Insert, Qt.Key.Key_Insert)
    assert list(palette(desk).marked) == ["hb2", "hb10"]
    palette(desk).line.clear()
    press(desk, "nts", Qt.Key.Key_Insert, Qt.Key.Key_Return)
    assert [camera_of(desk, number) for number in (1, 2, 3, 4)] == ["a", "b", "hb2", "hb10"]
    assert desk.window.entry.text == "Không đủ ô trống cho 1 camera"
    desk.wall.undo()
    assert [camera_of(desk, number) for number in (3, 4)] == [None, None]


def test_marked_cameras_can_stand_in_one_tile_in_turn(desk: Desk) -> None:
    press(desk, Qt.Key.Key_2, Qt.Key.Key_Return, Qt.Key.Key_Slash)
    press(desk, "hang", Qt.Key.Key_Insert, Qt.Key.Key_Insert)
    QTest.keyClick(palette(desk).line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.tick()
    assert camera_of(desk, 2) == "hb2" and desk.tile(2).mark == "1/2"
    assert desk.window.entry.text == "2 camera luân phiên, mỗi camera 10 giây"
    desk.wait(6.1)
    desk.wait(4.0)
    assert camera_of(desk, 2) == "hb10"


def test_a_mark_is_taken_back_and_what_is_no_camera_has_none(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Slash)
    press(desk, "hang", Qt.Key.Key_Insert, Qt.Key.Key_Up, Qt.Key.Key_Insert)
    assert palette(desk).marked == {}
    palette(desk).line.clear()
    press(desk, "hoan tac", Qt.Key.Key_Insert)
    assert palette(desk).marked == {}
    press(desk, Qt.Key.Key_Escape, Qt.Key.Key_Slash)
    assert palette(desk).marked == {}
