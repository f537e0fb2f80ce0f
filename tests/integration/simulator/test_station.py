"""Ports: a camera that is away refuses, the others do not; all of them can go and come back together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator.seen import ended, pictures
from tests.integration.simulator_process import Simulator


def test_reboot(cameras: Simulator, player: RtspClient) -> None:
    source = pictures(player, 1)[0].source
    with cameras.fault("reboot"):
        assert ended(player) is ConnectionResetError
        with pytest.raises(ConnectionRefusedError):
            RtspClient(cameras.url())
        with RtspClient(cameras.url(1)) as other:
            assert other.ask("OPTIONS").code == 200
    with RtspClient(cameras.url()) as again:
        again.play()
        assert pictures(again, 1)[0].source != source


def test_outage_takes_every_camera_and_brings_all_back(
    cameras: Simulator, until: Callable[..., None]
) -> None:
    clients = [RtspClient(cameras.url(place)) for place in (0, 1)]
    for client in clients:
        client.play()
    assert cameras.ask("POST", "/faults", {"camera": "*", "kind": "outage", "for_s": 0.5})[0] == 200
    for client in clients:
        assert ended(client) is ConnectionResetError
        client.close()

    def back(place: int) -> bool:
        try:
            RtspClient(cameras.url(place)).close()
        except ConnectionRefusedError:
            return False
        return True

    assert not back(0)
    until(lambda: back(0), 3, "the first camera")
    assert back(1), "not in the same second"
