"""The door to `av` for files and loops: encode, probe and decode clips. Never a network address.

Any thread, one call at a time per object; libav's errors leave as ClipError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import av.error
import numpy
import numpy.typing

Pixels = numpy.typing.NDArray[numpy.uint8]
CodecName = Literal["h264", "h265", "mjpeg"]

_ENCODERS = {"h264": "libx264", "h265": "libx265"}
_BT601, _BT709, _LIMITED = 5, 1, 1
"""AVCOL_SPC_BT470BG, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG: the numbers libav and the standards share."""
_FULL = 2
"""AVCOL_RANGE_JPEG."""
_JPEG_QUALITY = 8
"""1 (best) to 31, as cameras do it: 640x360 takes some 25 kB."""


class ClipError(Exception):
    """A clip that cannot be read or written; the text names the file and what libav said."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to compress. width, height: even pixels; rate: pictures per second; gop: pictures per key frame.

    quality: constant rate factor (smaller is better); preset: of x264/x265; ceiling_kbps: 0 for none. JPEG
    takes codec, size and rate alone.
    """

    codec: CodecName
    width: int
    height: int
    rate: Fraction
    gop: int
    quality: int = 29
    preset: str = "superfast"
    ceiling_kbps: int = 0


@dataclass(frozen=True, slots=True)
class Access:
    """One compressed picture; key: decoding may start. Annex B with parameter sets before key frames, or a
    JPEG file with the standard's Huffman tables."""

    data: bytes
    key: bool


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What a clip file holds. duration_s is 0.0 where the file does not say."""

    codec: str
    width: int
    height: int
    rate: float
    duration_s: float


def is_bt709(height: int, codec: CodecName = "h264") -> bool:
    """Whether pictures of this height are encoded with BT.709 colours (else BT.601), as cameras do."""
    return height >= 720 and codec != "mjpeg"


def encode(pictures: Iterable[Pixels], how: Encoding) -> Iterator[Access]:
    """Compress pictures one by one without delay: closed groups, no B frames, one slice, one thread.

    pictures: planar YUV 4:2:0, limited range, (height * 3 // 2) x width uint8: Y rows, then U, then V.
    An array may be reused by the caller as soon as its Access has come out. Raises ClipError.
    """
    try:
        context = _encoder(how)
        for number, picture in enumerate(pictures):
            if picture.shape != (how.height * 3 // 2, how.width) or how.width % 2 or how.height % 2:
                raise ClipError(f"a picture of {picture.shape} is no even {how.width}x{how.height}")
            frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
            frame.pts = number
            frame.time_base = context.time_base
            if how.codec == "mjpeg":
                frame = frame.reformat(
                    format="yuvj420p",
                    src_colorspace=_BT601,
                    dst_colorspace=_BT601,
                    src_color_range=_LIMITED,
                    dst_color_range=_FULL,
                )
            for packet in context.encode(frame):
                yield Access(bytes(packet), packet.is_keyframe)
        for packet in context.encode(None):
            yield Access(bytes(packet), packet.is_keyframe)
    except av.error.FFmpegError as error:
        raise ClipError(f"cannot encode {how.codec} {how.width}x{how.height}: {error}") from error


def _jpeg_encoder(how: Encoding) -> av.VideoCodecContext:
    """JPEG is full range and BT.601; RTP can only carry pictures with the standard's Huffman tables."""
    context = av.VideoCodecContext.create("mjpeg", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = how.width, how.height
    context.pix_fmt = "yuvj420p"
    context.color_range = _FULL
    context.time_base = 1 / how.rate
    context.thread_count = 1
    quality = str(_JPEG_QUALITY)
    context.options = {"huffman": "default", "qmin": quality, "qmax": quality}
    return context


def _encoder(how: Encoding) -> av.VideoCodecContext:
    if how.codec == "mjpeg":
        return _jpeg_encoder(how)
    context = av.VideoCodecContext.create(_ENCODERS[how.codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = how.width, how.height
    context.pix_fmt = "yuv420p"
    context.framerate = how.rate
    context.time_base = 1 / how.rate
    context.gop_size = how.gop
    context.thread_count = 1
    matrix = _BT709 if is_bt709(how.height) else _BT601
    context.colorspace = matrix
    context.color_primaries = matrix
    context.color_trc = 1 if matrix == _BT709 else 6
    context.color_range = _LIMITED
    params = [f"keyint={how.gop}", f"min-keyint={how.gop}", "scenecut=0", "repeat-headers=1"]
    if how.ceiling_kbps:
        params += [f"vbv-maxrate={how.ceiling_kbps}", f"vbv-bufsize={how.ceiling_kbps}"]
    if how.codec == "h264":
        params += ["slices=1", "sliced-threads=0", "aud=0"]
    else:
        params += ["log-level=none", "pools=1", "frame-threads=1", "bframes=0", "info=0", "open-gop=0"]
    context.options = {
        "preset": how.preset,
        "tune": "zerolatency",
        "crf": str(how.quality),
        "forced-idr": "1",
        f"x{how.codec[1:]}-params": ":".join(params),
    }
    return context


def probe(path: Path) -> ClipFacts:
    """What the file holds; raises ClipError when it is no clip or has no video."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipError(f"{path.name}: no video in it")
            stream = container.streams.video[0]
            rate = stream.average_rate
            return ClipFacts(
                codec=stream.codec_context.name,
                width=stream.width,
                height=stream.height,
                rate=float(rate) if rate else 0.0,
                duration_s=container.duration / 1_000_000 if container.duration else 0.0,
            )
    except (av.error.FFmpegError, OSError) as error:
        raise ClipError(f"{path.name}: cannot be read: {error}") from error


def decode(path: Path) -> Iterator[tuple[float, Pixels]]:
    """The file's pictures in order: (seconds from the stream's zero, H x W x 3 RGB). Raises ClipError."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipError(f"{path.name}: no video in it")
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for frame in container.decode(stream):
                yield frame.time or 0.0, frame.to_ndarray(format="rgb24").astype(numpy.uint8, copy=False)
    except (av.error.FFmpegError, OSError) as error:
        raise ClipError(f"{path.name}: cannot be read: {error}") from error
