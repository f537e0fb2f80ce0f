"""Each thing that can be wrong with a stream is found at its step, with the wall's own cause."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations import stream_examination
from hanoi_wall.operations.camera_report import StreamReport
from hanoi_wall.operations.doctor_camera import examine_stream
from tests.integration.certificates import authority, issue
from tests.integration.spoken_camera import H264, Reply, Request, Spoken, answer, healthy, speaking
from tests.integration.tls_peer import server_context

CANARY = "Tr0ngDem"
OPERATOR = Credentials("op", CANARY)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_examination, "PACKET_S", 0.3)


def examined(
    replies: dict[str, Reply], credentials: Credentials | None = None, path: str = "/live", **address: object
) -> tuple[StreamReport, Spoken]:
    with speaking(replies) as camera:
        target = StreamAddress(f"rtsp://127.0.0.1:{camera.port}{path}", **address)  # type: ignore[arg-type]
        report = examine_stream(target, credentials, None, "main")
    shown = f"{report} {report.plain()} {list(report.lines())}"
    assert CANARY not in shown
    return report, camera


def test_a_healthy_stream_goes_through_every_step_and_is_taken_down() -> None:
    report, camera = examined(healthy())
    assert report.cause is None and report.next_step == ""
    assert [step.name for step in report.steps] == [
        "connect",
        "options",
        "describe",
        "setup",
        "play",
        "video",
    ]
    assert all(step.right for step in report.steps)
    assert camera.methods == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert camera.asked[2].uri.endswith("/live/track1")
    assert camera.asked[3].headers["session"] == "12"
    assert [(each.kind, each.format) for each in report.media] == [("video", "H264")]


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("403 Forbidden", Cause.FORBIDDEN),
        ("404 Not Found", Cause.NOT_FOUND),
        ("453 Not Enough Bandwidth", Cause.TOO_MANY_SESSIONS),
        ("503 Service Unavailable", Cause.UNAVAILABLE),
        ("500 Oops", Cause.UNAVAILABLE),
        ("400 Bad Request", Cause.REJECTED),
        ("302 Found", Cause.REJECTED),
        ("200 OK", Cause.BAD_ANSWER),
    ],
)
def test_what_the_camera_says_becomes_a_cause_with_a_next_step(status: str, cause: Cause) -> None:
    report, _ = examined(healthy(DESCRIBE=answer(status)))
    assert report.cause is cause and report.next_step
    assert (report.steps[-1].name, report.steps[-1].right) == ("describe", False)
    assert status.split()[0] in report.steps[-1].text or status == "200 OK"


@pytest.mark.parametrize(
    ("method", "reply", "step", "cause"),
    [
        ("SETUP", answer("453 Not Enough Bandwidth"), "setup", Cause.TOO_MANY_SESSIONS),
        ("SETUP", answer("461 Unsupported Transport"), "setup", Cause.TRANSPORT),
        ("PLAY", answer("455 Method Not Valid"), "play", Cause.REJECTED),
        ("PLAY", answer(), "video", Cause.STALLED),
        ("PLAY", None, "play", Cause.CONNECTION_LOST),
        ("OPTIONS", b"HTTP/1.1 400 Bad\r\n\r\n", "options", Cause.BAD_ANSWER),
        ("OPTIONS", answer("403 Forbidden"), "options", Cause.FORBIDDEN),
        ("DESCRIBE", answer(body="v=0\r\nm=audio 0 RTP/AVP 0\r\n"), "describe", Cause.NO_VIDEO),
        ("DESCRIBE", answer(body=H264.replace("H264", "H999")), "describe", Cause.CODEC),
        ("DESCRIBE", answer(body="<html>"), "describe", Cause.BAD_ANSWER),
        ("DESCRIBE", answer(body=H264.replace("track1", "rtsp://h/a b")), "setup", Cause.BAD_ANSWER),
        ("DESCRIBE", answer(body=H264, Content_Base="rtsp://h/\x07"), "describe", Cause.BAD_ANSWER),
    ],
)
def test_a_fault_is_found_at_its_step(method: str, reply: Reply, step: str, cause: Cause) -> None:
    report, _ = examined(healthy(**{method: reply}))
    assert (report.steps[-1].name, report.cause) == (step, cause)


def test_a_redirect_tells_where_without_a_password() -> None:
    moved = answer("301 Moved", Location=f"rtsp://op:{CANARY}@10.0.0.9/new")
    report, _ = examined(healthy(DESCRIBE=moved))
    assert "moved to rtsp://10.0.0.9/new" in report.steps[-1].text
    assert report.next_step == "import the camera with that address"


def test_options_that_a_camera_does_not_know_do_not_stop_us() -> None:
    report, _ = examined(healthy(OPTIONS=answer("405 Method Not Allowed")))
    assert report.cause is None


def digest_gate(right: str, challenge: str) -> Callable[[Request], bytes]:
    """An answer that lets in who knows the password; the response is checked by the RFC's own formula."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def reply(request: Request) -> bytes:
        given = request.headers.get("authorization", "")
        first, second = md5(f"op:cam:{right}"), md5(f"{request.method}:{request.uri}")
        if f'response="{md5(f"{first}:n1:{second}")}"' in given:
            return answer(body=H264)(request)
        return answer("401 Unauthorized", WWW_Authenticate=challenge)(request)

    return reply


DIGEST = 'Digest realm="cam", nonce="n1"'


def test_a_login_is_done_and_a_wrong_one_is_found() -> None:
    report, camera = examined(healthy(DESCRIBE=digest_gate(CANARY, DIGEST)), OPERATOR)
    assert report.cause is None and report.remarks == []
    assert camera.methods[:3] == ["OPTIONS", "DESCRIBE", "DESCRIBE"]
    assert "authorization" in camera.asked[-1].headers, "what follows carries the login too"
    report, camera = examined(healthy(DESCRIBE=digest_gate("other", DIGEST)), OPERATOR)
    assert report.cause is Cause.WRONG_PASSWORD and camera.methods.count("DESCRIBE") == 2
    report, camera = examined(healthy(DESCRIBE=digest_gate("other", DIGEST)))
    assert report.cause is Cause.WRONG_PASSWORD and camera.methods.count("DESCRIBE") == 1


def test_a_login_that_the_wall_cannot_do_is_said() -> None:
    challenge = 'Digest realm="cam", nonce="n1", algorithm=SHA-256'
    report, _ = examined(healthy(DESCRIBE=digest_gate(CANARY, challenge)), OPERATOR)
    assert report.cause is Cause.REJECTED and "digest SHA-256" in report.steps[-1].text
    assert "MD5" in report.next_step


def test_a_password_in_the_clear_is_remarked() -> None:
    def basic(request: Request) -> bytes:
        if request.headers.get("authorization", "").startswith("Basic "):
            return answer(body=H264)(request)
        return answer("401 Unauthorized", WWW_Authenticate='Basic realm="cam"')(request)

    report, _ = examined(healthy(DESCRIBE=basic), OPERATOR)
    assert report.cause is None and "in the clear" in report.remarks[0]


def test_a_password_written_into_the_path_is_sent_there_and_shown_nowhere() -> None:
    report, camera = examined(healthy(), OPERATOR, path="/user=op&password={password}&channel=1")
    assert camera.asked[0].uri.endswith(f"/user=op&password={CANARY}&channel=1")
    assert report.url.endswith("password={password}&channel=1")


def test_a_camera_that_sends_datagrams_is_heard() -> None:
    ports: list[int] = []

    def setup(request: Request) -> bytes:
        ports.append(int(request.headers["transport"].partition("client_port=")[2].partition("-")[0]))
        return answer(Session="1")(request)

    def play(request: Request) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"\x80\x60\x00\x01", ("127.0.0.1", ports[0]))
        return answer()(request)

    report, _ = examined(healthy(SETUP=setup, PLAY=play), transport=Transport.UDP)
    assert report.cause is None and ports[0] % 2 == 0
    report, _ = examined(healthy(), transport=Transport.UDP)
    assert report.cause is Cause.STALLED and "tcp" in report.next_step


def test_a_host_name_is_looked_up_first() -> None:
    with speaking(healthy()) as camera:
        report = examine_stream(StreamAddress(f"rtsp://localhost:{camera.port}/"), None, None, "main")
    assert report.cause is None and "127.0.0.1" in report.steps[0].text
    report = examine_stream(StreamAddress("rtsp://no.such.host.invalid/"), None, None, "main")
    assert report.cause is Cause.NAME_UNKNOWN and [step.name for step in report.steps] == ["name"]


def test_a_certificate_that_is_not_trusted_is_told_so_that_it_can_be_pinned(tmp_path: Path) -> None:
    root = authority()
    issued = issue("camera", root)
    ca_file, _ = root.write(tmp_path, "root")
    with speaking(healthy(), tls=server_context(issued, tmp_path)) as camera:
        address = StreamAddress(f"rtsps://127.0.0.1:{camera.port}/")
        report = examine_stream(address, OPERATOR, None, "main")
        assert report.cause is Cause.TLS and report.steps[-1].name == "connect"
        assert report.remarks == [f"the camera shows the certificate with SHA-256 {issued.fingerprint}"]
        assert camera.asked == [], "something was said to a camera that is not trusted"
        trusted = examine_stream(address, None, str(ca_file), "main")
        pinned = StreamAddress(address.url, fingerprint=issued.fingerprint)
        assert trusted.cause is None
        assert examine_stream(pinned, None, None, "main").steps[0].text.endswith("(pinned certificate)")
