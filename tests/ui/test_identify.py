"""N shows on every monitor which number it has, until N or Esc."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles where nothing moves; the fourth is empty."""
    return open_desk("2x2", "abc", motion=False)


def press(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClick(desk.window, key)
    desk.tick()


def test_the_number_stands_in_the_middle_and_goes_again(desk: Desk) -> None:
    before = desk.pixels()
    press(desk, Qt.Key.Key_N)
    shown = desk.window.identify
    assert shown.isVisible() and (shown.number, shown.name) == (1, desk.wall.numbered[0].name)
    assert (desk.pixels()[250:290, 440:520] != before[250:290, 440:520]).any()
    press(desk, Qt.Key.Key_N)
    assert not shown.isVisible()
    press(desk, Qt.Key.Key_N)
    press(desk, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert (desk.pixels() == before).all(), "what it covered is drawn again"


def test_it_takes_the_size_of_its_window(desk: Desk) -> None:
    press(desk, Qt.Key.Key_N)
    large = desk.window.identify.height()
    desk.window.resize(480, 270)
    desk.settle()
    assert 0 < desk.window.identify.height() < large
    assert desk.window.rect().contains(desk.window.identify.geometry())
