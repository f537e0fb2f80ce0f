"""What a pretend camera answers, rightly and wrongly."""

from __future__ import annotations

import itertools
import time

import av
import pytest

from hanoi_wall.simulator.faults import HOSTILE_SDP
from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator.seen import decode, ended, number, pictures, watch
from tests.integration.simulator_process import SMALL, Simulator, simulator


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


def test_a_password_is_asked_for_and_known() -> None:
    with simulator("--cameras", "1", *SMALL, "--digest", "operator", password="sen hồng/7") as running:
        bare = running.url()
        right = bare.replace("rtsp://", "rtsp://operator:sen%20h%E1%BB%93ng%2F7@")
        assert next(watch(right)).mark is not None
        for wrong in (bare, bare.replace("rtsp://", "rtsp://operator:sen@")):
            with pytest.raises(av.HTTPUnauthorizedError):
                next(watch(wrong))


@pytest.mark.parametrize("kind", ["silent_accept", "half_open"])
def test_a_camera_that_says_nothing(cameras: Simulator, kind: str) -> None:
    with cameras.fault(kind), RtspClient(cameras.url()) as client:
        client.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.ask("OPTIONS", "rtsp://127.0.0.1/cam-01/main")
        with RtspClient(cameras.url(1)) as other:
            assert other.ask("OPTIONS").code == 200


def test_half_open_keeps_the_session_and_its_silence(cameras: Simulator, player: RtspClient) -> None:
    with cameras.fault("half_open"):
        player.sock.settimeout(0.4)
        with pytest.raises(TimeoutError):
            pictures(player, 100)
        player.send("GET_PARAMETER")
        with pytest.raises(TimeoutError):
            player.answer()
    player.sock.settimeout(5)
    assert player.answer().code == 200
    assert pictures(player, 2)


def test_slow_headers(cameras: Simulator) -> None:
    with cameras.fault("slow_headers", interval_s=0.1), RtspClient(cameras.url()) as client:
        client.send("DESCRIBE")
        assert len(client.sock.recv(100)) == 1
        begin = time.monotonic()
        assert len(client.sock.recv(100)) == 1
        assert time.monotonic() - begin > 0.05


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("unauthorized", [401]), ("busy_503", [503]), ("not_found", [404]), ("busy_453", [200, 453])],
)
def test_refusals(cameras: Simulator, player: RtspClient, kind: str, codes: list[int]) -> None:
    with cameras.fault(kind):
        assert ended(player) is EOFError
        with RtspClient(cameras.url()) as client:
            answers = client.play()
            assert [answer.code for answer in answers] == codes
            if kind == "unauthorized":
                assert answers[0].headers["www-authenticate"].startswith("Digest ")


@pytest.mark.parametrize("code", ["301", "302"])
def test_redirect_leads_to_the_pictures(cameras: Simulator, code: str) -> None:
    with cameras.fault("redirect", code=code):
        with RtspClient(cameras.url()) as client:
            answer = client.ask("DESCRIBE")
            assert answer.code == int(code) and "/moved/cam-01/main" in answer.headers["location"]
        assert number(decode(cameras.url(), 1)[0]) is not None


@pytest.mark.parametrize("variant", HOSTILE_SDP)
def test_hostile_descriptions(cameras: Simulator, variant: str) -> None:
    with cameras.fault("hostile_sdp", variant=variant), RtspClient(cameras.url()) as client:
        body = client.ask("DESCRIBE").body
    evil = {
        "100_streams": body.count("m=video") == 100,
        "negative_size": "-1280" in body,
        "long_lines": max(map(len, body.splitlines())) >= 1_000_000,
        "zero_clock_rate": "H264/0" in body,
        "garbage": "a=control" not in body,
    }
    assert evil[variant]


def test_audio_before_video(cameras: Simulator) -> None:
    with cameras.fault("audio_first"):
        with RtspClient(cameras.url()) as client:
            description = client.play(tracks=("track2", "track1"))[0].body
            assert description.index("m=audio") < description.index("m=video")
            kinds = {packet.kind for packet in itertools.islice(client.packets(), 60)}
            assert kinds == {0, 96}
        assert number(decode(cameras.url(), 1)[0]) is not None
