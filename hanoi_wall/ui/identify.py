"""Numbers, large, over a wall window: which monitor this is and what its tiles are called."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from hanoi_wall.ui.overlays import Overlay
from hanoi_wall.ui.theme import font

_MOST_PX = 400
_STRONG = 600


class Identify(Overlay):
    """The monitor's number and name in the middle of its window. Main thread."""

    number = 0
    name = ""

    def open(self, number: int, name: str) -> None:
        """Show it until `hide`."""
        self.number, self.name = number, name
        self._settle()
        self.show()
        self.raise_()

    def _settle(self) -> None:
        height = min(self.over.height() // 2, _MOST_PX)
        self.px = max(12, height // 2)
        self._place(min(self.over.width() // 2, height * 2), height, low=False)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both."""
        with QPainter(self) as painter:
            theme = self.style_.theme
            painter.fillRect(self.rect(), theme.surface_3)
            painter.setPen(theme.text)
            painter.setFont(font(self.px, _STRONG))
            upper = QRect(0, 0, self.width(), self.height() * 7 // 10)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(self.number))
            small = max(11, self.px // 6)
            painter.setFont(font(small))
            painter.setPen(theme.text_secondary)
            lower = QRect(0, upper.height(), self.width(), self.height() - upper.height())
            painter.drawText(lower, Qt.AlignmentFlag.AlignHCenter, self.name)
