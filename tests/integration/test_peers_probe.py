"""The foreign servers themselves: a plain PyAV client finds what their clips promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import av
import av.container
import av.error
import pytest

from hanoi_wall.domain.camera import Transport
from hanoi_wall.video.relay import Relay
from tests.integration.peers.clips import CLIPS, PICTURES
from tests.integration.peers.servers import LOGIN, AioPeers, GstPeers

OPTIONS = {"analyzeduration": "0", "probesize": "32", "timeout": "5000000"}


@contextmanager
def opened(url: str, transport: Transport = Transport.TCP) -> Iterator[av.container.InputContainer]:
    options = OPTIONS | {"rtsp_transport": transport.value}
    with av.open(url, format="rtsp", options=options, timeout=(6, 8)) as container:
        yield container


def first_frame(container: av.container.InputContainer) -> av.VideoFrame:
    return next(container.decode(video=0))


@pytest.mark.parametrize("name", CLIPS)
def test_every_clip_is_served_as_promised(peers: GstPeers, name: str) -> None:
    feed = peers.feed(name)
    with opened(feed.url) as container:
        frame = first_frame(container)
        stream = container.streams.video[0]
        clip = feed.clip
        assert (stream.codec_context.name, frame.width, frame.height) == (clip.codec, clip.width, clip.height)
        assert Fraction(stream.codec_context.sample_aspect_ratio or 1) == clip.aspect
        assert (frame.color_range == 2) == clip.full
        assert bool(frame.interlaced_frame) == clip.interlaced
        assert bool(container.streams.audio) == bool(clip.audio)
        assert [one.type for one in container.streams][0] == ("audio" if clip.audio_first else "video")


@pytest.mark.parametrize("name", ["h264", "h264-b-pictures", "h265", "mjpeg"])
def test_time_stamps_go_on_at_the_right_pace_over_the_end_of_the_loop(peers: GstPeers, name: str) -> None:
    with opened(peers.feed(name).url) as container:
        stamps = []
        for frame in container.decode(video=0):
            if frame.pts is not None and frame.time_base:
                stamps.append(frame.pts * frame.time_base)
            if len(stamps) == PICTURES + 4:
                break
    steps = {after - before for before, after in zip(stamps, stamps[1:], strict=False)}
    assert steps == {Fraction(2, 25)}


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize("server", ["plain", "basic", "digest"])
def test_every_way_in_over_both_transports(peers: GstPeers, server: str, transport: Transport) -> None:
    feed = peers.feed("h264", server, transport)
    with opened(feed.url, transport) as container:
        assert first_frame(container).width == 640


@pytest.mark.parametrize("server", ["basic", "digest", "tls-own"])
def test_without_the_password_nothing_is_shown(peers: GstPeers, server: str) -> None:
    feed = peers.feed("h264", server)
    url = feed.address.url.replace("rtsps:", "rtsp:")
    if feed.address.fingerprint is None:
        with pytest.raises(av.error.HTTPUnauthorizedError), opened(url):
            pass
        return
    with secured(peers, server) as relay, pytest.raises(av.error.HTTPUnauthorizedError):
        with opened(relay.through(feed.address.url)):
            pass


def secured(peers: GstPeers, server: str) -> Relay:
    address = peers.feed("h264", server).address
    pin = address.fingerprint
    ca_file = None if pin else peers.ca_file
    return Relay.open(address.host, address.port, fingerprint=pin, ca_file=ca_file, timeout_s=5)


@pytest.mark.parametrize("server", ["tls", "tls-own"])
def test_the_relay_carries_a_whole_session(peers: GstPeers, server: str) -> None:
    feed = peers.feed("h264", server)
    with secured(peers, server) as relay:
        with opened(relay.through(feed.url)) as container:
            frames = [next(container.decode(video=0)) for _ in range(5)]
        assert [frame.width for frame in frames] == [640] * 5
        assert relay.fault is None


def test_passwords_of_the_tests_hold_what_urls_must_escape() -> None:
    assert set("@:/%?#") <= set(LOGIN.password)


@pytest.mark.parametrize(
    ("name", "codec", "size"), [("street", "h264", (768, 432)), ("h265", "hevc", (640, 360))]
)
def test_the_second_foreign_server_serves(
    aio_peers: AioPeers, name: str, codec: str, size: tuple[int, int]
) -> None:
    with opened(aio_peers.address(name).url) as container:
        frame = first_frame(container)
        assert container.streams.video[0].codec_context.name == codec
        assert (frame.width, frame.height) == size
