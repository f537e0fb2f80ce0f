"""Which of a camera's streams a tile gets: the smallest that covers its pixels, without flapping. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import SECOND

UP = 1.34
DOWN_AFTER_NS = 1 * SECOND
BETWEEN_NS = 5 * SECOND
GUESS = {StreamKind.MAIN: (1920, 1080), StreamKind.SUB: (640, 360)}
"""Sizes until the stream itself has told."""

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """The stream chosen, the key of the sentence that says why, and when; below_ns: since when the smaller
    stream would do, 0 when it would not."""

    stream: StreamKind
    why: str
    switched_ns: int
    below_ns: int = 0


def choose(
    before: Choice | None,
    tile: Size,
    streams: dict[StreamKind, Size | None],
    now_ns: int,
    pin: StreamKind | None = None,
    broken: frozenset[StreamKind] = frozenset(),
) -> Choice:
    """The choice now. streams: what the camera has, with sizes where known; broken: what cannot be had."""
    usable = [kind for kind in (StreamKind.SUB, StreamKind.MAIN) if kind in streams and kind not in broken]
    if pin in usable:
        return _settle(before, pin, "pinned", now_ns)
    if len(usable) < 2:
        only = usable[0] if usable else StreamKind.MAIN
        return _settle(before, only, "only_stream" if len(streams) < 2 else "other_broken", now_ns)
    sub = streams[StreamKind.SUB] or GUESS[StreamKind.SUB]
    if before is None or before.why in ("pinned", "other_broken"):
        kind = StreamKind.SUB if _covers(sub, tile, 1.0) else StreamKind.MAIN
        return _settle(before, kind, _why(kind), now_ns)
    if before.stream is StreamKind.SUB:
        kind = StreamKind.SUB if _covers(sub, tile, UP) else StreamKind.MAIN
        return _settle(before, kind, _why(kind), now_ns)
    if not _covers(sub, tile, 1.0):
        return replace(before, below_ns=0)
    below = before.below_ns or now_ns
    if now_ns - below >= DOWN_AFTER_NS and now_ns - before.switched_ns >= BETWEEN_NS:
        return Choice(StreamKind.SUB, _why(StreamKind.SUB), now_ns)
    return replace(before, below_ns=below)


def _why(kind: StreamKind) -> str:
    return "smallest_covers" if kind is StreamKind.SUB else "sub_too_small"


def _covers(stream: Size, tile: Size, factor: float) -> bool:
    return tile[0] <= stream[0] * factor and tile[1] <= stream[1] * factor


def _settle(before: Choice | None, kind: StreamKind, why: str, now_ns: int) -> Choice:
    if before is not None and before.stream is kind:
        return replace(before, why=why, below_ns=0)
    return Choice(kind, why, now_ns)
