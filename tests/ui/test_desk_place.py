"""The desk stands where it is called, and is made anew in other words and colours where it stood."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hanoi_wall.ui.screens import present
from tests.ui.desk import Desk


def call(desk: Desk) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_F2)
    desk.settle()


def test_it_is_called_over_the_monitor_whose_window_has_the_keys(desk: Desk) -> None:
    assert desk.walls.desk is None
    call(desk)
    made = desk.walls.desk
    assert made is not None and made.isVisible()
    area = desk.window.screen().availableGeometry()
    assert area.contains(made.geometry().center())


def test_other_words_come_to_the_desk_where_it_stands(desk: Desk) -> None:
    call(desk)
    old = desk.walls.desk
    assert old is not None
    place = old.geometry()
    desk.walls.preferences.set("language", "en")
    desk.settle()
    made = desk.walls.desk
    assert made is not None and made is not old and made.isVisible()
    assert made.geometry() == place and made.parts.look.words.language == "en"


def test_a_desk_that_was_closed_is_made_anew_when_it_is_called(desk: Desk) -> None:
    call(desk)
    assert desk.walls.desk is not None
    desk.walls.desk.close()
    desk.walls.preferences.set("theme", "light")
    desk.settle()
    assert desk.walls.desk is None
    call(desk)
    assert desk.walls.desk is not None


def test_one_screen_alone_is_the_walls(desk: Desk) -> None:
    screens = present()[:1]
    assert desk.walls._desk.own_screen(screens, "primary") is None
    assert desk.walls._desk.own_screen(screens * 2, "off") is None
    assert desk.walls._desk.own_screen(screens * 2, screens[0].name) is screens[0]
    assert desk.walls._desk.own_screen(screens * 2, "nowhere") is None
