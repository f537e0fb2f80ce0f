"""Silent cameras among good ones, with real sockets: they hold no place for long, and not all of them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from hanoi_wall.domain.camera import Camera, StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import TileState
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import GstPeers
from tests.integration.wall_of_feeds import Wall, camera

Walls = Callable[..., Wall]
Until = Callable[..., None]
SILENT = 24


@pytest.fixture
def deaf() -> Iterator[dict[str, Camera]]:
    """Cameras whose ports answer no SYN: their queues of connections are full."""
    with ExitStack() as stack:
        cameras = {}
        for number in range(SILENT):
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            for _ in range(2):
                line = stack.enter_context(socket.socket())
                line.setblocking(False)
                line.connect_ex(listener.getsockname())
            address = StreamAddress(f"rtsp://127.0.0.1:{listener.getsockname()[1]}/live")
            cameras[f"deaf-{number:02}"] = camera(f"deaf-{number:02}", address)
        yield cameras


def test_a_camera_opens_and_comes_back_beside_silent_ones(
    wall: Walls,
    peers: GstPeers,
    fault_proxy: Callable[[int], FaultProxy],
    deaf: dict[str, Camera],
    until: Until,
) -> None:
    """With 5 s for every try, a round of them all would take 15 s."""
    line = fault_proxy(peers.ports["plain"])
    url = peers.feed("h264").address.url.replace(f":{peers.ports['plain']}/", f":{line.port}/")
    shown = wall(deaf | {"good": camera("good", StreamAddress(url))})
    shown.show(*deaf, "good")
    until(lambda: shown.plays("good"), 10, "a picture, though it asked last")
    until(lambda: all(shown.cause(name) is Cause.TIMEOUT for name in deaf), 10, "a cause for each")
    line.freeze()
    until(lambda: shown.state("good") is TileState.OFFLINE, 14, "the session to be given up")
    line.thaw()
    until(lambda: shown.state("good") is TileState.LIVE, 5, "a live picture")
    assert shown.roster.facts().opens_peak == 8
