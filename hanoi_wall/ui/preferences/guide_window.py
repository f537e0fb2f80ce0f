"""The operator's guide in a window: contents at the left, text at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QListWidget, QTextBrowser, QWidget

from hanoi_wall.operations.guide import guide
from hanoi_wall.ui.preferences.controls import label
from hanoi_wall.ui.preferences.side_window import SideWindow

_HEADING_PX = {1: 24, 2: 18, 3: 15}
_LINE_PERCENT = 140
_NAV_WIDTH = 290


class GuideWindow(SideWindow):
    """The guide in the language of the wall. Main thread."""

    wide, high = 1000, 720

    def _lay_out(self) -> None:
        self._title, self._close_hint = label("title"), label("quiet")
        self.nav, self.text = QListWidget(), QTextBrowser()
        self.nav.setFixedWidth(_NAV_WIDTH)
        self.nav.setWordWrap(True)
        self.nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nav.currentRowChanged.connect(self._go_to)
        self.text.setOpenLinks(False)
        self._headings: list[int] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 16, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self.nav, 1, 0)
        grid.addWidget(self.text, 0, 1, 2, 1)
        grid.addWidget(self._close_hint, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def stand_beside(self, window: QWidget) -> None:
        """Show it; the arrows scroll."""
        if self.layout() is None:
            self._lay_out()
        super().stand_beside(window)
        self.text.setFocus()

    def speak(self) -> None:
        """The whole guide in the words and with the keys that are true now."""
        words = self.words
        self.setWindowTitle(f"{words('guide.title')} · Hanoi Wall")
        self.setAccessibleName(words("guide.title"))
        self._title.setText(words("guide.title"))
        self._close_hint.setText(words("prefs.close"))
        self.nav.setAccessibleName(words("guide.contents"))
        self.text.setAccessibleName(words("guide.title"))
        self.text.setMarkdown(guide(words.language))
        self._shape()

    def _shape(self) -> None:
        """Type and room by the level of each heading; the headings are the contents."""
        self.nav.clear()
        self._headings = []
        block = self.text.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            cursor = QTextCursor(block)
            air = QTextBlockFormat()
            air.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            air.setBottomMargin(4 if block.textList() is not None else 8)
            if level in _HEADING_PX:
                air.setTopMargin(0 if level == 1 else 20)
                self._enlarge(block, _HEADING_PX[level])
            cursor.mergeBlockFormat(air)
            if level == 2:
                self._headings.append(block.blockNumber())
                self.nav.addItem(block.text())
            block = block.next()

    def _enlarge(self, block: QTextBlock, px: int) -> None:
        cursor = QTextCursor(block)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        shape = QTextCharFormat()
        shape.setProperty(QTextCharFormat.Property.FontPixelSize.value, px)
        shape.setFontWeight(600)
        cursor.mergeCharFormat(shape)

    def _go_to(self, number: int) -> None:
        if 0 <= number < len(self._headings):
            block = self.text.document().findBlockByNumber(self._headings[number])
            top = self.text.document().documentLayout().blockBoundingRect(block).top()
            self.text.verticalScrollBar().setValue(round(top))

    def let_go(self) -> None:
        """Be gone for good."""
        self.hide()
        self.deleteLater()
