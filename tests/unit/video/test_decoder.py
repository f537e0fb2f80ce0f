"""The door to libav: its errors in plain words, bounded options, what is dropped, clips as cameras."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from pathlib import Path
from typing import cast

import av
import av.error
import numpy
import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.decoder import (
    ClipDecoder,
    StreamFacts,
    StreamFault,
    fault_of,
    open_stream,
    options_for,
    ratio_of,
    resolve,
)

SECRET_URL = "rtsp://op:canary-Tr0ng@10.0.0.1/live"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (av.error.HTTPUnauthorizedError(1, "x"), Cause.WRONG_PASSWORD),
        (av.error.HTTPForbiddenError(1, "x"), Cause.FORBIDDEN),
        (av.error.HTTPNotFoundError(1, "x"), Cause.NOT_FOUND),
        (av.error.HTTPBadRequestError(1, "x"), Cause.REJECTED),
        (av.error.HTTPTooManyRequestsError(1, "x"), Cause.TOO_MANY_SESSIONS),
        (av.error.HTTPOtherClientError(1, "x"), Cause.REJECTED),
        (OSError(errno.EPROTONOSUPPORT, "x"), Cause.TRANSPORT),
        (av.error.HTTPServerError(1, "x"), Cause.UNAVAILABLE),
        (av.error.DecoderNotFoundError(1, "x"), Cause.CODEC),
        (av.error.ConnectionRefusedError(errno.ECONNREFUSED, "x"), Cause.CONNECTION_REFUSED),
        (av.error.ConnectionResetError(errno.ECONNRESET, "x"), Cause.CONNECTION_LOST),
        (av.error.BrokenPipeError(errno.EPIPE, "x"), Cause.CONNECTION_LOST),
        (av.error.EOFError(1, "x"), Cause.CONNECTION_LOST),
        (av.error.ExitError(1, "x"), Cause.TIMEOUT),
        (av.error.TimeoutError(errno.ETIMEDOUT, "x"), Cause.TIMEOUT),
        (av.error.InvalidDataError(1, "x"), Cause.BAD_ANSWER),
        (OSError(errno.EHOSTUNREACH, "x"), Cause.HOST_UNREACHABLE),
        (OSError(errno.ENETUNREACH, "x"), Cause.HOST_UNREACHABLE),
        (OSError(errno.EIO, "x"), Cause.CONNECTION_LOST),
        (OSError(errno.ENOMEM, "x"), Cause.OUT_OF_MEMORY),
        (OSError(errno.EMFILE, "x"), Cause.OVERLOADED),
        (OSError(errno.EXDEV, "x"), Cause.BAD_ANSWER),
        (MemoryError(), Cause.OUT_OF_MEMORY),
        (ValueError("x"), Cause.BAD_ANSWER),
    ],
)
def test_an_error_becomes_a_cause(error: Exception, cause: Cause) -> None:
    assert fault_of(error).cause is cause


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (av.error.EOFError(1, "End of file", SECRET_URL), "End of file"),
        (av.error.OSError(errno.EIO, "I/O error", SECRET_URL, (1, (16, "rtsp", SECRET_URL))), "I/O error"),
        (OSError(errno.EXDEV, "no link", SECRET_URL), "no link"),
        (ValueError(f"netloc {SECRET_URL} is wrong"), "ValueError"),
        (MemoryError(SECRET_URL), "MemoryError"),
    ],
)
def test_no_fault_repeats_an_address(error: Exception, detail: str) -> None:
    fault = fault_of(error)
    assert fault.detail == detail
    assert "10.0.0.1" not in str(fault) + repr(fault) + repr(fault.args)


def test_libav_may_quote_the_address_but_no_fault_does(free_port: Callable[[], int]) -> None:
    """A password in path or query is part of the URL for libav, and its errors quote that."""
    url = f"rtsp://127.0.0.1:{free_port()}/user=op&password={{password}}&channel=1"
    credentials = Credentials("op", "canary-'ém;1")
    with pytest.raises(StreamFault) as refused:
        open_stream(StreamAddress(url), credentials, threading.Event())
    assert refused.value.cause is Cause.CONNECTION_REFUSED
    assert "canary" not in repr(refused.value.args) + refused.value.detail
    with pytest.raises(StreamFault) as missing:
        open_stream(StreamAddress("clip:///nowhere/canary.mp4"), None, threading.Event())
    assert "canary" not in repr(missing.value.args)


@pytest.mark.parametrize("transport", Transport)
def test_every_wait_has_an_end_and_only_streams_are_spoken(transport: Transport) -> None:
    options = options_for(transport)
    assert options["rtsp_transport"] == transport.value
    assert options["timeout"] == "5000000"
    assert "stimeout" not in options, "gone from FFmpeg: it would be ignored without a word"
    assert set(options["protocol_whitelist"].split(",")) == {"rtsp", "rtp", "udp", "tcp"}


@dataclass
class OwnRatio:
    """A ratio of a class that PyAV invents, 0/0 among it: nothing is known of it but its two numbers."""

    numerator: int
    denominator: int


@pytest.mark.parametrize(
    ("numbers", "fraction"),
    [
        ((16, 11), Fraction(16, 11)),
        ((32, 22), Fraction(16, 11)),
        ((0, 1), None),
        ((0, 0), None),
        ((1, 0), None),
    ],
)
def test_a_ratio_is_one_whatever_class_it_has(numbers: tuple[int, int], fraction: Fraction | None) -> None:
    own = cast(Rational, OwnRatio(*numbers))
    assert ratio_of(own) == fraction
    assert type(ratio_of(own)) in (Fraction, type(None))
    assert ratio_of(None) is None
    if hasattr(av, "AVRational"):
        assert ratio_of(av.AVRational(*numbers)) == fraction


# Clips -------------------------------------------------------------------------------------------------


def a_clip(file: Path, pictures: int = 5, rate: int = 50) -> StreamAddress:
    """A clip whose pictures grow brighter."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(pictures):
            frame = av.VideoFrame.from_ndarray(numpy.full((72, 64), 40 + number * 30, numpy.uint8), "yuv420p")
            frame.pts = number
            frame.time_base = Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return StreamAddress(f"clip://{file}")


def test_a_clip_goes_round_with_stamps_that_never_jump(tmp_path: Path) -> None:
    stop = threading.Event()
    clip = open_stream(a_clip(tmp_path / "năm hình.mp4"), None, stop)
    assert isinstance(clip, ClipDecoder)
    assert clip.facts == StreamFacts("mpeg4", 64, 48)
    stamps, arrivals, brightness = [], [], []
    for decoded in clip.frames():
        assert decoded.stamp_ns is not None
        stamps.append(decoded.stamp_ns)
        arrivals.append(decoded.arrival_ns)
        brightness.append(numpy.frombuffer(memoryview(decoded.frame.planes[0]), numpy.uint8)[0] // 10)
        assert decoded.aspect == 1
        if len(stamps) == 17:
            stop.set()
    clip.close()
    clip.close()
    assert stamps == [number * SECOND // 50 for number in range(17)]
    assert brightness[:5] == brightness[5:10] == brightness[10:15] == sorted(brightness[:5])
    early = [arrival - arrivals[0] - stamp for arrival, stamp in zip(arrivals, stamps, strict=True)]
    assert min(early) > -SECOND // 50, "played faster than it was taken"


def test_a_clip_that_waits_is_stopped_at_once(tmp_path: Path) -> None:
    stop = threading.Event()
    clip = ClipDecoder(a_clip(tmp_path / "slow.mp4", pictures=3, rate=1), stop)
    frames = clip.frames()
    next(frames)
    stop.set()
    assert list(frames) == []
    clip.close()


def test_a_file_that_is_no_clip_is_said(tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(StreamFault) as missing:
        open_stream(StreamAddress(f"clip://{tmp_path}/none.mp4"), None, stop)
    assert missing.value.cause is Cause.NOT_FOUND
    (tmp_path / "text.mp4").write_text("no clip")
    with pytest.raises(StreamFault) as broken:
        open_stream(StreamAddress(f"clip://{tmp_path}/text.mp4"), None, stop)
    assert broken.value.cause is Cause.BAD_ANSWER


def test_a_clip_may_not_lead_elsewhere(tmp_path: Path) -> None:
    """A playlist is a file too; what it names on the network is not fetched."""
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(StreamFault):
        clip = ClipDecoder(StreamAddress(f"clip://{tmp_path}/list.m3u8"), threading.Event())
        list(clip.frames())


def test_a_host_that_nobody_knows_has_a_cause_of_its_own() -> None:
    address = StreamAddress(f"rtsp://{'x' * 64}.invalid/live")
    with pytest.raises(StreamFault) as unknown:
        resolve(address)
    assert unknown.value.cause is Cause.NAME_UNKNOWN
