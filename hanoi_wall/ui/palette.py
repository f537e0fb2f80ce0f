"""The search over a wall window: type, choose with the arrows, Enter. Whatever is chosen is done by others.

An opaque panel like the other overlays (overlays.py). The line one types in is Qt's own, for the sake of
input methods: Vietnamese is often typed through one.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from hanoi_wall.operations.finder import Finder
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.offers import Entry, Kind
from hanoi_wall.ui.keymap import key_text
from hanoi_wall.ui.overlays import Overlay
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import font, metrics, text_width

_ROWS = 9
_WIDE_EM = 38
_ROW_EM = 1.9
_SMALL = 0.85
_STRONG, _MEDIUM, _PLAIN = 600, 500, 400
_LOOK_AGAIN_MS = 100


class Palette(Overlay):
    """Search and choose. Main thread.

    on_choose: called with what was chosen, the tile it was chosen for and whether several cameras are meant
    to stand there in turn, after the panel is gone; on_gone: called when the panel goes, for the pixels below
    it; on_wall: whether a camera stands somewhere, which is said in its row.
    """

    def __init__(
        self,
        window: QWidget,
        style: Style,
        on_choose: Callable[[tuple[Entry, ...], Focus, bool], None],
        on_gone: Callable[[], None],
        on_wall: Callable[[str], bool],
    ) -> None:
        super().__init__(window, style)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        self._on_choose, self._on_gone, self._on_wall = on_choose, on_gone, on_wall
        self._finder: Finder | None = None
        self._target = Focus("", 0)
        self._only: Kind | None = None
        self._composed = ""
        self.entries: tuple[Entry, ...] = ()
        self.total: int | None = None
        self.marked: dict[str, Entry] = {}
        """Cameras that were marked, by id, in the order in which they were."""
        self.chosen = 0
        self.line = QLineEdit(self)
        self.line.setFrame(False)
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.setFocusProxy(self.line)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self._look)

    def open(self, finder: Finder, target: Focus, only: Kind | None = None) -> None:
        """Begin a search; target: the tile a camera will go into, wherever the focus wanders meanwhile; only:
        one kind of things to choose from.
        """
        self._finder, self._target, self._only = finder, target, only
        self._composed = ""
        self.marked = {}
        self.line.clear()
        self._look()
        self._settle()
        self.show()
        self.raise_()
        self.line.setFocus()

    def close_it(self) -> None:
        """Leave without choosing; the keys are the window's again."""
        if self._finder is None:
            return
        self._again.stop()
        self._finder = None
        self.hide()
        self.over.setFocus()
        self._on_gone()

    def again(self) -> None:
        """As for every overlay; and what is found may be called otherwise now."""
        super().again()
        self._look()

    # Searching

    def _look(self) -> None:
        if self._finder is None:
            return
        text, at = self.line.text(), self.line.cursorPosition()
        choice = self._finder.choice(text[:at] + self._composed + text[at:], _ROWS, self._only)
        if choice.entries != self.entries:
            self.chosen = 0
        self.entries, self.total = choice.entries, choice.total
        if choice.total is None:
            # The index of a large catalogue is still being built.
            self._again.start()
        self.update()

    def step(self, rows: int) -> None:
        """Choose another row, not beyond the ends."""
        self.chosen = max(0, min(len(self.entries) - 1, self.chosen + rows))
        self.update()

    def mark(self) -> None:
        """Mark the camera of the chosen row, or no longer, and go to the next row."""
        entry = self.entries[self.chosen] if self.entries else None
        if entry is not None and entry.kind is Kind.CAMERA:
            if self.marked.pop(entry.id, None) is None:
                self.marked[entry.id] = entry
            self.step(1)

    def choose(self, *, in_turn: bool = False) -> None:
        """Take what is marked, else the chosen row; nothing happens where nothing was found."""
        chosen = tuple(self.marked.values()) or self.entries[self.chosen : self.chosen + 1]
        target = self._target
        if chosen:
            self.close_it()
            self._on_choose(chosen, target, in_turn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that are not about the text; letters that an input method still holds; the line left."""
        if isinstance(event, QInputMethodEvent):
            self._composed = event.preeditString()
            QTimer.singleShot(0, self._look)
        elif isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            if event.reason() is Qt.FocusReason.MouseFocusReason:
                # Somebody works the wall: keys must not go on filling a panel that nobody looks at.
                QTimer.singleShot(0, self.close_it)
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_PageUp: -_ROWS,
            Qt.Key.Key_PageDown: _ROWS,
        }
        if key in steps:
            self.step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose(in_turn=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key is Qt.Key.Key_Insert:
            self.mark()
        elif key is Qt.Key.Key_Escape:
            self.close_it()
        else:
            return super().eventFilter(watched, event)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What lies below does not hear of it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a row chooses it."""
        row = int((event.position().y() - self._top) // self._row)
        if event.button() is Qt.MouseButton.LeftButton and 0 <= row < len(self.entries):
            self.chosen = row
            self.choose()

    # Looks

    @property
    def _row(self) -> int:
        return round(_ROW_EM * self.px)

    @property
    def _top(self) -> int:
        """Where the rows begin, under the target and the line."""
        return round(3.6 * self.px)

    def _size(self, px: int) -> tuple[int, int]:
        return _WIDE_EM * px, round((3.6 + _ROW_EM * (_ROWS + 1) + 0.4) * px)

    def _settle(self) -> None:
        self.px = min(self._fitting_px(self._size), max(14, self.over.height() // 30))
        self._place(*self._size(self.px), low=False)
        theme, px = self.style_.theme, self.px
        colours = QPalette()
        colours.setColor(QPalette.ColorRole.Base, theme.surface_1)
        colours.setColor(QPalette.ColorRole.Text, theme.text)
        colours.setColor(QPalette.ColorRole.PlaceholderText, theme.text_secondary)
        colours.setColor(QPalette.ColorRole.Highlight, theme.accent)
        colours.setColor(QPalette.ColorRole.HighlightedText, QColor(0, 0, 0))
        self.line.setPalette(colours)
        line_font = font(px, _PLAIN)
        self.line.setFont(line_font)
        words = self.style_.words
        hint = words("find.hint") if self._only is None else words(f"find_hint.{self._only}")
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(self.style_.words("action.wall.find"))
        self.line.setTextMargins(px // 2, 0, px // 2, 0)
        self.line.setGeometry(px, round(1.6 * px), self.width() - 2 * px, round(1.7 * px))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the target, the rows and how many there are."""
        with QPainter(self) as painter:
            theme, px = self.style_.theme, self.px
            painter.fillRect(self.rect(), theme.surface_3)
            where = self._title()
            self._write(painter, where, px, round(0.2 * px), round(1.4 * px), _MEDIUM, theme.text)
            for number, entry in enumerate(self.entries):
                self._paint_row(painter, number, entry)
            end = self._top + _ROWS * self._row
            self._write(painter, self._summary(), px, end, self._row, _PLAIN, theme.text_secondary, _SMALL)

    def _title(self) -> str:
        words = self.style_.words
        if self._only is None:
            return words("find.target", number=self._target.tile)
        return words(f"find_title.{self._only}")

    def _paint_row(self, painter: QPainter, number: int, entry: Entry) -> None:
        theme, px = self.style_.theme, self.px
        top, width = self._top + number * self._row, self.width() - 2 * px
        if number == self.chosen:
            painter.fillRect(QRect(0, top, self.width(), self._row), theme.surface_1)
            painter.fillRect(QRect(0, top, max(3, px // 5), self._row), theme.accent)
        if entry.id in self.marked and entry.kind is Kind.CAMERA:
            side = max(4, px // 2)
            painter.fillRect(px // 4, top + (self._row - side) // 2, side, side, theme.accent)
        shown = entry.kind is Kind.CAMERA and self._on_wall(entry.id)
        weight = _STRONG if shown else _PLAIN
        # The name comes first, but what tells two of one name apart must not vanish beside it.
        most = width * 3 // 5 if entry.kind is Kind.CAMERA else width * 4 // 5
        # A hair more than it needs: eliding rounds the other way.
        name_width = min(text_width(entry.title, px, weight) + 2, most)
        self._write(painter, entry.title, px, top, self._row, weight, theme.text, width=name_width)
        detail = entry.detail
        if entry.kind is Kind.ACTION:
            detail = "  ".join(key_text(key) for key in entry.detail.split("  "))
        elif entry.kind is Kind.CAMERA:
            on_wall = self.style_.words("find.on_wall") if shown else ""
            detail = " · ".join(part for part in (entry.number, on_wall, detail) if part)
        left = px + name_width + px
        self._write(
            painter, detail, left, top, self._row, _PLAIN, theme.text_secondary, _SMALL, width + px - left
        )

    def _summary(self) -> str:
        words = self.style_.words
        if self.marked:
            return words("find.marked", count=len(self.marked))
        if self.total is None:
            return words("find.building")
        if not self.entries:
            return words("find.nothing") if self._only is None else words(f"find_none.{self._only}")
        if not self.total:
            return ""
        cameras = sum(entry.kind is Kind.CAMERA for entry in self.entries)
        return words("find.shown", shown=words.number(cameras), total=words.number(self.total))

    def _write(
        self,
        painter: QPainter,
        text: str,
        left: int,
        top: int,
        height: int,
        weight: int,
        colour: QColor,
        part: float = 1.0,
        width: int | None = None,
    ) -> None:
        """One line, capitals centred in a row, elided where it is too long."""
        px = round(self.px * part)
        measure = metrics(px, weight)
        room = self.width() - left - self.px if width is None else width
        painter.setFont(font(px, weight))
        painter.setPen(colour)
        shown = measure.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
        painter.drawText(QPointF(left, top + (height + measure.capHeight()) / 2), shown)
