"""On a kiosk nobody looks at a mouse pointer that rests; whoever moves it sees it at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.ui import pointer
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk

REST_MS = 60


@pytest.fixture
def kiosk(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A kiosk whose pointer rests after 60 ms."""
    monkeypatch.setattr(pointer, "REST_MS", REST_MS)
    return open_desk(windowed=False, kiosk=True)


def hidden() -> bool:
    cursor = QGuiApplication.overrideCursor()
    return cursor is not None and cursor.shape() is Qt.CursorShape.BlankCursor


def move(desk: Desk, x: int, y: int) -> None:
    """The window system says where the mouse is; no button is held down."""
    handle = desk.window.windowHandle()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(x, y),
        QPointF(handle.mapToGlobal(QPoint(x, y))),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(handle, event)


def test_it_goes_when_it_rests_and_comes_when_it_moves(kiosk: Desk) -> None:
    assert not hidden()
    for place in (10, 20, 30):
        QTest.qWait(2 * REST_MS)
        assert hidden()
        move(kiosk, place, place)
        assert not hidden(), "at once"
    kiosk.close()
    assert not hidden() and QGuiApplication.overrideCursor() is None


def test_a_window_that_moves_below_it_is_no_movement(kiosk: Desk) -> None:
    move(kiosk, 50, 50)
    QTest.qWait(2 * REST_MS)
    move(kiosk, 50, 50)
    assert hidden()


def test_a_click_shows_it_and_does_what_it_does(kiosk: Desk) -> None:
    QTest.qWait(2 * REST_MS)
    QTest.mouseClick(kiosk.window, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert kiosk.wall.focus is not None
    QTest.mouseClick(kiosk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not hidden()


def test_an_operators_desk_keeps_its_pointer(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer, "REST_MS", REST_MS)
    open_desk()
    QTest.qWait(2 * REST_MS)
    assert not hidden()
