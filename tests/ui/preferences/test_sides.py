"""One window of each kind, opened from the wall and from each other, gone with the wall."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_each_is_made_once_and_opens_the_other(desk: Desk) -> None:
    sides = desk.walls.sides
    QTest.keyClick(desk.window, Qt.Key.Key_Comma, CTRL)
    settings = sides.settings
    assert settings is not None and settings.isVisible()
    QTest.keyClick(settings, Qt.Key.Key_F1)
    assert sides.guide is not None and sides.guide.isVisible()
    QTest.keyClick(settings, Qt.Key.Key_Escape)
    QTest.keyClick(sides.guide, Qt.Key.Key_Comma, CTRL)
    assert sides.settings is settings and settings.isVisible()
    desk.walls.stop()
    assert not settings.isVisible() and sides.settings is None and sides.guide is None


def test_the_wall_goes_on_behind_it(desk: Desk) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_Comma, CTRL)
    from tests.ui.drawn_feeds import plain

    desk.feeds.draw("a", plain(480, 270, 20, 30, 220))
    desk.tick()
    assert (desk.of_tile(1)[60:200, 60:400, 2] > 200).all()
