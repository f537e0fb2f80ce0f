"""The health port over real sockets: the newest copy, or that there is none. Rude ones: test_http_port."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.operations.health import (
    HealthPortTaken,
    HealthServer,
    HealthSnapshot,
    ProcessHealth,
    TileHealth,
    UiHealth,
)

SNAPSHOT = HealthSnapshot(
    version="0.1.0",
    uptime_s=1.0,
    scene="grid:2x2",
    ui=UiHealth(),
    processes=(ProcessHealth(os.getpid(), "ui"),),
    tiles=tuple(TileHealth("WALL-1", number, 0, number - 1, f"Ngã tư {number}") for number in (1, 2)),
)


@pytest.fixture
def server(clock: ManualClock) -> Iterator[HealthServer]:
    server = HealthServer("", 0, clock)
    server.start()
    yield server
    server.close()


def ask(
    server: HealthServer, path: str = "/health", method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(*server.address, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def health(server: HealthServer) -> tuple[int, dict[str, Any]]:
    status, _, body = ask(server)
    return status, json.loads(body)


def test_it_listens_on_loopback_unless_told_otherwise(server: HealthServer) -> None:
    host, port = server.address
    assert host == "127.0.0.1"
    assert port > 0


def test_the_newest_copy_is_told_with_what_the_processes_use(
    server: HealthServer, clock: ManualClock
) -> None:
    server.publish(SNAPSHOT, clock.monotonic_ns())
    server.publish(replace(SNAPSHOT, uptime_s=2.0), clock.monotonic_ns())
    status, told = health(server)
    assert status == 200
    assert told["uptime_s"] == 2.0
    assert told["tiles"][1]["camera"] == "Ngã tư 2"
    assert told["processes"][0]["pss_mb"] > 1
    assert told["processes"][0]["cpu_s"] > 0
    assert told["copy_age_ms"] == 0


def test_each_new_copy_is_told_at_once(server: HealthServer, clock: ManualClock) -> None:
    for uptime in range(20):
        server.publish(replace(SNAPSHOT, uptime_s=float(uptime)), clock.monotonic_ns())
        assert health(server)[1]["uptime_s"] == uptime


def test_a_ui_silent_for_two_seconds_is_503_with_the_last_copy(
    server: HealthServer, clock: ManualClock
) -> None:
    server.publish(SNAPSHOT, clock.monotonic_ns())
    clock.advance(2.0)
    assert health(server)[0] == 200
    clock.advance(0.001)
    status, told = health(server)
    assert (status, told["scene"], told["copy_age_ms"]) == (503, "grid:2x2", 2001)
    assert b"hanoi_wall_up 0\n" in ask(server, "/metrics")[2]
    server.publish(SNAPSHOT, clock.monotonic_ns())
    assert health(server)[0] == 200


def test_before_the_first_tick_it_is_503_and_still_json(server: HealthServer) -> None:
    status, told = health(server)
    assert (status, list(told)) == (503, ["version"])
    assert ask(server, "/metrics")[0] == 503


def test_metrics_are_the_same_figures(server: HealthServer, clock: ManualClock) -> None:
    server.publish(SNAPSHOT, clock.monotonic_ns())
    status, headers, body = ask(server, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = body.decode()
    assert "hanoi_wall_up 1\n" in text
    assert 'hanoi_wall_tile_torn{screen="WALL-1",tile="2",camera="Ngã tư 2"} 0\n' in text
    assert f'hanoi_wall_process_feeds{{pid="{os.getpid()}",role="ui"}} 0\n' in text


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/health?pretty=1", "GET", 200),
        ("/health", "HEAD", 200),
        ("/", "GET", 404),
        ("/health/", "GET", 404),
        ("/../../etc/passwd", "GET", 404),
        ("/health", "POST", 405),
        ("/health", "DELETE", 405),
    ],
)
def test_only_get_and_head_of_two_paths(
    server: HealthServer, clock: ManualClock, path: str, method: str, status: int
) -> None:
    server.publish(SNAPSHOT, clock.monotonic_ns())
    told, headers, body = ask(server, path, method)
    assert told == status
    assert (headers.get("Allow") == "GET, HEAD") == (status == 405)
    assert (not body) == (method == "HEAD")


def test_a_copy_that_cannot_be_told_is_an_error_once_and_not_the_end(
    server: HealthServer, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    server.publish(replace(SNAPSHOT, drill={"what": object()}), clock.monotonic_ns())
    with caplog.at_level("ERROR", logger="hanoi_wall.operations.http_port"):
        assert ask(server)[0] == 500
    server.publish(SNAPSHOT, clock.monotonic_ns())
    assert health(server)[0] == 200


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


# The port itself ---------------------------------------------------------------------------------------


def test_a_port_in_use_is_named(server: HealthServer, clock: ManualClock) -> None:
    port = server.address[1]
    second = HealthServer("127.0.0.1", port, clock)
    with pytest.raises(HealthPortTaken, match=f"127.0.0.1:{port}: Address already in use"):
        second.start()
    second.close()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("203.0.113.7", 8080), ("no host", 8080)])
def test_a_port_that_cannot_be_had_is_named(clock: ManualClock, host: str, port: int) -> None:
    with pytest.raises(HealthPortTaken, match=f"{host}:{port}: "):
        HealthServer(host, port, clock).start()


def test_an_ipv6_host_is_served(clock: ManualClock) -> None:
    server = HealthServer("::1", 0, clock)
    server.start()
    try:
        assert health(server)[0] == 503
    finally:
        server.close()


def test_closing_twice_and_with_clients_connected_leaves_the_port_free(clock: ManualClock) -> None:
    server = HealthServer("", 0, clock)
    server.start()
    address = server.address
    with socket.create_connection(address, 5) as client:
        server.close()
        server.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, 5)
        assert not is_open(client)
    again = HealthServer(*address, clock)
    again.start()
    again.close()


def test_publishing_costs_the_ui_next_to_nothing(server: HealthServer, clock: ManualClock) -> None:
    """One assignment: no text is made until somebody asks, and then on another thread."""
    server.publish(replace(SNAPSHOT, drill={"what": object()}), clock.monotonic_ns())
    server.publish(SNAPSHOT, clock.monotonic_ns())
    assert health(server)[0] == 200
