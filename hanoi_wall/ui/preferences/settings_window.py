"""The settings and keys of a profile: every rule of the schema and every action, found by half a word.

The rows are made in short turns of the event loop: the wall behind goes on painting meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFocusEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hanoi_wall.assets import Words
from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.operations.setting_words import fits
from hanoi_wall.settings.schema import sections
from hanoi_wall.ui.preferences.controls import KeyRow, Row, SettingRow, label, toned
from hanoi_wall.ui.preferences.side_window import SideWindow
from hanoi_wall.ui.theme import Theme

_NAV_WIDTH = 210
_NARROW = 720
_KEYS = "keys"


class SettingsWindow(SideWindow):
    """Settings and keys. Main thread."""

    _kept = Signal(str)
    wide, high = 1040, 720

    def __init__(
        self, theme: Theme, words: Words, preferences: Preferences, on_action: Callable[[str], None]
    ) -> None:
        super().__init__(theme, words, on_action)
        self.preferences = preferences
        self.rows: dict[str, Row] = {}
        """By the setting's key or the action's id."""
        self._sections: dict[str, tuple[QLabel, list[Row]]] = {}
        self._making: Iterator[None] | None = None
        self._title, self._close_hint = label("title"), label("quiet")
        self._state, self._nothing = label("quiet", wraps=True), label("name", wraps=True)
        self.search = QLineEdit()
        self.search.textChanged.connect(self._sift)
        self.nav = QListWidget()
        self.nav.setFixedWidth(_NAV_WIDTH)
        self.nav.setWordWrap(True)
        self.nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nav.currentRowChanged.connect(self._go_to)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("rows")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(0)
        self._scroll.setWidget(inside)
        self._lay_out()
        # From the thread that writes to this one.
        self._kept.connect(self._say_kept)
        preferences.on_kept = self._kept.emit
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._make_some)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 16, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self.search, 0, 1)
        grid.addWidget(self.nav, 1, 0)
        grid.addWidget(self._scroll, 1, 1)
        grid.addWidget(self._close_hint, 2, 0)
        grid.addWidget(self._state, 2, 1)
        grid.setColumnStretch(1, 1)

    # Rows

    def stand_beside(self, window: QWidget) -> None:
        """Show it, the search line first."""
        if self._making is None and not self.rows:
            self._making = self._make()
            self._turns.start()
        super().stand_beside(window)
        self.search.setFocus()
        self.search.selectAll()

    def make_all(self) -> None:
        """Make the rows that are not there yet, now."""
        while self._making is not None:
            self._make_some()

    def _make_some(self) -> None:
        if self._making is not None and next(self._making, True):
            self._making = None
            self._turns.stop()
            self._list.addWidget(self._nothing)
            self._list.addStretch(1)
            self._sift(self.search.text())

    def _make(self) -> Iterator[None]:
        program = {each.id: each.keys for each in ACTIONS}
        for name, keys in (*sections().items(), (_KEYS, tuple(program))):
            title, rows = label("section"), list[Row]()
            title.setText(self.words(f"section.{name}"))
            self._sections[name] = title, rows
            self._list.addWidget(title)
            for key in keys:
                row: Row
                if name == _KEYS:
                    row = KeyRow(key, self.preferences, program[key])
                else:
                    row = SettingRow(key, self.preferences)
                rows.append(row)
                self._add(key, row)
                yield

    def _add(self, key: str, row: Row) -> None:
        row.speak(self.words)
        self.rows[key] = row
        for control in row.findChildren(QWidget):
            if control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                control.installEventFilter(self)
        self._list.addWidget(row)

    # Search and way about

    def _sift(self, text: str) -> None:
        found = 0
        for name, (title, rows) in self._sections.items():
            section = title.text()
            shown = 0
            for row in rows:
                fit = fits(text, section, *row.texts())
                row.setVisible(fit)
                shown += fit
            title.setVisible(bool(shown))
            item = self.nav.item(list(self._names()).index(name))
            if item is not None:
                item.setHidden(not shown)
            found += shown
        self._nothing.setVisible(not found and self._making is None)

    def _names(self) -> Iterator[str]:
        yield from sections()
        yield _KEYS

    def _go_to(self, number: int) -> None:
        names = list(self._names())
        if 0 <= number < len(names) and names[number] in self._sections:
            title, _ = self._sections[names[number]]
            top = title.y()
            self._scroll.verticalScrollBar().setValue(top)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What has the keys is in sight."""
        came = isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusIn
        if came and isinstance(watched, QWidget):
            self._scroll.ensureWidgetVisible(watched, 0, 60)
        return super().eventFilter(watched, event)

    # Words

    def speak(self) -> None:
        """Say everything in the words that are true now, with the values that are."""
        words = self.words
        self.setWindowTitle(f"{words('prefs.title')} · Hanoi Wall")
        self.setAccessibleName(words("prefs.title"))
        self._title.setText(words("prefs.title"))
        self._close_hint.setText(words("prefs.close"))
        self._nothing.setText(words("prefs.nothing"))
        self.search.setPlaceholderText(words("prefs.search"))
        self.search.setAccessibleName(words("prefs.search"))
        self.nav.setAccessibleName(words("prefs.title"))
        names = list(self._names())
        if self.nav.count() != len(names):
            self.nav.clear()
            self.nav.addItems(names)
        for number, name in enumerate(names):
            self.nav.item(number).setText(words(f"section.{name}"))
            if name in self._sections:
                self._sections[name][0].setText(words(f"section.{name}"))
        wrong = len(self.preferences.keys.problems)
        toned(self._state, "alarm" if wrong else "quiet")
        self._state.setText("⚠ " + words("prefs.wrong_keys", count=wrong) if wrong else "")
        for row in self.rows.values():
            row.speak(words)

    def _say_kept(self, why: str) -> None:
        toned(self._state, "alarm" if why else "quiet")
        said = "⚠ " + self.words("prefs.not_kept", why=why) if why else "✓ " + self.words("prefs.kept")
        self._state.setText(said)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow screen the rows need the room of the sections' list."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.nav.setVisible(not narrow)
        self._title.setVisible(not narrow)

    # Leaving

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is typed and can stand is taken along."""
        focused = QApplication.focusWidget()
        for row in self.rows.values():
            if isinstance(row, SettingRow) and focused is not None and row.isAncestorOf(focused):
                row.finish()
        super().closeEvent(event)

    def let_go(self) -> None:
        """Be gone for good: nobody is told anything any more."""
        self._turns.stop()
        self.preferences.on_kept = lambda why: None
        self.hide()
        self.deleteLater()
