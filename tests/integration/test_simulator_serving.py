"""Pretend cameras as a real reader sees them: transports, codecs, passwords, the loop's seam, control."""

from __future__ import annotations

import itertools
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

import av
import pytest

from hanoi_wall.simulator.mark import Mark, read_mark
from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator_process import SMALL, Simulator, simulator

LOOP = 50
QUICK = {"analyzeduration": "200000", "probesize": "65536", "timeout": "5000000"}


@pytest.fixture(scope="module")
def cameras() -> Iterator[Simulator]:
    with simulator("--cameras", "2", *SMALL) as running:
        yield running


@dataclass(frozen=True)
class Seen:
    """One decoded picture."""

    mark: Mark | None
    pts: int
    size: tuple[int, int]
    arrived_ns: int


def watch(url: str, transport: str = "tcp") -> Iterator[Seen]:
    """Decode a stream; pts in 90 kHz ticks."""
    with av.open(url, options={**QUICK, "rtsp_transport": transport}, timeout=10) as container:
        for packet in container.demux(video=0):
            arrived = time.monotonic_ns()
            for frame in packet.decode():
                assert isinstance(frame, av.VideoFrame)
                mark = read_mark(frame.to_ndarray(format="rgb24"))
                yield Seen(mark, frame.pts or 0, (frame.width, frame.height), arrived)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_pictures_follow_each_other_over_the_loops_seam(cameras: Simulator, transport: str) -> None:
    seen = list(itertools.islice(watch(cameras.url(1), transport), LOOP + 20))
    assert {picture.size for picture in seen} == {(320, 180)}
    first = seen[0].mark
    assert first is not None and first.camera == 1
    numbers = [picture.mark.frame if picture.mark else None for picture in seen]
    assert numbers == [(first.frame + place) % LOOP for place in range(LOOP + 20)]
    steps = {later.pts - earlier.pts for earlier, later in itertools.pairwise(seen[1:])}
    assert steps == {3600}


def test_the_small_stream_is_the_same_scene_in_step(cameras: Simulator) -> None:
    seen = next(watch(cameras.url(0, "sub")))
    assert seen.size == (192, 108)
    assert seen.mark is not None and seen.mark.camera == 0


def test_h265() -> None:
    with simulator("--cameras", "1", *SMALL, "--codec", "h265") as running:
        with av.open(running.url(), options={**QUICK, "rtsp_transport": "tcp"}, timeout=10) as container:
            assert container.streams.video[0].codec_context.name == "hevc"
        seen = list(itertools.islice(watch(running.url()), LOOP + 5))
    marks = [picture.mark for picture in seen]
    assert all(marks)
    assert len({mark.frame for mark in marks if mark}) == LOOP


def test_when_a_picture_was_sent(cameras: Simulator) -> None:
    begin = time.monotonic_ns()
    *_, last = itertools.islice(watch(cameras.url()), 5)
    assert last.mark is not None
    sent = cameras.get(f"/sent?camera=cam-01&frame={last.mark.frame}&stream=main")
    assert begin < sent["taken_ns"] <= sent["monotonic_ns"] <= last.arrived_ns
    assert cameras.ask("GET", f"/sent?camera=cam-01&frame={last.mark.frame}&stream=sub")[0] in (200, 404)
    status, answer = cameras.ask("GET", "/sent?camera=cam-02&frame=49&stream=sub")
    assert status == 404 and "never sent" in answer["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/sent?camera=nobody&frame=1", None, 400, "nobody"),
        ("GET", "/sent?camera=cam-01&frame=50", None, 400, "0..49"),
        ("GET", "/sent?camera=cam-01&frame=-1", None, 400, "0..49"),
        ("GET", "/sent?camera=cam-01&frame=1&stream=third", None, 400, "main or sub"),
        ("GET", "/elsewhere", None, 404, "GET /cameras"),
        ("POST", "/faults", [], 400, "expected an object"),
        ("POST", "/faults", {"camera": "cam-09", "kind": "stall", "for_s": 1}, 400, "cam-09"),
        ("POST", "/faults", {"camera": "*", "kind": "sloth", "for_s": 1}, 400, "/faults/kinds"),
        ("POST", "/faults", {"camera": "*", "kind": "stall", "for_s": -1}, 400, "for_s"),
        ("POST", "/faults", {"camera": "*", "kind": "udp_loss", "percent": "all"}, 400, "percent"),
        ("POST", "/faults", {"camera": "*", "kind": "stall", "depth": 1}, 400, "depth"),
        ("DELETE", "/faults/f99", None, 404, "f99"),
    ],
)
def test_the_control_port_explains_what_it_refuses(
    cameras: Simulator, method: str, path: str, body: object, status: int, says: str
) -> None:
    code, answer = cameras.ask(method, path, body)
    assert (code, "\n" in answer["error"]) == (status, False)
    assert says in answer["error"]


def test_a_body_that_is_no_json(cameras: Simulator) -> None:
    import urllib.error
    import urllib.request

    request = urllib.request.Request(cameras.control_url + "/faults", data=b"{", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    with refused.value as answer:
        assert answer.code == 400 and b"not JSON" in answer.read()


def test_sessions_are_counted(cameras: Simulator) -> None:
    before = cameras.get("/sessions")["cameras"]["cam-02"]
    cameras.ask("DELETE", "/sessions")
    with RtspClient(cameras.url(1)) as one, RtspClient(cameras.url(1)) as two:
        one.play()
        two.ask("DESCRIBE", Accept="application/sdp")
        count = cameras.get("/sessions")["cameras"]["cam-02"]
        assert (count["open"], count["opening"]) == (1, 1)
        two.play()
        count = cameras.get("/sessions")["cameras"]["cam-02"]
        assert (count["open"], count["opening"], count["peak_open"]) == (2, 0, 2)
        assert count["opens"] == before["opens"] + 2
    assert cameras.get("/sessions")["total"]["peak_opening"] >= 1


def test_a_password_is_asked_for_and_known() -> None:
    with simulator("--cameras", "1", *SMALL, "--digest", "operator", password="sen hồng/7") as running:
        bare = running.url()
        right = bare.replace("rtsp://", "rtsp://operator:sen%20h%E1%BB%93ng%2F7@")
        assert next(watch(right)).mark is not None
        for wrong in (bare, bare.replace("rtsp://", "rtsp://operator:sen@")):
            with pytest.raises(av.HTTPUnauthorizedError):
                next(watch(wrong))


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


def test_a_session_ends_with_teardown(cameras: Simulator) -> None:
    with RtspClient(cameras.url()) as client:
        client.play()
        assert client.ask("GET_PARAMETER").code == 200
        assert client.ask("TEARDOWN").code == 200
        with pytest.raises(EOFError):
            client.frame()


def test_pause_and_play_again(cameras: Simulator) -> None:
    with RtspClient(cameras.url()) as client:
        client.play()
        assert client.ask("PAUSE").code == 200
        client.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            while True:
                client.frame()
        client.sock.settimeout(5)
        assert client.ask("PLAY").code == 200
        assert next(client.packets()).kind == 96


@pytest.mark.parametrize(
    ("method", "url", "headers", "code"),
    [
        ("DESCRIBE", "/cam-77/main", {}, 404),
        ("DESCRIBE", "/cam-01/third", {}, 404),
        ("SETUP", "/cam-01/main/track1", {"Transport": "RTP/AVP;multicast"}, 461),
        ("SETUP", "/cam-01/main/track9", {"Transport": "RTP/AVP/TCP;interleaved=0-1"}, 404),
        ("PLAY", "/cam-01/main", {"Session": "none"}, 454),
        ("RECORD", "/cam-01/main", {}, 501),
        ("OPTIONS", "*", {}, 200),
    ],
)
def test_wrong_requests_get_the_right_refusal(
    cameras: Simulator, method: str, url: str, headers: dict[str, str], code: int
) -> None:
    base = cameras.url().removesuffix("/cam-01/main")
    with RtspClient(cameras.url()) as client:
        assert client.ask(method, url if url == "*" else base + url, **headers).code == code


def test_noise_ends_the_connection(cameras: Simulator) -> None:
    with RtspClient(cameras.url()) as client:
        client.sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.answer().code == 400
        with pytest.raises(EOFError):
            client.frame()
