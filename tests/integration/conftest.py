"""The other side of the wire for real-socket tests: servers somebody else wrote, and a line that fails."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Camera
from tests.integration.certificates import Issued, authority, issue
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import AioPeers, GstPeers
from tests.integration.tls_peer import server_context
from tests.integration.viewer import Viewer
from tests.integration.wall_of_feeds import Wall


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


@pytest.fixture(scope="session")
def tls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where certificates and keys of tests lie."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="session")
def tls_root() -> Issued:
    """An authority that the client under test trusts."""
    return authority()


@pytest.fixture(scope="session")
def tls_ca_file(tls_root: Issued, tls_folder: Path) -> str:
    """The file that makes it trusted."""
    return str(tls_root.write(tls_folder, "root")[0])


@pytest.fixture(scope="session")
def tls_good(tls_root: Issued, tls_folder: Path) -> ssl.SSLContext:
    """A server with a right certificate for this machine."""
    return server_context(issue("camera", tls_root), tls_folder)


@pytest.fixture
def wall() -> Iterator[Callable[..., Wall]]:
    """`wall({"cam": camera(…)}, processes=2)`: a roster without a screen, gone within 3 s."""
    walls: list[Wall] = []

    def make(cameras: Mapping[str, Camera], **options: object) -> Wall:
        walls.append(Wall(cameras, **options))  # type: ignore[arg-type]
        return walls[-1]

    yield make
    for each in walls:
        assert each.close() < 3.0
        assert each.torn == 0
    walls.clear()
