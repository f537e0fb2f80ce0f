"""Whom a protected line trusts: good certificates, thirteen kinds of bad ones, servers that do not answer."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.relay import Relay, RelayRefused
from tests.integration.certificates import BAD, Issued, authority, issue
from tests.integration.tls_peer import listen, server_context, serving

TIMEOUT_S = 5.0


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


# Trust -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_a_known_authority_for_this_host_is_accepted(
    tls_good: ssl.SSLContext, tls_ca_file: str, host: str
) -> None:
    with serving(tls_good) as peer, open_relay(peer.port, tls_ca_file, host=host) as relay:
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            client.sendall(b"OPTIONS")
            assert client.recv(100) == b"OPTIONS"


def test_an_intermediate_authority_is_accepted(tls_root: Issued, tls_folder: Path, tls_ca_file: str) -> None:
    camera = issue("camera", issue("district authority", tls_root, ca=True))
    with serving(server_context(camera, tls_folder)) as peer, open_relay(peer.port, tls_ca_file) as relay:
        assert relay.address[0] == "127.0.0.1"


@pytest.mark.parametrize("spelling", ["plain", "colons and capitals"])
def test_a_pinned_self_signed_certificate_is_accepted_without_authority(
    tls_folder: Path, spelling: str
) -> None:
    camera = issue("some box", hosts=("elsewhere.example",))
    pin = camera.fingerprint
    if spelling != "plain":
        pin = ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()
    with serving(server_context(camera, tls_folder)) as peer, open_relay(peer.port, pin=pin) as relay:
        with socket.create_connection(relay.address, TIMEOUT_S) as client:
            client.sendall(b"OPTIONS")
            assert client.recv(100) == b"OPTIONS"


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_certificate_is_refused(
    kind: str, tls_root: Issued, tls_folder: Path, tls_ca_file: str
) -> None:
    with serving(server_context(BAD[kind](tls_root), tls_folder), listen) as peer:
        refused = refusal(peer.port, tls_ca_file, host="localhost")
    assert refused.cause is Cause.TLS
    assert refused.detail
    assert not peer.heard


def test_a_certificate_of_an_authority_unknown_to_the_system_is_refused(
    tls_root: Issued, tls_good: ssl.SSLContext
) -> None:
    with serving(tls_good, listen) as peer:
        assert refusal(peer.port, None).cause is Cause.TLS


def test_another_certificate_than_the_pinned_one_is_refused_even_if_its_authority_is_known(
    tls_good: ssl.SSLContext, tls_ca_file: str
) -> None:
    with serving(tls_good, listen) as peer:
        refused = refusal(peer.port, tls_ca_file, issue("camera").fingerprint)
    assert refused.cause is Cause.TLS
    assert "pinned" in refused.detail
    assert not peer.heard


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.parametrize("pinned", [False, True])
def test_tls_older_than_1_2_is_refused(
    tls_root: Issued, tls_folder: Path, tls_ca_file: str, newest: ssl.TLSVersion, pinned: bool
) -> None:
    camera = issue("camera", tls_root)
    with serving(server_context(camera, tls_folder, newest), listen) as peer:
        assert refusal(peer.port, tls_ca_file, camera.fingerprint if pinned else None).cause is Cause.TLS
    assert peer.handshakes == 0


def test_the_old_tls_server_of_these_tests_does_speak_to_a_client_that_allows_it(
    tls_root: Issued, tls_folder: Path
) -> None:
    """So that the refusals above are the relay's doing."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        client.minimum_version = ssl.TLSVersion.TLSv1
    with serving(server_context(issue("camera", tls_root), tls_folder, ssl.TLSVersion.TLSv1_1)) as peer:
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


def test_a_changed_authority_file_is_read_again(
    tls_root: Issued, tls_good: ssl.SSLContext, tmp_path: Path
) -> None:
    path = authority("Old authority").write(tmp_path, "ca")[0]
    with serving(tls_good) as peer:
        assert refusal(peer.port, str(path)).cause is Cause.TLS
        tls_root.write(tmp_path, "ca")
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


def test_a_server_that_never_answers_the_handshake_costs_no_more_than_the_time_limit(
    tls_ca_file: str,
) -> None:
    with raw_server(until_closed) as port:
        begun = time.monotonic()
        assert refusal(port, tls_ca_file, timeout_s=0.3).cause is Cause.TIMEOUT
        assert time.monotonic() - begun < 3


def test_a_server_that_drips_its_handshake_costs_no_more_than_the_time_limit(tls_ca_file: str) -> None:
    closed = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not closed.wait(0.02):
            connection.sendall(b"\x02")

    with raw_server(drip) as port:
        try:
            assert refusal(port, tls_ca_file, timeout_s=0.3).cause is Cause.TIMEOUT
        finally:
            closed.set()


def test_a_server_that_speaks_no_tls_is_a_tls_fault(tls_ca_file: str) -> None:
    def plain(connection: socket.socket) -> None:
        connection.sendall(b"RTSP/1.0 400 Bad Request\r\n\r\n")
        until_closed(connection)

    with raw_server(plain) as port:
        assert refusal(port, tls_ca_file).cause is Cause.TLS


def test_a_server_that_hangs_up_in_the_handshake_is_a_lost_connection(tls_ca_file: str) -> None:
    with raw_server(lambda connection: None) as port:
        assert refusal(port, tls_ca_file).cause is Cause.CONNECTION_LOST


def test_nobody_listening_is_a_refused_connection(free_port: Callable[[], int], tls_ca_file: str) -> None:
    assert refusal(free_port(), tls_ca_file).cause is Cause.CONNECTION_REFUSED


@pytest.mark.parametrize("host", ["a..b", "", "x" * 300, "nul\0name"])
def test_an_impossible_name_is_an_unknown_name(host: str, tls_ca_file: str) -> None:
    with pytest.raises(RelayRefused) as caught:
        Relay.open(host, 322, fingerprint=None, ca_file=tls_ca_file, timeout_s=1)
    assert caught.value.cause is Cause.NAME_UNKNOWN
