"""A reel: one encoded loop in a file of its own, mapped into memory so that sending copies nothing twice.

File: magic (8 bytes), header length and CRC-32 of all that follows (two big-endian u32), header (JSON), then
the NAL units one after the other without start codes. The header lists every picture and its NAL sizes.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

MAGIC = b"HWREEL\x00\x02"
_PREFIX = struct.Struct(">8sII")


class Codec(StrEnum):
    """What the pictures are compressed with."""

    H264 = "h264"
    H265 = "h265"
    MJPEG = "mjpeg"


class ReelError(Exception):
    """The file is no reel of this version, or it is damaged; the text says which."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One picture: its number in the loop (as in its mark), whether decoding may start here, NAL units.

    A JPEG picture has no units: it stands there whole, as the only one.
    """

    frame: int
    key: bool
    nals: tuple[memoryview, ...]


@dataclass(frozen=True, slots=True)
class Reel:
    """One loop of pictures. width, height: pixels; rate: pictures per second; units in sending order."""

    codec: Codec
    width: int
    height: int
    rate: Fraction
    units: tuple[Unit, ...]

    @property
    def bits_per_second(self) -> float:
        """Mean rate of the loop."""
        octets = sum(len(nal) for unit in self.units for nal in unit.nals)
        return float(octets * 8 * self.rate / len(self.units))


def write_reel(
    path: Path,
    codec: Codec,
    size: tuple[int, int],
    rate: Fraction,
    pictures: Iterable[tuple[int, bool, Sequence[bytes]]],
) -> None:
    """Write a reel so that `path` is whole or absent. pictures: (frame, key, NAL units). Raises OSError."""
    body = bytearray()
    table: list[list[object]] = []
    for frame, key, nals in pictures:
        table.append([frame, int(key), [len(nal) for nal in nals]])
        for nal in nals:
            body += nal
    facts = {
        "codec": codec.value,
        "width": size[0],
        "height": size[1],
        "rate": [rate.numerator, rate.denominator],
        "units": table,
    }
    header = json.dumps(facts, separators=(",", ":")).encode()
    check = zlib.crc32(body, zlib.crc32(header))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_PREFIX.pack(MAGIC, len(header), check))
            file.write(header)
            file.write(body)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def open_reel(path: Path) -> Reel:
    """Map a reel. Raises ReelError when it is not one or is damaged, OSError when it cannot be read."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size < _PREFIX.size:
            raise ReelError(f"{path.name}: too short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    view = memoryview(mapped)
    magic, length, check = _PREFIX.unpack_from(view)
    if magic != MAGIC:
        raise ReelError(f"{path.name}: not a reel of this version")
    if zlib.crc32(view[_PREFIX.size :]) != check:
        raise ReelError(f"{path.name}: damaged")
    try:
        facts = json.loads(bytes(view[_PREFIX.size : _PREFIX.size + length]))
        return Reel(
            Codec(facts["codec"]),
            facts["width"],
            facts["height"],
            Fraction(*facts["rate"]),
            _units(view, _PREFIX.size + length, facts["units"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReelError(f"{path.name}: header does not fit: {error}") from error


def _units(view: memoryview, offset: int, table: list[tuple[int, int, list[int]]]) -> tuple[Unit, ...]:
    units = []
    for frame, key, sizes in table:
        nals = []
        for size in sizes:
            nals.append(view[offset : offset + size])
            offset += size
        units.append(Unit(frame, bool(key), tuple(nals)))
    if not units:
        raise ValueError("no pictures")
    return tuple(units)
