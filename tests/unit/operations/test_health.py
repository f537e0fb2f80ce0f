"""The health answer's shape, against the promise made to scripts."""

from __future__ import annotations

import json
import math

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.operations.health import (
    HealthServer,
    HealthSnapshot,
    OpensHealth,
    ProcessHealth,
    ScreenHealth,
    SyncHealth,
    TileHealth,
    UiHealth,
)

PROMISED = json.loads("""
{"version": "0.1.0", "uptime_s": 12.3, "scene": "grid:4x4",
 "ui": {"longest_stall_ms_60s": 23, "stalls_over_100ms": 0},
 "processes": [{"pid": 4711, "role": "decoder", "pss_mb": 96.0, "cpu_s": 8.1, "feeds": 8, "restarts": 0}],
 "opens": {"now": 0, "max": 8}, "pictures_mb": 22.0,
 "screens": [{"id": "eDP", "name": "WALL-1", "geometry": [0, 0, 1920, 1080], "scale": 1.0,
              "window_visible": true}],
 "tiles": [{"screen": "WALL-1", "tile": 1, "row": 0, "col": 0, "camera": "cam-01", "mode": "live",
            "state": "live", "painted_state": "live", "cause": null, "age_ms": 34, "behind_ms": 0,
            "first_picture_ms": 640, "received_fps": 25.0, "shown_fps": 25.0, "replaced": 0, "torn": 0,
            "stream": "sub", "size": [640, 360], "codec": "h264", "decoder": "software",
            "why": "tile 480x270, sub is the smallest that covers it", "reconnects": 0,
            "next_retry_s": null}],
 "ptz": [], "drill": null,
 "sync": {"state": "online", "pending": 0, "oldest_pending_s": 0.0, "needs_attention": 0}}
""")

TILE = TileHealth(
    screen="WALL-1",
    tile=1,
    row=0,
    col=0,
    camera="cam-01",
    state="live",
    painted_state="live",
    age_ms=34,
    behind_ms=0,
    first_picture_ms=640,
    received_fps=25.0,
    shown_fps=25.0,
    stream="sub",
    size=(640, 360),
    codec="h264",
    decoder="software",
    why="tile 480x270, sub is the smallest that covers it",
)
WHOLE = HealthSnapshot(
    version="0.1.0",
    uptime_s=12.3,
    scene="grid:4x4",
    ui=UiHealth(23, 0),
    processes=(ProcessHealth(4711, "decoder", 96.0, 8.1, 8, 0),),
    opens=OpensHealth(0, 8),
    pictures_mb=22.0,
    screens=(ScreenHealth("eDP", "WALL-1", (0, 0, 1920, 1080), 1.0, True),),
    tiles=(TILE,),
    sync=SyncHealth("online"),
)


def test_the_answer_is_what_was_promised_and_anything_more_is_an_addition() -> None:
    told = json.loads(json.dumps(WHOLE.to_json(), allow_nan=False))
    tile = PROMISED["tiles"][0] | {"shed": 0, "rate": None, "rate_cause": None, "zoom": 1.0, "zoom_moves": 0}
    assert told == PROMISED | {"ui": PROMISED["ui"] | {"stalls_total": 0}, "tiles": [tile]}


def test_a_wall_without_backend_or_cameras_can_say_so() -> None:
    told = HealthSnapshot("0.1.0", 0.0, None, UiHealth(), tiles=(TileHealth("WALL-1", 1, 0, 0),)).to_json()
    assert told["sync"] == {"state": "off", "pending": 0, "oldest_pending_s": 0.0, "needs_attention": 0}
    [tile] = told["tiles"]  # type: ignore[misc]
    assert (tile["camera"], tile["state"], tile["size"]) == (None, "idle", None)
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_becomes_null(number: float) -> None:
    told = HealthSnapshot("0.1.0", number, None, UiHealth(), drill={"left_s": number}).to_json()
    assert told["uptime_s"] is None
    assert told["drill"] == {"left_s": None}


def test_an_address_is_known_only_once_it_listens(clock: ManualClock) -> None:
    with pytest.raises(RuntimeError):
        _ = HealthServer("", 0, clock).address
