"""Where the desk stands: over the wall when it is called up, or on a screen of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import Clock
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.finder import Finder
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.desk.desk_window import DeskParts, DeskWindow
from hanoi_wall.ui.desk.look import Look
from hanoi_wall.ui.screens import Screen

if TYPE_CHECKING:
    from hanoi_wall.ui.presenter import TileReport
    from hanoi_wall.ui.wall_window import WallWindow

_PART = 0.9
"""Of a monitor that the desk takes when it is called up over the wall."""


class DeskPlace:
    """Makes the desk when it is asked for first, and puts it where it belongs. Main thread.

    windows: the wall's, by monitor; act: does an action of the table; reports: of all tiles as they stand.
    """

    def __init__(
        self,
        wall: Wall,
        cameras: Mapping[str, Camera],
        favourites: Favourites,
        clock: Clock,
        windows: Mapping[str, WallWindow],
        act: Callable[[str, WallWindow], None],
        reports: Callable[[], tuple[TileReport, ...]],
    ) -> None:
        self.window: DeskWindow | None = None
        self._wall, self._cameras, self._favourites, self._clock = wall, cameras, favourites, clock
        self._windows, self._act, self._reports = windows, act, reports
        self._names: dict[str, str] = {}

    @property
    def active(self) -> bool:
        """Whether the keys are the desk's."""
        return self.window is not None and self.window.isActiveWindow()

    def own_screen(self, screens: tuple[Screen, ...], wanted: str) -> Screen | None:
        """The screen that is the desk's own; None where it is to have none, or where there is only one.

        wanted: `off`, `primary` or a screen's name.
        """
        self._names = {screen.id: screen.name for screen in screens}
        if wanted == "off" or len(screens) < 2:
            return None
        first = QGuiApplication.primaryScreen()
        for screen in screens:
            if screen.name == wanted or (wanted == "primary" and screen.qt is first):
                return screen
        return None

    def stand(self, screen: Screen, finder: Finder, look: Look) -> None:
        """The desk fills its own screen."""
        desk = self._made(finder, look)
        if desk.isVisible() and desk.screen() is screen.qt:
            return
        desk.setGeometry(screen.qt.availableGeometry())
        desk.showMaximized()
        desk.open()

    def open(self, window: WallWindow, finder: Finder, look: Look) -> None:
        """The desk over the monitor of that window, or where it stands already."""
        desk = self._made(finder, look)
        if not desk.isVisible() and not desk.isMaximized():
            area = window.screen().availableGeometry()
            frame = QRect(0, 0, round(area.width() * _PART), round(area.height() * _PART))
            frame.moveCenter(area.center())
            desk.setGeometry(frame)
        desk.open()
        desk.take(self._reports())

    def take(self, reports: tuple[TileReport, ...]) -> None:
        """The tiles as they stand, three times a second."""
        if self.window is not None:
            self.window.take(reports)

    def renew(self, finder: Finder, look: Look) -> None:
        """Other words or colours: the desk is made anew where it stood, and made when it is called where it
        did not.
        """
        old = self.window
        if old is None or old.parts.look == look:
            return
        visible, maximized, geometry = old.isVisible(), old.isMaximized(), old.geometry()
        self.close()
        if visible:
            desk = self._made(finder, look)
            desk.setGeometry(geometry)
            if maximized:
                desk.showMaximized()
            desk.open()
            desk.take(self._reports())

    def close(self) -> None:
        """The desk is gone; safe to call twice."""
        desk, self.window = self.window, None
        if desk is not None:
            desk.hide()
            desk.let_go()
            desk.deleteLater()

    def _made(self, finder: Finder, look: Look) -> DeskWindow:
        if self.window is None:
            parts = DeskParts(
                self._wall,
                self._cameras,
                finder,
                self._favourites,
                look,
                self._clock,
                lambda identity: self._names.get(identity, identity),
            )
            self.window = DeskWindow(parts, on_action=self._act_from_desk, on_close=self._closed)
        return self.window

    def _act_from_desk(self, action: str, monitor: str) -> None:
        if monitor in self._windows:
            self._act(action, self._windows[monitor])

    def _closed(self) -> None:
        """The keys are the wall's again."""
        focus = self._wall.focus
        window = self._windows.get(focus.monitor) if focus is not None else None
        window = window or next(iter(self._windows.values()), None)
        if window is not None:
            window.activateWindow()
            window.setFocus()
