"""The line low on a wall window: numbers as they are typed, and what is said to the operator."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.operations.call_up import MOST_SIGNS, CallUp
from hanoi_wall.operations.said import Said
from hanoi_wall.ui.overlays import Overlay
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import font, text_width

_MEDIUM = 500
_ENTRY_NS = 3 * SECOND
"""A number that nobody goes on with does not cover tiles for ever; and long enough for a line to be read."""
_LINE_NS = 2 * SECOND
"""How long every further line takes to be read."""


class NumberEntry(Overlay):
    """Gathers numbers and does what they call for. Main thread.

    on_change: called when what lies below must be drawn again.
    """

    def __init__(
        self,
        window: QWidget,
        style: Style,
        monitor: str,
        call_up: CallUp,
        clock: Clock,
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(window, style)
        self.text = ""
        self.typed = ""
        self._monitor, self._call_up = monitor, call_up
        self._clock, self._on_change = clock, on_change
        self._until_ns = 0

    def type(self, signs: str) -> None:
        """What is typed so far, "" to give it up: what Enter would do is shown."""
        signs = signs.lstrip("0")[:MOST_SIGNS]
        if signs.count(".") > 2 or (signs == self.typed and not self.isVisible()):
            return
        self.typed = signs
        self._show(self._call_up.announced(signs, self._monitor).text(self.style_.words) if signs else "")

    def call(self) -> None:
        """Do what was typed."""
        typed = self.typed
        self.type("")
        said = self._call_up.do(typed, self._monitor)
        if said is not None:
            self.say(said)

    def say(self, *said: Said | str, for_ns: int | None = None) -> None:
        """Tell the operator something, for as long as it takes to read, or for so long."""
        self.typed = ""
        words = self.style_.words
        text = "\n".join(each if isinstance(each, str) else each.text(words) for each in said)
        self._show(text, for_ns or _ENTRY_NS + _LINE_NS * max(0, len(said) - 1))

    def expire(self, now_ns: int) -> None:
        """Go when the time is over."""
        if self._until_ns and now_ns >= self._until_ns:
            self.type("")

    def _show(self, text: str, for_ns: int = _ENTRY_NS) -> None:
        self.show_text(text)
        self._until_ns = self._clock.monotonic_ns() + for_ns if text else 0
        self._on_change()

    def show_text(self, text: str) -> None:
        """Show this line or these lines, or hide for ""."""
        self.text = text
        if not text:
            self.hide()
            return
        self._settle()
        self.show()
        self.raise_()
        self.update()

    def _size(self, px: int) -> tuple[int, int]:
        lines = self.text.split("\n")
        width = max(text_width(line, px, _MEDIUM) for line in lines)
        return width + 3 * px, round((0.9 + 1.5 * len(lines)) * px)

    def _settle(self) -> None:
        # Low on the window, and never more than a part of it.
        self.px = min(self._fitting_px(self._size), max(14, self.over.height() // 26))
        self._place(*self._size(self.px), low=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        with QPainter(self) as painter:
            theme = self.style_.theme
            painter.fillRect(self.rect(), theme.surface_3)
            painter.setPen(theme.text)
            painter.setFont(font(self.px, _MEDIUM))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)
