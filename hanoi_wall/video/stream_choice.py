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
REASONS = (
    "smallest_covers",
    "nearly_covers",
    "sub_too_small",
    "held",
    "pinned",
    "only_stream",
    "other_broken",
)
"""Why a stream was chosen; each is a sentence in the words (`why.<key>`)."""

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
    covers = _covers(sub, tile, 1.0)
    fresh = before is None or before.why in ("pinned", "other_broken")
    if fresh or before is None or before.stream is StreamKind.SUB:
        if covers:
            return _settle(before, StreamKind.SUB, "smallest_covers", now_ns)
        if not fresh and _covers(sub, tile, UP):
            return _settle(before, StreamKind.SUB, "nearly_covers", now_ns)
        return _settle(before, StreamKind.MAIN, "sub_too_small", now_ns)
    if not covers:
        return replace(before, why="sub_too_small", below_ns=0)
    below = before.below_ns or now_ns
    if now_ns - below >= DOWN_AFTER_NS and now_ns - before.switched_ns >= BETWEEN_NS:
        return Choice(StreamKind.SUB, "smallest_covers", now_ns)
    return replace(before, why="held", below_ns=below)


def _covers(stream: Size, tile: Size, factor: float) -> bool:
    return tile[0] <= stream[0] * factor and tile[1] <= stream[1] * factor


def _settle(before: Choice | None, kind: StreamKind, why: str, now_ns: int) -> Choice:
    if before is not None and before.stream is kind:
        return replace(before, why=why, below_ns=0)
    return Choice(kind, why, now_ns)
