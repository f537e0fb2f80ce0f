"""Two pretend cameras for the whole room's tests, and a session that plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator_process import SMALL, Simulator, simulator


@pytest.fixture(scope="package")
def cameras() -> Iterator[Simulator]:
    """Small loops, a port for each camera, everything encoded before it is announced."""
    with simulator("--cameras", "2", *SMALL, "--port-each", "--wait-for-all") as running:
        yield running


@pytest.fixture
def player(cameras: Simulator) -> Iterator[RtspClient]:
    """A session of the first camera that plays."""
    with RtspClient(cameras.url()) as client:
        assert [answer.code for answer in client.play()] == [200, 200, 200]
        next(client.packets())
        yield client
