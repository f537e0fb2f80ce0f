"""JPEG in packets: put together again they are the same picture, and what cannot travel is refused."""

from __future__ import annotations

import io
import struct

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hanoi_wall.simulator.rtp_jpeg import LARGEST_SIDE, JpegError, jpeg_parts, packetise


def jpeg(width: int = 64, height: int = 48, **more: object) -> memoryview:
    """A picture by somebody else's encoder, with the standard's Huffman tables."""
    pixels = numpy.random.default_rng(7).integers(0, 255, (height, width, 3), numpy.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", **{"subsampling": "4:2:0", **more})
    return memoryview(file.getvalue())


@given(st.integers(256, 3000))
def test_the_packets_hold_the_whole_scan_in_order(largest: int) -> None:
    picture = jpeg()
    parts = jpeg_parts(picture)
    packets = packetise(picture, largest)
    joined = b""
    for number, packet in enumerate(packets):
        offset, kind, quality, width, height = struct.unpack_from(">IBBBB", packet.prefix)
        assert (offset, kind, quality, width, height) == (len(joined), 1, 255, 8, 6)
        assert len(packet.prefix) + len(packet.body) <= largest
        assert packet.last == (number == len(packets) - 1)
        assert packet.prefix[8:] == (b"\0\0\0\x80" + parts.tables if number == 0 else b"")
        joined += packet.body
    assert joined == parts.scan
    assert bytes(picture).endswith(joined + b"\xff\xd9")


def test_the_tables_are_luma_s_and_chroma_s() -> None:
    picture = jpeg(qtables=[[3] * 64, [9] * 64])
    assert jpeg_parts(picture).tables == bytes([3] * 64 + [9] * 64)


def test_two_kinds_of_sampling_can_travel() -> None:
    assert jpeg_parts(jpeg(subsampling="4:2:2")).kind == 0
    assert jpeg_parts(jpeg(subsampling="4:2:0")).kind == 1
    with pytest.raises(JpegError, match="cannot be sent"):
        jpeg_parts(jpeg(subsampling="4:4:4"))


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (memoryview(b"\x89PNG"), "does not begin"),
        (memoryview(b"\xff\xd8\xff\xd9"), "no baseline picture"),
        (jpeg()[:300], "no baseline picture"),
        (jpeg(progressive=True), "no baseline picture"),
        (jpeg(LARGEST_SIDE + 8, 16), "2048x16"),
        (jpeg(restart_marker_blocks=4), "restart intervals"),
    ],
    ids=["png", "empty", "torn", "progressive", "wide", "restarts"],
)
def test_what_cannot_travel_is_refused(picture: memoryview, says: str) -> None:
    with pytest.raises(JpegError, match=says):
        jpeg_parts(picture)
