"""The windows beside the wall, each made when it is asked for the first time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from hanoi_wall.assets import Words
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.ui.preferences.guide_window import GuideWindow
from hanoi_wall.ui.preferences.settings_window import SettingsWindow
from hanoi_wall.ui.preferences.side_window import SideWindow
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import Theme


class Sides:
    """Settings and guide of one wall. Main thread.

    on_action: called with the id of an action of the program that is asked for in one of the windows.
    """

    def __init__(self, preferences: Preferences, on_action: Callable[[str], None]) -> None:
        self._preferences, self._on_action = preferences, on_action
        self.settings: SettingsWindow | None = None
        self.guide: GuideWindow | None = None

    def open_settings(self, beside: QWidget, style: Style) -> None:
        """Show the settings in the middle of a window's screen, in its colours and words."""
        if self.settings is None:
            self.settings = SettingsWindow(style.theme, style.words, self._preferences, self._on_action)
        self.settings.stand_beside(beside)

    def open_guide(self, beside: QWidget, style: Style) -> None:
        """Show the guide likewise."""
        if self.guide is None:
            self.guide = GuideWindow(style.theme, style.words, self._on_action)
        self.guide.stand_beside(beside)

    def wear(self, theme: Theme, words: Words) -> None:
        """Take over the colours and words of the wall, and its keys."""
        for each in self._open:
            each.wear(theme, words)

    @property
    def _open(self) -> tuple[SideWindow, ...]:
        return tuple(each for each in (self.settings, self.guide) if each is not None)

    def close(self) -> None:
        """Everything goes; safe to call twice."""
        for each in (self.settings, self.guide):
            if each is not None:
                each.let_go()
        self.settings = self.guide = None
