"""Every fault a pretend camera can have, seen from the other end of the line; and that it ends."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import av
import pytest

from hanoi_wall.simulator.faults import HOSTILE_SDP, KINDS
from hanoi_wall.simulator.mark import Mark, read_mark
from tests.integration.rtsp_client import RtpPacket, RtspClient
from tests.integration.simulator_process import SMALL, Simulator, simulator

QUICK = {"analyzeduration": "200000", "probesize": "65536", "timeout": "5000000", "rtsp_transport": "tcp"}
HOUR = 3600 * 90_000


@pytest.fixture(scope="module")
def cameras() -> Iterator[Simulator]:
    with simulator("--cameras", "2", *SMALL, "--port-each", "--wait-for-all") as running:
        yield running


@pytest.fixture
def player(cameras: Simulator) -> Iterator[RtspClient]:
    """A session of the first camera that plays."""
    with RtspClient(cameras.url()) as client:
        assert [answer.code for answer in client.play()] == [200, 200, 200]
        next(client.packets())
        yield client


def pictures(client: RtspClient, count: int, seconds: float = 5.0) -> list[RtpPacket]:
    """The last packets of the next `count` pictures."""
    return list(itertools.islice((packet for packet in client.packets(seconds) if packet.last), count))


def decode(url: str, count: int) -> list[av.VideoFrame]:
    """The first pictures of a stream; what cannot be decoded is skipped."""
    frames: list[av.VideoFrame] = []
    with av.open(url, options=QUICK, timeout=10) as container:
        for packet in container.demux(video=0):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
            except av.error.InvalidDataError:
                continue
            if len(frames) >= count:
                break
    return frames[:count]


def number(frame: av.VideoFrame) -> Mark | None:
    """What is burnt into a picture."""
    return read_mark(frame.to_ndarray(format="rgb24"))


def ended(client: RtspClient) -> type[BaseException] | None:
    """How the camera ended the connection: EOFError for FIN, ConnectionResetError for RST."""
    try:
        for _ in range(10_000):
            client.frame()
    except (EOFError, ConnectionResetError) as error:
        return type(error)
    return None


def test_every_kind_is_described_and_ends(cameras: Simulator) -> None:
    kinds = cameras.get("/faults/kinds")
    assert [kind["kind"] for kind in kinds] == list(KINDS)
    assert all(kind["description"] for kind in kinds)
    status, answer = cameras.ask("POST", "/faults", {"camera": "cam-02", "kind": "busy_503", "for_s": 0.3})
    assert status == 200
    (fault,) = cameras.get("/faults")
    assert (fault["id"], fault["kind"], fault["camera"]) == (answer["id"], "busy_503", "cam-02")
    assert 0 < fault["left_s"] <= 0.3
    with RtspClient(cameras.url(1)) as client:
        assert client.ask("DESCRIBE").code == 503
        end = time.monotonic() + 5
        while client.ask("DESCRIBE").code == 503 and time.monotonic() < end:
            pass
        assert client.ask("DESCRIBE").code == 200
    assert cameras.get("/faults") == []


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


@pytest.mark.parametrize(("kind", "how"), [("rst", ConnectionResetError), ("fin", EOFError)])
def test_cut_once(cameras: Simulator, player: RtspClient, kind: str, how: type[BaseException]) -> None:
    with cameras.fault(kind):
        assert ended(player) is how
        assert cameras.get("/faults") == []
        with RtspClient(cameras.url()) as again:
            assert again.play()[-1].code == 200


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


def decode_through(url: str, cameras: Simulator, kind: str, **values: object) -> list[av.VideoFrame]:
    """Pictures of one session: some before the fault, then until it has shown and is over."""
    wish = {"camera": "cam-01", "kind": kind, **values}
    # The call returns when the fault's loop is made; meanwhile the session must be read on.
    begin = threading.Thread(target=cameras.ask, args=("POST", "/faults", wish))
    frames: list[av.VideoFrame] = []
    left = 12
    with av.open(url, options=QUICK, timeout=10) as container:
        for packet in container.demux(video=0):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
            except av.error.InvalidDataError:
                continue
            if len(frames) >= 3 and begin.ident is None:
                begin.start()
            if begin.ident is not None and not begin.is_alive() and not cameras.get("/faults"):
                left -= 1
            if not left:
                break
    begin.join()
    return frames


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
