"""Faults that end sessions, and what the camera is like afterwards."""

from __future__ import annotations

import pytest

from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator.seen import decode, ended, number, pictures
from tests.integration.simulator_process import Simulator


@pytest.mark.parametrize(("kind", "how"), [("rst", ConnectionResetError), ("fin", EOFError)])
def test_cut_once(cameras: Simulator, player: RtspClient, kind: str, how: type[BaseException]) -> None:
    with cameras.fault(kind):
        assert ended(player) is how
        assert cameras.get("/faults") == []
        with RtspClient(cameras.url()) as again:
            assert again.play()[-1].code == 200


def test_restart_of_time_stamps(cameras: Simulator, player: RtspClient) -> None:
    before = pictures(player, 1)[0]
    with cameras.fault("restart_timestamps"):
        after = next(packet for packet in player.packets() if packet.source != before.source)
    assert abs(after.stamp - before.stamp) > 90_000
    assert after.payload[0] & 0x1F in (24, 7)


def test_codec_change(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("codec_change"):
        assert ended(player) is EOFError
        with RtspClient(cameras.url()) as again:
            assert "H265/90000" in again.play()[0].body
            assert number(decode(cameras.url(), 1)[0]) is not None
            cameras.ask("DELETE", f"/faults/{cameras.get('/faults')[0]['id']}")
            assert ended(again) is EOFError
    with RtspClient(cameras.url()) as last:
        assert "H264/90000" in last.ask("DESCRIBE").body
