"""An encoder that restarts within the session: other source, sequence numbers and time stamps."""

from __future__ import annotations

import time

from hanoi_wall.domain.camera import StreamAddress
from tests.integration.simulator_process import SMALL, simulator
from tests.integration.viewer import Viewer

RESTARTS = 6
"""Numbers jump ahead or back with the same chance: one restart in 64 runs would see one direction only."""
WITHOUT_S = 2.5
"""A key picture comes every 0.4 s; a reader that waits for lost packets is silent for 5 s at least."""


def test_pictures_go_on_after_every_restart(viewer: Viewer) -> None:
    with (
        simulator("--cameras", "1", *SMALL, "--wait-for-all") as cameras,
        viewer.watch(StreamAddress(cameras.url()), box=(320, 180)) as session,
    ):
        session.next_picture()
        gaps = []
        for _ in range(RESTARTS):
            cameras.ask("POST", "/faults", {"camera": "cam-01", "kind": "restart_timestamps"})
            asked = time.monotonic()
            before = session.next_picture().header
            while abs(session.next_picture().header.pts_us - before.pts_us) < 60_000_000:
                assert time.monotonic() - asked < 20, "the restart was never seen"
            gaps.append(time.monotonic() - asked)
    assert max(gaps) < WITHOUT_S, f"seconds without pictures: {gaps}"
