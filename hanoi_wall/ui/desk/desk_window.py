"""The operator's desk: cameras, the walls in miniature, facts, one line at the bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.actions import action
from hanoi_wall.operations.camera_tree import NOT_LIVE, states_of
from hanoi_wall.operations.desk_facts import TileFacts, figure
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.finder import Finder
from hanoi_wall.operations.focus import Direction, Focus
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.desk.camera_column import CameraColumn
from hanoi_wall.ui.desk.facts_column import FactsColumn
from hanoi_wall.ui.desk.look import (
    BETWEEN,
    GRID,
    INSIDE,
    LINE,
    SMALL,
    STRONG,
    TEXT,
    TITLE,
    Look,
    colours,
    label,
    sheet,
)
from hanoi_wall.ui.desk.wall_map import WallMap
from hanoi_wall.ui.keymap import action_of, desk_action_of, key_text
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.theme import metrics

_SAID_NS = 8 * SECOND
_LEFT, _RIGHT = 352, 336
"""Widths of the outer columns at the start; who uses the desk moves the edges."""
_LEAST_SAID = 200
_MOVES = {
    "desk.left": Direction.LEFT,
    "desk.right": Direction.RIGHT,
    "desk.up": Direction.UP,
    "desk.down": Direction.DOWN,
}
_ANYWHERE = frozenset({"wall.undo", "wall.redo", "wall.keys", "app.quit"})
"""What the wall's keys do wherever the focus is at the desk."""


@dataclass(frozen=True)
class DeskParts:
    """What a desk works with. name_of: a monitor's name for people by its identity."""

    wall: Wall
    cameras: Mapping[str, Camera]
    finder: Finder
    favourites: Favourites
    look: Look
    clock: Clock
    name_of: Callable[[str], str]


class DeskWindow(QWidget):
    """The desk's window. Main thread.

    on_action: called with an action of the table that the wall does, and the monitor it is meant for;
    on_close: called when it was closed, by key or by the window manager.
    """

    def __init__(
        self, parts: DeskParts, *, on_action: Callable[[str, str], None], on_close: Callable[[], None]
    ) -> None:
        super().__init__()
        self.parts = parts
        self._on_action, self._on_close = on_action, on_close
        self._reports: dict[tuple[str, int], TileReport] = {}
        self._said_until_ns = 0
        look = parts.look
        self.setObjectName("desk")
        self.setWindowTitle(look.words("desk.title"))
        self.setAccessibleName(look.words("desk.title"))
        self.setPalette(colours(look.theme))
        self.setStyleSheet(sheet(look.theme))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cameras = CameraColumn(
            parts.cameras,
            parts.finder,
            parts.favourites,
            look,
            on_action=self.act,
            on_current=self._show_camera,
        )
        self.map = WallMap(
            parts.wall,
            parts.cameras,
            look,
            name_of=parts.name_of,
            on_action=self._wall_action,
            on_drop=self._dropped,
        )
        self.facts = FactsColumn(look)
        self._lay_out()
        self.cameras.begin()
        self._forget: Callable[[], None] | None = parts.wall.on_change(self.sync)
        self.sync()

    def _lay_out(self) -> None:
        look = self.parts.look
        words = look.words
        middle = QFrame()
        middle.setProperty("column", True)
        lines = QVBoxLayout(middle)
        lines.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        lines.setSpacing(INSIDE)
        lines.addWidget(label(look, words("desk.wall"), px=TITLE, weight=STRONG))
        lines.addWidget(self.map, 1)
        self.hint = label(look, words("desk.hint"), px=SMALL, quiet=True)
        self.hint.setWordWrap(True)
        lines.addWidget(self.hint)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setHandleWidth(GRID)
        self.columns.setChildrenCollapsible(False)
        for column, least, stretch in ((self.cameras, 260, 1), (middle, 280, 4), (self.facts, 260, 1)):
            column.setMinimumWidth(least)
            self.columns.addWidget(column)
            self.columns.setStretchFactor(self.columns.count() - 1, stretch)
        self.columns.setSizes([_LEFT, 2 * _LEFT, _RIGHT])
        bottom = QFrame()
        bottom.setProperty("column", True)
        bottom.setFixedHeight(LINE)
        line = QHBoxLayout(bottom)
        line.setContentsMargins(BETWEEN, 0, BETWEEN, 0)
        line.setSpacing(BETWEEN)
        self.status = label(look, px=SMALL, quiet=True)
        self.said = label(look, px=SMALL)
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.said.setMinimumWidth(1)
        self.watch = label(look, px=TEXT, weight=STRONG)
        line.addWidget(self.status)
        line.addWidget(self.said, 1)
        line.addWidget(self.watch)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(self.columns, 1)
        rows.addWidget(bottom)
        order = (*self.cameras.focus_order(), self.map, self.facts.area)
        for one, other in zip(order, order[1:], strict=False):
            self.setTabOrder(one, other)
        self.setMinimumSize(820, 420)
        if not self.parts.cameras:
            leave = key_text(action("app.quit").keys[0])
            said = (words("empty.title"), words("empty.import", keys=leave), words("empty.demo"))
            self.hint.setText("\n".join(said))

    def open(self) -> None:
        """Show it, or bring it to the front; the keys go to the search line."""
        self.show()
        self.activateWindow()
        self.cameras.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.cameras.line.selectAll()
        self.sync()

    def let_go(self) -> None:
        """Hear of nothing any more: Qt deletes it when it comes to it."""
        self.cameras.let_go()
        self._reports = {}
        if self._forget is not None:
            self._forget()
            self._forget = None

    # What is shown

    def sync(self) -> None:
        """The wall changed: what stands on it, or its focus."""
        self.map.sync()
        self._stand()
        self._show_tile()
        self._show_status()

    def take(self, reports: Sequence[TileReport]) -> None:
        """How the tiles do, three times a second; nothing is done while nobody sees the desk."""
        if not self.isVisible():
            return
        self._reports = {(each.screen, each.tile): each for each in reports}
        self.map.tell({place: (each.camera, each.state) for place, each in self._reports.items()})
        self._stand()
        self._show_tile()
        self._show_status()

    def _stand(self) -> None:
        on_wall = frozenset(
            place.camera
            for monitor in self.parts.wall.monitors
            for place in monitor.scene.tiles
            if place.camera is not None
        )
        states = states_of((each.camera, each.state) for each in self._reports.values())
        self.cameras.stand(on_wall, {each: state for each, state in states.items() if each in on_wall})

    def _show_camera(self) -> None:
        identity = self.cameras.current()
        self.facts.show_camera(self.parts.cameras.get(identity) if identity is not None else None)

    def _show_tile(self) -> None:
        focus = self.parts.wall.focus
        if focus is None:
            self.facts.show_tile(None, None)
            return
        identity = self.parts.wall.camera_at(focus)
        report = self._reports.get((focus.monitor, focus.tile))
        told = TileFacts(focus.monitor, focus.tile, TileState.IDLE if identity is None else TileState.OPENING)
        if report is not None and report.camera == identity:
            told = TileFacts(
                focus.monitor,
                focus.tile,
                report.state,
                report.age_ms,
                report.shown_fps,
                report.view,
                report.size,
                report.demand,
                report.next_retry_s,
            )
        camera = (
            self.parts.cameras.get(identity, Camera(identity, identity)) if identity is not None else None
        )
        self.facts.show_tile(told, camera)

    def _show_status(self) -> None:
        words = self.parts.look.words
        states = [each.state for each in self._reports.values() if each.camera is not None]
        text = words(
            "desk.status",
            cameras=figure(words, len(self.parts.cameras)),
            tiles=figure(words, len(states)),
            live=figure(words, sum(state is TileState.LIVE for state in states)),
            not_live=figure(words, sum(state in NOT_LIVE for state in states)),
        )
        if text != self.status.text():
            self.status.setText(text)
        local = time.localtime(self.parts.clock.wall_ns() // SECOND)
        self.watch.setText(f"{local.tm_hour:02}:{local.tm_min:02}:{local.tm_sec:02}")
        if self._said_until_ns and self.parts.clock.monotonic_ns() >= self._said_until_ns:
            self._say("")

    def _say(self, text: str) -> None:
        room = max(self.said.width(), _LEAST_SAID)
        self.said.setText(metrics(SMALL).elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        self.said.setAccessibleName(text)
        self._said_until_ns = self.parts.clock.monotonic_ns() + _SAID_NS if text else 0

    # Verbs

    def here(self) -> str | None:
        """The monitor that keys are meant for: that of the focus, else the first; None: there is none."""
        focus = self.parts.wall.focus
        if focus is not None:
            return focus.monitor
        return next((each.id for each in self.parts.wall.monitors), None)

    def act(self, wanted: str) -> None:
        """Do what an action of the desk says."""
        wall, here = self.parts.wall, self.here()
        if wanted == "desk.favour":
            self.cameras.toggle_favourite()
        elif here is None:
            self._say(self.parts.look.words("desk.no_monitor"))
        elif wanted in _MOVES:
            wall.move(_MOVES[wanted], here)
        elif wanted == "desk.place":
            camera = self.cameras.current()
            if camera is not None:
                self._place(wall.target(here), camera)
        elif wanted == "desk.fill":
            self._fill(here, self.cameras.chosen(), 1)

    def _place(self, target: Focus, camera: str) -> None:
        parts = self.parts
        if parts.wall.call_up(target, camera):
            parts.finder.chose(camera)
            known = parts.cameras.get(camera)
            self._say(
                parts.look.words(
                    "desk.placed",
                    camera=known.name if known is not None else camera,
                    number=target.tile,
                    monitor=parts.name_of(target.monitor),
                )
            )

    def _fill(self, monitor: str, cameras: Sequence[str], start: int) -> None:
        words = self.parts.look.words
        filled = self.parts.wall.fill(monitor, cameras, start)
        said = []
        if filled.places:
            where = self.parts.name_of(monitor)
            said.append(words("desk.filled", placed=len(filled.places), monitor=where))
        if filled.left:
            said.append(words("desk.fits_not", left=figure(words, filled.left)))
        if filled.there:
            said.append(words("desk.there", count=figure(words, filled.there)))
        self._say(" · ".join(said))

    def _dropped(self, monitor: str, tile: int | None, cameras: Sequence[str]) -> None:
        known = [each for each in cameras if each in self.parts.cameras]
        if monitor not in {each.id for each in self.parts.wall.monitors} or not known:
            return
        if len(known) == 1 and tile is not None:
            self._place(Focus(monitor, tile), known[0])
        else:
            self._fill(monitor, known, tile or 1)

    def _wall_action(self, wanted: str) -> None:
        here = self.here()
        if here is not None:
            self._on_action(wanted, here)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that none of the columns wanted."""
        wanted, moves = action_of(event), desk_action_of(event)
        if wanted in ("wall.back", "desk.open"):
            self.close()
        elif wanted == "wall.find":
            self.cameras.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.cameras.line.selectAll()
        elif moves in _MOVES:
            self.act(moves)
        elif wanted in _ANYWHERE:
            self._wall_action(wanted)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """It is hidden, not lost: the next time it stands there at once."""
        # Not refused: Qt asks every window to close before it ends the loop.
        super().closeEvent(event)
        # Reports hold pictures.
        self._reports = {}
        self._on_close()
