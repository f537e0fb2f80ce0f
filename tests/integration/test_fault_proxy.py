"""The failing line itself: a test that leans on it must know that it fails as told."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.integration.fault_proxy import FaultProxy

Proxies = Callable[[int], FaultProxy]


@contextmanager
def camera(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server whose every connection is `behave`d with on a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    started: list[threading.Thread] = []
    open_ones: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                behave(connection)
            except OSError:
                pass

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_ones.append(connection)
            started.append(threading.Thread(target=serve, args=(connection,), name="camera"))
            started[-1].start()

    acceptor = threading.Thread(target=accept, name="camera-accept")
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for end in (listener, *open_ones):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        listener.close()
        acceptor.join(10)
        for thread in started:
            thread.join(10)


def echo(connection: socket.socket) -> None:
    while data := connection.recv(65536):
        connection.sendall(data)


def tick(connection: socket.socket) -> None:
    """A number every 20 ms, as a line."""
    pause = threading.Event()
    for number in range(1000):
        connection.sendall(f"{number}\n".encode())
        pause.wait(0.02)


def dial(line: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), 5)


def test_a_line_without_faults_passes_every_byte_and_both_ends(fault_proxy: Proxies) -> None:
    payload = random.Random(3).randbytes(3_000_000)
    with camera(echo) as port, dial(fault_proxy(port)) as viewer:

        def send() -> None:
            viewer.sendall(payload)
            viewer.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send, name="sender")
        sender.start()
        back = b""
        while data := viewer.recv(65536):
            back += data
        sender.join(10)
    assert back == payload


def test_a_delay_shifts_what_comes_after_it_and_keeps_its_pace(fault_proxy: Proxies) -> None:
    with camera(tick) as port:
        line = fault_proxy(port)
        with dial(line) as viewer:
            lines = viewer.makefile("r")
            arrivals = {int(lines.readline()): time.monotonic() for _ in range(10)}
            line.delay(0.5)
            arrivals |= {int(lines.readline()): time.monotonic() for _ in range(30)}
            assert list(arrivals) == list(range(40))
            times = list(arrivals.values())
            pauses = [after - before for before, after in zip(times, times[1:], strict=False)]
            lines.close()
    assert max(pauses) > 0.4
    assert sum(pause > 0.3 for pause in pauses) == 1, "one gap, then the old pace"
    assert times[-1] - times[0] > 0.5 + 35 * 0.02


def test_a_throttle_lets_no_more_through(fault_proxy: Proxies) -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(bytes(65536))

    with camera(flood) as port:
        line = fault_proxy(port)
        line.throttle(200_000)
        with dial(line) as viewer:
            begun, heard = time.monotonic(), 0
            while time.monotonic() - begun < 0.6:
                heard += len(viewer.recv(65536))
            assert 0 < heard <= 200_000 * (time.monotonic() - begun) + 20_000


def test_a_cut_is_a_reset_on_both_sides_and_the_next_connection_works(
    fault_proxy: Proxies, until: Callable[..., None]
) -> None:
    ends: list[str] = []

    def watch(connection: socket.socket) -> None:
        try:
            echo(connection)
            ends.append("end")
        except ConnectionResetError:
            ends.append("reset")

    with camera(watch) as port:
        line = fault_proxy(port)
        with dial(line) as viewer:
            viewer.sendall(b"a")
            assert viewer.recv(10) == b"a"
            line.cut()
            with pytest.raises(ConnectionResetError):
                viewer.recv(10)
            until(lambda: ends == ["reset"])
            assert line.connections == 0
        with dial(line) as again:
            again.sendall(b"b")
            assert again.recv(10) == b"b"
            assert line.opened == 2


def test_a_refusing_line_refuses_until_it_accepts_again(fault_proxy: Proxies) -> None:
    with camera(echo) as port:
        line = fault_proxy(port)
        line.refuse()
        with pytest.raises(ConnectionRefusedError):
            dial(line)
        line.accept()
        with dial(line) as viewer:
            viewer.sendall(b"a")
            assert viewer.recv(10) == b"a"


def test_a_frozen_line_moves_nothing_and_thaws_without_loss(fault_proxy: Proxies) -> None:
    with camera(echo) as port:
        line = fault_proxy(port)
        with dial(line) as viewer:
            viewer.sendall(b"a")
            assert viewer.recv(10) == b"a"
            line.freeze()
            viewer.sendall(b"b")
            viewer.settimeout(0.2)
            with pytest.raises(TimeoutError):
                viewer.recv(10)
            viewer.settimeout(5)
            line.thaw()
            assert viewer.recv(10) == b"b"


def test_a_camera_that_is_not_there_is_a_reset(fault_proxy: Proxies, free_port: Callable[[], int]) -> None:
    line = fault_proxy(free_port())
    with pytest.raises(ConnectionResetError), dial(line) as viewer:
        viewer.recv(10)
