"""What may lie over a wall window: the sheet of keys, what to do with an empty wall.

All are opaque rectangles: the surface below keeps its pixels between ticks, so nothing may shine through.
Their type is as large as the viewing distance asks for, and smaller only where the window could not hold it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hanoi_wall.operations.actions import Context, actions
from hanoi_wall.ui.keymap import first_key, keys_text
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import CAPITAL_PART, MM_PER_METRE, font, metrics, text_width

_LEAST_PX = 5
_ROW_PARTS = (1.9, 1.6, 1.35)
"""Height of a row in ems: roomy where there is room, closer before the type shrinks."""
_MOST_COLUMNS = 4
_STRONG, _MEDIUM, _PLAIN = 600, 500, 400
_CLOSE_PART = 0.85


class Overlay(QWidget):
    """An opaque panel over its window; mouse and keys pass to the window."""

    def __init__(self, window: QWidget, style: Style) -> None:
        super().__init__(window)
        self.over = window
        self.style_ = style
        self.px = 16
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def again(self) -> None:
        """The window has another size or scale: take the place and the type that belong to it."""
        if self.isVisible():
            self._settle()

    def _settle(self) -> None:
        """Measure and take place. To be filled in."""
        raise NotImplementedError

    def _wished_px(self) -> int:
        """Logical pixels per em that can be read from where the viewers are."""
        style = self.style_
        return max(14, round(MM_PER_METRE * style.distance_m / style.pitch / CAPITAL_PART / style.scale))

    def _fitting_px(self, size: Callable[[int], tuple[int, int]]) -> int:
        """The largest type up to the wished one whose `size` (logical width and height) the window holds."""
        wished, window = self._wished_px(), self.over
        width, height = size(wished)
        # Type grows evenly: this is the answer, give or take what rounding adds.
        share = min(1.0, window.width() / max(1, width), window.height() / max(1, height))
        px = max(_LEAST_PX, min(wished, round(wished * share)))
        while px > _LEAST_PX:
            width, height = size(px)
            if width <= window.width() and height <= window.height():
                break
            px -= 1
        return px

    def _place(self, width: int, height: int, *, low: bool) -> None:
        window = self.over
        width, height = min(width, window.width()), min(height, window.height())
        y = window.height() - height - 2 * self.px if low else (window.height() - height) // 2
        self.setGeometry((window.width() - width) // 2, max(0, y), width, height)


class KeySheet(Overlay):
    """Every action with its keys, in as many columns as let the type be largest."""

    row_part = _ROW_PARTS[0]
    columns = 1

    def rows(self) -> list[tuple[str, str]]:
        """(keys, what they do) of every action of the wall; the desk tells its own keys."""
        words = self.style_.words
        heard = [each for each in actions() if each.context is not Context.DESK]
        return [(keys_text(each.id) or "–", words(each.words)) for each in heard]

    def open(self) -> None:
        """Show the sheet in the middle of the window."""
        self._settle()
        self.show()
        self.raise_()

    def _settle(self) -> None:
        best = (False, 0)
        for columns in range(1, _MOST_COLUMNS + 1):
            for part in _ROW_PARTS:
                self.row_part, self.columns = part, columns
                px = self._fitting_px(self._size)
                width, height = self._size(px)
                fits = width <= self.over.width() and height <= self.over.height()
                if (fits, px) > best:
                    best, chosen = (fits, px), (part, columns)
        self.px, (self.row_part, self.columns) = best[1], chosen
        self._place(*self._size(self.px), low=False)
        self.update()

    def _parts(self) -> list[list[tuple[str, str]]]:
        """The rows of each column, read downwards."""
        rows = self.rows()
        high = -(-len(rows) // self.columns)
        return [rows[first : first + high] for first in range(0, len(rows), high)]

    def _size(self, px: int) -> tuple[int, int]:
        """With a title above the rows and how to close below them."""
        parts, words = self._parts(), self.style_.words
        wide = sum(sum(self._widths(part, px)) + 2 * px for part in parts) + 4 * px * (len(parts) - 1)
        ends = (
            text_width(words("keys.title"), px, _STRONG),
            text_width(words("keys.close"), round(px * _CLOSE_PART)),
        )
        return max(wide, *ends) + 4 * px, round((len(parts[0]) + 2) * self.row_part * px) + 2 * px

    @staticmethod
    def _widths(rows: list[tuple[str, str]], px: int) -> tuple[int, int]:
        keys = max(text_width(key, px, _STRONG) for key, _ in rows)
        return keys, max(text_width(text, px, _PLAIN) for _, text in rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet: keys right aligned, what they do beside them, column by column."""
        with QPainter(self) as painter:
            theme, words, px = self.style_.theme, self.style_.words, self.px
            painter.fillRect(self.rect(), theme.surface_3)
            row = self.row_part * px
            top = px + row * 0.65
            painter.setFont(font(px, _STRONG))
            painter.setPen(theme.text)
            painter.drawText(QPointF(2 * px, top), words("keys.title"))
            left = 2 * px
            for part in self._parts():
                keys, texts = self._widths(part, px)
                for number, (key, text) in enumerate(part, start=1):
                    y = top + number * row
                    painter.setFont(font(px, _STRONG))
                    painter.setPen(theme.text)
                    painter.drawText(QPointF(left + keys - text_width(key, px, _STRONG), y), key)
                    painter.setFont(font(px))
                    painter.setPen(theme.text_secondary)
                    painter.drawText(QPointF(left + keys + 2 * px, y), text)
                left += keys + texts + 6 * px
            painter.setFont(font(round(px * _CLOSE_PART)))
            painter.setPen(theme.text_secondary)
            painter.drawText(QPointF(2 * px, top + (len(self._parts()[0]) + 1) * row), words("keys.close"))


class EmptyWall(Overlay):
    """A wall without a single camera: what to do next."""

    def lines(self) -> tuple[str, ...]:
        """What is the matter, and what to do."""
        words = self.style_.words
        leave, settings = first_key("app.quit"), first_key("app.settings")
        first = words("empty.title"), words("empty.import", keys=leave), words("empty.demo")
        # Whoever starts it first may not read the language it starts in.
        return (*first, words("empty.language", keys=settings)) if settings else first

    def open(self) -> None:
        """Show it in the middle of the window, until there are cameras."""
        self._settle()
        self.show()

    def _settle(self) -> None:
        self.px = self._fitting_px(self._size)
        self._place(*self._size(self.px), low=False)
        self.update()

    def _rows(self) -> list[tuple[str, bool]]:
        """(text, strong) of each row: what can be typed stands in a row of its own."""
        title, *rest = self.lines()
        rows = [(title, True)]
        for line in rest:
            said, _, command = line.partition(": ")
            rows += [(f"{said}:", False), (command, True)]
        return rows

    def _size(self, px: int) -> tuple[int, int]:
        rows = self._rows()
        width = max(text_width(text, px, _STRONG if strong else _PLAIN) for text, strong in rows)
        # Beside it stays some of the wall, its tiles' numbers among it.
        return width + 6 * px, round((1 + len(rows)) * _ROW_PARTS[1] * px)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, each in the middle, on the ground of an empty tile."""
        with QPainter(self) as painter:
            theme, px = self.style_.theme, self.px
            painter.fillRect(self.rect(), theme.surface_1)
            row = _ROW_PARTS[1] * px
            y = row * 0.5 + metrics(px, _STRONG).capHeight() / 2
            for text, strong in self._rows():
                weight = _STRONG if strong else _PLAIN
                painter.setFont(font(px, weight))
                painter.setPen(theme.text if strong else theme.text_secondary)
                y += row * 0.25 if not strong else 0
                painter.drawText(QPointF((self.width() - text_width(text, px, weight)) / 2, y), text)
                y += row
