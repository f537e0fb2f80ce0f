"""What systemd is told, read from a real socket as systemd does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.guard.service import Service


@pytest.fixture(params=["a file", "an abstract name"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """The service manager's socket and its name in NOTIFY_SOCKET."""
    name = str(tmp_path / "notify") if request.param == "a file" else f"@hanoi-wall-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0"))
        listener.settimeout(2)
        yield listener, name


def test_it_says_that_it_is_ready_and_alive(manager: tuple[socket.socket, str]) -> None:
    listener, name = manager
    service = Service({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": str(os.getpid())})
    service.tell(READY="1", STATUS="the wall stands")
    assert listener.recv(200) == b"READY=1\nSTATUS=the wall stands"
    for second in range(0, 9):
        service.tick(1000 * SECOND + second * SECOND)
    service.tell(STOPPING="1")
    service.close()
    service.close()
    told = [listener.recv(200) for _ in range(6)]
    assert told == [b"WATCHDOG=1"] * 5 + [b"STOPPING=1"], "each 2 s of 4"


def test_a_watchdog_meant_for_another_process_is_left_alone(manager: tuple[socket.socket, str]) -> None:
    listener, name = manager
    for more in ({"WATCHDOG_PID": "1", "WATCHDOG_USEC": "4"}, {"WATCHDOG_USEC": "x"}, {}):
        service = Service({"NOTIFY_SOCKET": name} | more)
        service.tick(1000 * SECOND)
        service.tell(READY="1")
        service.close()
        assert listener.recv(200) == b"READY=1"


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "/nowhere/at/all", "@nobody-listens"])
def test_where_nobody_listens_nothing_happens(address: str) -> None:
    service = Service({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "4000000"})
    service.tell(READY="1")
    service.tick(1000 * SECOND)
    service.close()
