"""Which 4xx it was: libav has one word for most of them, and what an operator must do differs."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.decoder import StreamFault, open_stream
from tests.integration.rude_servers import RudeServer, hang_up, no_description
from tests.integration.spoken_camera import Reply, Request, Spoken, answer, healthy, speaking

LOGIN = Credentials("op", "canary-Tr0ng")
CAUSES = {
    "453 Not Enough Bandwidth": Cause.TOO_MANY_SESSIONS,
    "454 Session Not Found": Cause.SESSION_LOST,
    "455 Method Not Valid in This State": Cause.REJECTED,
    "406 Not Acceptable": Cause.REJECTED,
    "410 Gone": Cause.NOT_FOUND,
    "461 Unsupported Transport": Cause.TRANSPORT,
    "462 Destination Unreachable": Cause.TRANSPORT,
    "429 Too Many Requests": Cause.TOO_MANY_SESSIONS,
    "503 Service Unavailable": Cause.UNAVAILABLE,
}


def locked(reply: Callable[[Request], bytes | None]) -> Callable[[Request], bytes | None]:
    """The same camera, with a password: it says nothing to whoever has none."""
    ask = answer("401 Unauthorized", WWW_Authenticate='Digest realm="camera", nonce="n0"')

    def guarded(request: Request) -> bytes | None:
        return reply(request) if "Digest " in request.headers.get("authorization", "") else ask(request)

    return guarded


def refusing(method: str, status: str, transport: Transport = Transport.TCP) -> dict[str, Reply]:
    """A camera with a password that plays, but for that answer to that method."""
    way = "RTP/AVP/TCP;unicast;interleaved=0-1"
    if transport is Transport.UDP:
        way = "RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001"
    usual = healthy(SETUP=answer(Session="12;timeout=60", Transport=way))
    replies = usual | {method: answer(status)}
    return {name: locked(reply) if callable(reply) else reply for name, reply in replies.items()} | {
        "OPTIONS": usual["OPTIONS"]
    }


def fault(camera: Spoken, address: StreamAddress, ca_file: str | None = None) -> StreamFault:
    """What becomes of a session."""
    url = address.url.replace("PORT", str(camera.port))
    with pytest.raises(StreamFault) as caught:
        open_stream(replace(address, url=url), LOGIN, threading.Event(), ca_file)
    assert "canary" not in repr(caught.value.args) + caught.value.detail
    return caught.value


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("status", CAUSES)
def test_which_refusal_it_was(status: str, method: str) -> None:
    with speaking(refusing(method, status)) as camera:
        said = fault(camera, StreamAddress("rtsp://127.0.0.1:PORT/live"))
    assert said.cause is CAUSES[status]


@pytest.mark.parametrize("transport", Transport)
def test_a_refused_transport_needs_no_second_question(transport: Transport) -> None:
    with speaking(refusing("SETUP", "461 Unsupported Transport", transport)) as camera:
        said = fault(camera, StreamAddress("rtsp://127.0.0.1:PORT/live", transport))
        assert camera.methods.count("SETUP") == 1
    assert said.cause is Cause.TRANSPORT


def test_a_camera_that_sends_by_udp_is_asked_for_udp_again() -> None:
    with speaking(refusing("SETUP", "453 Not Enough Bandwidth", Transport.UDP)) as camera:
        assert fault(camera, StreamAddress("rtsp://127.0.0.1:PORT/live", Transport.UDP)).cause is (
            Cause.TOO_MANY_SESSIONS
        )
        asked = [request.headers["transport"] for request in camera.asked if request.method == "SETUP"]
    assert len(asked) == 2 and all("client_port" in each for each in asked)


def test_behind_tls_too(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with speaking(refusing("PLAY", "454 Session Not Found"), tls=tls_good) as camera:
        said = fault(camera, StreamAddress("rtsps://localhost:PORT/live"), tls_ca_file)
    assert said.cause is Cause.SESSION_LOST


def test_a_session_that_is_had_at_the_second_try_is_given_back() -> None:
    """Nothing is known then of why the first was refused; the next try will play."""
    once = iter(["453 Not Enough Bandwidth"])
    usual = refusing("OPTIONS", "200 OK")
    play = usual["PLAY"]
    assert callable(play)
    replies = usual | {
        "PLAY": lambda request: answer(status)(request) if (status := next(once, "")) else play(request)
    }
    with speaking(replies) as camera:
        assert fault(camera, StreamAddress("rtsp://127.0.0.1:PORT/live")).cause is Cause.REJECTED
        assert camera.methods[-1] == "TEARDOWN"


def test_a_description_without_video_is_a_bad_answer_whatever_comes_after_it() -> None:
    with RudeServer(no_description) as server, pytest.raises(StreamFault) as caught:
        open_stream(server.address, None, threading.Event())
    assert caught.value.cause is Cause.BAD_ANSWER


def test_a_description_of_nonsense_is_a_bad_answer_whatever_comes_after_it() -> None:
    """libav finds nothing in it and asks to play all the same: that the camera refuses is not its fault."""
    replies = refusing("PLAY", "454 Session Not Found") | {
        "DESCRIBE": answer(body="!#$%&", Content_Type="application/sdp")
    }
    with speaking(replies) as camera:
        assert fault(camera, StreamAddress("rtsp://127.0.0.1:PORT/live")).cause is Cause.BAD_ANSWER


def test_a_line_that_is_cut_is_told_from_nonsense() -> None:
    with RudeServer(hang_up) as server, pytest.raises(StreamFault) as caught:
        open_stream(server.address, None, threading.Event())
    assert caught.value.cause is Cause.CONNECTION_LOST
