"""The middle of the desk: all monitors as they lie, to scale, with their tiles; cameras are dropped here.

Painted in one piece, without pictures yet: `paint_tile` is where a picture would go under the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.camera_tree import NOT_LIVE
from hanoi_wall.operations.filling import Filled, dropped
from hanoi_wall.operations.focus import Focus, Monitor
from hanoi_wall.operations.layout import Box, fit
from hanoi_wall.operations.tile_words import TONES, Tone
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.desk.look import (
    BETWEEN,
    GRID,
    ICON,
    INSIDE,
    MEDIUM,
    PLAIN,
    ROW,
    SMALL,
    STRONG,
    Look,
    paint_icon,
    write,
)
from hanoi_wall.ui.desk.tree_model import CAMERAS_MIME, dragged_cameras
from hanoi_wall.ui.keymap import action_of
from hanoi_wall.ui.theme import font, metrics, text_width

_CAPTION = 24
_NAME_FROM, _STATE_FROM = 56, 44
"""Least width and height of a tile that carries a name, and a line for its state."""
ACTIONS = frozenset("wall.left wall.right wall.up wall.down tile.enlarge tile.clear tile.retry".split())
"""What the wall's keys do here as well."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a monitor stands on the map: with its caption, its surface, its tiles by number."""

    monitor: Monitor
    whole: QRect
    surface: QRect
    tiles: Mapping[int, QRect]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen if what is dragged was dropped now. tile: the one under the cursor."""

    monitor: str
    tile: int | None
    filling: Filled


class WallMap(QWidget):
    """The walls in miniature. Main thread.

    name_of: a monitor's name for people by its identity; on_action: called with an action of the table that
    is meant for the wall; on_drop: called with monitor, tile under the cursor or None, and cameras.
    """

    def __init__(
        self,
        wall: Wall,
        cameras: Mapping[str, Camera],
        look: Look,
        *,
        name_of: Callable[[str], str],
        on_action: Callable[[str], None],
        on_drop: Callable[[str, int | None, Sequence[str]], None],
    ) -> None:
        super().__init__()
        self._wall, self._cameras, self._look = wall, cameras, look
        self._name_of, self._on_action, self._on_drop = name_of, on_action, on_drop
        self._states: Mapping[tuple[str, int], tuple[str | None, TileState]] = {}
        self._dragged: tuple[str, ...] = ()
        self.preview: Preview | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName(look.words("desk.wall"))
        self.setMinimumSize(240, 180)

    def sizeHint(self) -> QSize:
        """As large as the window lets it be."""
        return QSize(640, 480)

    # What stands where

    def sync(self) -> None:
        """The wall changed."""
        focus = self._wall.focus
        if focus is not None:
            self.setAccessibleDescription(self._sentence(focus.monitor, focus.tile))
        self.update()

    def tell(self, states: Mapping[tuple[str, int], tuple[str | None, TileState]]) -> None:
        """The tiles, by monitor and number, are in these states with these cameras."""
        if states != self._states:
            self._states = dict(states)
            self.sync()

    def places(self) -> tuple[Place, ...]:
        """Where everything stands now, the monitors as they lie on the desktop."""
        monitors = [each for each in self._wall.numbered if each.desktop.area > 0]
        if not monitors:
            return ()
        left, top = min(m.desktop.x for m in monitors), min(m.desktop.y for m in monitors)
        right = max(m.desktop.x + m.desktop.width for m in monitors)
        bottom = max(m.desktop.y + m.desktop.height for m in monitors)
        # Under them stays room for what a drop would do: two lines where one is too short.
        high = max(1, self.height() - BETWEEN - 2 * _CAPTION)
        room = Box(BETWEEN, BETWEEN, max(1, self.width() - 2 * BETWEEN), high)
        # The captions need their height, however small the rest becomes.
        rows = len({m.desktop.y for m in monitors})
        used = fit(right - left, bottom - top, replace(room, height=max(1, room.height - rows * _CAPTION)))
        scale = used.width / (right - left)
        height = used.height + rows * _CAPTION
        shift = BETWEEN + (room.height - height) // 2
        levels = sorted({m.desktop.y for m in monitors})
        found = []
        for monitor in monitors:
            lies = monitor.desktop
            above = levels.index(lies.y)
            x = used.x + round((lies.x - left) * scale)
            y = shift + round((lies.y - top) * scale) + above * _CAPTION
            wide, high = round(lies.width * scale), round(lies.height * scale)
            whole = QRect(x + GRID // 2, y, wide - GRID, high + _CAPTION - GRID)
            surface = QRect(whole.x(), y + _CAPTION, whole.width(), max(1, high - GRID))
            found.append(Place(monitor, whole, surface, _tiles(monitor, surface)))
        return tuple(found)

    def at(self, point: QPoint) -> tuple[Place, int | None] | None:
        """The monitor under a point, and its tile there; None beside all monitors."""
        for place in self.places():
            if place.whole.contains(point):
                tiles = (number for number, box in place.tiles.items() if box.contains(point))
                return place, next(tiles, None)
        return None

    def _sentence(self, monitor: str, number: int) -> str:
        words = self._look.words
        identity = self._wall.camera_at(Focus(monitor, number))
        unknown = TileState.IDLE if identity is None else TileState.OPENING
        state = self._state(monitor, number, identity) or unknown
        name = self._name(identity) if identity is not None else ""
        return words("wall.focused", number=number, name=name, state=words(f"state.{state}"))

    def _state(self, monitor: str, number: int, camera: str | None) -> TileState | None:
        """What was told of that tile, None where it was told of another camera."""
        told, state = self._states.get((monitor, number), (None, None))
        return state if camera is not None and told == camera else None

    def _name(self, identity: str) -> str:
        camera = self._cameras.get(identity)
        return camera.name if camera is not None else identity

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the wall's keys do on the wall they do here."""
        action = action_of(event)
        if action in ACTIONS:
            self._on_action(action)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes the focus."""
        found = self.at(event.position().toPoint())
        if found is not None and found[1] is not None and event.button() is Qt.MouseButton.LeftButton:
            self._wall.focus_on(found[0].monitor.id, found[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click enlarges the tile on the wall, or brings the grid back."""
        self.mousePressEvent(event)
        if self._wall.focus is not None:
            self._on_action("tile.enlarge")

    def focusInEvent(self, event: QEvent) -> None:
        """Its frame is drawn."""
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Its frame goes."""
        self.update()

    def event(self, event: QEvent) -> bool:
        """What is pointed at is told in full."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            found = self.at(event.pos())
            text = self._sentence(found[0].monitor.id, found[1]) if found and found[1] is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Cameras are welcome."""
        if event.mimeData().hasFormat(CAMERAS_MIME):
            self._dragged = dragged_cameras(event.mimeData())
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show what a drop would do here."""
        found = self.at(event.position().toPoint()) if self._dragged else None
        if found is None:
            self._show(None)
            event.ignore()
            return
        place, tile = found
        if self.preview is None or (self.preview.monitor, self.preview.tile) != (place.monitor.id, tile):
            would = dropped(place.monitor.scene, self._dragged, tile)
            self._show(Preview(place.monitor.id, tile, would))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is dropped here."""
        self._dragged = ()
        self._show(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Do what was shown."""
        found, cameras = self.at(event.position().toPoint()), dragged_cameras(event.mimeData())
        self._dragged = ()
        self._show(None)
        if found is None or not cameras:
            event.ignore()
            return
        event.acceptProposedAction()
        self._on_drop(found[0].monitor.id, found[1], cameras)

    def _show(self, preview: Preview | None) -> None:
        if preview != self.preview:
            self.preview = preview
            self.update()

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the monitors; round all of it a frame while the keys are meant for it."""
        theme = self._look.theme
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.surface_1)
            places = self.places()
            if not places:
                text = self._look.words("desk.no_monitor")
                write(painter, text, self.rect().adjusted(BETWEEN, 0, -BETWEEN, 0), theme.text_secondary)
            for number, place in enumerate(places, start=1):
                self._paint_monitor(painter, number, place)
            if self.hasFocus():
                _frame(painter, self.rect(), theme.accent, 1)

    def _paint_monitor(self, painter: QPainter, number: int, place: Place) -> None:
        theme, words, monitor = self._look.theme, self._look.words, place.monitor
        caption = QRect(place.whole.x(), place.whole.y(), place.whole.width(), _CAPTION)
        name = words("desk.monitor", number=number, name=self._name_of(monitor.id))
        preview = self.preview if self.preview and self.preview.monitor == monitor.id else None
        focus = self._wall.focus
        here = preview is not None or (focus is not None and focus.monitor == monitor.id)
        write(painter, name, caption, theme.text if here else theme.text_secondary, SMALL, MEDIUM)
        if preview is not None:
            self._paint_preview_words(painter, preview, monitor)
        painter.fillRect(place.surface, theme.wall)
        new = dict(preview.filling.places) if preview else {}
        for tile, box in place.tiles.items():
            self._paint_tile(painter, place, tile, box, new.get(tile))

    def _paint_preview_words(self, painter: QPainter, preview: Preview, monitor: Monitor) -> None:
        """How many fit and how many do not, in words and signs, under the monitors."""
        caption = QRect(BETWEEN, self.height() - _CAPTION - GRID, self.width() - 2 * BETWEEN, _CAPTION)
        theme, words, filling = self._look.theme, self._look.words, preview.filling
        taken = [number for number, _ in filling.places if monitor.scene.tiles[number - 1].camera is not None]
        x = caption.x()
        if taken:
            said = [("late", words("desk.replaces", number=taken[0]), theme.late)]
        else:
            said = [("fits", words("desk.fits", placed=len(filling.places)), theme.text)]
        if filling.left:
            said.append(("fits_not", words("desk.fits_not", left=filling.left), theme.alarm))
        if filling.there:
            said.append(("idle", words("desk.there", count=filling.there), theme.text_secondary))
        for sign, text, colour in said:
            wide = text_width(text, SMALL, STRONG)
            if x > caption.x() and x + ICON + GRID + wide > caption.right():
                x = caption.x()
                caption.translate(0, -_CAPTION)
            paint_icon(painter, sign, x, caption.y() + (_CAPTION - ICON) // 2, colour)
            x += ICON + GRID
            room = QRect(x, caption.y(), caption.right() - x, _CAPTION)
            x += write(painter, text, room, colour, SMALL, STRONG) + INSIDE

    def _paint_tile(self, painter: QPainter, place: Place, number: int, box: QRect, new: str | None) -> None:
        """One tile: number, name, what is wrong; or what would stand there."""
        theme, monitor = self._look.theme, place.monitor
        identity = monitor.scene.tiles[number - 1].camera
        state = self._state(monitor.id, number, identity)
        painter.fillRect(box, theme.surface_2 if identity is not None or new is not None else theme.surface_1)
        inside = box.adjusted(GRID, GRID // 2, -GRID, -GRID // 2)
        line = QRect(inside.x(), inside.y(), inside.width(), min(20, inside.height()))
        colour = theme.text if identity is not None else theme.text_secondary
        wide = write(painter, str(number), line, colour, SMALL, STRONG)
        shown = new if new is not None else identity
        if shown is not None and box.width() >= _NAME_FROM:
            ink = theme.accent if new is not None else theme.text
            weight = STRONG if new is not None else PLAIN
            measure = metrics(SMALL, weight)
            # Its first line beside the number, on one base line with it.
            top = line.y() + -(-(line.height() + measure.capHeight()) // 2) - measure.ascent()
            name = QRect(line.x() + wide + GRID, top, line.width() - wide - GRID, inside.bottom() - ROW - top)
            if not _write_whole(painter, self._name(shown), name, ink, weight):
                write(painter, self._name(shown), line.adjusted(wide + GRID, 0, 0, 0), ink, SMALL, weight)
        if new is not None:
            _frame(painter, box, theme.accent, 2, Qt.PenStyle.DashLine)
        elif state is not None and state in NOT_LIVE:
            self._paint_state(painter, state, inside)
        elif monitor.scene.enlarged == number and box.height() >= _STATE_FROM:
            below = QRect(inside.x(), inside.bottom() - 18, inside.width(), 18)
            write(painter, self._look.words("desk.enlarged"), below, theme.text_secondary, SMALL)
        focus = self._wall.focus
        if focus is not None and (focus.monitor, focus.tile) == (monitor.id, number):
            _frame(painter, box, theme.accent, 2)

    def _paint_state(self, painter: QPainter, state: TileState, inside: QRect) -> None:
        """What is wrong: sign, and the word where it has room."""
        theme = self._look.theme
        colour = {Tone.QUIET: theme.text_secondary, Tone.WARN: theme.late, Tone.ALARM: theme.alarm}[
            TONES[state]
        ]
        word = self._look.words(f"state.{state}")
        if inside.height() < _STATE_FROM - GRID:
            # The number stays: the sign stands at the other end of its line.
            paint_icon(painter, state.value, inside.right() - ICON, inside.y() + 2, colour)
            return
        y = inside.bottom() - 18
        paint_icon(painter, state.value, inside.x(), y + 1, colour)
        room = QRect(inside.x() + ICON + GRID, y, inside.width() - ICON - GRID, 18)
        if text_width(word, SMALL) <= room.width():
            write(painter, word, room, colour, SMALL)


def _write_whole(painter: QPainter, text: str, room: QRect, ink: QColor, weight: int) -> bool:
    """A text in small type in as many lines as it needs; False, and nothing, where there is no room."""
    how = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    needs = metrics(SMALL, weight).boundingRect(room, how, text)
    if not room.contains(needs):
        return False
    painter.setFont(font(SMALL, weight))
    painter.setPen(ink)
    painter.drawText(room, how, text)
    return True


def _tiles(monitor: Monitor, surface: QRect) -> dict[int, QRect]:
    """The boxes of all tiles on the map, also of those behind an enlarged one."""
    width, height = monitor.width or monitor.desktop.width, monitor.height or monitor.desktop.height
    grid = replace(monitor, scene=monitor.scene.enlarge(None), width=width, height=height)
    across, down = surface.width() / width, surface.height() / height
    found = {}
    for number, box in grid.boxes().items():
        left, top = round(box.x * across), round(box.y * down)
        right, bottom = round((box.x + box.width) * across), round((box.y + box.height) * down)
        found[number] = QRect(surface.x() + left, surface.y() + top, right - left - 1, bottom - top - 1)
    return found


def _frame(
    painter: QPainter, box: QRect, colour: QColor, thick: int, line: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> None:
    pen = QPen(colour, thick, line)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    half = thick // 2
    painter.drawRect(box.adjusted(half, half, -half - thick % 2, -half - thick % 2))
