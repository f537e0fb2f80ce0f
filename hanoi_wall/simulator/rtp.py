"""RTP for H.264 (RFC 6184) and H.265 (RFC 7798): pictures to packets, and the headers in front of them.

Packets are prepared once per reel; at sending time only sequence number, time stamp and source differ.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from hanoi_wall.simulator.reel import Codec

CLOCK_RATE = 90_000
LARGEST_PAYLOAD = 1_388
"""Octets of RTP payload: with headers below 1 432, so that no common path fragments it."""
PAYLOAD_TYPE = 96
JPEG_PAYLOAD_TYPE = 26
"""RFC 3551 gives JPEG a number of its own."""

_RTP = struct.Struct(">BBHII")
_FRAMED_RTP = struct.Struct(">BBHBBHII")
_SENDER_REPORT = struct.Struct(">BBHIIIIII")
_NTP_EPOCH = 2_208_988_800
RTP_HEADER = _RTP.size


class Packet(NamedTuple):
    """One packet without its header: payload is prefix + body; last = marker bit of the picture."""

    prefix: bytes
    body: memoryview
    last: bool


def octets(packet: Packet) -> int:
    """Octets of payload."""
    return len(packet[0]) + len(packet[1])


def payload_type(codec: Codec) -> int:
    """The number of the codec's payload in packets and SDP."""
    return JPEG_PAYLOAD_TYPE if codec is Codec.MJPEG else PAYLOAD_TYPE


def split_annex_b(data: bytes) -> list[bytes]:
    """The NAL units of an Annex-B byte stream, without start codes and trailing zeros."""
    nals = []
    position = data.find(b"\x00\x00\x01")
    while position >= 0:
        start = position + 3
        position = data.find(b"\x00\x00\x01", start)
        nal = data[start : position if position >= 0 else len(data)].rstrip(b"\x00")
        if nal:
            nals.append(nal)
    return nals


def nal_type(codec: Codec, nal: bytes | memoryview) -> int:
    """The type in the NAL unit's header (nal not empty)."""
    return nal[0] & 0x1F if codec is Codec.H264 else nal[0] >> 1 & 0x3F


def is_parameter_set(codec: Codec, nal: bytes | memoryview) -> bool:
    """SPS or PPS (H.265: also VPS)."""
    return nal_type(codec, nal) in ((7, 8) if codec is Codec.H264 else (32, 33, 34))


def is_needless(codec: Codec, nal: bytes | memoryview) -> bool:
    """Access-unit delimiters, SEI and filler: nothing that a decoder needs."""
    return nal_type(codec, nal) in ((6, 9, 12) if codec is Codec.H264 else (35, 38, 39, 40))


def packetise(codec: Codec, nals: Sequence[memoryview], largest: int = LARGEST_PAYLOAD) -> list[Packet]:
    """The packets of one picture, in order, the last one marked.

    Parameter sets travel together (STAP-A or an aggregation packet), what fits alone as it is, the rest in
    fragments. largest: octets of payload, >= 64.
    """
    aggregate = [nal for nal in nals if is_parameter_set(codec, nal)]
    packets: list[Packet] = []
    if len(aggregate) > 1 and 2 + sum(2 + len(nal) for nal in aggregate) <= largest:
        packets.append(Packet(_aggregation(codec, aggregate), memoryview(b""), False))
        nals = [nal for nal in nals if not is_parameter_set(codec, nal)]
    for nal in nals:
        if len(nal) <= largest:
            packets.append(Packet(b"", nal, False))
        else:
            packets += _fragments(codec, nal, largest)
    if packets:
        packets[-1] = packets[-1]._replace(last=True)
    return packets


def _aggregation(codec: Codec, nals: Sequence[memoryview]) -> bytes:
    if codec is Codec.H264:
        head = bytes([24 | max(nal[0] & 0x60 for nal in nals)])
    else:
        head = bytes([48 << 1, 1])
    return head + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)


def _fragments(codec: Codec, nal: memoryview, largest: int) -> list[Packet]:
    if codec is Codec.H264:
        head, kind, skip = bytes([nal[0] & 0xE0 | 28]), nal[0] & 0x1F, 1
    else:
        head, kind, skip = bytes([nal[0] & 0x81 | 49 << 1, nal[1]]), nal[0] >> 1 & 0x3F, 2
    step = largest - len(head) - 1
    packets = []
    for start in range(skip, len(nal), step):
        body = nal[start : start + step]
        flags = (0x80 if start == skip else 0) | (0x40 if start + step >= len(nal) else 0)
        packets.append(Packet(head + bytes([flags | kind]), body, False))
    return packets


def header(payload_type: int, last: bool, sequence: int, stamp: int, source: int) -> bytes:
    """A 12-octet RTP header; sequence and stamp are taken modulo their width."""
    second = payload_type | 0x80 if last else payload_type
    return _RTP.pack(0x80, second, sequence & 0xFFFF, stamp & 0xFFFFFFFF, source)


def framed_header(
    channel: int, size: int, payload_type: int, last: bool, sequence: int, stamp: int, source: int
) -> bytes:
    """The same behind the 4 octets of interleaved framing (RFC 2326 10.12); size: octets of payload."""
    second = payload_type | 0x80 if last else payload_type
    return _FRAMED_RTP.pack(
        0x24, channel, RTP_HEADER + size, 0x80, second, sequence & 0xFFFF, stamp & 0xFFFFFFFF, source
    )


def framed(channel: int, data: bytes) -> bytes:
    """Any datagram in interleaved framing."""
    return struct.pack(">BBH", 0x24, channel, len(data)) + data


def sender_report(source: int, wall_ns: int, stamp: int, packets: int, octets: int) -> bytes:
    """An RTCP sender report with a CNAME: the RTP time stamp that belongs to this UTC time."""
    seconds, rest = divmod(wall_ns, 1_000_000_000)
    report = _SENDER_REPORT.pack(
        0x80,
        200,
        6,
        source,
        seconds + _NTP_EPOCH & 0xFFFFFFFF,
        (rest << 32) // 1_000_000_000,
        stamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    name = b"camera"
    item = bytes([1, len(name)]) + name + b"\x00"
    item += b"\x00" * (-len(item) % 4)
    return report + struct.pack(">BBHI", 0x81, 202, 1 + len(item) // 4, source) + item
