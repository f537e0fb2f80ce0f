"""Snapshots as values, for the tests of what becomes of them."""

from __future__ import annotations

from hanoi_wall.domain.camera import Camera, StreamAddress, StreamKind
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import TileState, Treatment
from hanoi_wall.operations.snapshot import Missing, Pixels, Seen, Snapshot, StreamPicture
from hanoi_wall.video.stats import FeedStats

CAMERA = Camera(
    "cam-01",
    "Ngã Tư Sở",
    owner="CSGT",
    main=StreamAddress("rtsp://192.0.2.1/main"),
    sub=StreamAddress("rtsp://192.0.2.1/sub"),
)
WALL_NS = 1_795_399_262_345 * 1_000_000
NOW_NS = 1_000 * SECOND
NO_STATS = FeedStats()


def pixels(width: int = 8, height: int = 4, value: int = 7) -> Pixels:
    """A picture of one grey."""
    return Pixels(width, height, 4 * width, bytes([value]) * (4 * width * height))


def seen(
    camera: Camera = CAMERA,
    capture_ns: int = NOW_NS,
    cause: Cause | None = None,
    stats: FeedStats = NO_STATS,
) -> Seen:
    """A live tile, its picture 40 ms old; capture_ns 0: none yet."""
    return Seen(
        camera=camera,
        monitor="DP-1",
        tile=3,
        grid="grid:2x2",
        state=TileState.LIVE if capture_ns else TileState.OPENING,
        treatment=Treatment.CLEAR if capture_ns else Treatment.NONE,
        painted=pixels(),
        sequence=7 if capture_ns else 0,
        capture_ns=capture_ns,
        arrival_ns=capture_ns and capture_ns + 20_000_000,
        age_ns=40_000_000 if capture_ns else 0,
        stream=StreamKind.SUB,
        cause=cause,
        stats=stats,
    )


def snapshot(
    what: Seen | None = None, *, best: StreamPicture | None = None, missing: Missing | None = None
) -> Snapshot:
    """Taken 40 ms after the picture was."""
    return Snapshot(what or seen(), best, missing, NOW_NS + 40_000_000, WALL_NS + 40_000_000)


def of_main(width: int = 16, height: int = 8) -> StreamPicture:
    """A picture of the main stream."""
    return StreamPicture(
        pixels(width, height, 9), StreamKind.MAIN, (16, 8), 2, NOW_NS + SECOND, NOW_NS + SECOND
    )
