"""The real decoder process before cameras that somebody else wrote: right pictures, or the right reason."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import orders
from tests.integration.certificates import authority, issue
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.clips import CLIPS, KEY_EVERY, PICTURES, Clip
from tests.integration.peers.servers import LOGIN, AioPeers, Feed, GstPeers
from tests.integration.reference_picture import Loop, fits
from tests.integration.tls_peer import Peer, listen, server_context, serving
from tests.integration.viewer import Session, Unpictured, Viewer

LEAST_DB = 32.0
Proxies = Callable[[int], FaultProxy]


@lru_cache(maxsize=4)
def loop_of(clip: Clip, file: Path) -> Loop:
    return Loop(clip, file)


def matched(session: Session, feed: Feed, box: tuple[int, int]) -> tuple[int, float]:
    """(which picture of the loop is shown, likeness in dB) of the next picture, whose size is checked."""
    picture = session.next_picture()
    height, width, _ = picture.pixels.shape
    assert fits(width, height, feed.clip.shown, *box), (width, height)
    return loop_of(feed.clip, feed.file).match(picture.pixels)


# Pictures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLIPS)
def test_every_kind_of_video_is_shown_in_the_right_shape_and_colours(
    viewer: Viewer, peers: GstPeers, name: str
) -> None:
    feed = peers.feed(name)
    box = (480, 270) if feed.clip.width >= 480 else (240, 135)
    with viewer.watch(feed.address, box=box) as session:
        _, likeness = matched(session, feed, box)
        assert likeness >= LEAST_DB
        assert session.report(orders.Opened).codec == feed.clip.codec
        pictured = session.report(orders.Pictured)
        assert (pictured.width, pictured.height) == (feed.clip.width, feed.clip.height)


@pytest.mark.parametrize("box", [(640, 360), (320, 180), (213, 120), (160, 90), (300, 300), (960, 540)])
@pytest.mark.parametrize("name", ["h264", "h264-10bit", "h264-odd-444"])
def test_every_size_of_tile_gets_its_own_pixels(
    viewer: Viewer, peers: GstPeers, name: str, box: tuple[int, int]
) -> None:
    feed = peers.feed(name)
    with viewer.watch(feed.address, box=box) as session:
        picture = session.next_picture()
        height, width, _ = picture.pixels.shape
        assert fits(width, height, feed.clip.shown, *box), (width, height)
        if width <= feed.clip.width:
            assert loop_of(feed.clip, feed.file).match(picture.pixels)[1] >= LEAST_DB


@pytest.mark.parametrize("name", ["h264", "h264-interlaced", "h265", "h265-10bit", "mjpeg"])
def test_the_first_key_picture_is_not_thrown_away(viewer: Viewer, peers: GstPeers, name: str) -> None:
    """Every client of these servers begins with a key picture; the next one comes a second later."""
    feed = peers.feed(name)
    with viewer.watch(feed.address) as session:
        assert matched(session, feed, (480, 270))[0] < KEY_EVERY


@pytest.mark.parametrize("name", ["h264", "h264-b-pictures", "h265"])
def test_pictures_come_in_the_order_of_showing(viewer: Viewer, peers: GstPeers, name: str) -> None:
    feed = peers.feed(name)
    with viewer.watch(feed.address, box=(320, 180)) as session:
        pictures = [session.next_picture() for _ in range(PICTURES)]
    loop = loop_of(feed.clip, feed.file)
    seen = [(picture.header.pts_us, loop.match(picture.pixels)[0]) for picture in pictures]
    stamps = [stamp for stamp, _ in seen[1:]]
    assert stamps == sorted(set(stamps))
    steps = [(after[1] - before[1]) % PICTURES for before, after in zip(seen, seen[1:], strict=False)]
    assert max(steps) < PICTURES // 2, seen


@pytest.mark.parametrize("name", ["h264-aac", "h264-pcmu", "pcmu-h264"])
def test_sound_is_never_asked_for(
    viewer: Viewer, peers: GstPeers, fault_proxy: Proxies, until: Callable[..., None], name: str
) -> None:
    feed = peers.feed(name)
    line = fault_proxy(peers.ports["plain"])
    address = replace(feed.address, url=f"rtsp://127.0.0.1:{line.port}/{name}")
    with viewer.watch(address) as session:
        session.next_picture()
    until(lambda: b"\nTEARDOWN " in line.said, 5, "TEARDOWN")
    assert len(re.findall(rb"^SETUP ", line.said, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", ["street", "h265"])
def test_a_second_foreign_server_is_shown(viewer: Viewer, aio_peers: AioPeers, name: str) -> None:
    clip = CLIPS["h265"] if name == "h265" else replace(CLIPS["h264"], name="street", width=768, height=432)
    feed = Feed(aio_peers.address(name), clip, aio_peers.file(name))
    with viewer.watch(feed.address) as session:
        assert matched(session, feed, (480, 270))[1] >= LEAST_DB


# Ways in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize("server", ["plain", "basic", "digest"])
@pytest.mark.parametrize("name", ["h264", "h265"])
def test_every_login_over_both_transports(
    viewer: Viewer, peers: GstPeers, name: str, server: str, transport: Transport
) -> None:
    feed = peers.feed(name, server, transport)
    with viewer.watch(feed.address, feed.credentials) as session:
        assert matched(session, feed, (480, 270))[1] >= LEAST_DB


@pytest.mark.parametrize("server", ["tls", "tls-own"])
@pytest.mark.parametrize("name", ["h264", "h265", "mjpeg"])
def test_protected_lines_show_pictures(viewer: Viewer, peers: GstPeers, name: str, server: str) -> None:
    feed = peers.feed(name, server)
    ca_file = peers.ca_file if server == "tls" else None
    with viewer.watch(feed.address, feed.credentials, ca_file=ca_file) as session:
        assert matched(session, feed, (480, 270))[1] >= LEAST_DB


def refused(viewer: Viewer, feed: Feed, credentials: Credentials | None, ca_file: str | None = None) -> Cause:
    with viewer.watch(feed.address, credentials, ca_file=ca_file) as session:
        with pytest.raises(Unpictured) as caught:
            session.next_picture()
    assert caught.value.failed is not None
    assert LOGIN.password not in caught.value.failed.detail
    return Cause(caught.value.failed.cause)


def test_an_untrusted_line_shows_nothing(viewer: Viewer, peers: GstPeers, tmp_path: Path) -> None:
    signed, own = peers.feed("h264", "tls"), peers.feed("h264", "tls-own")
    other = str(authority("Another authority").write(tmp_path, "other")[0])
    wrong_pin = replace(own, address=replace(own.address, fingerprint=issue("other").fingerprint))
    assert refused(viewer, signed, None, other) is Cause.TLS
    assert refused(viewer, signed, None, None) is Cause.TLS
    assert refused(viewer, wrong_pin, LOGIN) is Cause.TLS
    assert refused(viewer, replace(own, address=replace(own.address, fingerprint=None)), LOGIN) is Cause.TLS


@pytest.mark.parametrize("server", ["basic", "digest", "tls-own"])
def test_a_wrong_or_missing_password_is_said_so(viewer: Viewer, peers: GstPeers, server: str) -> None:
    feed = peers.feed("h264", server)
    assert refused(viewer, feed, Credentials(LOGIN.user, "wrong")) is Cause.WRONG_PASSWORD
    assert refused(viewer, feed, None) is Cause.WRONG_PASSWORD


def test_a_stream_that_is_not_there_is_not_found(viewer: Viewer, peers: GstPeers) -> None:
    feed = peers.feed("h264")
    missing = replace(feed, address=replace(feed.address, url=feed.address.url + "-missing"))
    assert refused(viewer, missing, None) is Cause.NOT_FOUND


def test_nobody_listening_is_a_refused_connection(
    viewer: Viewer, peers: GstPeers, free_port: Callable[[], int]
) -> None:
    feed = peers.feed("h264")
    gone = replace(feed, address=replace(feed.address, url=f"rtsp://127.0.0.1:{free_port()}/h264"))
    assert refused(viewer, gone, None) is Cause.CONNECTION_REFUSED


# Lines that fail ---------------------------------------------------------------------------------------


def through(line: FaultProxy, feed: Feed) -> Feed:
    url = re.sub(r":\d+/", f":{line.port}/", feed.address.url)
    return replace(feed, address=replace(feed.address, url=url))


@pytest.mark.parametrize("server", ["plain", "tls"])
def test_a_reset_line_is_a_lost_connection(
    viewer: Viewer, peers: GstPeers, fault_proxy: Proxies, server: str
) -> None:
    line = fault_proxy(peers.ports[server])
    feed = through(line, peers.feed("h264", server))
    with viewer.watch(feed.address, ca_file=peers.ca_file) as session:
        session.next_picture()
        line.cut()
        assert session.report(orders.Failed).cause == Cause.CONNECTION_LOST


@pytest.mark.parametrize("server", ["plain", "tls"])
def test_on_a_frozen_line_the_pictures_stop(
    viewer: Viewer, peers: GstPeers, fault_proxy: Proxies, server: str
) -> None:
    line = fault_proxy(peers.ports[server])
    feed = through(line, peers.feed("h264", server))
    with viewer.watch(feed.address, ca_file=peers.ca_file) as session:
        session.next_picture()
        line.freeze()
        assert session.report(orders.Failed).cause == Cause.STALLED
        line.thaw()


@pytest.mark.parametrize("server", ["plain", "tls"])
def test_a_frozen_line_never_answers_and_is_a_timeout(
    viewer: Viewer, peers: GstPeers, fault_proxy: Proxies, server: str
) -> None:
    line = fault_proxy(peers.ports[server])
    feed = through(line, peers.feed("h264", server))
    line.freeze()
    assert refused(viewer, feed, None, peers.ca_file) is Cause.TIMEOUT


@pytest.mark.parametrize("server", ["plain", "tls"])
def test_bytes_held_back_make_old_pictures_however_smoothly_they_come(
    viewer: Viewer, peers: GstPeers, fault_proxy: Proxies, server: str
) -> None:
    line = fault_proxy(peers.ports[server])
    feed = through(line, peers.feed("h264", server))
    with viewer.watch(feed.address, ca_file=peers.ca_file) as session:
        for _ in range(5):
            assert session.next_picture().header.behind_ns < SECOND
        line.delay(3.0)
        late = [session.next_picture().header for _ in range(15)][5:]
    assert all(2.5 * SECOND < header.behind_ns < 3.5 * SECOND for header in late)
    assert all(header.published_ns - header.capture_ns > 2.5 * SECOND for header in late)


def test_a_protected_camera_that_redirects_is_not_followed(
    viewer: Viewer, peers: GstPeers, tmp_path: Path
) -> None:
    """libav would go to the other address in plain, with the password."""
    own = issue("box", hosts=())

    def redirect(connection: ssl.SSLSocket, _: Peer) -> None:
        asked = connection.recv(4096)
        sequence = re.search(rb"CSeq: (\d+)", asked)
        assert sequence
        where = f"rtsp://127.0.0.1:{elsewhere.port}/h264".encode()
        connection.sendall(
            b"RTSP/1.0 302 Found\r\nCSeq: " + sequence[1] + b"\r\nLocation: " + where + b"\r\n\r\n"
        )
        listen(connection, _)

    with FaultProxy(peers.ports["digest"]) as elsewhere:
        with serving(server_context(own, tmp_path), redirect) as camera:
            url = f"rtsps://127.0.0.1:{camera.port}/h264"
            feed = Feed(StreamAddress(url, fingerprint=own.fingerprint), CLIPS["h264"], tmp_path, LOGIN)
            assert refused(viewer, feed, LOGIN) is Cause.REJECTED
        assert elsewhere.opened == 0
