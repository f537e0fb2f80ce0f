"""What a stream sends: pictures without a seam, and what faults make of flow, stamps and pictures."""

from __future__ import annotations

import itertools
import struct
import time
from collections.abc import Iterator

import av
import pytest

from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator.seen import QUICK, decode, decode_through, number, pictures, watch
from tests.integration.simulator_process import SMALL, Simulator, simulator

LOOP = 50
JPEG = ("--size", "320x184", "--sub-size", "192x112", "--gop-s", "0.4", "--loop-s", "2", "--codec", "mjpeg")
HOUR = 3600 * 90_000


@pytest.fixture(scope="module")
def mjpeg() -> Iterator[Simulator]:
    """One camera whose pictures are JPEG."""
    with simulator("--cameras", "1", *JPEG, "--wait-for-all") as running:
        yield running


def test_a_whole_loop_and_over_its_seam(cameras: Simulator) -> None:
    seen = list(itertools.islice(watch(cameras.url(1)), LOOP + 12))
    assert {picture.size for picture in seen} == {(320, 180)}
    first = seen[0].mark
    assert first is not None and first.camera == 1
    numbers = [picture.mark.frame if picture.mark else None for picture in seen]
    assert numbers == [(first.frame + place) % LOOP for place in range(LOOP + 12)]
    assert {later.pts - earlier.pts for earlier, later in itertools.pairwise(seen)} == {3600}


def test_udp(cameras: Simulator) -> None:
    seen = list(itertools.islice(watch(cameras.url(1), "udp"), 20))
    marks = [picture.mark for picture in seen]
    assert all(mark is not None and mark.camera == 1 for mark in marks)
    assert {later.pts - earlier.pts for earlier, later in itertools.pairwise(seen)} == {3600}


def test_the_small_stream_is_the_same_scene_in_step(cameras: Simulator) -> None:
    seen = next(watch(cameras.url(0, "sub")))
    assert seen.size == (192, 108)
    assert seen.mark is not None and seen.mark.camera == 0


def test_h265() -> None:
    with simulator("--cameras", "1", *SMALL, "--codec", "h265") as running:
        with av.open(running.url(), options={**QUICK}, timeout=10) as container:
            assert container.streams.video[0].codec_context.name == "hevc"
        seen = list(itertools.islice(watch(running.url()), 15))
    marks = [picture.mark for picture in seen]
    assert all(marks)
    assert len({mark.frame for mark in marks if mark}) == 15


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_mjpeg(mjpeg: Simulator, transport: str) -> None:
    """Another's receiver makes whole pictures of the packets, over the loop's seam."""
    seen = list(itertools.islice(watch(mjpeg.url(), transport), LOOP + 5))
    assert {picture.size for picture in seen} == {(320, 184)}
    numbers = [picture.mark.frame if picture.mark else None for picture in seen]
    assert numbers[0] is not None
    assert numbers == [(numbers[0] + place) % LOOP for place in range(LOOP + 5)]
    assert {later.pts - earlier.pts for earlier, later in itertools.pairwise(seen)} == {3600}


def test_mjpeg_under_faults(mjpeg: Simulator) -> None:
    sizes = {
        (frame.width, frame.height)
        for frame in decode_through(mjpeg.url(), mjpeg, "resolution_change", for_s=1.0)
    }
    assert sizes == {(320, 184), (240, 136)}
    with mjpeg.fault("frozen"):
        assert len({mark.frame for mark in map(number, decode(mjpeg.url(), 5)) if mark}) == 1
    with mjpeg.fault("codec_change"), av.open(mjpeg.url(), options={**QUICK}, timeout=10) as container:
        assert container.streams.video[0].codec_context.name == "h264"


def test_sender_reports_tell_when_pictures_were_taken(cameras: Simulator) -> None:
    with RtspClient(cameras.url()) as client:
        client.play()
        stamps: dict[int, float] = {}
        report = None
        while report is None or not stamps:
            channel, data = client.frame()
            if channel == 0:
                stamps[struct.unpack(">I", data[4:8])[0]] = time.time()
            elif channel == 1 and data[1] == 200:
                report = struct.unpack(">IIII", data[4:20])
        source, seconds, fraction, stamp = report
        taken = seconds - 2_208_988_800 + fraction / 2**32
        assert stamp in stamps
        assert -0.001 < stamps[stamp] - taken < 2.0


def test_stall(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("stall"):
        player.sock.settimeout(0.4)
        with pytest.raises(TimeoutError):
            pictures(player, 100)
        assert player.ask("GET_PARAMETER").code == 200
        player.sock.settimeout(5)
    first = next(player.packets())
    assert first.payload[0] & 0x1F in (24, 7), "begins again with a key frame"


def test_holdback_is_late_by_so_much_and_new_sessions_are_not(cameras: Simulator, player: RtspClient) -> None:
    before = pictures(player, 1)[0]
    with cameras.fault("holdback", seconds=0.8):
        with RtspClient(cameras.url()) as fresh:
            fresh.play()
            late, timely = pictures(player, 12), pictures(fresh, 3)
        gap = late[0].arrived - before.arrived
        assert 0.7 < gap < 2.5
        stamps = [before.stamp, *(picture.stamp for picture in late)]
        steps = {later - earlier & 0xFFFFFFFF for earlier, later in itertools.pairwise(stamps)}
        assert steps <= {3600, 7200}, "the time stamps know nothing of it"
        assert timely[0].arrived < late[0].arrived + 0.5
    caught_up = pictures(player, 14)
    steps_back = {b.stamp - a.stamp & 0xFFFFFFFF for a, b in itertools.pairwise([late[-1], *caught_up])}
    assert max(steps_back) >= 0.7 * 90_000, "at its end the session is on time again"


@pytest.mark.parametrize("kind", ["resolution_change", "sps_without_idr"])
def test_another_size_in_the_session(cameras: Simulator, kind: str) -> None:
    frames = decode_through(cameras.url(), cameras, kind, percent=150, for_s=0.9)
    sizes = [size for size, _ in itertools.groupby((frame.width, frame.height) for frame in frames)]
    assert sizes[0] == (320, 180)
    assert (480, 270) in sizes


def test_frozen_is_the_same_picture_again_and_again(cameras: Simulator) -> None:
    frames = decode_through(cameras.url(), cameras, "frozen", for_s=0.8)
    marks = [number(frame) for frame in frames]
    runs = [len(list(run)) for mark, run in itertools.groupby(marks) if mark is not None]
    assert 14 <= max(runs) <= 40
    assert runs[-1] == 1, "it moves again"


def test_black(cameras: Simulator) -> None:
    frames = decode_through(cameras.url(), cameras, "black", for_s=0.8)
    light = [float(frame.to_ndarray(format="gray")[:140].mean()) for frame in frames]
    assert max(light) > 40
    assert 10 <= sum(level < 3 for level in light) <= 40


def test_slow_fps(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("slow_fps", fps=5):
        steps = itertools.pairwise(packet for packet in player.packets(10) if packet.last)
        next(later for earlier, later in steps if later.stamp - earlier.stamp & 0xFFFFFFFF == 18_000)
        slow = pictures(player, 4)
        assert {b.stamp - a.stamp & 0xFFFFFFFF for a, b in itertools.pairwise(slow)} == {18_000}
        assert slow[-1].arrived - slow[0].arrived > 0.5
        first, second = (number(frame) for frame in decode(cameras.url(), 2))
        assert first is not None and second is not None
        assert (second.frame - first.frame) % 50 == 5


@pytest.mark.parametrize(("kind", "jump"), [("timestamps_back", -HOUR), ("timestamps_forward", HOUR)])
def test_time_stamps_jump_and_jump_back(cameras: Simulator, player: RtspClient, kind: str, jump: int) -> None:
    seen = pictures(player, 2)
    with cameras.fault(kind):
        seen += pictures(player, 12)
    seen += pictures(player, 12)
    steps = [(b.stamp - a.stamp - 3600) & 0xFFFFFFFF for a, b in itertools.pairwise(seen)]
    wild = [step for step in steps if min(step, 2**32 - step) > 90_000]
    assert wild == [jump & 0xFFFFFFFF, -jump & 0xFFFFFFFF]


def test_time_stamps_wrap(cameras: Simulator) -> None:
    with cameras.fault("timestamps_wrap", seconds=0.3), RtspClient(cameras.url()) as client:
        client.play()
        stamps = [picture.stamp for picture in pictures(client, 25)]
    assert stamps[0] > 2**32 - 90_000 and stamps[-1] < 90_000
    assert {later - earlier & 0xFFFFFFFF for earlier, later in itertools.pairwise(stamps)} == {3600}


def test_time_stamps_all_equal(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("timestamps_equal"):
        pictures(player, 3)
        assert len({picture.stamp for picture in pictures(player, 8)}) == 1
    pictures(player, 3)
    assert len({picture.stamp for picture in pictures(player, 8)}) == 8


def udp_sequences(url: str, count: int) -> list[int]:
    with RtspClient(url) as client:
        client.play("udp")
        return [packet.sequence for packet in itertools.islice(client.packets(20), count)]


def test_udp_loss(cameras: Simulator) -> None:
    with cameras.fault("udp_loss", percent=30):
        sequences = udp_sequences(cameras.url(), 80)
    sent = (sequences[-1] - sequences[0] & 0xFFFF) + 1
    assert 0.12 < 1 - len(sequences) / sent < 0.5


def test_reorder(cameras: Simulator) -> None:
    with cameras.fault("reorder", percent=30):
        sequences = udp_sequences(cameras.url(), 80)
    backwards = sum((b - a & 0xFFFF) > 0x8000 for a, b in itertools.pairwise(sequences))
    assert backwards >= 5
    ordered = sorted((sequence - sequences[0] + 100 & 0xFFFF) for sequence in sequences)
    assert ordered[-1] - ordered[0] <= len(sequences) + 2, "nothing is lost"


def test_corrupt_payloads_still_come_in_order(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("corrupt", percent=100):
        packets = list(itertools.islice(player.packets(), 30))
    assert all((b.sequence - a.sequence & 0xFFFF) == 1 for a, b in itertools.pairwise(packets))
    assert pictures(player, 2)


def test_foreign_channel(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("foreign_channel"):
        channels = {player.frame()[0] for _ in range(60)}
        assert 77 in channels and 0 in channels
        assert number(decode(cameras.url(), 2)[-1]) is not None
