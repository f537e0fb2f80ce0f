"""Whether a camera answers at all, told within a second, whatever kind of silence it keeps."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.reach import ANSWER_S, CONNECT_S, silence_of
from tests.integration import rude_servers
from tests.integration.peers.servers import GstPeers
from tests.integration.rude_servers import RudeServer


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port of 127.0.0.1 whose SYNs nobody answers: its queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            line = stack.enter_context(socket.socket())
            line.setblocking(False)
            line.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def told_in_time(address: StreamAddress) -> Cause | None:
    began = time.monotonic()
    silent = silence_of(address)
    assert time.monotonic() - began < CONNECT_S + ANSWER_S + 1.0
    return silent.cause if silent is not None else None


def test_nobody_answers_the_first_packet(deaf: int) -> None:
    for scheme in ("rtsp", "rtsps"):
        assert told_in_time(StreamAddress(f"{scheme}://127.0.0.1:{deaf}/live")) is Cause.TIMEOUT


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (rude_servers.silent, Cause.TIMEOUT),
        (rude_servers.half_open, Cause.TIMEOUT),
        (rude_servers.reset, Cause.CONNECTION_LOST),
        (rude_servers.hang_up, Cause.CONNECTION_LOST),
        (rude_servers.slow_headers, None),
        (rude_servers.status(401, "Unauthorized"), None),
        (rude_servers.status(404, "Not Found"), None),
    ],
)
def test_silence_is_no_answer_and_any_word_is_one(answer: rude_servers.Answer, cause: Cause | None) -> None:
    with RudeServer(answer) as server:
        assert told_in_time(server.address) is cause
        assert server.connections == 1
    assert b"Authorization" not in b"".join(server.heard)


def test_who_is_not_there(free_port: Callable[[], int]) -> None:
    assert told_in_time(StreamAddress(f"rtsp://127.0.0.1:{free_port()}/live")) is Cause.CONNECTION_REFUSED
    assert told_in_time(StreamAddress("rtsp://no..name/live")) is Cause.NAME_UNKNOWN


@pytest.mark.parametrize("server", ["plain", "digest", "tls", "tls-own"])
def test_a_real_camera_answers(peers: GstPeers, server: str) -> None:
    assert told_in_time(peers.feed("h264", server).address) is None


def test_a_clip_has_nobody_to_ask() -> None:
    assert told_in_time(StreamAddress("clip:///nowhere.mp4")) is None
