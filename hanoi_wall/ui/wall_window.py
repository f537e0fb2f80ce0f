"""One window per monitor that paints all its tiles on one surface, in whole device pixels.

Each tick looks at every tile and draws those that must change straight onto the window's surface, which
keeps its pixels, and shows only what it drew: no event, no pixel of a tile that stayed as it was. Whatever
asks for a paint besides the tick (resize, exposure, another screen) gets everything drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.call_up import CallUp
from hanoi_wall.operations.demands import Feeds
from hanoi_wall.operations.finder import Finder
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.offers import Entry, Kind
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.tile_words import RETRYABLE, Moment
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.bugs import Bugs
from hanoi_wall.ui.identify import Identify
from hanoi_wall.ui.keymap import action_of, digit_of, first_key, scene_digit_of
from hanoi_wall.ui.number_entry import NumberEntry
from hanoi_wall.ui.overlays import EmptyWall, KeySheet, Overlay
from hanoi_wall.ui.palette import Palette
from hanoi_wall.ui.screens import logical, pitch_of
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.tile import Tile
from hanoi_wall.ui.tile_face import face_of, mark_of
from hanoi_wall.ui.zoom_hand import ZoomHand

_DOUBLE_CLICK_NS = SECOND // 2
_HAND_NS = SECOND // 80
_BESIDE_A_SEARCH = frozenset({"app.quit", "app.help", "app.settings", "wall.keys", "desk.open"})
"""What keys still do while somebody types."""
_ONCE = frozenset({"tile.snapshot"})
"""What a key that is held down does once."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WallWindow(QWidget):
    """The window of one monitor. Main thread.

    on_action: called with an action's id and this window for every key of the table that is not about typing
    a number; on_scene: with the number of a scene; on_choose: with what was chosen in the search; on_close:
    called when the window manager asks the window to close.
    """

    def __init__(
        self,
        monitor: str,
        *,
        wall: Wall,
        feeds: Feeds,
        cameras: Mapping[str, Camera],
        style: Style,
        clock: Clock,
        call_up: CallUp,
        on_action: Callable[[str, WallWindow], None],
        on_scene: Callable[[int, WallWindow], None],
        on_choose: Callable[[tuple[Entry, ...], Focus, bool, WallWindow], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self.monitor = monitor
        self.wall, self.feeds, self.cameras = wall, feeds, cameras
        self.tile_style = style
        self.clock = clock
        self.tiles: list[Tile] = []
        self.entry = NumberEntry(self, style, monitor, call_up, clock, self.repaint_all)
        self.sheet = KeySheet(self, style)
        self.empty = EmptyWall(self, style)
        self.identify = Identify(self, style)
        self.palette_ = Palette(
            self,
            style,
            lambda chosen, target, in_turn: on_choose(chosen, target, in_turn, self),
            self._uncovered,
            wall.shows,
        )
        self._on_action, self._on_scene, self._on_close = on_action, on_scene, on_close
        self._visible: list[Tile] = []
        self._looked_at: list[Tile] = []
        self._dirty: list[Tile] = []
        self._everything = True
        self._ticked = False
        self._seen = False
        self._closed = False
        self._deaf_until_ns = 0
        self._places: dict[int, QRect] = {}
        self._placed_at = 0.0
        self._bugs = Bugs(clock)
        self.hand = ZoomHand(self, wall, monitor, clock, self._moved)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 90)

    # What stands here

    def sync(self) -> None:
        """Take over what the wall shows on this monitor: tiles, cameras, boxes and focus."""
        monitor = self.wall.monitor(self.monitor)
        now = self.clock.monotonic_ns()
        scene, boxes, focus = monitor.scene, monitor.boxes(), self.wall.focus
        if len(self.tiles) != len(scene.tiles):
            self.tiles = [Tile(place.number, self.tile_style) for place in scene.tiles]
        seen_before = set(map(id, self._visible))
        self._visible = []
        self._places = {}
        for tile, place in zip(self.tiles, scene.tiles, strict=True):
            tile.put(self._camera(place.camera), now)
            tile.hold(mark_of(place, self.tile_style.words), face_of(place))
            tile.see(self.wall.look(Focus(self.monitor, place.number)))
            tile.focused = (
                focus is not None
                and (focus.monitor, focus.tile) == (self.monitor, place.number)
                and scene.enlarged is None
            )
            box = boxes.get(place.number)
            if box is None:
                continue
            tile.place(box, self.tile_style.line if len(boxes) > 1 else 0)
            self._visible.append(tile)
            if id(tile) not in seen_before:
                tile.resume()
        self._looked_at = [tile for tile in self._visible if tile.camera is not None or tile.face is not None]
        self._describe()
        self.repaint_all()

    def _camera(self, identity: str | None) -> Camera | None:
        if identity is None:
            return None
        return self.cameras.get(identity) or Camera(identity, identity)

    def restyle(self) -> None:
        """Theme, scale, words or title mode changed: make every piece anew."""
        self.tile_style.renew()
        for tile in self.tiles:
            tile.restyle()
        self._settle_overlays()
        self.repaint_all()

    def renew(self) -> None:
        """Words, colours, sizes or keys are others: say everything anew. Pictures stay."""
        self.entry.type("")
        self.restyle()
        self._describe()

    @property
    def _overlays(self) -> tuple[Overlay, ...]:
        return self.entry, self.sheet, self.empty, self.identify, self.palette_

    def _settle_overlays(self) -> None:
        for overlay in self._overlays:
            overlay.again()

    def repaint_all(self) -> None:
        """Draw every tile at the next paint."""
        self._everything = True
        self.update()

    def let_go(self) -> None:
        """Hold no picture any more: the window closes, and Qt deletes it when it comes to it."""
        self._closed = True
        self.tiles = []
        self._visible, self._looked_at, self._dirty = [], [], []

    # The tick

    def tick(self, now_ns: int) -> None:
        """Look at every tile; ask for one paint when any must change. Called 50 times a second."""
        self.entry.expire(now_ns)
        if self._closed or not self._watch_exposure():
            return
        view_of = self.feeds.view
        dirty = self._dirty
        for tile in self._looked_at:
            view = view_of(tile.camera_id)
            if (
                (view is not tile.view and tile.adopt(view))
                or now_ns >= tile.deadline
                or (tile.fresh() and now_ns >= tile.calm_until)
            ):
                if not tile.pending:
                    tile.pending = True
                    dirty.append(tile)
        if dirty:
            if self._everything or self._covered() or not self._show_now(dirty):
                self._ticked = True
                self.update(self._region(dirty))

    def _covered(self) -> bool:
        """Whether something lies over the tiles that a paint event must draw again."""
        return any(overlay.isVisible() for overlay in self._overlays)

    def _region(self, tiles: list[Tile]) -> QRegion:
        """Where these tiles stand, in logical pixels."""
        scale = self.devicePixelRatioF()
        if scale != self._placed_at:
            self._places, self._placed_at = {}, scale
        region = QRegion()
        for tile in tiles:
            place = self._places.get(tile.number)
            if place is None:
                place = self._places[tile.number] = logical(tile.box, scale)
            region += place
        return region

    def _show_now(self, tiles: list[Tile]) -> bool:
        """Draw these tiles onto the surface and show them; False where there is no surface yet."""
        surface, handle = self.backingStore(), self.windowHandle()
        if surface is None or handle is None or surface.size() != self.size():
            return False
        scale, region = self.devicePixelRatioF(), self._region(tiles)
        surface.beginPaint(region)
        try:
            painter = QPainter(surface.paintDevice())
            try:
                self._draw(painter, tiles, scale)
            finally:
                painter.end()
        finally:
            surface.endPaint()
        self._dirty = []
        surface.flush(region, handle)
        return True

    def _moved(self, tile: Tile) -> None:
        """A hand moved that tile's picture: drawn at once, or by the tick if it was drawn a moment ago."""
        if self.clock.monotonic_ns() - tile.painted.at_ns < _HAND_NS or tile not in self._looked_at:
            return
        if not (self._everything or self._ticked or self._dirty or self._covered()):
            self._show_now([tile])

    def _draw(self, painter: QPainter, tiles: list[Tile], scale: float) -> None:
        if scale != 1.0:
            painter.scale(1 / scale, 1 / scale)
        now = Moment(self.clock.monotonic_ns(), self.clock.wall_ns())
        for tile in tiles:
            try:
                tile.paint(painter, now)
            except Exception as error:
                # One tile's bug leaves the others their pictures.
                self._bugs.tell(f"tile {tile.number}", error)
                tile.cross_out(painter, now)

    def _watch_exposure(self) -> bool:
        """Whether the window can be seen; a change of it is told to the wall."""
        handle = self.windowHandle()
        seen = handle is not None and handle.isExposed() and not self.isMinimized()
        self._seen = seen
        if seen != self.wall.monitor(self.monitor).seen:
            self.measure()
            self.repaint_all()
        return seen

    def measure(self) -> None:
        """Tell the wall how many device pixels there are and whether they can be seen."""
        if self._closed:
            # Qt still resizes and moves a window whose screen is gone.
            return
        scale = self.devicePixelRatioF()
        style = self.tile_style
        pitch = pitch_of(self.screen(), scale)
        if (scale, pitch) != (style.scale, style.pitch):
            style.scale, style.pitch = scale, pitch
            self.restyle()
        handle = self.windowHandle()
        self.wall.surface(
            self.monitor,
            round(self.width() * scale),
            round(self.height() * scale),
            seen=handle is not None and handle.isExposed() and not self.isMinimized(),
        )

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything, or the tiles that the tick found where it could not draw them itself."""
        everything = self._everything or not self._ticked
        tiles = self._visible if everything else self._dirty
        self._everything = self._ticked = False
        self._dirty = []
        if not self._seen:
            # Nobody could look since the last tick: what passed meanwhile was not replaced.
            for tile in tiles:
                tile.resume()
        scale = self.devicePixelRatioF()
        painter = QPainter(self)
        try:
            if everything:
                painter.fillRect(self.rect(), self.tile_style.theme.wall)
            self._draw(painter, tiles, scale)
        finally:
            painter.end()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other pixels: other boxes, other demands."""
        super().resizeEvent(event)
        self._everything = True
        self.measure()
        self._settle_overlays()

    def showEvent(self, event: QShowEvent) -> None:
        """The surface may be new."""
        super().showEvent(event)
        self.measure()
        if not self.cameras:
            self.empty.open()
        self.repaint_all()

    def changeEvent(self, event: QEvent) -> None:
        """Minimised, restored, activated: whatever it was, the surface may have lost its pixels."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.WindowStateChange, QEvent.Type.PaletteChange):
            self.repaint_all()

    def event(self, event: QEvent) -> bool:
        """Another scale or screen means another pixel size."""
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.ScreenChangeInternal):
            done = super().event(event)
            self.measure()
            self.repaint_all()
            return done
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing one wall window is leaving the program, in good order."""
        event.ignore()
        self._on_close()

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits gather a tile number; every other key is an action of the table."""
        if self._closed or (event.isAutoRepeat() and action_of(event) in _ONCE):
            return
        if self.palette_.isVisible() and action_of(event) not in _BESIDE_A_SEARCH:
            # What the line has no use for is not meant for the wall behind it.
            return
        digit = digit_of(event)
        if digit:
            self.entry.type(self.entry.typed + digit)
            return
        scene = scene_digit_of(event)
        if scene is not None:
            self.entry.type("")
            self._on_scene(scene, self)
            return
        action = action_of(event)
        # Enter ends a number whatever else it may be the key of.
        if self.entry.typed and (action == "tile.enlarge" or event.key() in _ENTER):
            self.entry.call()
        elif action == "wall.back" and self.entry.isVisible():
            self.entry.type("")
        elif action == "wall.back" and self.sheet.isVisible():
            self.hide_sheet()
        elif action == "wall.back" and self.identify.isVisible():
            self._on_action("wall.identify", self)
        elif action is not None:
            self.entry.type("")
            self._on_action(action, self)
        elif event.key() == Qt.Key.Key_Backspace:
            self.entry.type(self.entry.typed[:-1])
        else:
            super().keyPressEvent(event)

    def say(self, *said: Said | str, for_ns: int | None = None) -> None:
        """Tell the operator something, for as long as it takes to read, or for so long."""
        self.entry.say(*said, for_ns=for_ns)

    def search(self, finder: Finder, only: Kind | None = None) -> None:
        """Let the operator search; which tile a camera will go into is said; only: one kind of things."""
        self.hide_sheet()
        self.palette_.open(finder, self.wall.target(self.monitor), only)

    def show_number(self, number: int, name: str) -> None:
        """Show the monitor's number and its tiles' numbers, or for 0 no longer."""
        if number:
            self.identify.open(number, name)
        else:
            self.identify.hide()
        self.repaint_all()

    def _uncovered(self) -> None:
        """The search is gone: a second click of a double one was not meant for the tile below it."""
        self._deaf_until_ns = self.clock.monotonic_ns() + _DOUBLE_CLICK_NS
        self.repaint_all()

    def toggle_sheet(self) -> None:
        """Show or hide the sheet of keys."""
        if self.sheet.isVisible():
            self.hide_sheet()
        else:
            self.palette_.close_it()
            self.sheet.open()

    def hide_sheet(self) -> None:
        """Hide the sheet of keys; what it covered is drawn again."""
        self.sheet.hide()
        self.repaint_all()

    def uncover(self) -> None:
        """Take away what lies over the tiles; then the surface is as the tiles say they were painted."""
        self._everything |= self._covered()
        for overlay in self._overlays:
            overlay.hide()
        if self._everything:
            self.repaint()

    def tile_at(self, x: float, y: float) -> Tile | None:
        """The tile under a point of the window (logical pixels)."""
        scale = self.devicePixelRatioF()
        for tile in self._visible:
            if tile.box.holds(int(x * scale), int(y * scale)):
                return tile
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes the focus; on the button of a tile it tries again."""
        tile = self.tile_at(event.position().x(), event.position().y())
        if tile is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.hand.press(event, tile):
            return
        scale = self.devicePixelRatioF()
        button = tile.painted.button
        x, y = int(event.position().x() * scale), int(event.position().y() * scale)
        self.wall.focus_on(self.monitor, tile.number)
        if button is not None and button.holds(x, y):
            self.wall.retry(self.monitor, (tile.number,))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click enlarges the tile, or brings the grid back."""
        tile = self.tile_at(event.position().x(), event.position().y())
        if self.clock.monotonic_ns() < max(self._deaf_until_ns, self.hand.deaf_until_ns):
            return
        if tile is not None and event.button() is Qt.MouseButton.LeftButton:
            self.wall.focus_on(self.monitor, tile.number)
            self.wall.toggle_enlarged(self.monitor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """With the left button down the part of a picture that is shown follows the hand."""
        self.hand.drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The hand lets go."""
        self.hand.release(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What a wheel does over a tile is the hand's to decide."""
        tile = self.tile_at(event.position().x(), event.position().y())
        if tile is not None and not self.palette_.isVisible():
            self.hand.wheel(event, tile)

    # For others

    def failing(self) -> tuple[int, ...]:
        """The numbers of the visible tiles that say they have no live picture."""
        return tuple(tile.number for tile in self._visible if tile.painted.state in RETRYABLE)

    def painted_states(self) -> dict[int, TileState]:
        """What each visible tile was last painted as, by tile number; only painting writes it."""
        return {tile.number: tile.painted.state for tile in self._visible if tile.painted.at_ns}

    def _describe(self) -> None:
        """Tell assistive technology what the window is and which tile has the focus."""
        words, focus = self.tile_style.words, self.wall.focus
        enlarge, keys = first_key("tile.enlarge"), first_key("wall.keys")
        text = words("wall.description", tiles=len(self.tiles), enlarge=enlarge, keys=keys)
        if not self.cameras:
            text = ". ".join(self.empty.lines())
        if focus is not None and focus.monitor == self.monitor:
            tile = self.tiles[focus.tile - 1]
            state = words(f"state.{tile.painted.state}")
            name = tile.camera.name if tile.camera is not None else ""
            text = words("wall.focused", number=tile.number, name=name, state=state)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
