"""Windows beside the wall: Esc closes them, keys of the program work in them, every theme has its sheet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.ui.preferences.side_window import SideWindow, style_sheet
from hanoi_wall.ui.theme import THEMES, theme
from tests.ui.desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


class Plain(SideWindow):
    """A side window that says its language."""

    def speak(self) -> None:
        self.setWindowTitle(self.words.language)


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_has_its_sheet(name: str) -> None:
    sheet = style_sheet(theme(name))
    assert theme(name).accent.name() in sheet and "%(" not in sheet and "FAMILIES" not in sheet


def test_it_stands_on_the_windows_screen_closes_by_esc_and_passes_the_programs_keys_on(
    desk: Desk, qtbot: QtBot
) -> None:
    asked: list[str] = []
    side = Plain(theme("dark"), words("vi"), asked.append)
    qtbot.addWidget(side)
    side.stand_beside(desk.window)
    assert side.isVisible() and side.screen() is desk.window.screen()
    assert desk.window.screen().availableGeometry().contains(side.geometry())
    assert not side.isModal()
    QTest.keyClick(side, Qt.Key.Key_Q, CTRL)
    QTest.keyClick(side, Qt.Key.Key_F1)
    QTest.keyClick(side, Qt.Key.Key_R)
    assert asked == ["app.quit", "app.help"], "keys of the wall are the wall's"
    side.wear(theme("light"), words("en"))
    assert side.windowTitle() == "en" and theme("light").surface_1.name() in side.styleSheet()
    QTest.keyClick(side, Qt.Key.Key_Escape)
    assert not side.isVisible()


def test_one_that_nobody_sees_takes_other_words_when_it_is_shown(desk: Desk, qtbot: QtBot) -> None:
    side = Plain(theme("dark"), words("vi"), lambda action: None)
    qtbot.addWidget(side)
    side.wear(theme("light"), words("fr"))
    assert side.windowTitle() == "" and side.styleSheet() == ""
    side.stand_beside(desk.window)
    assert side.windowTitle() == "fr" and theme("light").surface_1.name() in side.styleSheet()
    side.leave()
