"""F1 opens the guide; its contents lead to its parts, in the wall's language and with its keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hanoi_wall.ui.preferences.guide_window import GuideWindow
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk


def opened(desk: Desk) -> GuideWindow:
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    desk.settle()
    guide = desk.walls.sides.guide
    assert guide is not None and guide.isVisible()
    return guide


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_the_contents_are_its_headings_and_lead_to_them(open_desk: OpenDesk, language: str) -> None:
    guide = opened(open_desk(language=language))
    assert guide.nav.count() >= 6
    assert guide.text.toPlainText().count("\n") > 30
    guide.nav.setFocus()
    QTest.keyClick(guide.nav, Qt.Key.Key_End)
    assert guide.text.verticalScrollBar().value() > 0
    assert guide.nav.currentItem().text() in guide.text.toPlainText()
    QTest.keyClick(guide.text, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def test_it_follows_language_colours_and_keys(desk: Desk) -> None:
    guide = opened(desk)
    assert "Hướng dẫn" in guide.text.toPlainText() and " R " in guide.text.toPlainText()
    desk.walls.preferences.set("language", "en")
    assert "operator's guide" in guide.text.toPlainText()
    desk.walls.preferences.set_keys("tile.retry", ["F9"])
    assert "F9 tries again" in guide.text.toPlainText()
    desk.walls.preferences.set("theme", "light")
    desk.settle()
    assert guide.styleSheet().count(guide.theme.surface_1.name())
    QTest.keyClick(guide, Qt.Key.Key_Escape)
