"""What a snapshot's files are called: readable by people, and allowed on every file system. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

OWNER_BYTES, CAMERA_BYTES = 48, 96
"""Most file systems take 255 bytes for a whole name."""
_RUNS = re.compile(r"[-.]{2,}|-")
CARD, PICTURE = ".json", ".png"


def stem(owner: str, camera: str, taken: datetime, offset_ms: int | None) -> str:
    """`CSGT_Ngã-Tư-Sở_2026-11-23T09-01-02.345+unknown`: owner, camera, local time, the camera's own clock.

    taken: the local time of the picture; offset_ms: how far the camera's clock is ahead, None: nobody knows.
    """
    clock = "+unknown" if offset_ms is None else f"{offset_ms:+d}ms"
    time = f"{taken:%Y-%m-%dT%H-%M-%S}.{taken.microsecond // 1000:03d}{clock}"
    parts = (safe(owner, OWNER_BYTES), safe(camera, CAMERA_BYTES) or "camera", time)
    return "_".join(part for part in parts if part)


def safe(text: str, most_bytes: int) -> str:
    """Letters with their marks and digits stay; all else, separators above all, becomes one hyphen."""
    kept = "".join(
        mark if mark in "-." or unicodedata.category(mark)[0] in "LMN" else "-"
        for mark in unicodedata.normalize("NFC", text)
    )
    kept = _RUNS.sub("-", kept).strip("-.")
    while len(kept.encode()) > most_bytes:
        kept = kept[:-1]
    return kept.strip("-.")


def is_bare(name: object) -> bool:
    """Whether this can only be a file in the very folder: a card may not point elsewhere."""
    return (
        isinstance(name, str)
        and 0 < len(name.encode(errors="replace")) <= 255
        and not name.startswith(".")
        and not set(name) & set("/\\\0:")
        and name.isprintable()
    )
