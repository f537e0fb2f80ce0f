"""The rtsps relay over real sockets: every byte arrives, nobody else gets in, nothing can hold it up."""

from __future__ import annotations

import random
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.relay import LIMIT, Relay
from tests.integration.tls_peer import Behaviour, Peer, echo, listen, serving

TIMEOUT_S = 5.0


def open_relay(
    peer_port: int, ca_file: str | None = None, pin: str | None = None, host: str = "127.0.0.1"
) -> Relay:
    return Relay.open(host, peer_port, fingerprint=pin, ca_file=ca_file, timeout_s=TIMEOUT_S)


@contextmanager
def through(
    context: ssl.SSLContext, ca_file: str, behave: Behaviour = echo
) -> Iterator[tuple[socket.socket, Relay, Peer]]:
    """(libav's end, relay, camera) of a whole connection."""
    with serving(context, behave) as peer, open_relay(peer.port, ca_file) as relay:
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            yield client, relay, peer


def read_all(client: socket.socket) -> bytes:
    parts = []
    while data := client.recv(65536):
        parts.append(data)
    return b"".join(parts)


# Bytes -----------------------------------------------------------------------------------------------------

sizes = st.one_of(
    st.integers(1, 64), st.integers(1, 20_000), st.sampled_from([16384, 16385, 65536, LIMIT + 1])
)


@settings(max_examples=20, deadline=None)
@given(parts=st.lists(sizes, min_size=1, max_size=6), seed=st.integers(0, 2**32))
def test_every_byte_arrives_in_order_both_ways(
    tls_good: ssl.SSLContext, tls_ca_file: str, parts: list[int], seed: int
) -> None:
    chance = random.Random(seed)
    payload = [chance.randbytes(size) for size in parts]
    with through(tls_good, tls_ca_file) as (client, _, peer):

        def send() -> None:
            for part in payload:
                client.sendall(part)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send, name="sender")
        sender.start()
        back = read_all(client)
        sender.join(10)
    assert bytes(peer.heard) == back == b"".join(payload)


def test_what_the_camera_says_at_once_after_the_handshake_arrives(
    tls_good: ssl.SSLContext, tls_ca_file: str
) -> None:
    def speak(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.sendall(b"first word")
        listen(connection, peer)

    with through(tls_good, tls_ca_file, speak) as (client, _, _):
        assert client.recv(100) == b"first word"


def test_a_camera_that_sends_faster_than_libav_reads_is_held_back_and_loses_nothing(
    tls_good: ssl.SSLContext, tls_ca_file: str, until: Callable[..., None]
) -> None:
    block = random.Random(1).randbytes(1 << 20)
    sent = [0]
    total = 48

    def flood(connection: ssl.SSLSocket, peer: Peer) -> None:
        for _ in range(total):
            connection.sendall(block)
            sent[0] += 1

    with through(tls_good, tls_ca_file, flood) as (client, _, _):
        still = [(-1, 0.0)]

        def stands() -> bool:
            if still[0][0] != sent[0]:
                still[0] = (sent[0], time.monotonic())
            return time.monotonic() - still[0][1] > 0.5

        until(stands, 10, "the camera to be held back")
        assert sent[0] < total
        assert read_all(client) == block * total


def test_libav_may_end_its_half_and_still_hear_the_rest(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    def answer_after_the_end(connection: ssl.SSLSocket, peer: Peer) -> None:
        listen(connection, peer)
        connection.sendall(b"heard you out")

    with through(tls_good, tls_ca_file, answer_after_the_end) as (client, _, peer):
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b"heard you out"
    assert peer.heard == b"question"


def test_the_camera_may_end_its_half_and_still_be_spoken_to(
    tls_good: ssl.SSLContext, tls_ca_file: str
) -> None:
    def end_first(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.sendall(b"all I have")
        socket.socket.shutdown(connection, socket.SHUT_WR)
        listen(connection, peer)

    with through(tls_good, tls_ca_file, end_first) as (client, _, peer):
        assert read_all(client) == b"all I have"
        client.sendall(b"TEARDOWN")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""
    assert peer.heard == b"TEARDOWN"


def test_a_goodbye_reaches_the_camera_though_libav_and_relay_close_at_once(
    tls_good: ssl.SSLContext, tls_ca_file: str, until: Callable[..., None]
) -> None:
    def stream(connection: ssl.SSLSocket, peer: Peer) -> None:
        """Pictures without end, of which libav leaves some unread."""
        connection.settimeout(0.001)
        while True:
            try:
                if not (data := connection.recv(65536)):
                    return
                peer.heard += data
            except TimeoutError:
                pass
            try:
                connection.sendall(b"$" * 1400)
            except TimeoutError:
                pass

    for _ in range(5):
        with serving(tls_good, stream) as peer, open_relay(peer.port, tls_ca_file) as relay:
            with socket.create_connection(relay.address, TIMEOUT_S) as client:
                client.sendall(b"PLAY")
                assert client.recv(10)
                client.sendall(b"TEARDOWN")
            relay.close()
            until(lambda peer=peer: peer.heard == b"PLAYTEARDOWN", 5, "TEARDOWN")


# Who may use it ----------------------------------------------------------------------------------------

STRANGER = """
import socket, sys
stranger = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
try:
    stranger.sendall(b"DESCRIBE")
    print("answer", stranger.recv(100))
except ConnectionError:
    print("answer", b"")
"""


def test_another_process_is_turned_away_and_keeps_nobody_out(
    tls_good: ssl.SSLContext, tls_ca_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tls_good) as peer, open_relay(peer.port, tls_ca_file) as relay:
        with caplog.at_level("WARNING", logger="hanoi_wall.video.relay"):
            said = subprocess.run(
                [sys.executable, "-I", "-c", STRANGER, str(relay.address[1])],
                capture_output=True, text=True, timeout=30, check=True,
            )  # fmt: skip
        assert said.stdout.strip() == "answer b''"
        assert "turned away" in caplog.text
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            client.sendall(b"mine")
            assert client.recv(100) == b"mine"
    assert peer.heard == b"mine"


def test_only_one_connection_is_taken(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with through(tls_good, tls_ca_file) as (client, relay, _):
        client.sendall(b"one")
        assert client.recv(100) == b"one"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)


def test_a_relay_that_nobody_uses_ends_by_itself(
    tls_good: ssl.SSLContext, tls_ca_file: str, until: Callable[..., None]
) -> None:
    with serving(tls_good) as peer:
        relay = Relay.open("127.0.0.1", peer.port, fingerprint=None, ca_file=tls_ca_file, timeout_s=1.0)
        until(lambda: not any(thread.name.startswith("relay:") for thread in threading.enumerate()), 5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)
        relay.close()


# Ends --------------------------------------------------------------------------------------------------


def test_close_from_another_thread_unblocks_libav(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with through(tls_good, tls_ca_file, listen) as (client, relay, _):
        heard: list[bytes] = []
        reader = threading.Thread(target=lambda: heard.append(client.recv(100)), name="reader")
        reader.start()
        closers = [threading.Thread(target=relay.close, name=f"closer-{n}") for n in range(3)]
        for closer in closers:
            closer.start()
        for thread in (*closers, reader):
            thread.join(5)
        relay.close()
        assert heard == [b""]


def test_close_does_not_wait_for_a_camera_that_takes_nothing(
    tls_good: ssl.SSLContext, tls_ca_file: str, until: Callable[..., None]
) -> None:
    gone = threading.Event()

    def deaf(connection: ssl.SSLSocket, peer: Peer) -> None:
        gone.wait(10)

    with through(tls_good, tls_ca_file, deaf) as (client, relay, _):
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            while True:
                client.send(bytes(65536))
        begun = time.monotonic()
        relay.close()
        took = time.monotonic() - begun
        gone.set()
    assert took < 1.0
    assert not any(thread.name.startswith("relay:") for thread in threading.enumerate())


def test_a_relay_closed_before_use_is_gone(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with serving(tls_good) as peer:
        relay = open_relay(peer.port, tls_ca_file)
        relay.close()
        relay.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)


@pytest.mark.parametrize("status", [b"RTSP/1.0 302 Found", b"RTSP/1.0 301 Moved Permanently"])
@pytest.mark.parametrize("cut", [0, 3, 10])
def test_a_redirect_never_reaches_libav(
    tls_good: ssl.SSLContext, tls_ca_file: str, status: bytes, cut: int
) -> None:
    def redirect(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.recv(100)
        if cut:
            connection.sendall(status[:cut])
        connection.sendall(status[cut:] + b"\r\nLocation: rtsp://127.0.0.1:1/other\r\n\r\n")
        listen(connection, peer)

    with through(tls_good, tls_ca_file, redirect) as (client, relay, _):
        client.sendall(b"DESCRIBE")
        assert b"Location" not in read_all(client)
        assert relay.fault is not None
        assert relay.fault.cause is Cause.REJECTED


def test_a_line_that_is_tampered_with_ends_as_a_tls_fault(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    def garble(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.recv(100)
        socket.socket.sendall(connection, b"\x17\x03\x03\x00\x20" + bytes(32))
        listen(connection, peer)

    with through(tls_good, tls_ca_file, garble) as (client, relay, _):
        client.sendall(b"DESCRIBE")
        assert read_all(client) == b""
        assert relay.fault is not None
        assert relay.fault.cause is Cause.TLS


def test_an_ordinary_end_is_no_fault(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with through(tls_good, tls_ca_file, lambda connection, peer: None) as (client, relay, _):
        assert read_all(client) == b""
    assert relay.fault is None
