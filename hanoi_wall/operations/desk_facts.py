"""What the desk says of a camera and of the tile in focus: label and text, line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hanoi_wall.assets import Words
from hanoi_wall.domain.camera import PASSWORD_NAMES, TOKEN_NAMES, Camera, is_no_secret, redact
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.operations.stream_words import why_sentence
from hanoi_wall.video.view import CameraView, Demand

_SECRET = re.compile(f"{PASSWORD_NAMES}|{TOKEN_NAMES}", re.IGNORECASE)
_POINTS = {"vi": (".", ","), "en": (",", "."), "fr": ("\N{NARROW NO-BREAK SPACE}", ",")}
"""What parts thousands and what parts decimals, by language."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is and what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What is known of the tile in focus; the fields are those of the presenter's report, times in ms."""

    screen: str
    tile: int
    state: TileState
    age_ms: int | None = None
    shown_fps: float = 0.0
    view: CameraView | None = None
    size: tuple[int, int] = (0, 0)
    demand: Demand | None = None
    next_retry_s: float | None = None


def figure(words: Words, value: float, decimals: int = 0) -> str:
    """A number as it is written in the language: `20.000`, `12,5`."""
    thousands, point = _POINTS[words.language]
    return f"{value:,.{decimals}f}".translate({ord(","): thousands, ord("."): point})


def camera_facts(words: Words, camera: Camera) -> tuple[Fact, ...]:
    """Everything the catalogue knows of a camera but its secrets; what is unknown is left out."""
    return tuple(Fact(label, text) for label, text in _of_camera(words, camera) if text)


def _of_camera(words: Words, camera: Camera) -> Iterator[tuple[str, str]]:
    yield words("desk.id"), camera.id
    yield words("desk.owner"), camera.owner
    yield words("desk.district"), camera.district
    yield words("desk.ward"), camera.ward
    yield words("desk.site"), camera.site
    yield words("desk.tags"), ", ".join(camera.tags)
    yield words("desk.main"), redact(camera.main.url) if camera.main else ""
    yield words("desk.sub"), redact(camera.sub.url) if camera.sub else ""
    yield words("desk.onvif"), redact(camera.onvif_url)
    yield words("desk.ptz"), words("desk.yes" if camera.ptz else "desk.no")
    if camera.lat is not None and camera.lon is not None:
        yield words("desk.position"), f"{camera.lat:.5f}, {camera.lon:.5f}"
    for column, value in camera.extra:
        secret = _SECRET.fullmatch(column.strip()) and not is_no_secret(column, value)
        yield column, "***" if secret else redact(value)


def tile_facts(words: Words, tile: TileFacts) -> tuple[Fact, ...]:
    """How the tile in focus does: state and cause, why this quality, rates, codec, age, losses, decoder."""
    return tuple(Fact(label, text) for label, text in _of_tile(words, tile) if text)


def _of_tile(words: Words, tile: TileFacts) -> Iterator[tuple[str, str]]:
    view = tile.view
    yield words("desk.state"), words(f"state.{tile.state}")
    if view is not None and view.session.fault is not None and tile.state is not TileState.LIVE:
        cause = view.session.fault.cause
        yield words("desk.cause"), words(f"cause.{cause}")
        yield words("desk.remedy"), words(f"remedy.{cause}")
    if tile.next_retry_s is not None:
        yield words("desk.retry"), words("desk.in_seconds", seconds=figure(words, tile.next_retry_s))
    if view is None:
        return
    yield words("desk.why"), why_sentence(words, view, tile.size, tile.demand)
    stats = view.stats
    if view.session.phase is Phase.PLAYING:
        received, shown = figure(words, stats.received_fps, 1), figure(words, tile.shown_fps, 1)
        yield words("desk.rates"), words("desk.rates_text", received=received, shown=shown)
        if tile.age_ms is not None:
            yield words("desk.age"), words("desk.ms", ms=figure(words, tile.age_ms))
    if stats.size != (0, 0):
        yield words("desk.size"), f"{stats.size[0]}×{stats.size[1]}"
    yield words("desk.codec"), stats.codec.upper()
    yield words("desk.decoder"), words("desk.software") if stats.decoder == "software" else stats.decoder
    if stats.received:
        share = figure(words, 100 * stats.corrupt / stats.received, 1)
        yield words("desk.damaged"), words("desk.share", count=figure(words, stats.corrupt), share=share)
    yield words("desk.reconnects"), figure(words, view.reconnects)
