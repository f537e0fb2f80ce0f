"""The rtsps relay over real sockets: whom it trusts, that every byte arrives, that nothing can hold it up."""

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
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.relay import LIMIT, Relay, RelayRefused
from tests.integration.certificates import BAD, Issued, authority, issue
from tests.integration.tls_peer import Behaviour, Peer, echo, listen, server_context, serving

TIMEOUT_S = 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def root() -> Issued:
    return authority()


@pytest.fixture(scope="module")
def ca_file(root: Issued, folder: Path) -> str:
    return str(root.write(folder, "root")[0])


@pytest.fixture(scope="module")
def good(root: Issued, folder: Path) -> ssl.SSLContext:
    return server_context(issue("camera", root), folder)


def open_relay(
    peer_port: int, ca_file: str | None = None, pin: str | None = None, host: str = "127.0.0.1"
) -> Relay:
    return Relay.open(host, peer_port, fingerprint=pin, ca_file=ca_file, timeout_s=TIMEOUT_S)


def refusal(
    port: int,
    ca_file: str | None,
    pin: str | None = None,
    timeout_s: float = TIMEOUT_S,
    host: str = "127.0.0.1",
) -> RelayRefused:
    with pytest.raises(RelayRefused) as caught:
        Relay.open(host, port, fingerprint=pin, ca_file=ca_file, timeout_s=timeout_s).close()
    return caught.value


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


# Trust -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_a_known_authority_for_this_host_is_accepted(
    good: ssl.SSLContext, ca_file: str, host: str
) -> None:
    with serving(good) as peer, open_relay(peer.port, ca_file, host=host) as relay:
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            client.sendall(b"OPTIONS")
            assert client.recv(100) == b"OPTIONS"


def test_an_intermediate_authority_is_accepted(root: Issued, folder: Path, ca_file: str) -> None:
    camera = issue("camera", issue("district authority", root, ca=True))
    with serving(server_context(camera, folder)) as peer, open_relay(peer.port, ca_file) as relay:
        assert relay.address[0] == "127.0.0.1"


@pytest.mark.parametrize("spelling", ["plain", "colons and capitals"])
def test_a_pinned_self_signed_certificate_is_accepted_without_authority(folder: Path, spelling: str) -> None:
    camera = issue("some box", hosts=("elsewhere.example",))
    pin = camera.fingerprint
    if spelling != "plain":
        pin = ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()
    with serving(server_context(camera, folder)) as peer, open_relay(peer.port, pin=pin) as relay:
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            client.sendall(b"OPTIONS")
            assert client.recv(100) == b"OPTIONS"


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_certificate_is_refused(kind: str, root: Issued, folder: Path, ca_file: str) -> None:
    with serving(server_context(BAD[kind](root), folder), listen) as peer:
        refused = refusal(peer.port, ca_file, host="localhost")
    assert refused.cause is Cause.TLS
    assert refused.detail
    assert not peer.heard


def test_a_certificate_of_an_authority_unknown_to_the_system_is_refused(
    root: Issued, good: ssl.SSLContext
) -> None:
    with serving(good, listen) as peer:
        assert refusal(peer.port, None).cause is Cause.TLS


def test_another_certificate_than_the_pinned_one_is_refused_even_if_its_authority_is_known(
    good: ssl.SSLContext, ca_file: str
) -> None:
    with serving(good, listen) as peer:
        refused = refusal(peer.port, ca_file, issue("camera").fingerprint)
    assert refused.cause is Cause.TLS
    assert "pinned" in refused.detail
    assert not peer.heard


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.parametrize("pinned", [False, True])
def test_tls_older_than_1_2_is_refused(
    root: Issued, folder: Path, ca_file: str, newest: ssl.TLSVersion, pinned: bool
) -> None:
    camera = issue("camera", root)
    with serving(server_context(camera, folder, newest), listen) as peer:
        assert refusal(peer.port, ca_file, camera.fingerprint if pinned else None).cause is Cause.TLS
    assert peer.handshakes == 0


def test_the_old_tls_server_of_these_tests_does_speak_to_a_client_that_allows_it(
    root: Issued, folder: Path
) -> None:
    """So that the refusals above are the relay's doing."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        client.minimum_version = ssl.TLSVersion.TLSv1
    with serving(server_context(issue("camera", root), folder, ssl.TLSVersion.TLSv1_1)) as peer:
        with socket.create_connection(("127.0.0.1", peer.port), TIMEOUT_S) as raw:
            with client.wrap_socket(raw) as connection:
                assert connection.version() == "TLSv1.1"


@pytest.mark.parametrize("pin", ["", "abc", "g" * 64, "a" * 63])
def test_a_pin_that_is_no_fingerprint_is_refused_before_anything_is_sent(pin: str) -> None:
    assert refusal(9, None, pin).cause is Cause.TLS


def test_a_missing_or_senseless_authority_file_is_refused(tmp_path: Path) -> None:
    senseless = tmp_path / "ca.pem"
    senseless.write_text("no certificate")
    for path in (senseless, tmp_path / "missing.pem"):
        refused = refusal(9, str(path))
        assert refused.cause is Cause.TLS
        assert str(path) in refused.detail


def test_a_changed_authority_file_is_read_again(root: Issued, good: ssl.SSLContext, tmp_path: Path) -> None:
    path = authority("Old authority").write(tmp_path, "ca")[0]
    with serving(good) as peer:
        assert refusal(peer.port, str(path)).cause is Cause.TLS
        root.write(tmp_path, "ca")
        open_relay(peer.port, str(path)).close()


# Servers that do not answer as they should -----------------------------------------------------------------


@contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A plain TCP server on 127.0.0.1 for one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    behave(connection)
                except OSError:
                    pass

        thread = threading.Thread(target=serve, name="raw-server")
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            socket.socket.shutdown(listener, socket.SHUT_RDWR)
            thread.join(10)


def until_closed(connection: socket.socket) -> None:
    connection.settimeout(10)
    while connection.recv(65536):
        pass


def test_a_server_that_never_answers_the_handshake_costs_no_more_than_the_time_limit(ca_file: str) -> None:
    with raw_server(until_closed) as port:
        begun = time.monotonic()
        assert refusal(port, ca_file, timeout_s=0.3).cause is Cause.TIMEOUT
        assert time.monotonic() - begun < 3


def test_a_server_that_drips_its_handshake_costs_no_more_than_the_time_limit(ca_file: str) -> None:
    closed = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not closed.wait(0.02):
            connection.sendall(b"\x02")

    with raw_server(drip) as port:
        try:
            assert refusal(port, ca_file, timeout_s=0.3).cause is Cause.TIMEOUT
        finally:
            closed.set()


def test_a_server_that_speaks_no_tls_is_a_tls_fault(ca_file: str) -> None:
    def plain(connection: socket.socket) -> None:
        connection.sendall(b"RTSP/1.0 400 Bad Request\r\n\r\n")
        until_closed(connection)

    with raw_server(plain) as port:
        assert refusal(port, ca_file).cause is Cause.TLS


def test_a_server_that_hangs_up_in_the_handshake_is_a_lost_connection(ca_file: str) -> None:
    with raw_server(lambda connection: None) as port:
        assert refusal(port, ca_file).cause is Cause.CONNECTION_LOST


def test_nobody_listening_is_a_refused_connection(free_port: Callable[[], int], ca_file: str) -> None:
    assert refusal(free_port(), ca_file).cause is Cause.CONNECTION_REFUSED


@pytest.mark.parametrize("host", ["a..b", "", "x" * 300, "nul\0name"])
def test_an_impossible_name_is_an_unknown_name(host: str, ca_file: str) -> None:
    with pytest.raises(RelayRefused) as caught:
        Relay.open(host, 322, fingerprint=None, ca_file=ca_file, timeout_s=1)
    assert caught.value.cause is Cause.NAME_UNKNOWN


# Bytes -----------------------------------------------------------------------------------------------------

sizes = st.one_of(
    st.integers(1, 64), st.integers(1, 20_000), st.sampled_from([16384, 16385, 65536, LIMIT + 1])
)


@settings(max_examples=20, deadline=None)
@given(parts=st.lists(sizes, min_size=1, max_size=6), seed=st.integers(0, 2**32))
def test_every_byte_arrives_in_order_both_ways(
    good: ssl.SSLContext, ca_file: str, parts: list[int], seed: int
) -> None:
    chance = random.Random(seed)
    payload = [chance.randbytes(size) for size in parts]
    with through(good, ca_file) as (client, _, peer):

        def send() -> None:
            for part in payload:
                client.sendall(part)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send, name="sender")
        sender.start()
        back = read_all(client)
        sender.join(10)
    assert bytes(peer.heard) == back == b"".join(payload)


def test_what_the_camera_says_at_once_after_the_handshake_arrives(good: ssl.SSLContext, ca_file: str) -> None:
    def speak(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.sendall(b"first word")
        listen(connection, peer)

    with through(good, ca_file, speak) as (client, _, _):
        assert client.recv(100) == b"first word"


def test_a_camera_that_sends_faster_than_libav_reads_is_held_back_and_loses_nothing(
    good: ssl.SSLContext, ca_file: str, until: Callable[..., None]
) -> None:
    block = random.Random(1).randbytes(1 << 20)
    sent = [0]
    total = 48

    def flood(connection: ssl.SSLSocket, peer: Peer) -> None:
        for _ in range(total):
            connection.sendall(block)
            sent[0] += 1

    with through(good, ca_file, flood) as (client, _, _):
        still = [(-1, 0.0)]

        def stands() -> bool:
            if still[0][0] != sent[0]:
                still[0] = (sent[0], time.monotonic())
            return time.monotonic() - still[0][1] > 0.5

        until(stands, 10, "the camera to be held back")
        assert sent[0] < total
        assert read_all(client) == block * total


def test_libav_may_end_its_half_and_still_hear_the_rest(good: ssl.SSLContext, ca_file: str) -> None:
    def answer_after_the_end(connection: ssl.SSLSocket, peer: Peer) -> None:
        listen(connection, peer)
        connection.sendall(b"heard you out")

    with through(good, ca_file, answer_after_the_end) as (client, _, peer):
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b"heard you out"
    assert peer.heard == b"question"


def test_the_camera_may_end_its_half_and_still_be_spoken_to(good: ssl.SSLContext, ca_file: str) -> None:
    def end_first(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.sendall(b"all I have")
        socket.socket.shutdown(connection, socket.SHUT_WR)
        listen(connection, peer)

    with through(good, ca_file, end_first) as (client, _, peer):
        assert read_all(client) == b"all I have"
        client.sendall(b"TEARDOWN")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""
    assert peer.heard == b"TEARDOWN"


def test_a_goodbye_reaches_the_camera_though_libav_and_relay_close_at_once(
    good: ssl.SSLContext, ca_file: str, until: Callable[..., None]
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
        with serving(good, stream) as peer, open_relay(peer.port, ca_file) as relay:
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
    good: ssl.SSLContext, ca_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(good) as peer, open_relay(peer.port, ca_file) as relay:
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


def test_only_one_connection_is_taken(good: ssl.SSLContext, ca_file: str) -> None:
    with through(good, ca_file) as (client, relay, _):
        client.sendall(b"one")
        assert client.recv(100) == b"one"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)


def test_a_relay_that_nobody_uses_ends_by_itself(
    good: ssl.SSLContext, ca_file: str, until: Callable[..., None]
) -> None:
    with serving(good) as peer:
        relay = Relay.open("127.0.0.1", peer.port, fingerprint=None, ca_file=ca_file, timeout_s=1.0)
        until(lambda: not any(thread.name.startswith("relay:") for thread in threading.enumerate()), 5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)
        relay.close()


# Ends --------------------------------------------------------------------------------------------------


def test_close_from_another_thread_unblocks_libav(good: ssl.SSLContext, ca_file: str) -> None:
    with through(good, ca_file, listen) as (client, relay, _):
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
    good: ssl.SSLContext, ca_file: str, until: Callable[..., None]
) -> None:
    gone = threading.Event()

    def deaf(connection: ssl.SSLSocket, peer: Peer) -> None:
        gone.wait(10)

    with through(good, ca_file, deaf) as (client, relay, _):
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


def test_a_relay_closed_before_use_is_gone(good: ssl.SSLContext, ca_file: str) -> None:
    with serving(good) as peer:
        relay = open_relay(peer.port, ca_file)
        relay.close()
        relay.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address, TIMEOUT_S)


@pytest.mark.parametrize("status", [b"RTSP/1.0 302 Found", b"RTSP/1.0 301 Moved Permanently"])
@pytest.mark.parametrize("cut", [0, 3, 10])
def test_a_redirect_never_reaches_libav(good: ssl.SSLContext, ca_file: str, status: bytes, cut: int) -> None:
    def redirect(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.recv(100)
        if cut:
            connection.sendall(status[:cut])
        connection.sendall(status[cut:] + b"\r\nLocation: rtsp://127.0.0.1:1/other\r\n\r\n")
        listen(connection, peer)

    with through(good, ca_file, redirect) as (client, relay, _):
        client.sendall(b"DESCRIBE")
        assert b"Location" not in read_all(client)
        assert relay.fault is not None
        assert relay.fault.cause is Cause.REJECTED


def test_a_line_that_is_tampered_with_ends_as_a_tls_fault(good: ssl.SSLContext, ca_file: str) -> None:
    def garble(connection: ssl.SSLSocket, peer: Peer) -> None:
        connection.recv(100)
        socket.socket.sendall(connection, b"\x17\x03\x03\x00\x20" + bytes(32))
        listen(connection, peer)

    with through(good, ca_file, garble) as (client, relay, _):
        client.sendall(b"DESCRIBE")
        assert read_all(client) == b""
        assert relay.fault is not None
        assert relay.fault.cause is Cause.TLS


def test_an_ordinary_end_is_no_fault(good: ssl.SSLContext, ca_file: str) -> None:
    with through(good, ca_file, lambda connection, peer: None) as (client, relay, _):
        assert read_all(client) == b""
    assert relay.fault is None
