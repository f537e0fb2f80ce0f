"""The wall on all screens: what app.py builds once a QApplication exists.

    feeds = Roster(...)                         # want(demands), view(camera), retry(camera)
    wall = Wall(feeds, Grid.parse("grid:4x4"), [camera.id for camera in cameras], clock)
    by_id = {camera.id: camera for camera in cameras}
    walls = WallApp(wall, feeds, by_id, WallSettings(windowed=True), clock,
                    on_quit=application.quit, on_health=health.take_tiles, on_gap=stalls.take)
    walls.start()                               # windows on all screens, tick running
    application.exec()
    walls.stop()                                # windows gone, timers still; before the feeds are closed

The first screen (leftmost) shows the first cameras, the next screens go on with the same grid. Windows follow
their screens; a screen that comes back shows what it showed. Set `quitOnLastWindowClosed` to False: a wall
whose last screen is unplugged goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication

from hanoi_wall.assets import DEFAULT_LANGUAGE, words
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import Clock
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.finder import Entry, Finder, Kind
from hanoi_wall.operations.wall import Direction, Feeds, Focus, Wall
from hanoi_wall.ui.desk.desk_window import DeskParts, DeskWindow
from hanoi_wall.ui.desk.look import Look
from hanoi_wall.ui.display import WINDOW_PART
from hanoi_wall.ui.presenter import Presenter, TileReport
from hanoi_wall.ui.screens import Screen, Screens, present
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import prepare, theme
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_window import WallWindow

_AGAIN_MS = 400
_MOST_TRIES = 5
_DESK_PART = 0.9
"""Part of a monitor that the desk takes when it is called up over the wall."""
_MOVES = {
    "wall.left": Direction.LEFT,
    "wall.right": Direction.RIGHT,
    "wall.up": Direction.UP,
    "wall.down": Direction.DOWN,
}


@dataclass(frozen=True, slots=True)
class WallSettings:
    """Choices of the wall's windows.

    windowed: windows with a frame instead of full screens; language: one of assets.LANGUAGES; theme: `dark`,
    `light` or `contrast`; text_distance_m: from the viewers' eyes to the wall, metres; title_mode: what
    stands over healthy pictures at the start; motion: whether anything but pictures may move; desk: the
    screen that has the desk instead of a wall window, where there are several: `off`, `primary` or a name.
    """

    windowed: bool = False
    language: str = DEFAULT_LANGUAGE
    theme: str = "dark"
    text_distance_m: float = 0.7
    title_mode: TitleMode = TitleMode.TITLE
    motion: bool = True
    desk: str = "off"


class WallApp(QObject):
    """Windows on all screens, their keys, and the tick. Main thread; a QApplication must exist."""

    def __init__(
        self,
        wall: Wall,
        feeds: Feeds,
        cameras: Mapping[str, Camera],
        settings: WallSettings,
        clock: Clock,
        *,
        on_quit: Callable[[], None],
        on_health: Callable[[tuple[TileReport, ...]], None] = lambda reports: None,
        on_gap: Callable[[int], None] = lambda gap: None,
        favourites: Favourites | None = None,
    ) -> None:
        super().__init__()
        self.wall, self.feeds, self.cameras = wall, feeds, cameras
        self.settings, self.clock = settings, clock
        self.titles = settings.title_mode
        self.windowed = settings.windowed
        self.windows: dict[str, WallWindow] = {}
        self.desk: DeskWindow | None = None
        self.favourites = favourites or Favourites()
        self.presenter = Presenter(wall, clock, on_gap=on_gap, on_health=self._take_reports)
        self._on_health = on_health
        self._on_quit = on_quit
        self._tries = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._follow)
        self._screens: Screens | None = None
        self._forget: Callable[[], None] | None = None
        self._finder: Finder | None = None
        self._names: dict[str, str] = {}
        self._verbs = self._make_verbs()

    def start(self) -> None:
        """Open a window on every screen and begin to tick. Raises ResourceMissing."""
        prepare()
        self._finder = Finder(self.cameras, words(self.settings.language))
        self._screens = Screens(self.follow)
        self._forget = self.wall.on_change(self._sync)
        self.follow()
        self.presenter.start()

    def stop(self) -> None:
        """Close everything; safe to call twice."""
        self.presenter.stop()
        self._again.stop()
        if self._forget is not None:
            self._forget()
            self._forget = None
        if self._screens is not None:
            self._screens.stop()
            self._screens = None
        for identity in list(self.windows):
            self._close(identity)
        self.presenter.show(())
        if self.desk is not None:
            self.desk.hide()
            self.desk.let_go()
            self.desk.deleteLater()
            self.desk = None
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    # Screens

    def follow(self) -> None:
        """The screens changed: make the windows equal to those that are there now."""
        self._tries = _MOST_TRIES
        self._follow()

    def _follow(self) -> None:
        screens = {screen.id: screen for screen in present()}
        self._names = {screen.id: screen.name for screen in screens.values()}
        own = self._screen_of_desk(tuple(screens.values()))
        if own is not None:
            del screens[own.id]
        for identity in [each for each in self.windows if each not in screens]:
            self._close(identity)
            self.wall.unplug(identity)
        moved = False
        # Those that are known first: a new one must not be given what belongs to one of them.
        for identity, screen in sorted(screens.items(), key=lambda each: not self.wall.remembers(each[0])):
            if identity not in self.windows:
                self._open(screen)
                moved = True
            else:
                self.wall.move_monitor(identity, screen.desktop)
                moved = self._stand(self.windows[identity], screen) or moved
                self.windows[identity].measure()
        self.presenter.show(self.windows.values())
        if own is not None:
            self._stand_desk(own)
        if moved and self._tries:
            # A window manager hears of a screen when it likes, and may put a window where the screen was.
            self._tries -= 1
            self._again.start()

    def _open(self, screen: Screen) -> None:
        self.wall.plug(screen.id, screen.desktop)
        style = Style(
            theme(self.settings.theme),
            words(self.settings.language),
            titles=self.titles,
            distance_m=self.settings.text_distance_m,
            motion=self.settings.motion,
        )
        window = WallWindow(
            screen.id,
            wall=self.wall,
            feeds=self.feeds,
            cameras=self.cameras,
            style=style,
            clock=self.clock,
            on_action=self.act,
            on_choose=self._chosen,
            on_close=self._on_quit,
        )
        window.setWindowTitle(style.words("wall.title", screen=screen.name))
        window.setAccessibleName(style.words("wall.name", screen=screen.name))
        self.windows[screen.id] = window
        window.sync()
        self._stand(window, screen)

    def _stand(self, window: WallWindow, screen: Screen) -> bool:
        """Put a window onto its screen: all of it, or a frame in its middle. False when it stands there."""
        if window.isVisible() and window.screen() is screen.qt:
            fills = window.geometry() == screen.qt.geometry()
            if window.isFullScreen() is not self.windowed and (self.windowed or fills):
                return False
        # Hidden first: window managers ask where a full screen belongs only when they see it anew.
        window.hide()
        window.setScreen(screen.qt)
        if self.windowed:
            area = screen.qt.availableGeometry()
            width = int(min(area.width(), area.height() * 16 / 9) * WINDOW_PART)
            frame = QRect(0, 0, width, width * 9 // 16)
            frame.moveCenter(area.center())
            window.setGeometry(frame)
            window.showNormal()
        else:
            window.setGeometry(screen.qt.geometry())
            window.showFullScreen()
        return True

    def _close(self, identity: str) -> None:
        window = self.windows.pop(identity)
        window.hide()
        window.let_go()
        window.deleteLater()

    # The desk

    def _screen_of_desk(self, screens: tuple[Screen, ...]) -> Screen | None:
        """The screen that is the desk's own; None where it is to have none, or where there is only one."""
        wanted = self.settings.desk
        if wanted == "off" or len(screens) < 2:
            return None
        first = QGuiApplication.primaryScreen()
        for screen in screens:
            if screen.name == wanted or (wanted == "primary" and screen.qt is first):
                return screen
        return None

    def _stand_desk(self, screen: Screen) -> None:
        """The desk fills its own screen."""
        desk = self._desk()
        if desk is None or (desk.isVisible() and desk.screen() is screen.qt):
            return
        desk.setGeometry(screen.qt.availableGeometry())
        desk.showMaximized()
        desk.open()

    def _desk(self) -> DeskWindow | None:
        """The desk, made when it is asked for first; None before the start."""
        if self.desk is None and self._finder is not None:
            look = Look(theme(self.settings.theme), words(self.settings.language))
            parts = DeskParts(
                self.wall,
                self.cameras,
                self._finder,
                self.favourites,
                look,
                self.clock,
                lambda identity: self._names.get(identity, identity),
            )
            self.desk = DeskWindow(parts, on_action=self._act_from_desk, on_close=self._desk_closed)
        return self.desk

    def _open_desk(self, window: WallWindow) -> None:
        desk = self._desk()
        if desk is not None:
            if not desk.isVisible() and not desk.isMaximized():
                area = window.screen().availableGeometry()
                frame = QRect(0, 0, round(area.width() * _DESK_PART), round(area.height() * _DESK_PART))
                frame.moveCenter(area.center())
                desk.setGeometry(frame)
            desk.open()
            desk.take(self.presenter.reports(self.clock.monotonic_ns()))

    def _act_from_desk(self, action: str, monitor: str) -> None:
        window = self.windows.get(monitor)
        if window is None:
            return
        if action == "wall.keys":
            # The sheet would lie behind the desk.
            window.activateWindow()
        self.act(action, window)

    def _desk_closed(self) -> None:
        """The keys are the wall's again."""
        focus = self.wall.focus
        window = self.windows.get(focus.monitor) if focus is not None else None
        window = window or next(iter(self.windows.values()), None)
        if window is not None:
            window.activateWindow()
            window.setFocus()

    def _take_reports(self, reports: tuple[TileReport, ...]) -> None:
        self._on_health(reports)
        if self.desk is not None:
            self.desk.take(reports)

    # Verbs

    def _sync(self) -> None:
        plugged = {monitor.id for monitor in self.wall.monitors}
        for identity, window in self.windows.items():
            if identity in plugged:
                window.sync()

    def act(self, action: str, window: WallWindow) -> None:
        """Do what an action of the table says, asked for in that window."""
        self._verbs[action](window)

    def _make_verbs(self) -> dict[str, Callable[[WallWindow], object]]:
        """What each action of the table does."""
        wall = self.wall
        return {
            **{action: partial(self._move, way) for action, way in _MOVES.items()},
            "tile.enlarge": lambda window: wall.toggle_enlarged(window.monitor),
            "tile.clear": lambda window: self._clear(),
            "tile.retry": self._retry,
            "wall.back": lambda window: wall.back(window.monitor),
            "wall.find": self._search,
            "wall.undo": lambda window: wall.undo(),
            "wall.redo": lambda window: wall.redo(),
            "wall.titles": lambda window: self._next_titles(),
            "wall.full_screen": lambda window: self._toggle_full_screen(),
            "wall.keys": lambda window: window.toggle_sheet(),
            "desk.open": self._open_desk,
            "app.quit": lambda window: self._on_quit(),
        }

    def _move(self, way: Direction, window: WallWindow) -> None:
        self.wall.move(way, window.monitor)
        focus = self.wall.focus
        if self.desk is not None and self.desk.isActiveWindow():
            return
        if focus is not None and focus.monitor != window.monitor and focus.monitor in self.windows:
            # The next keys, a tile's number among them, are meant for the screen one looks at.
            self.windows[focus.monitor].activateWindow()

    def _clear(self) -> None:
        if self.wall.focus is not None:
            self.wall.assign(self.wall.focus.monitor, self.wall.focus.tile, None)

    def _retry(self, window: WallWindow) -> None:
        focus = self.wall.focus
        if focus is not None:
            self.wall.retry(focus.monitor, (focus.tile,))
        else:
            self.wall.retry(window.monitor, window.failing())

    def _next_titles(self) -> None:
        self.titles = self.titles.next()
        for each in self.windows.values():
            each.tile_style.titles = self.titles
            each.restyle()

    def _toggle_full_screen(self) -> None:
        self.windowed = not self.windowed
        for screen in present():
            if screen.id in self.windows:
                self._stand(self.windows[screen.id], screen)

    def _search(self, window: WallWindow) -> None:
        if self._finder is not None:
            window.search(self._finder)

    def _chosen(self, entry: Entry, target: Focus, window: WallWindow) -> None:
        """Do what was chosen in a window's search; a camera goes into the tile for which it was searched."""
        if entry.kind is Kind.ACTION:
            self.act(entry.id, window)
        elif self._finder is not None and self.wall.call_up(target, entry.id):
            self._finder.chose(entry.id)
