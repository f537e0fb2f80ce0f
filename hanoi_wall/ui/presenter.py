"""The tick: one precise timer for all wall windows, and the health copy made of what was painted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.tile import Phase, SessionFacts, TileState, judge
from hanoi_wall.domain.wall import TilePlace
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui.tile import Tile
from hanoi_wall.ui.wall_window import WallWindow
from hanoi_wall.video.view import CameraView, Demand

TICK_MS = 20
"""Two pictures of a camera with 25/s, up to 20 ms out of step, never meet in one tick."""
HEALTH_NS = SECOND // 3
_RATE_NS = 2 * SECOND
_WITHOUT_FEED = frozenset({TileState.IDLE, TileState.NO_RIGHT})
"""What a tile says whether anybody sees it or not."""


@dataclass(frozen=True, slots=True)
class TileReport:
    """What the wall knows of one tile, for the health answer.

    state: judged when the report was made, `stopped` where nobody can see the tile, though its feed may go
    on for a while; painted_state: what was painted last; times in ms; shown_fps: pictures painted per second
    over the last two seconds; replaced, torn: pictures since the camera was put here; first_picture_ms: from
    the camera being put here to its first painted picture, None before it; size: the tile's device pixels;
    demand: what all walls together want of its camera; interval_ns: of the picture painted last; zoom: how
    many times as large the picture is as without; moves: paintings that showed another part of it.
    """

    screen: str
    tile: int
    row: int
    col: int
    camera: str | None
    state: TileState
    painted_state: TileState
    age_ms: int | None
    behind_ms: int
    first_picture_ms: int | None
    shown_fps: float
    replaced: int
    torn: int
    next_retry_s: float | None
    visible: bool
    view: CameraView | None
    size: tuple[int, int] = (0, 0)
    demand: Demand | None = None
    interval_ns: int = 0
    zoom: float = 1.0
    moves: int = 0


class Presenter(QObject):
    """Drives the windows. Main thread.

    on_gap: ns since the tick before, each tick; on_health: the tiles of all windows, three times a second.
    """

    def __init__(
        self,
        wall: Wall,
        clock: Clock,
        *,
        on_gap: Callable[[int], None] = lambda gap: None,
        on_health: Callable[[tuple[TileReport, ...]], None] = lambda reports: None,
    ) -> None:
        super().__init__()
        self._wall, self._clock = wall, clock
        self._on_gap, self._on_health = on_gap, on_health
        self._windows: tuple[WallWindow, ...] = ()
        self._rates: dict[Tile, deque[tuple[int, int]]] = {}
        self._last_ns = 0
        self._health_ns = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def show(self, windows: Iterable[WallWindow]) -> None:
        """Drive these windows from now on."""
        self._windows = tuple(windows)
        # A tile of a window that is gone would keep its pictures in memory.
        present = {tile for window in self._windows for tile in window.tiles}
        self._rates = {tile: history for tile, history in self._rates.items() if tile in present}

    def start(self) -> None:
        """Begin to tick."""
        self._last_ns = 0
        self._timer.start()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    @Slot()
    def tick(self) -> None:
        """Look at every tile of every window once."""
        now = self._clock.monotonic_ns()
        if self._last_ns:
            self._on_gap(now - self._last_ns)
        self._last_ns = now
        due = self._wall.due_ns
        if due is not None and now >= due:
            self._wall.refresh()
        for window in self._windows:
            window.tick(now)
        if now >= self._health_ns:
            self._health_ns = now + HEALTH_NS
            self._on_health(self.reports(now))

    def reports(self, now_ns: int) -> tuple[TileReport, ...]:
        """The tiles of all windows as they stand."""
        rates: dict[Tile, deque[tuple[int, int]]] = {}
        reports = []
        demands = {demand.camera: demand for demand in self._wall.wanted}
        for window in self._windows:
            monitor = self._wall.monitor(window.monitor)
            visible = monitor.boxes().keys() if monitor.seen else ()
            for tile, place in zip(window.tiles, monitor.scene.tiles, strict=True):
                history = self._rates.get(tile) or deque()
                rates[tile] = history
                rate = _rate(history, now_ns, tile.shown)
                # A tile that nobody sees is not looked at, so what it knew of its camera grows old.
                seen = place.number in visible
                view = tile.view if seen else window.feeds.view(tile.camera_id)
                demand = demands.get(tile.camera_id)
                reports.append(_report(window.monitor, place, tile, view, demand, rate, seen, now_ns))
        self._rates = rates
        return tuple(reports)


def _rate(history: deque[tuple[int, int]], now_ns: int, shown: int) -> float:
    """Pictures per second since about two seconds ago."""
    if history and shown < history[-1][1]:
        history.clear()
    history.append((now_ns, shown))
    while len(history) > 2 and now_ns - history[1][0] >= _RATE_NS:
        history.popleft()
    then, count = history[0]
    return (shown - count) * SECOND / (now_ns - then) if now_ns > then else 0.0


def _report(
    screen: str,
    place: TilePlace,
    tile: Tile,
    view: CameraView | None,
    demand: Demand | None,
    rate: float,
    visible: bool,
    now_ns: int,
) -> TileReport:
    painted, session = tile.painted, _session(tile, view, visible, now_ns)
    age = max(0, now_ns - painted.capture_ns) // 1_000_000 if painted.capture_ns else None
    left = None if session.retry_at_ns is None else max(0, session.retry_at_ns - now_ns) / SECOND
    state = judge(session, tile.picture(), now_ns).state
    if not visible and state not in _WITHOUT_FEED:
        state = TileState.STOPPED
    return TileReport(
        screen=screen,
        tile=tile.number,
        row=place.row,
        col=place.column,
        camera=None if tile.camera is None else tile.camera.id,
        state=state,
        painted_state=painted.state,
        age_ms=age,
        behind_ms=painted.behind_ns // 1_000_000,
        first_picture_ms=tile.first_picture_ms,
        shown_fps=round(rate, 2),
        replaced=tile.replaced,
        torn=tile.torn,
        next_retry_s=left,
        visible=visible,
        view=view,
        size=(tile.box.width, tile.box.height),
        demand=demand,
        interval_ns=painted.interval_ns,
        zoom=tile.look.zoom,
        moves=tile.drawn.moves,
    )


def _session(tile: Tile, view: CameraView | None, visible: bool, now_ns: int) -> SessionFacts:
    """The facts of the feed's session as they are now; without a feed, of there being none."""
    if view is not None:
        return view.session
    if visible:
        return tile.session()
    return SessionFacts(Phase.IDLE if tile.camera is None else Phase.STOPPED, now_ns)
