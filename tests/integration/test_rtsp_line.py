"""Whatever answers at a camera's address: the conversation ends in time, in bounds, and with a cause."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.rtsp_line import MOST_BODY, MOST_HEADERS, LineFault, RtspLine, resolve
from tests.integration.certificates import issue
from tests.integration.spoken_camera import PACKET, Reply, Request, answer, speaking
from tests.integration.tls_peer import server_context


def address(port: int, scheme: str = "rtsp", fingerprint: str | None = None) -> StreamAddress:
    return StreamAddress(f"{scheme}://127.0.0.1:{port}/x", fingerprint=fingerprint)


def fault_of(reply: Reply, *, seconds: float = 5.0, greeting: bytes = b"") -> LineFault:
    """What a camera that answers OPTIONS so ends the conversation with."""
    with speaking({"OPTIONS": reply}, greeting=greeting) as camera:
        line = RtspLine(address(camera.port), None, time.monotonic() + seconds)
        try:
            with pytest.raises(LineFault) as caught:
                line.ask("OPTIONS", "rtsp://127.0.0.1/x", {})
        finally:
            line.close()
    return caught.value


def test_an_answer_is_read_whole_with_what_came_in_between() -> None:
    def reply(request: Request) -> bytes:
        noise = PACKET * 3 + b"\r\n\r\n"
        late = answer("200 Late", X="1")(Request("", "", {"cseq": "99"}))
        own = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc"
        return (
            noise + late + own + answer("200 OK", "body", Public="A", WWW_Authenticate="B")(request) + PACKET
        )

    with speaking({"OPTIONS": reply}) as camera:
        line = RtspLine(address(camera.port), None, time.monotonic() + 5)
        found = line.ask("OPTIONS", "rtsp://h/x", {"Accept": "y"})
        assert (found.status, found.reason, found.body) == (200, "OK", b"body")
        assert found.header("public") == "A" and found.header("none") == ""
        assert line.wait_for_media(1.0)
        assert line.local_address == "127.0.0.1"
        line.close()
    assert camera.asked == [Request("OPTIONS", "rtsp://h/x", {"cseq": "1", "accept": "y"})]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak RTSP"),
        (b"\x00\xff garbage\r\n\r\n", "does not speak RTSP"),
        (b"RTSP/1.0 99999 x\r\n\r\n", "does not speak RTSP"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n", "length of an answer"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", "length of an answer"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1), "length of an answer"),
        (b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\n", "more than 64 headers"),
        (b"x" * 20_000, "longer than 16 KiB"),
    ],
)
def test_an_answer_that_is_none_is_a_bad_answer(reply: bytes, text: str) -> None:
    fault = fault_of(reply)
    assert fault.cause is Cause.BAD_ANSWER and text in str(fault)


def test_silence_and_drips_end_in_time() -> None:
    begin = time.monotonic()
    assert fault_of(b"", seconds=0.3).cause is Cause.TIMEOUT
    assert fault_of(b"RTSP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nabc", seconds=0.3).cause is Cause.TIMEOUT
    assert fault_of(b"$\x00\xff\xffxx", seconds=0.3).cause is Cause.TIMEOUT
    assert time.monotonic() - begin < 5


def test_a_closed_connection_is_lost() -> None:
    fault = fault_of(None)
    assert fault.cause is Cause.CONNECTION_LOST and "closed the connection" in str(fault)


def test_a_flood_of_media_in_place_of_an_answer_ends_in_time() -> None:
    assert fault_of(b"", seconds=0.5, greeting=PACKET * 200_000).cause in (
        Cause.TIMEOUT,
        Cause.CONNECTION_LOST,
    )


def test_nobody_there_is_refused(free_port: Callable[[], int]) -> None:
    with pytest.raises(LineFault, match="Connection refused") as caught:
        RtspLine(address(free_port()), None, time.monotonic() + 5)
    assert caught.value.cause is Cause.CONNECTION_REFUSED


def test_a_full_queue_is_a_timeout() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), pytest.raises(LineFault) as caught:
            for _ in range(4):
                RtspLine(address(port), None, time.monotonic() + 0.3)._socket.close()
    assert caught.value.cause is Cause.TIMEOUT


def test_no_media_is_told_from_media() -> None:
    with speaking(
        {"OPTIONS": answer(), "PLAY": lambda request: answer()(request) + b"$\x00\x00\x09abc"}
    ) as camera:
        line = RtspLine(address(camera.port), None, time.monotonic() + 5)
        line.ask("OPTIONS", "x", {})
        assert not line.wait_for_media(0.2)
        line.ask("PLAY", "x", {})
        assert not line.wait_for_media(0.2), "half a packet is none"
        line.close()


def test_a_pinned_certificate_is_spoken_to_and_another_is_not(tmp_path: Path) -> None:
    issued = issue("camera")
    with speaking({"OPTIONS": answer(body="x" * 100_000)}, tls=server_context(issued, tmp_path)) as camera:
        line = RtspLine(address(camera.port, "rtsps", issued.fingerprint), None, time.monotonic() + 5)
        assert len(line.ask("OPTIONS", "rtsps://h/x", {}).body) == 100_000
        assert not line.wait_for_media(0.2)
        line.close()
        for pin in ("ab" * 32, None):
            with pytest.raises(LineFault) as caught:
                RtspLine(address(camera.port, "rtsps", pin), None, time.monotonic() + 5)
            assert caught.value.cause is Cause.TLS


def test_names_are_resolved_within_their_time() -> None:
    assert "127.0.0.1" in resolve("localhost", 10.0)
    for host in ("no.such.host.invalid", "x" * 300, "a\udcff"):
        with pytest.raises(LineFault, match="no address is known") as caught:
            resolve(host, 10.0)
        assert caught.value.cause is Cause.NAME_UNKNOWN
    with pytest.raises(LineFault, match="did not answer within"):
        resolve("localhost", 0.001)
