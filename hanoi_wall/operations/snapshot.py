"""A snapshot: exactly what stood in a tile, and a picture of the camera's best stream, asked for then.

Main thread: looks, copies pixels, hands over. All that takes time (PNG, hashes, the key store, the disk) is
done by snapshot_files.py on a thread of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hanoi_wall.domain.camera import Camera, StreamKind
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState, Treatment
from hanoi_wall.operations.demands import Feeds
from hanoi_wall.operations.wall import Wall
from hanoi_wall.video.slots import Ring, RingReader
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import CameraView

BEST_NS = 3 * SECOND
"""How long a picture of the best stream is waited for."""
MOST_AT_ONCE = 6
"""Snapshots that are not written yet: each may hold two pictures of 4K."""


class Missing(StrEnum):
    """Why a snapshot has no picture of the camera's best stream; these words stand in its card."""

    NOT_CONNECTED = "not_connected"
    DID_NOT_COME = "did_not_come"
    PROGRAM_ENDED = "program_ended"


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture in memory: 4 bytes B, G, R, X a pixel, `stride` bytes a row, the top row first."""

    width: int
    height: int
    stride: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StreamPicture:
    """A picture of a stream with nothing over it. Times: monotonic ns, as in its slot.

    size: what the stream sends, (0, 0) while nobody knows; the picture may have been made smaller.
    """

    pixels: Pixels
    stream: StreamKind
    size: tuple[int, int]
    sequence: int
    capture_ns: int
    arrival_ns: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood in a tile, as it was painted last.

    painted: the tile's own pixels; sequence: of the picture in it, 0 for none; capture_ns, arrival_ns: of
    that picture, monotonic, 0 for none; age_ns: how old it was when it was painted; stream: whose picture it
    is, None where nothing is known of the camera's feeds; cause: why there is no session; stats: as they
    were. No view: it would keep the memory of pictures.
    """

    camera: Camera
    monitor: str
    tile: int
    grid: str
    state: TileState
    treatment: Treatment
    painted: Pixels
    sequence: int
    capture_ns: int
    arrival_ns: int
    age_ns: int
    stream: StreamKind | None = None
    cause: Cause | None = None
    stats: FeedStats = FeedStats()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a card tells. monotonic_ns, wall_ns: one moment on both clocks, when the key was pressed."""

    seen: Seen
    best: StreamPicture | None
    missing: Missing | None
    monotonic_ns: int
    wall_ns: int

    def utc_ns(self, monotonic_ns: int) -> int:
        """A monotonic time as UTC, as this workstation's clock stood when the key was pressed."""
        return self.wall_ns - self.monotonic_ns + monotonic_ns

    @property
    def of_ns(self) -> int:
        """UTC of what is to be seen in the tile: of the picture drawn there; without one, of the key."""
        return self.utc_ns(self.seen.capture_ns) if self.seen.sequence else self.wall_ns


class Trouble(StrEnum):
    """Why a snapshot was not saved, or not signed; each is a sentence in the words (`shot.<code>`)."""

    UNSIGNED = "unsigned"
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a snapshot. card: the file's name, "" when nothing was saved."""

    snapshot: Snapshot
    card: str
    trouble: Trouble | None = None


class Writer(Protocol):
    """What writes snapshots; no call waits for the disk but `close`, for a while."""

    def put(self, snapshot: Snapshot) -> None:
        """Write it, soon."""
        ...

    def done(self) -> tuple[Outcome, ...]:
        """What has become of those that were put, each once."""
        ...

    def close(self) -> None:
        """Write what was put and end."""
        ...


@dataclass(slots=True)
class _Waiting:
    """A snapshot that waits for the best stream. first: the newest picture there was; size: asked for."""

    seen: Seen
    first: StreamPicture | None
    monotonic_ns: int
    wall_ns: int
    size: tuple[int, int] = (0, 0)


class Snapshots:
    """Takes snapshots of tiles. Main thread; `look` is to be called often while `busy`."""

    def __init__(self, wall: Wall, feeds: Feeds, writer: Writer, clock: Clock) -> None:
        self._wall, self._feeds, self._writer, self._clock = wall, feeds, writer, clock
        self._waiting: list[_Waiting] = []
        self._writing = 0

    @property
    def busy(self) -> bool:
        """Whether anything is not written yet."""
        return bool(self._waiting or self._writing)

    def take(self, seen: Seen) -> bool:
        """Save what was seen, and the best stream's picture when it comes; False: too many are under way."""
        if len(self._waiting) + self._writing >= MOST_AT_ONCE:
            return False
        view = self._feeds.view(seen.camera.id)
        now = _Waiting(seen, newest_of(view), self._clock.monotonic_ns(), self._clock.wall_ns())
        if view is None or view.session.phase is not Phase.PLAYING:
            self._hand_over(now, now.first, Missing.NOT_CONNECTED)
            return True
        self._waiting.append(now)
        self._wall.look_closer(seen.camera.id)
        return True

    def look(self) -> tuple[Outcome, ...]:
        """Fetch what has come, ask for what is too small; returns what has been written since."""
        now = self._clock.monotonic_ns()
        for waiting in tuple(self._waiting):
            camera = waiting.seen.camera
            best = StreamKind.MAIN if camera.main is not None or camera.sub is None else StreamKind.SUB
            view = self._feeds.view(camera.id)
            if view is not None and view.stream is best and self._is_whole(waiting, view):
                self._finish(waiting, newest_of(view, waiting.monotonic_ns), None)
            elif now - waiting.monotonic_ns >= BEST_NS:
                # A small one of the best stream is better than none of it.
                came = newest_of(view, waiting.monotonic_ns) if view and view.stream is best else None
                self._finish(waiting, came, Missing.DID_NOT_COME)
        outcomes = self._writer.done()
        self._writing -= len(outcomes)
        return outcomes

    def close(self) -> None:
        """Save what there is and end; safe to call twice."""
        for waiting in tuple(self._waiting):
            self._finish(waiting, None, Missing.PROGRAM_ENDED)
        self._writer.close()

    def _is_whole(self, waiting: _Waiting, view: CameraView) -> bool:
        """Whether the newest picture came after the key and is as large as its stream; asks for that size."""
        size = view.stats.size
        if 0 in size:
            return False
        if waiting.size != size:
            waiting.size = size
            self._wall.look_closer(waiting.seen.camera.id, size)
        ring = _pictured(view)
        if ring is None or ring is not view.rings[0]:
            return False
        header = ring.newest_header()
        # Pixels that are not square are made so, which takes from one side.
        large = header.width >= size[0] or header.height >= size[1] or view.scaled_down
        return large and header.published_ns > waiting.monotonic_ns

    def _finish(self, waiting: _Waiting, came: StreamPicture | None, missing: Missing | None) -> None:
        self._waiting.remove(waiting)
        self._hand_over(waiting, came or waiting.first, None if came else missing)
        camera = waiting.seen.camera.id
        if all(each.seen.camera.id != camera for each in self._waiting):
            self._wall.look_back(camera)

    def _hand_over(self, waiting: _Waiting, best: StreamPicture | None, missing: Missing | None) -> None:
        self._writing += 1
        self._writer.put(Snapshot(waiting.seen, best, missing, waiting.monotonic_ns, waiting.wall_ns))


def _pictured(view: CameraView) -> Ring | None:
    return next((ring for ring in view.rings if ring.newest_sequence()), None)


def newest_of(view: CameraView | None, after_ns: int = 0) -> StreamPicture | None:
    """A copy of the camera's newest picture if it was published after that monotonic time, else None.

    Main thread, where the windows paint: it uses their claim.
    """
    ring = None if view is None else _pictured(view)
    if view is None or ring is None:
        return None
    with RingReader(ring).newest() as pair:
        if pair is None or pair[0].published_ns <= after_ns:
            return None
        header, memory = pair
        pixels = Pixels(
            header.width, header.height, header.stride, bytes(memory[: header.stride * header.height])
        )
    return StreamPicture(
        pixels, view.stream, view.stats.size, header.sequence, header.capture_ns, header.arrival_ns
    )
