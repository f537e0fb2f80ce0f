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

from hanoi_wall.assets import DEFAULT_LANGUAGE, words
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.content import Filling, Note
from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations import guide
from hanoi_wall.operations.call_up import CallUp, CameraNumbers, call_up_many
from hanoi_wall.operations.demands import Feeds
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.finder import Finder
from hanoi_wall.operations.focus import Direction, Focus
from hanoi_wall.operations.offers import Entry, Kind
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.scene_book import SceneBook
from hanoi_wall.operations.scenes import Scenes
from hanoi_wall.operations.snapshot import Snapshots
from hanoi_wall.operations.tile_verbs import TileVerbs
from hanoi_wall.operations.wall import Wall
from hanoi_wall.settings.schema import Settings
from hanoi_wall.ui.desk.desk_place import DeskPlace
from hanoi_wall.ui.desk.desk_window import DeskWindow
from hanoi_wall.ui.desk.look import Look
from hanoi_wall.ui.display import WINDOW_PART
from hanoi_wall.ui.pointer import RestingPointer
from hanoi_wall.ui.preferences.effects import adopted
from hanoi_wall.ui.preferences.sides import Sides
from hanoi_wall.ui.presenter import Presenter, TileReport
from hanoi_wall.ui.screens import Screen, Screens, present
from hanoi_wall.ui.shutter import Shutter
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import prepare, theme
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_window import WallWindow
from hanoi_wall.ui.zoom_hand import BY_KEY

_AGAIN_MS = 400
_MOST_TRIES = 5
_RESTARTED_NS = 20 * SECOND
"""Long enough for who looked up because the pictures were gone; any key takes it away."""
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
    stands over healthy pictures at the start; motion: whether anything but pictures may move; kiosk: always
    full screens, and a pointer that rests is hidden; restarted: whether a guard has brought the wall back;
    desk: the screen that has the desk instead of a wall window, where there are several: `off`, `primary` or
    a name.
    """

    windowed: bool = False
    language: str = DEFAULT_LANGUAGE
    theme: str = "dark"
    text_distance_m: float = 0.7
    title_mode: TitleMode = TitleMode.TITLE
    motion: bool = True
    kiosk: bool = False
    restarted: bool = False
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
        scenes: Scenes | None = None,
        first: Scene | None = None,
        on_quit: Callable[[], None],
        snapshots: Snapshots | None = None,
        on_health: Callable[[tuple[TileReport, ...]], None] = lambda reports: None,
        on_gap: Callable[[int], None] = lambda gap: None,
        favourites: Favourites | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """scenes: None: what is saved lasts as long as the program; first: the scene to begin with;
        preferences: what the operator may change meanwhile, None: for this process alone.
        """
        super().__init__()
        self.wall, self.feeds, self.cameras = wall, feeds, cameras
        self.settings, self.clock = settings, clock
        self.titles = settings.title_mode
        self.windowed = settings.windowed
        self.windows: dict[str, WallWindow] = {}
        self.presenter = Presenter(wall, clock, on_gap=on_gap, on_health=self._take_reports)
        self._on_health = on_health
        self._on_quit = on_quit
        self._shutter = None if snapshots is None else Shutter(snapshots, lambda each: self.windows.get(each))
        self._tries = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._follow)
        self._screens: Screens | None = None
        self._forget: Callable[[], None] | None = None
        self._finder: Finder | None = None
        self._scenes = scenes or Scenes(wall, SceneBook((), None, clock), cameras)
        self._first = first
        self._tile_verbs = TileVerbs(wall)
        self._numbers = CameraNumbers(cameras)
        self._call_up = CallUp(wall, cameras, self._numbers)
        self._pointer: RestingPointer | None = None
        self.favourites = favourites or Favourites()
        self._desk = DeskPlace(
            wall,
            cameras,
            self.favourites,
            clock,
            self.windows,
            self.act,
            lambda: self.presenter.reports(clock.monotonic_ns()),
        )
        self._verbs = self._make_verbs()
        self.preferences = preferences or Preferences()
        self.preferences.on_change = self.adopt
        self.preferences.on_keys = self.renew
        self.sides = Sides(self.preferences, self._act_beside)

    def start(self) -> None:
        """Open a window on every screen and begin to tick. Raises ResourceMissing."""
        prepare()
        guide.prepare()
        language = words(self.settings.language)
        self._finder = Finder(self.cameras, language, self._scenes.book, self._numbers)
        if self.settings.kiosk:
            self._pointer = RestingPointer()
        self._screens = Screens(self.follow)
        self._forget = self.wall.on_change(self._sync)
        self.follow()
        if self._first is not None and self.windows:
            next(iter(self.windows.values())).say(*self._scenes.show(self._first))
        if self.settings.restarted:
            for window in self.windows.values():
                window.say(Said("wall.restarted"), for_ns=_RESTARTED_NS)
        self.presenter.start()

    def stop(self) -> None:
        """Close everything; safe to call twice."""
        self.sides.close()
        self.presenter.stop()
        self._again.stop()
        if self._pointer is not None:
            self._pointer.stop()
        if self._shutter is not None:
            self._shutter.stop()
        if self._forget is not None:
            self._forget()
            self._forget = None
        if self._screens is not None:
            self._screens.stop()
            self._screens = None
        for identity in list(self.windows):
            self._close(identity)
        self.presenter.show(())
        self._desk.close()
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
        own = self._desk.own_screen(tuple(screens.values()), self.settings.desk)
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
            if self._finder is not None:
                self._desk.stand(own, self._finder, self._look())
        if moved and self._tries:
            # A window manager hears of a screen when it likes, and may put a window where the screen was.
            self._tries -= 1
            self._again.start()

    def _open(self, screen: Screen) -> None:
        self.wall.plug(screen.id, screen.desktop, screen.name)
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
            call_up=self._call_up,
            on_action=self.act,
            on_scene=lambda number, here: here.say(*self._scenes.recall_number(number)),
            on_choose=self._chosen,
            on_close=self._on_quit,
        )
        self._name(window, screen)
        self.windows[screen.id] = window
        window.sync()
        self._stand(window, screen)

    @staticmethod
    def _name(window: WallWindow, screen: Screen) -> None:
        words = window.tile_style.words
        window.setWindowTitle(words("wall.title", screen=screen.name))
        window.setAccessibleName(words("wall.name", screen=screen.name))

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
        if self._pointer is not None:
            self._pointer.watch(window)
        return True

    def _close(self, identity: str) -> None:
        window = self.windows.pop(identity)
        window.hide()
        window.let_go()
        window.deleteLater()

    # The desk

    @property
    def desk(self) -> DeskWindow | None:
        """The desk's window, None before it is asked for."""
        return self._desk.window

    def _look(self) -> Look:
        return Look(theme(self.settings.theme), words(self.settings.language))

    def _open_desk(self, window: WallWindow) -> None:
        if self._finder is not None:
            self._desk.open(window, self._finder, self._look())

    def _take_reports(self, reports: tuple[TileReport, ...]) -> None:
        self._on_health(reports)
        self._desk.take(reports)

    # What the operator changes meanwhile

    def adopt(self, old: Settings, new: Settings) -> None:
        """Other settings: what windows look like and say follows at once; no feed is touched."""
        self.settings = adopted(self.settings, new)
        if new.title_bar != old.title_bar:
            self.titles = self.settings.title_mode
        if new.desk != old.desk:
            self.follow()
        self.renew()

    def renew(self) -> None:
        """Say and draw everything anew, in the words, colours and with the keys that are true now."""
        settings, screens = self.settings, {screen.id: screen for screen in present()}
        if self._finder is not None:
            self._finder.speak(words(settings.language))
        for identity, window in self.windows.items():
            style = window.tile_style
            style.theme, style.words = theme(settings.theme), words(settings.language)
            style.titles, style.motion = self.titles, settings.motion
            style.distance_m = settings.text_distance_m
            window.renew()
            if identity in screens:
                self._name(window, screens[identity])
        self.sides.wear(theme(settings.theme), words(settings.language))
        if self._finder is not None:
            self._desk.renew(self._finder, self._look())

    # Verbs

    def _sync(self) -> None:
        plugged = {monitor.id for monitor in self.wall.monitors}
        for identity, window in self.windows.items():
            if identity in plugged:
                window.sync()

    def act(self, action: str, window: WallWindow) -> None:
        """Do what an action of the table says, asked for in that window."""
        self._verbs[action](window)

    def _act_beside(self, action: str) -> None:
        """An action of the program itself, asked for in a window beside the wall."""
        window = next(iter(self.windows.values()), None)
        if window is not None:
            self.act(action, window)

    def _make_verbs(self) -> dict[str, Callable[[WallWindow], object]]:
        """What each action of the table does."""
        wall = self.wall
        return {
            **{action: partial(self._move, way) for action, way in _MOVES.items()},
            "tile.enlarge": lambda window: wall.toggle_enlarged(window.monitor),
            "tile.snapshot": self._take_picture,
            "tile.clear": lambda window: self._clear(),
            "tile.retry": self._retry,
            **{action: partial(self._handle, action) for action in BY_KEY},
            "wall.back": lambda window: wall.back(window.monitor),
            "wall.find": self._search,
            "wall.layout": partial(self._search, only=Kind.LAYOUT),
            "wall.identify": lambda window: self._toggle_numbers(),
            "scene.approved": lambda window: window.say(*self._scenes.recall_approved()),
            "tile.note": partial(self._search, only=Kind.NOTE),
            "scene.find": partial(self._search, only=Kind.SCENE),
            "scene.save": partial(self._search, only=Kind.SAVE),
            "scene.approve": partial(self._search, only=Kind.APPROVE),
            "scene.lock": partial(self._search, only=Kind.LOCK),
            "scene.remove": partial(self._search, only=Kind.REMOVE),
            **{action: partial(self._on_tile, action) for action in self._tile_verbs.actions},
            "wall.undo": lambda window: wall.undo(),
            "wall.redo": lambda window: wall.redo(),
            "wall.titles": lambda window: self._next_titles(),
            "wall.full_screen": self._toggle_full_screen,
            "wall.keys": lambda window: window.toggle_sheet(),
            "desk.open": self._open_desk,
            "app.help": lambda window: self.sides.open_guide(window, window.tile_style),
            "app.settings": lambda window: self.sides.open_settings(window, window.tile_style),
            "app.quit": lambda window: self._on_quit(),
        }

    def _move(self, way: Direction, window: WallWindow) -> None:
        self.wall.move(way, window.monitor)
        focus = self.wall.focus
        if self._desk.active:
            return
        if focus is not None and focus.monitor != window.monitor and focus.monitor in self.windows:
            # The next keys, a tile's number among them, are meant for the screen one looks at.
            self.windows[focus.monitor].activateWindow()

    def _take_picture(self, window: WallWindow) -> None:
        if self._shutter is not None:
            self._shutter.take(window)

    def _handle(self, action: str, window: WallWindow) -> None:
        """A key that zooms, moves, turns or fills: for the tile in focus, else for the enlarged one here."""
        enlarged = self.wall.monitor(window.monitor).scene.enlarged
        focus = self.wall.focus or (Focus(window.monitor, enlarged) if enlarged is not None else None)
        owner = self.windows.get(focus.monitor) if focus is not None else None
        if focus is not None and owner is not None:
            owner.hand.key(action, owner.tiles[focus.tile - 1])

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

    def _toggle_full_screen(self, window: WallWindow) -> None:
        if self.settings.kiosk:
            window.say(Said("wall.kiosk"))
            return
        self.windowed = not self.windowed
        for screen in present():
            if screen.id in self.windows:
                self._stand(self.windows[screen.id], screen)

    def _on_tile(self, action: str, window: WallWindow) -> None:
        """What is done with what stands in the tile in focus."""
        said = self._tile_verbs.do(action)
        if said is not None:
            window.say(said)

    def _toggle_numbers(self) -> None:
        """Show on every monitor which number it has, or no longer."""
        shown = any(window.identify.isVisible() for window in self.windows.values())
        for number, monitor in enumerate(self.wall.numbered, start=1):
            window = self.windows.get(monitor.id)
            if window is not None:
                window.show_number(0 if shown else number, monitor.name)

    def _search(self, window: WallWindow, only: Kind | None = None) -> None:
        if self._finder is not None:
            window.search(self._finder, only)

    def _chosen(self, entries: tuple[Entry, ...], target: Focus, in_turn: bool, window: WallWindow) -> None:
        """Do what was chosen in a window's search; cameras go into the tile for which it was searched."""
        entry, scenes = entries[0], self._scenes
        if entry.kind is Kind.CAMERA:
            cameras = tuple(each.id for each in entries)
            window.say(*call_up_many(self.wall, target, cameras, in_turn=in_turn))
            if self._finder is not None:
                for camera in cameras:
                    self._finder.chose(camera)
        elif entry.kind is Kind.ACTION:
            self.act(entry.id, window)
        elif entry.kind is Kind.NOTE:
            self.wall.put(target, Filling(None, Note(entry.id)))
        elif entry.kind is Kind.LAYOUT:
            window.say(*scenes.shape(target.monitor, entry.id))
        else:
            verbs: dict[Kind, Callable[[str], tuple[Said, ...]]] = {
                Kind.SCENE: scenes.recall,
                Kind.SAVE: scenes.save,
                Kind.APPROVE: scenes.approve,
                Kind.LOCK: scenes.toggle_lock,
                Kind.REMOVE: scenes.remove,
            }
            window.say(*verbs[entry.kind](entry.id))
