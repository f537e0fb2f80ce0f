"""The mouse pointer of a kiosk: gone when it has not been moved for a while, there again as soon as it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QWidget

REST_MS = 3000
_MOVES = frozenset({QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease})


class RestingPointer(QObject):
    """Hides the pointer over all windows of the program. Main thread."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden = False
        self._last: QPointF | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._rest)
        self._timer.start()

    def watch(self, window: QWidget) -> None:
        """Look at what the mouse does over this window, which has been shown; more than once is as good."""
        handle = window.windowHandle()
        if handle is not None:
            # There, and not at the widgets: those hear of a mouse without a button held down only on request.
            handle.installEventFilter(self)

    def stop(self) -> None:
        """Show it and let it be; safe to call twice."""
        self._timer.stop()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take nothing away from anybody."""
        if event.type() in _MOVES and isinstance(event, QMouseEvent):
            place = event.globalPosition()
            # Windows that come and go below a pointer that rests tell of a move, too.
            if place != self._last or event.type() is not QEvent.Type.MouseMove:
                self._last = place
                self._show()
                self._timer.start()
        return False

    def _rest(self) -> None:
        if not self._hidden:
            self._hidden = True
            QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)

    def _show(self) -> None:
        if self._hidden:
            self._hidden = False
            QGuiApplication.restoreOverrideCursor()
