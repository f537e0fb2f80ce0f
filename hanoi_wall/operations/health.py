"""The health port: what the wall knows of itself, told to whoever asks, never by the UI's own thread.

The UI hands over one immutable HealthSnapshot per tick (a reference, nothing more); the thread `health` turns
it into text when asked, adds what the processes use, and answers 503 with the last copy once the UI has been
silent for 2 s. GET /health is HealthSnapshot field by field and `copy_age_ms`; GET /metrics: see metrics.py.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from http import HTTPStatus

from hanoi_wall import __version__, threads
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.operations.http_port import Answer, HttpPort, plain
from hanoi_wall.operations.metrics import metrics_text
from hanoi_wall.operations.processes import ProcessSampler

log = logging.getLogger(__name__)
SILENT_NS = 2 * SECOND
_CLOSE_S = 2.0
RENDER_NS = SECOND // 20
"""The same copy is not turned into text more often than this, however fast somebody asks."""


class HealthPortTaken(Exception):
    """The port cannot be had; the text names it and says why (for one line on stderr, exit 4)."""


@dataclass(frozen=True, slots=True)
class UiHealth:
    """Gaps between the UI's ticks (stalls.py); stalls_total: since the start, the other two: over 60 s."""

    longest_stall_ms_60s: int = 0
    stalls_over_100ms: int = 0
    stalls_total: int = 0


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """One process of the client; role: `ui`, `decoder`, `steer` or `guard`.

    pss_mb and cpu_s are filled in on the `health` thread; they stay as given where the process is gone.
    """

    pid: int
    role: str
    pss_mb: float = 0.0
    cpu_s: float = 0.0
    feeds: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class OpensHealth:
    """Camera sessions being opened now, and how many may be at once."""

    now: int = 0
    max: int = 8


@dataclass(frozen=True, slots=True)
class ScreenHealth:
    """One monitor. geometry: x, y, width, height; scale: device pixels per logical pixel."""

    id: str
    name: str
    geometry: tuple[int, int, int, int]
    scale: float
    window_visible: bool


@dataclass(frozen=True, slots=True)
class TileHealth:
    """One tile. tile: number from 1; mode: `live`, `replay`, `standin` or `zoom`; state: what the rules say;
    painted_state: what was last painted; age_ms, behind_ms: of the picture on the screen; size: of the stream
    in pixels; why: a sentence on the stream chosen; shed: what this machine leaves out (0 nothing,
    1 smoothing, 2 every other picture, 3 all but key pictures); rate, rate_cause: where few pictures are
    shown, a sentence, and `this_pc`, `network` or `camera`; zoom: how many times as large the picture is as
    without; zoom_moves: paintings that showed another part of it. None where nothing is known.
    """

    screen: str
    tile: int
    row: int
    col: int
    camera: str | None = None
    mode: str = "live"
    state: str = "idle"
    painted_state: str = "idle"
    cause: str | None = None
    age_ms: int | None = None
    behind_ms: int | None = None
    first_picture_ms: int | None = None
    received_fps: float = 0.0
    shown_fps: float = 0.0
    replaced: int = 0
    torn: int = 0
    stream: str | None = None
    size: tuple[int, int] | None = None
    codec: str | None = None
    decoder: str | None = None
    why: str | None = None
    reconnects: int = 0
    next_retry_s: float | None = None
    shed: int = 0
    rate: str | None = None
    rate_cause: str | None = None
    zoom: float = 1.0
    zoom_moves: int = 0


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """The way to the backend; `off` when there is none."""

    state: str = "off"
    pending: int = 0
    oldest_pending_s: float = 0.0
    needs_attention: int = 0


@dataclass(frozen=True, slots=True)
class HealthSnapshot:
    """Everything GET /health tells, at one tick; no address with a password may stand in it.

    ptz and drill: what those rooms tell of themselves, JSON-ready mappings with words or numbers.
    """

    version: str
    uptime_s: float
    scene: str | None
    ui: UiHealth
    processes: tuple[ProcessHealth, ...] = ()
    opens: OpensHealth = OpensHealth()
    pictures_mb: float = 0.0
    screens: tuple[ScreenHealth, ...] = ()
    tiles: tuple[TileHealth, ...] = ()
    ptz: tuple[Mapping[str, object], ...] = ()
    drill: Mapping[str, object] | None = None
    sync: SyncHealth = SyncHealth()

    def to_json(self) -> dict[str, object]:
        """The value of GET /health: mappings, lists, words, numbers; a number that is none becomes null."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(inside) for key, inside in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(inside) for inside in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


class HealthServer:
    """Serves GET /health and GET /metrics on a thread `health` of its own.

    start, publish and close belong to the UI's main thread; publish costs one assignment.
    """

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        """host: "" or a loopback address unless the administrator asked for more; port 0: any free one."""
        self._host = host or "127.0.0.1"
        self._port = port
        self._clock = clock
        self._copy: tuple[HealthSnapshot, int] | None = None
        self._sampler = ProcessSampler(clock)
        self._rendered: dict[str, tuple[object, bool, int, Answer]] = {}
        self._http: HttpPort | None = None
        self._end: Callable[[], None] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, the real port; only once started."""
        if self._http is None:
            raise RuntimeError("the health port is not open")
        return self._http.address

    def start(self) -> None:
        """Listen and answer; raises HealthPortTaken."""
        try:
            http = HttpPort(self._host, self._port, self._answer)
        except OSError as error:
            raise HealthPortTaken(f"health port {self._host}:{self._port}: {error.strerror}") from None
        thread = threads.spawn("health", http.serve)

        def end() -> None:
            http.wake_to_end()
            thread.join(_CLOSE_S)
            if thread.is_alive():
                log.error("the health port did not end")
            else:
                http.close()

        self._http, self._end = http, end

    def publish(self, snapshot: HealthSnapshot, now_ns: int) -> None:
        """The newest copy, taken at `now_ns` (monotonic)."""
        self._copy = (snapshot, now_ns)

    def close(self) -> None:
        """Let the port go and end the thread; idempotent."""
        if self._end is not None:
            self._end()
        self._http = self._end = None

    def _answer(self, path: str) -> Answer:
        """On the `health` thread."""
        if path not in ("/health", "/metrics"):
            return plain(HTTPStatus.NOT_FOUND)
        copy, now = self._copy, self._clock.monotonic_ns()
        silent = copy is None or now - copy[1] > SILENT_NS
        if path in self._rendered:
            rendered, was_silent, at_ns, answer = self._rendered[path]
            if rendered is copy and was_silent == silent and now - at_ns < RENDER_NS:
                return answer
        answer = self._render(path, copy, now, silent)
        self._rendered[path] = (copy, silent, now, answer)
        return answer

    def _render(
        self, path: str, copy: tuple[HealthSnapshot, int] | None, now_ns: int, silent: bool
    ) -> Answer:
        status = HTTPStatus.SERVICE_UNAVAILABLE if silent else HTTPStatus.OK
        value: dict[str, object] = {"version": __version__}
        if copy is not None:
            value = self._with_use(copy[0]).to_json()
            value["copy_age_ms"] = max(0, now_ns - copy[1]) // 1_000_000
        if path == "/metrics":
            text = metrics_text(value, up=not silent)
            return Answer(status, "text/plain; version=0.0.4; charset=utf-8", text.encode(errors="replace"))
        body = json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"
        return Answer(status, "application/json", body.encode(errors="replace"))

    def _with_use(self, snapshot: HealthSnapshot) -> HealthSnapshot:
        use = self._sampler.use(process.pid for process in snapshot.processes)
        filled = tuple(
            replace(process, pss_mb=use[process.pid].pss_mb, cpu_s=use[process.pid].cpu_s)
            if process.pid in use
            else process
            for process in snapshot.processes
        )
        return replace(snapshot, processes=filled)
