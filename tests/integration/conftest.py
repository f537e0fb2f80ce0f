"""The other side of the wire for real-socket tests: servers somebody else wrote, and a line that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import AioPeers, GstPeers
from tests.integration.viewer import Viewer


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory, street: Path) -> Iterator[GstPeers]:
    """GstRtspServer: `peers.feed("h265", "digest", Transport.UDP)`."""
    started = GstPeers(tmp_path_factory.mktemp("gst"), street)
    yield started
    started.end()


@pytest.fixture(scope="session")
def aio_peers(tmp_path_factory: pytest.TempPathFactory, street: Path) -> Iterator[AioPeers]:
    """aio-rtsp-toolkit: `aio_peers.address("street")`."""
    started = AioPeers(tmp_path_factory.mktemp("aio"), street)
    yield started
    started.end()


@pytest.fixture
def fault_proxy() -> Iterator[Callable[[int], FaultProxy]]:
    """`fault_proxy(port)` stands before that port of 127.0.0.1 and breaks the line as told."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(FaultProxy(port))


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """A real decoder process: `with viewer.watch(address) as session: session.next_picture()`."""
    started = Viewer()
    yield started
    started.close()
