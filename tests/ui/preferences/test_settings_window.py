"""The settings by keyboard alone: found, changed, refused in the rule's own words, kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.operations.key_choice import FIXED
from hanoi_wall.settings.schema import RULES
from hanoi_wall.ui.preferences.controls import KeyRow, SettingRow
from hanoi_wall.ui.preferences.settings_window import SettingsWindow
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def opened(desk: Desk) -> SettingsWindow:
    QTest.keyClick(desk.window, Qt.Key.Key_Comma, CTRL)
    window = desk.walls.sides.settings
    assert window is not None and window.isVisible()
    window.make_all()
    window.resize(1040, 720)
    desk.settle()
    return window


def setting(window: SettingsWindow, key: str) -> SettingRow:
    row = window.rows[key]
    assert isinstance(row, SettingRow)
    return row


def test_every_rule_and_every_action_has_its_row(desk: Desk) -> None:
    window = opened(desk)
    assert list(window.rows) == [*RULES, *(each.id for each in ACTIONS)]
    assert QApplication.focusWidget() is window.search


def test_tab_goes_to_every_control_and_back_to_the_first(desk: Desk) -> None:
    window = opened(desk)
    seen: list[QWidget] = []
    while QApplication.focusWidget() not in seen:
        focused = QApplication.focusWidget()
        assert focused is not None and len(seen) < 300
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    for key, row in window.rows.items():
        reached = [each for each in seen if row.isAncestorOf(each)]
        assert reached or key in FIXED, key
    assert window.nav in seen
    tops = [each.mapTo(window, each.rect().topLeft()).y() for each in seen[2:] if each.isVisible()]
    assert QApplication.focusWidget() is window.search and len(tops) > len(RULES)


def test_the_search_leaves_what_fits_and_says_when_nothing_does(desk: Desk) -> None:
    window = opened(desk)
    window.search.setText("chung chi")
    assert [key for key, row in window.rows.items() if row.isVisible()] == ["tls_ca_file", "credentials_file"]
    window.search.setText("hoan tac")
    assert [key for key, row in window.rows.items() if row.isVisible()] == ["wall.undo"]
    window.search.setText("langu")
    assert window.rows["language"].isVisible(), "who cannot read the wall's language finds it in another"
    window.search.setText("zzz")
    assert window._nothing.isVisible()
    window.search.clear()
    assert all(row.isVisible() for row in window.rows.values()) and not window._nothing.isVisible()


def test_a_language_is_chosen_by_arrows_and_everything_follows(desk: Desk) -> None:
    window = opened(desk)
    segments = setting(window, "language").segments
    assert segments is not None
    segments.buttons["vi"].setFocus()
    QTest.keyClick(segments.buttons["vi"], Qt.Key.Key_Right)
    assert desk.walls.preferences.settings.language == "en"
    assert window.windowTitle().startswith("Settings") and window.search.placeholderText().startswith(
        "Search"
    )
    assert setting(window, "theme").name.text() == "Colours"
    assert desk.window.accessibleName().startswith("Video wall")
    assert QApplication.focusWidget() is segments.buttons["en"]
    reset = setting(window, "language").reset
    assert reset.isVisible()
    reset.setFocus()
    QTest.keyClick(reset, Qt.Key.Key_Space)
    assert desk.walls.preferences.settings.language == "vi" and not reset.isVisible()


def test_a_number_is_judged_while_it_is_typed(desk: Desk) -> None:
    row = setting(opened(desk), "opens_max")
    assert row.line is not None
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, "99")
    assert "số nguyên từ 1 đến 64" in row.note.text()
    QTest.keyClick(row.line, Qt.Key.Key_Return)
    assert desk.walls.preferences.settings.opens_max == 8
    row.line.selectAll()
    QTest.keyClicks(row.line, "12")
    assert "số nguyên" not in row.note.text() and "lần mở chương trình sau" in row.note.text()
    assert desk.walls.preferences.settings.opens_max == 8, "not while it is typed"
    QTest.keyClick(row.line, Qt.Key.Key_Return)
    assert desk.walls.preferences.settings.opens_max == 12


def test_what_is_typed_is_not_lost_when_the_window_closes(desk: Desk) -> None:
    window = opened(desk)
    row = setting(window, "text_distance_m")
    assert row.line is not None
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, "2,5")
    QTest.keyClick(row.line, Qt.Key.Key_Escape)
    assert not window.isVisible() and desk.walls.preferences.settings.text_distance_m == 2.5
    assert desk.window.tile_style.distance_m == 2.5


def test_what_the_file_said_wrongly_is_told(open_desk: OpenDesk) -> None:
    from hanoi_wall.operations.key_choice import choose

    desk = open_desk(language="en")
    desk.walls.preferences.keys = choose({"wall.nothing": ["X"]})
    window = opened(desk)
    assert "Mistakes in the file of keys: 1" in window._state.text()
    window._say_kept("/profile: No space left on device")
    assert "Not saved: /profile: No space left on device" in window._state.text()
    window._say_kept("")
    assert "Saved" in window._state.text()


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
@pytest.mark.parametrize("size", [(1040, 720), (820, 480)])
def test_nothing_is_cut_off(open_desk: OpenDesk, language: str, size: tuple[int, int]) -> None:
    desk = open_desk(language=language)
    window = opened(desk)
    window.resize(*size)
    desk.settle()
    assert window._scroll.horizontalScrollBar().maximum() == 0
    for key, row in window.rows.items():
        for said in row.findChildren(QLabel):
            if said.isVisible() and said.text():
                need = said.heightForWidth(said.width()) if said.wordWrap() else said.sizeHint().height()
                assert said.height() >= need, f"{key}: {said.text()}"
                assert said.wordWrap() or said.width() >= said.sizeHint().width(), f"{key}: {said.text()}"
        if isinstance(row, KeyRow) and row.change.isVisible():
            assert row.change.width() >= row.change.sizeHint().width()
