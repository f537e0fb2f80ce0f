"""The card beside a snapshot: what was seen, when, by whom, and a signature over all of it. Pure.

    {"format": …, "version": 1, "pictures": [{"file", "sha256", "bytes", …}], "camera": {…}, "tile": {…}, …,
     "signature": {"algorithm", "public_key", "fingerprint", "fields": {path: sha256}, "value"} or null}

Signed is PREFIX and then the canonical JSON (canonical.py) of the whole card but for `signature.value`: the
key that signed, and the hash of each field, are signed with the rest. The hashes of the fields prove nothing
by themselves; where the signature does not fit, they tell which field it is that somebody changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from hanoi_wall.evidence.canonical import Value, canonical, leaves
from hanoi_wall.evidence.signing import ALGORITHM, Signer, to_text

FORMAT = "hanoi-wall evidence card"
VERSION = 1
PREFIX = b"hanoi-wall evidence card 1\n"
"""A signature of this key under anything else than a card is of no use for a card."""
TILE, STREAM = "tile", "stream"
"""What a picture is: the tile as it was painted, words and all; or one of the stream, nothing over it."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """One picture file. Times are UTC as text (`utc`), None where nobody knows.

    shows: TILE or STREAM; stream: `main` or `sub`, None where nothing of any stream is in it; stream_width,
    stream_height: what the camera sends, None where nobody knows; sequence: of the picture in its session's
    memory, 0 for none; captured_at: estimated from the stream's time stamps; received_at: when its last
    packet was read.
    """

    file: str
    sha256: str
    bytes: int
    shows: str
    width: int
    height: int
    stream: str | None
    stream_width: int | None
    stream_height: int | None
    sequence: int
    captured_at: str | None
    received_at: str | None


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """Which camera. clock_offset_ms: how far its own clock is ahead of ours; None: nobody knows."""

    id: str
    name: str
    owner: str
    clock_offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TileFacts:
    """Where and how the picture stood when it was taken, as it was painted.

    monitor: its identity; state, treatment: as domain/tile.py names them; cause: code of the fault, None
    while there is none; picture_age_ms: None without a picture.
    """

    monitor: str
    number: int
    grid: str
    state: str
    treatment: str
    cause: str | None
    picture_age_ms: int | None


@dataclass(frozen=True, slots=True)
class DecoderFacts:
    """What the decoder counted in the picture's session; errors_of_last_seconds: None, nobody counts."""

    codec: str
    pictures: int
    corrupt_pictures: int
    time_stamp_jumps: int
    skipped_packets: int
    errors_of_last_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class TakenFacts:
    """When, by whom and with what. at: UTC; local: the same moment as the workstation shows it, with offset.

    operator_from: `system user` until there is a log-in; best_stream_missing: why there is no picture of the
    best stream, None where there is one; clock_synchronised: whether something keeps the workstation's clock,
    and clock_error_ms by how much it may be off at most, as its system says; None where it says nothing.
    """

    at: str
    local: str
    operator: str
    operator_from: str
    workstation: str
    program: str
    program_version: str
    best_stream_missing: str | None
    clock_synchronised: bool | None = None
    clock_error_ms: int | None = None


def card(
    pictures: tuple[PictureFacts, ...],
    camera: CameraFacts,
    tile: TileFacts,
    decoder: DecoderFacts | None,
    taken: TakenFacts,
) -> Value:
    """The card, not signed yet; raises BadJson for a text that is none."""
    made: Value = {
        "format": FORMAT,
        "version": VERSION,
        "pictures": [asdict(each) for each in pictures],
        "camera": asdict(camera),
        "tile": asdict(tile),
        "decoder": None if decoder is None else asdict(decoder),
        "taken": asdict(taken),
        "signature": None,
    }
    canonical(made)
    return made


def signed(unsigned: Value, signer: Signer) -> Value:
    """The same card with this workstation's signature."""
    bare = {key: value for key, value in unsigned.items() if key != "signature"}
    signature = {
        "algorithm": ALGORITHM,
        "public_key": to_text(signer.public_key),
        "fingerprint": signer.fingerprint,
        "fields": field_hashes(bare),
    }
    value = to_text(signer.sign(signed_bytes({**bare, "signature": signature})))
    return {**bare, "signature": {**signature, "value": value}}


def signed_bytes(made: Value) -> bytes:
    """What the signature of this card is made of and checked with."""
    signature: Any = made.get("signature")
    if isinstance(signature, dict):
        made = {**made, "signature": {key: each for key, each in signature.items() if key != "value"}}
    return PREFIX + canonical(made)


def field_hashes(made: Value) -> dict[str, str]:
    """The hash of every field but the signature's own, by its path."""
    bare = {key: value for key, value in made.items() if key != "signature"}
    return {path: to_text(hashlib.sha256(canonical(value)).digest()) for path, value in leaves(bare)}


def changed_fields(made: Value) -> list[str]:
    """Which fields are not as they were when the card was signed, as far as its hashes tell."""
    signature: Any = made.get("signature")
    then: Any = signature.get("fields") if isinstance(signature, dict) else None
    if not isinstance(then, dict):
        return []
    now = field_hashes(made)
    return [path for path in {**now, **then} if now.get(path) != then.get(path)]


def utc(ns: int) -> str:
    """A moment (ns since 1970 UTC) as RFC 3339 with milliseconds: `2026-11-23T02:01:02.345Z`."""
    at = datetime.fromtimestamp(ns // 1_000_000_000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{ns // 1_000_000 % 1000:03d}Z"


def local(ns: int) -> datetime:
    """The same moment as this workstation shows it. Reads the zone's file: not for a thread that paints."""
    return datetime.fromtimestamp(ns // 1_000_000 / 1000, UTC).astimezone()
