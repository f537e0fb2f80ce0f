"""What the windows beside the wall share: their look, their place, the keys that work in all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from hanoi_wall.assets import Words
from hanoi_wall.ui.keymap import action_of
from hanoi_wall.ui.theme import FAMILIES, Theme

_PART = 0.9
_ALL_WINDOWS = "app."
"""Actions of the program itself work here too; those of the wall belong to its windows."""


class SideWindow(QWidget):
    """A normal window that stops nothing. Main thread.

    on_action: called with the id of an action of the program whose key was pressed here.
    """

    wide, high = 880, 640

    def __init__(self, theme: Theme, words: Words, on_action: Callable[[str], None]) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.theme, self.words = theme, words
        self._on_action = on_action
        self._beside: QWidget | None = None
        self._worn = self._spoken = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("side")

    def wear(self, theme: Theme, words: Words) -> None:
        """Other colours, words or keys from now on. A window that nobody sees takes them when it is shown."""
        self._worn = self._worn and theme is self.theme
        self.theme, self.words = theme, words
        self._spoken = False
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        if not self._worn:
            self._worn = True
            self.setStyleSheet(style_sheet(self.theme))
        if not self._spoken:
            self._spoken = True
            self.speak()

    def speak(self) -> None:
        """Say everything in the words that are true now. To be filled in."""
        raise NotImplementedError

    def stand_beside(self, window: QWidget) -> None:
        """Show it in the middle of that window's screen, above it."""
        self._beside = window
        self._catch_up()
        if not self.isVisible():
            area = window.screen().availableGeometry()
            # The wall shows all round it.
            most = area.size() * _PART
            place = QRect(0, 0, min(self.wide, most.width()), min(self.high, most.height()))
            place.moveCenter(area.center())
            self.setGeometry(place)
            self.winId()
            handle = self.windowHandle()
            if handle is not None:
                # Full screens lie above normal windows, but not above their own.
                handle.setTransientParent(window.windowHandle())
        self.show()
        self.raise_()
        self.activateWindow()

    def leave(self) -> None:
        """Close it; the keys are the wall's again."""
        self.close()
        if self._beside is not None and self._beside.isVisible():
            self._beside.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; keys of the program work as on the wall."""
        action = action_of(event)
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif action is not None and action.startswith(_ALL_WINDOWS):
            self._on_action(action)
        else:
            super().keyPressEvent(event)


def style_sheet(theme: Theme) -> str:
    """The look of all that stands in a side window, out of the roles of the theme."""
    families = ", ".join(f'"{family}"' for family in FAMILIES)
    role = {name: getattr(theme, name).name() for name in theme.__dataclass_fields__}
    return _SHEET.replace("FAMILIES", families) % role


_SHEET = """
* { font-family: FAMILIES; font-size: 14px; color: %(text)s; outline: none }
#side { background: %(surface_1)s; border: 1px solid %(text_disabled)s }
#rows, QScrollArea { background: %(surface_1)s; border: none }
QLabel { background: transparent }
QLabel[tone="title"] { font-size: 20px; font-weight: 600 }
QLabel[tone="section"] { font-size: 16px; font-weight: 600; padding-top: 12px }
QLabel[tone="name"] { font-weight: 600 }
QLabel[tone="quiet"] { color: %(text_secondary)s; font-size: 12px }
QLabel[tone="alarm"] { color: %(alarm)s; font-size: 12px; font-weight: 600 }
QLabel[tone="key"] { background: %(surface_3)s; border-radius: 4px; padding: 4px 8px; font-weight: 600 }
QLabel[tone="press"] { border: 2px solid %(accent)s; border-radius: 4px; padding: 4px 8px }
QLineEdit { background: %(surface_2)s; border: 2px solid %(surface_3)s; border-radius: 4px;
  padding: 4px 8px; min-height: 20px; selection-background-color: %(accent)s; selection-color: #000000 }
QLineEdit[wrong="true"] { border-color: %(alarm)s }
QLineEdit:focus { border-color: %(accent)s }
QLineEdit[wrong="true"]:focus { border-color: %(alarm)s }
QPushButton { background: %(surface_3)s; border: 2px solid %(surface_3)s; border-radius: 4px;
  padding: 4px 12px; min-height: 20px }
QPushButton:hover { border-color: %(text_disabled)s }
QPushButton:focus { border-color: %(accent)s }
QPushButton:disabled { color: %(text_disabled)s; background: %(surface_2)s; border-color: %(surface_2)s }
QPushButton[segment="true"] { background: %(surface_2)s; color: %(text_secondary)s; padding: 4px 10px }
QPushButton[segment="true"]:checked { background: %(text)s; color: %(surface_1)s; font-weight: 600 }
QListWidget { background: %(surface_2)s; border: 2px solid %(surface_2)s; border-radius: 4px; padding: 4px }
QListWidget:focus { border-color: %(accent)s }
QListWidget::item { padding: 7px 8px; border-radius: 4px; color: %(text)s }
QListWidget::item:selected { background: %(surface_3)s; color: %(text)s }
QTextBrowser { background: %(surface_1)s; border: 2px solid %(surface_1)s; border-radius: 4px; padding: 8px;
  selection-background-color: %(accent)s; selection-color: #000000 }
QTextBrowser:focus { border-color: %(accent)s }
QScrollBar:vertical { background: %(surface_1)s; width: 12px; margin: 0 }
QScrollBar::handle:vertical { background: %(text_disabled)s; border-radius: 4px; min-height: 32px;
  margin: 2px }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none;
  height: 0; border: none }
QFrame[line="true"] { background: %(surface_3)s; border: none; max-height: 1px; min-height: 1px }
"""
