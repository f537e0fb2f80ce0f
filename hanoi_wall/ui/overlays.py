"""What may lie over a wall window for a moment: the number being typed and the sheet of keys.

Both are opaque rectangles: the surface below keeps its pixels between ticks, so nothing may shine through.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.ui.keymap import key_text
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import font, metrics


class _Overlay(QWidget):
    """An opaque panel in the middle of its window; mouse and keys pass to the window."""

    def __init__(self, window: QWidget, style: Style) -> None:
        super().__init__(window)
        self.over = window
        self.style_ = style
        self.px = 16
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def _text_px(self) -> int:
        """Logical pixels per em: as large as the tiles' text where the window is large enough."""
        style = self.style_
        wanted = 5.8 * style.distance_m / style.pitch / 0.727 / style.scale
        return max(14, min(round(wanted), self.over.height() // 26))

    def _place(self, width: int, height: int, *, low: bool) -> None:
        window = self.over
        width, height = min(width, window.width()), min(height, window.height())
        y = window.height() - height - 2 * self.px if low else (window.height() - height) // 2
        self.setGeometry((window.width() - width) // 2, max(0, y), width, height)


class NumberEntry(_Overlay):
    """The tile number being typed."""

    text = ""

    def show_text(self, text: str) -> None:
        """Show this line, or hide for ""."""
        self.text = text
        if not text:
            self.hide()
            return
        self.px = self._text_px()
        width = metrics(self.px, 500).horizontalAdvance(text) + 3 * self.px
        self._place(width, round(2.4 * self.px), low=True)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        theme = self.style_.theme
        painter.fillRect(self.rect(), theme.surface_3)
        painter.setPen(theme.text)
        painter.setFont(font(self.px, 500))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)
        painter.end()


class KeySheet(_Overlay):
    """Every action with its keys."""

    def rows(self) -> list[tuple[str, str]]:
        """(keys, what they do) of every action."""
        words = self.style_.words
        # Two keys that look the same to people (Return and the keypad's Enter) are named once.
        named = (dict.fromkeys(key_text(key) for key in each.keys) for each in ACTIONS)
        return [("  ".join(keys), words(each.words)) for keys, each in zip(named, ACTIONS, strict=True)]

    def open(self) -> None:
        """Show the sheet in the middle of the window."""
        self.px = self._text_px()
        rows = self.rows()
        keys, texts = self._widths(rows)
        height = round((len(rows) + 2) * 1.9 * self.px) + 2 * self.px
        self._place(keys + texts + 6 * self.px, height, low=False)
        self.show()
        self.raise_()

    def _widths(self, rows: list[tuple[str, str]]) -> tuple[int, int]:
        strong, plain = metrics(self.px, 600), metrics(self.px)
        keys = max(strong.horizontalAdvance(key) for key, _ in rows)
        return keys, max(plain.horizontalAdvance(text) for _, text in rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet: keys in one column, right aligned, what they do beside them."""
        painter = QPainter(self)
        theme, words, px = self.style_.theme, self.style_.words, self.px
        painter.fillRect(self.rect(), theme.surface_3)
        rows = self.rows()
        keys, _ = self._widths(rows)
        row = 1.9 * px
        y = px + row * 0.65
        painter.setFont(font(px, 600))
        painter.setPen(theme.text)
        painter.drawText(QPointF(2 * px, y), words("keys.title"))
        for key, text in rows:
            y += row
            painter.setFont(font(px, 600))
            painter.setPen(theme.text)
            wide = metrics(px, 600).horizontalAdvance(key)
            painter.drawText(QPointF(2 * px + keys - wide, y), key)
            painter.setFont(font(px))
            painter.setPen(theme.text_secondary)
            painter.drawText(QPointF(4 * px + keys, y), text)
        painter.setFont(font(round(px * 0.85)))
        painter.setPen(theme.text_disabled)
        painter.drawText(QPointF(2 * px, y + row), words("keys.close"))
        painter.end()
