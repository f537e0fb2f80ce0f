"""Packets can be put together again; headers say what the standards say."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.simulator import rtp
from hanoi_wall.simulator.reel import Codec
from hanoi_wall.simulator.rtp import Packet, packetise, split_annex_b

H264_SLICE = st.binary(min_size=2, max_size=6000).map(lambda body: bytes([0x65]) + body)
H265_SLICE = st.binary(min_size=2, max_size=6000).map(lambda body: bytes([19 << 1, 1]) + body)
H264_SETS = [b"\x67\x64\x00\x1f" + b"s" * 20, b"\x68\xeb\xef"]
H265_SETS = [bytes([32 << 1, 1]) + b"v" * 20, bytes([33 << 1, 1]) + b"s" * 30, bytes([34 << 1, 1]) + b"p"]


def together(codec: Codec, packets: list[Packet]) -> list[bytes]:
    """A depacketiser, by the letter of RFC 6184 and RFC 7798."""
    header, aggregate, fragment = (1, 24, 28) if codec is Codec.H264 else (2, 48, 49)
    nals: list[bytes] = []
    open_nal = b""
    for packet in packets:
        data = packet.prefix + bytes(packet.body)
        kind = rtp.nal_type(codec, data)
        if kind == aggregate:
            place = header
            while place < len(data):
                (size,) = struct.unpack_from(">H", data, place)
                nals.append(data[place + 2 : place + 2 + size])
                place += 2 + size
        elif kind == fragment:
            flags = data[header]
            if flags & 0x80:
                if codec is Codec.H264:
                    open_nal = bytes([data[0] & 0xE0 | flags & 0x1F])
                else:
                    open_nal = bytes([data[0] & 0x81 | (flags & 0x3F) << 1, data[1]])
            open_nal += data[header + 1 :]
            if flags & 0x40:
                nals.append(open_nal)
        else:
            nals.append(data)
    return nals


@given(st.lists(H264_SLICE, min_size=1, max_size=4), st.booleans(), st.integers(64, 1400))
def test_h264_comes_together_again(slices: list[bytes], key: bool, largest: int) -> None:
    nals = [*(H264_SETS if key else []), *slices]
    packets = packetise(Codec.H264, [memoryview(nal) for nal in nals], largest)
    assert together(Codec.H264, packets) == nals
    assert all(rtp.octets(packet) <= largest for packet in packets)
    assert [packet.last for packet in packets] == [False] * (len(packets) - 1) + [True]


@given(st.lists(H265_SLICE, min_size=1, max_size=4), st.booleans(), st.integers(100, 1400))
def test_h265_comes_together_again(slices: list[bytes], key: bool, largest: int) -> None:
    nals = [*(H265_SETS if key else []), *slices]
    packets = packetise(Codec.H265, [memoryview(nal) for nal in nals], largest)
    assert together(Codec.H265, packets) == nals
    assert all(rtp.octets(packet) <= largest for packet in packets)
    assert packets[-1].last


def test_parameter_sets_share_a_packet() -> None:
    packets = packetise(Codec.H264, [memoryview(nal) for nal in [*H264_SETS, b"\x65" + b"i" * 100]])
    assert len(packets) == 2
    assert packets[0].prefix[0] & 0x1F == 24


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=6), st.booleans())
def test_annex_b_is_split_where_it_was_joined(bodies: list[bytes], long: bool) -> None:
    nals = [b"\x65" + body.replace(b"\x00", b"\x01") for body in bodies]
    code = b"\x00\x00\x00\x01" if long else b"\x00\x00\x01"
    assert split_annex_b(b"".join(code + nal for nal in nals)) == nals


@given(st.integers(0, 2**17), st.integers(0, 2**33), st.booleans())
def test_headers(sequence: int, stamp: int, last: bool) -> None:
    plain = rtp.header(96, last, sequence, stamp, 0xCAFEBABE)
    first, second, number, time, source = struct.unpack(">BBHII", plain)
    assert (first, second & 0x7F, bool(second & 0x80)) == (0x80, 96, last)
    assert (number, time, source) == (sequence % 2**16, stamp % 2**32, 0xCAFEBABE)
    framed = rtp.framed_header(4, 1000, 96, last, sequence, stamp, 0xCAFEBABE)
    assert framed[4:] == plain
    assert framed[:4] == rtp.framed(4, bytes(1012))[:4] == b"$\x04\x03\xf4"


def test_sender_report() -> None:
    data = rtp.sender_report(7, 1_790_000_000_500_000_000, 2**32 + 5, 3, 4000)
    kind, words, source, seconds, fraction, stamp, packets, octets = struct.unpack_from(">xBHIIIIII", data)
    assert (kind, words, source) == (200, 6, 7)
    assert seconds - 2_208_988_800 == 1_790_000_000 and fraction == 2**31
    assert (stamp, packets, octets) == (5, 3, 4000)
    second_words = struct.unpack_from(">H", data, 30)[0]
    assert data[29] == 202 and len(data) == 28 + 4 * (second_words + 1)


@pytest.mark.parametrize(
    ("codec", "nal", "sets", "needless"),
    [
        (Codec.H264, b"\x67", True, False),
        (Codec.H264, b"\x68", True, False),
        (Codec.H264, b"\x06", False, True),
        (Codec.H264, b"\x65", False, False),
        (Codec.H265, bytes([32 << 1, 1]), True, False),
        (Codec.H265, bytes([39 << 1, 1]), False, True),
        (Codec.H265, bytes([19 << 1, 1]), False, False),
    ],
)
def test_kinds_of_units(codec: Codec, nal: bytes, sets: bool, needless: bool) -> None:
    assert (rtp.is_parameter_set(codec, nal), rtp.is_needless(codec, nal)) == (sets, needless)
