"""RTP for Motion JPEG (RFC 2435): a whole JPEG picture to packets. Pure.

The receiver makes the picture's headers again from a few numbers: so the picture must be baseline, 4:2:0 or
4:2:2, with the Huffman tables of the standard's annex K; the quantisation tables travel with each picture.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hanoi_wall.simulator.rtp import LARGEST_PAYLOAD, Packet

LARGEST_SIDE = 2_040
"""Pixels: sides travel as a count of eights in one octet."""
_TABLE = 64
_TABLES_FOLLOW = 255
_SOF0, _SOS, _EOI, _DQT, _DRI = 0xC0, 0xDA, b"\xff\xd9", 0xDB, 0xDD
_SAMPLING = {(0x21, 0x11, 0x11): 0, (0x22, 0x11, 0x11): 1}
"""RFC 2435's type by the three components' sampling."""


class JpegError(ValueError):
    """The picture is no JPEG that RTP can carry; the text says why."""


@dataclass(frozen=True, slots=True)
class JpegParts:
    """What travels: kind: 0 for 4:2:2, 1 for 4:2:0; tables: of luma, then of chroma; scan: what is coded."""

    kind: int
    width: int
    height: int
    tables: bytes
    scan: memoryview


def jpeg_parts(picture: memoryview) -> JpegParts:
    """Take a JPEG file apart; raises JpegError."""
    tables: dict[int, bytes] = {}
    frame: bytes | None = None
    place = 2
    if bytes(picture[:2]) != b"\xff\xd8":
        raise JpegError("it does not begin as a JPEG does")
    while place + 4 <= len(picture):
        fill, marker, length = struct.unpack_from(">BBH", picture, place)
        body = bytes(picture[place + 4 : place + 2 + length])
        place += 2 + length
        if fill != 0xFF or len(body) != length - 2:
            break
        if marker == _DQT:
            tables |= _quantisation(body)
        elif marker == _SOF0:
            frame = body
        elif marker == _DRI and any(body):
            raise JpegError("restart intervals are not sent")
        elif marker == _SOS and frame is not None:
            end = len(picture) - (2 if bytes(picture[-2:]) == _EOI else 0)
            return _whole(frame, tables, picture[place:end])
    raise JpegError("it has no baseline picture in it")


def packetise(picture: memoryview, largest: int = LARGEST_PAYLOAD) -> list[Packet]:
    """The packets of one JPEG file, in order, the last one marked. largest: octets of payload, >= 256."""
    parts = jpeg_parts(picture)
    packets: list[Packet] = []
    offset = 0
    while offset < len(parts.scan):
        head = struct.pack(
            ">IBBBB", offset, parts.kind, _TABLES_FOLLOW, -(-parts.width // 8), -(-parts.height // 8)
        )
        if not offset:
            head += struct.pack(">BBH", 0, 0, len(parts.tables)) + parts.tables
        body = parts.scan[offset : offset + largest - len(head)]
        offset += len(body)
        packets.append(Packet(head, body, offset == len(parts.scan)))
    return packets


def _quantisation(body: bytes) -> dict[int, bytes]:
    """The tables of one DQT segment by their number."""
    found = {}
    for place in range(0, len(body), 1 + _TABLE):
        if body[place] >> 4:
            raise JpegError("quantisation tables of 16 bits are not sent")
        found[body[place]] = body[place + 1 : place + 1 + _TABLE]
    return found


def _whole(frame: bytes, tables: dict[int, bytes], scan: memoryview) -> JpegParts:
    precision, height, width, count = struct.unpack_from(">BHHB", frame)
    parts = [frame[6 + 3 * each : 9 + 3 * each] for each in range(count)]
    kind = _SAMPLING.get(tuple(part[1] for part in parts))  # type: ignore[arg-type]
    if precision != 8 or kind is None or not 0 < max(width, height) <= LARGEST_SIDE or not len(scan):
        raise JpegError(f"{width}x{height}, {precision} bits, {count} components cannot be sent")
    luma, chroma, again = (tables.get(part[2], b"") for part in parts)
    if chroma != again or len(luma) != _TABLE or len(chroma) != _TABLE:
        raise JpegError("its quantisation tables are not one for luma and one for chroma")
    return JpegParts(kind, width, height, luma + chroma, scan)
