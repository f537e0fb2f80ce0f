"""Cameras behind TLS that mind the address they are asked under: libav speaks TLS itself, and checks it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import protected_line
from hanoi_wall.video.decoder import StreamDecoder, StreamFault, options_for
from hanoi_wall.video.dial import NoLine
from hanoi_wall.video.protected_line import open_line
from tests.integration.certificates import BAD, Issued, authority, issue
from tests.integration.peers.servers import LOGIN, Feed, GstPeers
from tests.integration.tls_peer import Peer, listen, server_context, serving
from tests.integration.viewer import Viewer

NOT_REFUSED_BY_LIBAV = {"right name in the subject only", "for clients only", "weak key of 1024 bits"}
MINDING = ["tls-minds", "tls-minds-digest"]


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """What one test has learnt is no business of the next."""
    yield
    protected_line._minding.clear()


def answering(status: str) -> Callable[[ssl.SSLSocket, Peer], None]:
    """A server that says this to the first request."""

    def speak(connection: ssl.SSLSocket, peer: Peer) -> None:
        peer.heard += connection.recv(65536)
        connection.sendall(f"RTSP/1.0 {status}\r\nCSeq: 1\r\n\r\n".encode())
        listen(connection, peer)

    return speak


def minding(port: int, host: str = "localhost") -> StreamAddress:
    """An address of which this process has learnt that its server minds."""
    protected_line._minding.add((host, port))
    return StreamAddress(f"rtsps://{host}:{port}/live")


# libav's own check ---------------------------------------------------------------------------------------


def libavs_word(context: ssl.SSLContext, tls: dict[str, str], host: str) -> tuple[type[BaseException], bytes]:
    """(how libav fails, what it had said by then) at a server with that certificate that knows no stream."""
    with serving(context, answering("404 Not Found")) as peer:
        with pytest.raises(av.error.FFmpegError) as caught:
            options = options_for(StreamAddress("").transport) | tls
            av.open(f"rtsps://{host}:{peer.port}/live", format="rtsp", options=options, timeout=(6.0, 8.0))
    return caught.type, bytes(peer.heard)


@pytest.fixture
def tls(tls_good: ssl.SSLContext, tls_ca_file: str) -> dict[str, str]:
    """libav's options, as they are for a server that minds."""
    with serving(tls_good, answering("401 Unauthorized")) as peer:
        relay, url, options = open_line(minding(peer.port), "rtsps://op:pw@localhost:1/live", tls_ca_file, 5)
    assert (relay, url) == (None, "rtsps://op:pw@localhost:1/live")
    assert b"op" not in peer.heard.replace(b"options", b"") and b"Authorization" not in peer.heard
    return options


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_libav_speaks_to_a_server_with_a_good_certificate(
    tls: dict[str, str], tls_good: ssl.SSLContext, tls_root: Issued, tls_folder: Path, host: str
) -> None:
    below = server_context(issue("camera", issue("district authority", tls_root, ca=True)), tls_folder)
    for context in (tls_good, below):
        kind, heard = libavs_word(context, tls, host)
        assert kind is av.error.HTTPNotFoundError
        assert heard.startswith(f"OPTIONS rtsps://{host}:".encode())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("kind", sorted(set(BAD) - NOT_REFUSED_BY_LIBAV))
def test_libav_itself_refuses_a_bad_certificate_before_it_says_a_word(
    tls: dict[str, str], tls_root: Issued, tls_folder: Path, kind: str, host: str
) -> None:
    failed, heard = libavs_word(server_context(BAD[kind](tls_root), tls_folder), tls, host)
    assert failed is not av.error.HTTPNotFoundError
    assert heard == b""


def test_without_these_options_it_would_not(tls: dict[str, str], tls_folder: Path, tls_root: Issued) -> None:
    """So that the refusals above are the options' doing."""
    unchecked = {name: value for name, value in tls.items() if name == "protocol_whitelist"}
    failed, heard = libavs_word(
        server_context(BAD["self-signed"](tls_root), tls_folder), unchecked, "localhost"
    )
    assert failed is av.error.HTTPNotFoundError and heard


# Our own check before it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BAD)
def test_every_bad_certificate_is_refused_in_words_before_libav_is_called(
    tls_root: Issued, tls_folder: Path, tls_ca_file: str, kind: str
) -> None:
    with serving(server_context(BAD[kind](tls_root), tls_folder), listen) as peer:
        address = minding(peer.port)
        with pytest.raises(NoLine) as caught:
            open_line(address, address.url, tls_ca_file, 5)
    assert caught.value.cause is Cause.TLS
    assert not peer.heard


def test_a_redirect_is_not_followed(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    with serving(tls_good, answering("302 Found")) as peer:
        address = minding(peer.port)
        with pytest.raises(NoLine) as caught:
            open_line(address, address.url, tls_ca_file, 5)
    assert caught.value.cause is Cause.REJECTED


def test_the_systems_authorities_are_used_where_none_are_named(
    tls_good: ssl.SSLContext, tls_ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", tls_ca_file)
    assert protected_line._authorities(None) == tls_ca_file
    kind, _ = libavs_word(tls_good, {"ca_file": protected_line._authorities(None)} | VERIFIED, "localhost")
    assert kind is av.error.HTTPNotFoundError


VERIFIED = {"tls_verify": "1", "protocol_whitelist": "rtsp,rtp,tcp,tls"}

# Real cameras --------------------------------------------------------------------------------------------


def opened(feed: Feed, ca_file: str | None, credentials: Credentials | None) -> StreamDecoder:
    return StreamDecoder.open(feed.address, credentials, threading.Event(), ca_file)


def fault(feed: Feed, ca_file: str | None, credentials: Credentials | None) -> StreamFault:
    with pytest.raises(StreamFault) as caught:
        opened(feed, ca_file, credentials).close()
    assert LOGIN.password not in str(caught.value)
    return caught.value


def knows(feed: Feed) -> bool:
    return (feed.address.host, feed.address.port) in protected_line._minding


@pytest.mark.parametrize("server", MINDING)
def test_a_camera_that_minds_its_address_shows_pictures_and_is_remembered(
    peers: GstPeers, server: str
) -> None:
    feed = peers.feed("h264", server)
    for _ in range(2):
        stream = opened(feed, peers.ca_file, feed.credentials)
        try:
            assert next(stream.frames()).frame.width == 640
            assert stream._relay is None
        finally:
            stream.close()
        assert knows(feed)


@pytest.mark.parametrize("server", MINDING)
def test_a_decoder_process_shows_it(viewer: Viewer, peers: GstPeers, server: str) -> None:
    feed = peers.feed("h265", server)
    for _ in range(2):
        with viewer.watch(feed.address, feed.credentials, ca_file=peers.ca_file) as session:
            assert session.next_picture().header.width == 480


def test_one_that_does_not_mind_keeps_its_relay(peers: GstPeers) -> None:
    feed = peers.feed("h264", "tls")
    stream = opened(feed, peers.ca_file, None)
    stream.close()
    assert stream._relay is not None and not knows(feed)


@pytest.mark.parametrize("server", ["tls", *MINDING])
def test_a_stream_that_is_not_there_is_not_found_and_nothing_is_remembered(
    peers: GstPeers, server: str
) -> None:
    feed = peers.feed("h264", server)
    missing = replace(feed, address=replace(feed.address, url=feed.address.url + "-missing"))
    assert fault(missing, peers.ca_file, feed.credentials).cause is Cause.NOT_FOUND
    assert not knows(feed)


def test_a_wrong_password_is_told_to_the_camera_once(tls_good: ssl.SSLContext, tls_ca_file: str) -> None:
    """Each log-in that fails is counted by the camera, under whatever address."""

    def refuse(connection: ssl.SSLSocket, peer: Peer) -> None:
        while words := connection.recv(65536):
            peer.heard += words
            number = next(row for row in words.split(b"\r\n") if row.startswith(b"CSeq"))
            asks = b'\r\nWWW-Authenticate: Basic realm="camera"\r\n\r\n'
            connection.sendall(b"RTSP/1.0 401 Unauthorized\r\n" + number + asks)

    with serving(tls_good, refuse) as peer:
        address = StreamAddress(f"rtsps://localhost:{peer.port}/live")
        with pytest.raises(StreamFault) as caught:
            StreamDecoder.open(address, LOGIN, threading.Event(), tls_ca_file)
    assert caught.value.cause is Cause.WRONG_PASSWORD
    assert (peer.handshakes, peer.heard.count(b"Authorization: Basic")) == (1, 1)


@pytest.mark.parametrize(
    ("cause", "status", "again"),
    [
        (Cause.NOT_FOUND, "401 Unauthorized", True),
        (Cause.TOO_MANY_SESSIONS, "401 Unauthorized", False),
        (Cause.NOT_FOUND, "404 Not Found", False),
        (Cause.REJECTED, "200 OK", False),
        (Cause.REJECTED, "302 Found", False),
        (Cause.TIMEOUT, "401 Unauthorized", False),
    ],
)
def test_who_is_tried_again_where_both_addresses_get_the_same_answer(
    tls_good: ssl.SSLContext, tls_ca_file: str, cause: Cause, status: str, again: bool
) -> None:
    """A password that is wanted first hides what the server minds; a full camera gets no second session."""
    told = NoLine(cause, "libav's word")
    with serving(tls_good, answering(status)) as peer:
        address = StreamAddress(f"rtsps://localhost:{peer.port}/live")
        after = protected_line.after_refusal(address, address.url, tls_ca_file, True, told)
        assert after is (None if again else told)
        assert bool(protected_line._minding) == again
        assert protected_line.after_refusal(address, address.url, tls_ca_file, False, told) is told
        assert not protected_line._minding


def test_a_pinned_certificate_rules_it_out_and_the_fault_says_so(peers: GstPeers) -> None:
    feed = peers.feed("h264", "tls-minds")
    pem = ssl.get_server_certificate((feed.address.host, feed.address.port), ca_certs=peers.ca_file)
    pin = Issued(ssl.PEM_cert_to_DER_cert(pem), None, None).fingerprint  # type: ignore[arg-type]
    pinned = replace(feed, address=replace(feed.address, fingerprint=pin))
    said = fault(pinned, None, None)
    assert said.cause is Cause.REJECTED
    assert "pinned certificate" in said.detail
    assert not knows(feed)
    stream = opened(feed, peers.ca_file, None)
    stream.close()
    assert knows(feed)
    assert fault(pinned, None, None).cause is Cause.REJECTED, "also where another has taught this process"


def test_a_camera_that_minds_is_trusted_no_further_than_others(peers: GstPeers, tmp_path: Path) -> None:
    feed = peers.feed("h264", "tls-minds")
    opened(feed, peers.ca_file, None).close()
    other = str(authority("Another authority").write(tmp_path, "other")[0])
    assert fault(feed, other, None).cause is Cause.TLS
    assert fault(feed, None, None).cause is Cause.TLS
