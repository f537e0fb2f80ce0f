"""A picture is as old as the camera says it is, also where pictures are rare."""

from __future__ import annotations

import numpy
import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.simulator.mark import read_mark
from tests.integration.simulator_process import SMALL, Simulator, simulator
from tests.integration.viewer import Session, Viewer


def error_ms(session: Session, cameras: Simulator) -> float | None:
    """Claimed less true age of the next picture; None when its mark cannot be read with certainty."""
    picture = session.next_picture()
    mark = read_mark(picture.pixels.astype(numpy.uint8))
    if mark is None:
        return None
    taken_ns = int(cameras.get(f"/sent?camera=cam-01&frame={mark.frame}&stream=main")["taken_ns"])
    return (taken_ns - picture.header.capture_ns) / 1e6


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_the_age_of_a_slow_cameras_picture_is_true(viewer: Viewer, codec: str) -> None:
    """libav gives a picture out when the next one begins: that must not make it a second younger."""
    with (
        simulator("--cameras", "1", *SMALL, "--codec", codec, "--wait-for-all") as cameras,
        cameras.fault("slow_fps", fps=1),
        viewer.watch(StreamAddress(cameras.url()), box=(320, 180)) as session,
    ):
        errors = [error for _ in range(6) if (error := error_ms(session, cameras)) is not None]
    # The first one began before anybody looked; a busy machine may take some time to read the others.
    assert len(errors) >= 4
    assert all(-300 < error < 300 for error in errors[2:]), f"claimed - true age in ms: {errors}"
