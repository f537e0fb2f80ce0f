"""A snapshot in a folder, as the wall leaves one: two pictures and their card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from hanoi_wall.evidence import card as cards
from hanoi_wall.evidence.signing import KEY_BYTES, Signer

OURS, THEIRS = Signer(b"o" * KEY_BYTES), Signer(b"t" * KEY_BYTES)
STEM = "CSGT_Ngã-Tư-Sở_2026-11-23T09-01-02.345+unknown"
TILE, MAIN, CARD = STEM + ".tile.png", STEM + ".main.png", STEM + ".json"


def unsigned(pictures: dict[str, bytes]) -> dict[str, Any]:
    """A card for these files."""
    return cards.card(
        tuple(
            cards.PictureFacts(
                file=name,
                sha256=hashlib.sha256(data).hexdigest(),
                bytes=len(data),
                shows=cards.STREAM,
                width=640,
                height=360,
                stream="main",
                stream_width=640,
                stream_height=360,
                sequence=7,
                captured_at="2026-11-23T02:01:02.345Z",
                received_at="2026-11-23T02:01:02.400Z",
            )
            for name, data in pictures.items()
        ),
        cards.CameraFacts("cam-01", "Ngã Tư Sở", "CSGT"),
        cards.TileFacts("DP-1", 3, "grid:4x4", "live", "clear", None, 40),
        cards.DecoderFacts("h264", 100, 0, 0, 0),
        cards.TakenFacts(
            at="2026-11-23T02:01:02.385Z",
            local="2026-11-23T09:01:02.385+07:00",
            operator="truc-ban",
            operator_from="system user",
            workstation="wall-1",
            program="Hanoi Wall",
            program_version="0.1.0",
            best_stream_missing=None,
        ),
    )


def take(folder: Path, signer: Signer | None = OURS) -> Path:
    """Write two pictures and their card; returns the card."""
    pictures = {TILE: b"tile" * 500, MAIN: b"main" * 900}
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    made = unsigned(pictures)
    write(folder / CARD, made if signer is None else cards.signed(made, signer))
    return folder / CARD


def write(path: Path, made: dict[str, Any]) -> None:
    """A card, as the wall writes it."""
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """A card, to be tampered with."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
