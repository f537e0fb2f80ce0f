"""A password that stands in path or query is in no fault and no log record, whatever becomes of the session.

Records are looked at as they are made: nothing here has passed the log's own redaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.faults import Cause
from tests.integration.rude_servers import RudeServer, garbage, hang_up, no_description, silent, status
from tests.integration.wall_of_feeds import Wall, camera

SECRET = Credentials("op", "Canary-ém;đềm'=#")
PATHS = (
    "user=op&password={password}&channel=1",
    "live?pwd={password}",
    "user=op_password={password}_stream=0",
)
CAUSES = {
    "refused": Cause.CONNECTION_REFUSED,
    "hang-up": Cause.CONNECTION_LOST,
    "garbage": Cause.BAD_ANSWER,
    "silent": Cause.TIMEOUT,
    "nothing": Cause.BAD_ANSWER,
    "401": Cause.WRONG_PASSWORD,
    "404": Cause.NOT_FOUND,
    "503": Cause.UNAVAILABLE,
}


@pytest.fixture
def ports(free_port: Callable[[], int]) -> Iterator[dict[str, int]]:
    """Cameras that fail each in its own way."""
    answers = {
        "hang-up": hang_up, "garbage": garbage, "silent": silent, "nothing": no_description,
        "401": status(401, "Unauthorized"), "404": status(404, "Not Found"), "503": status(503, "Busy"),
    }  # fmt: skip
    with ExitStack() as stack:
        servers = {name: stack.enter_context(RudeServer(answer)) for name, answer in answers.items()}
        yield {"refused": free_port()} | {name: server.port for name, server in servers.items()}


def test_it_is_nowhere(
    wall: Callable[..., Wall],
    ports: dict[str, int],
    until: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    addresses = {
        name: StreamAddress(f"rtsp://127.0.0.1:{port}/{PATHS[number % len(PATHS)]}")
        for number, (name, port) in enumerate(ports.items())
    }
    cameras = {name: camera(name, address) for name, address in addresses.items()}
    with caplog.at_level(logging.DEBUG, logger="hanoi_wall"):
        shown = wall(cameras, secret_of=lambda camera, kind: SECRET)
        shown.show(*cameras)
        until(lambda: {name: shown.cause(name) for name in cameras} == CAUSES, 25, "every camera's fault")
    faults = [shown.view(name).session.fault for name in cameras]
    shown.close()
    words = capfd.readouterr()
    texts = [repr(faults), caplog.text, *(repr(vars(record)) for record in caplog.records), *words]
    assert "camera 401 main: wrong_password" in caplog.text
    for text in texts:
        for spelling in ("Canary", SECRET.password, quote(SECRET.password)):
            assert spelling not in text
