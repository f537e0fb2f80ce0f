"""The health copy says of each tile what was painted and what the feed knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, SessionFacts, TileState
from hanoi_wall.operations.health import OpensHealth, UiHealth
from hanoi_wall.operations.layout import Box
from hanoi_wall.ui.health_copy import snapshot, tile_health
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.screens import Screen
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import CameraView, Demand


def report(view: CameraView | None) -> TileReport:
    return TileReport(
        screen="DEL/U2720/17",
        tile=3,
        row=0,
        col=2,
        camera="cam-3",
        state=TileState.OFFLINE,
        painted_state=TileState.STALE,
        age_ms=6100,
        behind_ms=20,
        first_picture_ms=640,
        shown_fps=12.5,
        replaced=4,
        torn=0,
        next_retry_s=1.5,
        visible=True,
        view=view,
        size=(480, 270),
        demand=Demand("cam-3", 480, 270),
    )


def test_a_tile_of_which_nothing_is_known_yet() -> None:
    told = tile_health(report(None), "WALL-1")
    assert (told.screen, told.camera, told.painted_state) == ("WALL-1", "cam-3", "stale")
    assert (told.cause, told.stream, told.codec, told.size) == (None, None, None, None)


def test_a_tile_whose_camera_is_lost() -> None:
    session = SessionFacts(Phase.WAITING, 1, Fault(Cause.STALLED, "cam-3"), retry_at_ns=5)
    stats = FeedStats(received_fps=25.0, size=(640, 360), codec="h264")
    view = CameraView(
        "cam-3", session, stream=StreamKind.SUB, stats=stats, why="smallest_covers", reconnects=2
    )
    told = tile_health(report(view), "WALL-1")
    assert (told.state, told.cause, told.stream, told.codec) == ("offline", "stalled", "sub", "h264")
    assert (told.size, told.reconnects) == ((640, 360), 2)
    assert told.why == "tile 480x270, sub is the smallest that covers it"
    assert (told.age_ms, told.next_retry_s, told.shown_fps, told.replaced) == (6100, 1.5, 12.5, 4)


def playing(shed: int, received_fps: float) -> CameraView:
    stats = FeedStats(received=900, received_fps=received_fps, size=(640, 360), shed=shed)
    return CameraView("cam-3", SessionFacts(Phase.PLAYING, 1), stream=StreamKind.SUB, stats=stats)


@pytest.mark.parametrize(
    ("shed", "fps", "interval_ms", "sentence", "cause"),
    [
        (0, 25.0, 40, None, None),
        (2, 25.0, 80, "12 shown of 25 received: this PC", "this_pc"),
        (0, 12.0, 83, "12 shown of 12 received: camera", "camera"),
    ],
)
def test_why_few_pictures_are_shown_is_told(
    shed: int, fps: float, interval_ms: int, sentence: str | None, cause: str | None
) -> None:
    live = replace(report(playing(shed, fps)), state=TileState.LIVE, interval_ns=interval_ms * 1_000_000)
    told = tile_health(live, "WALL-1")
    assert (told.shed, told.rate, told.rate_cause, told.received_fps) == (shed, sentence, cause, fps)


def test_the_figures_of_a_session_end_with_it() -> None:
    lost = SessionFacts(Phase.WAITING, 1, Fault(Cause.CONNECTION_LOST, "cam-3"))
    view = replace(playing(2, 25.0), session=lost)
    told = tile_health(replace(report(view), interval_ns=80_000_000), "WALL-1")
    assert (told.received_fps, told.shed, told.rate, told.rate_cause) == (0.0, 0, None, None)


def test_the_whole_copy_names_screens_and_processes() -> None:
    screen = Screen("DEL/U2720/17", "WALL-1", Box(0, 0, 1920, 1080), 1.5, None)  # type: ignore[arg-type]
    copy = snapshot(
        uptime_s=2.5,
        scene="grid:4x4",
        ui=UiHealth(23, 0, 0),
        processes=[(4711, 8, 1)],
        guard=(4700, 2),
        opens=OpensHealth(2, 8),
        picture_bytes=22_000_000,
        screens=[screen],
        visible=["DEL/U2720/17"],
        reports=[report(None)],
    ).to_json()
    assert copy["scene"] == "grid:4x4"
    assert copy["pictures_mb"] == 22.0
    processes, screens, tiles = copy["processes"], copy["screens"], copy["tiles"]
    assert isinstance(processes, list) and isinstance(screens, list) and isinstance(tiles, list)
    assert [(each["role"], each["feeds"], each["restarts"]) for each in processes] == [
        ("ui", 0, 0),
        ("decoder", 8, 1),
        ("guard", 0, 2),
    ]
    assert screens[0] == {
        "id": "DEL/U2720/17",
        "name": "WALL-1",
        "geometry": [0, 0, 1920, 1080],
        "scale": 1.5,
        "window_visible": True,
    }
    assert tiles[0]["screen"] == "WALL-1"
