"""What a tile says of few pictures, against a real decoder process that was told to show fewer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from hanoi_wall.assets import words
from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.operations.tile_words import Blame, blame, rate_note
from hanoi_wall.video.stats import FeedStats
from tests.integration.simulator_process import simulator
from tests.integration.viewer import Session, Viewer


@pytest.fixture
def slow_clip(tmp_path: Path) -> Path:
    """Five pictures a second, for ever."""
    clip = tmp_path / "slow.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5:duration=20"]
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", *source, "-c:v", "libx264", "-g", "5", str(clip)], check=True
    )
    return clip


def figures(viewer: Viewer, session: Session, shed: int, pictures: int) -> tuple[FeedStats, int, int]:
    """The newest counters at that step of shedding, and how many were received and published meanwhile."""
    viewer.shed(session, shed)
    first: FeedStats | None = None
    while True:
        viewer.listen(1.0)
        if not session.stats:
            continue
        size = tuple(session.stats["size"])  # type: ignore[arg-type]
        stats = FeedStats(**session.stats | {"size": size})  # type: ignore[arg-type]
        if stats.shed != shed:
            continue
        first = first or stats
        received = stats.received - first.received
        if received >= pictures and stats.received_fps > 10:
            return stats, received, stats.published - first.published


def test_every_other_picture_is_said_to_be_shown_when_it_is(viewer: Viewer, street: Path) -> None:
    with viewer.watch(StreamAddress(f"clip://{street}")) as session:
        session.next_picture()
        stats, received, published = figures(viewer, session, 0, 25)
        assert published == received
        interval = session.next_picture().header.interval_ns
        assert (blame(stats, interval), rate_note(words("en"), stats, interval)) == (None, ())
        stats, received, published = figures(viewer, session, 2, 50)
        assert abs(2 * published - received) <= 2
        said = rate_note(words("en"), stats, session.next_picture().header.interval_ns)
        told = re.fullmatch(r"(\d+) shown of (\d+) received: this PC", said[0])
        assert told is not None, said
        assert abs(int(told[2]) - stats.received_fps) <= 1
        assert abs(2 * int(told[1]) - int(told[2])) <= 1


def test_what_is_left_out_was_received_all_the_same(viewer: Viewer, tmp_path: Path) -> None:
    sizes = ("--size", "320x180", "--sub-size", "160x90", "--loop-s", "1")
    with simulator("--cameras", "1", *sizes, "--cache", str(tmp_path)) as running:
        with viewer.watch(StreamAddress(running.url())) as session:
            session.next_picture()
            figures(viewer, session, 3, 50)  # a decoder goes over to it at a key picture
            stats, received, published = figures(viewer, session, 3, 75)
    assert 20 <= stats.received_fps <= 30
    assert published <= received / 10, "one key picture a second is shown"


def test_a_camera_with_few_pictures_is_to_blame_for_it_itself(viewer: Viewer, slow_clip: Path) -> None:
    with viewer.watch(StreamAddress(f"clip://{slow_clip}")) as session:
        for _ in range(12):
            picture = session.next_picture()
        stats = FeedStats(received=12)
        assert blame(stats, picture.header.interval_ns) is Blame.CAMERA
        assert rate_note(words("vi"), stats, picture.header.interval_ns)[0] == (
            "hiện 5 trong 5 hình/s nhận được: camera"
        )
