"""The truth of a tile: what it may say about its picture, decided at the moment of painting.

The one promise of the wall: a dead picture is never taken for a live one. So nothing here trusts that
"frames are coming": it compares the time at which the shown picture was captured with the time now.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Fault

LATE_NS = 2 * SECOND
STALE_NS = 5 * SECOND
DARK_NS = 30 * SECOND
FROZEN_NS = 10 * SECOND
SLOW_FEED_NS = 1 * SECOND
"""A feed whose pictures are further apart than this always says so."""


class Phase(StrEnum):
    """Where the feed's life stands (video/feed.py decides); not yet what the tile says."""

    IDLE = "idle"
    NO_RIGHT = "no_right"
    REFUSED = "refused"
    BUSY = "busy"
    UNSUPPORTED = "unsupported"
    OPENING = "opening"
    """Waiting for a place, connecting, or connected without a picture yet."""
    PLAYING = "playing"
    """A session exists and has given a picture."""
    WAITING = "waiting"
    """No session; the next try has a time."""
    STOPPED = "stopped"


class TileState(StrEnum):
    """What a tile says; the same word stands in health, metrics and logs."""

    IDLE = "idle"
    OPENING = "opening"
    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    OFFLINE = "offline"
    REFUSED = "refused"
    BUSY = "busy"
    UNSUPPORTED = "unsupported"
    NO_RIGHT = "no_right"
    FROZEN = "frozen"
    STOPPED = "stopped"


class Treatment(StrEnum):
    """How the last picture may be drawn, by its age alone."""

    NONE = "none"
    """There is no picture to draw."""
    CLEAR = "clear"
    LATE = "late"
    """Drawn as it is, with its age beside it."""
    STALE = "stale"
    """Desaturated and hatched, with the time of the last picture."""
    DARK = "dark"
    """Not drawn at all: text on dark."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known of a feed's session. Times are monotonic ns.

    since_ns: when this phase began (for WAITING: when the outage began);
    retry_at_ns: the next try, or None; attempts: tries since the feed last lived;
    ever_pictured: whether this camera has given any picture since it was put into the tile.
    """

    phase: Phase
    since_ns: int
    fault: Fault | None = None
    retry_at_ns: int | None = None
    attempts: int = 0
    ever_pictured: bool = False


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is known of the picture that would be painted. Times are monotonic ns.

    capture_ns: when it was taken, estimated from its time stamp (video/capture_time.py);
    interval_ns: the feed's median interval between pictures over 10 s, after shedding;
    frozen_since_ns: since when the content has not changed, 0 while it changes.
    """

    capture_ns: int
    interval_ns: int
    frozen_since_ns: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tile must show from now until `deadline_ns` (monotonic), if no new fact arrives before."""

    state: TileState
    treatment: Treatment
    age_ns: int
    deadline_ns: int | None


def thresholds(interval_ns: int) -> tuple[int, int, int]:
    """(late, stale, dark) ages in ns for a feed with this picture interval."""
    late = max(LATE_NS, interval_ns * 5 // 2)
    stale = max(STALE_NS, late + 3 * SECOND)
    return late, stale, max(DARK_NS, stale + 25 * SECOND)


def judge(session: SessionFacts, picture: PictureFacts | None, now_ns: int) -> Verdict:
    """The truth table: first row that applies, top to bottom. Pure; ages below zero count as zero."""
    treatment, age, deadline = _by_age(picture, now_ns)
    state = _state(session, picture, treatment, now_ns)
    if state is TileState.LIVE and picture is not None and picture.frozen_since_ns:
        turns_frozen = picture.frozen_since_ns + FROZEN_NS
        deadline = turns_frozen if deadline is None else min(deadline, turns_frozen)
    return Verdict(state, treatment, age, deadline)


def _by_age(picture: PictureFacts | None, now_ns: int) -> tuple[Treatment, int, int | None]:
    if picture is None:
        return Treatment.NONE, 0, None
    age = max(0, now_ns - picture.capture_ns)
    late, stale, dark = thresholds(picture.interval_ns)
    for treatment, limit in ((Treatment.CLEAR, late), (Treatment.LATE, stale), (Treatment.STALE, dark)):
        if age <= limit:
            return treatment, age, picture.capture_ns + limit + 1
    return Treatment.DARK, age, None


_BY_PHASE = {
    Phase.IDLE: TileState.IDLE,
    Phase.NO_RIGHT: TileState.NO_RIGHT,
    Phase.REFUSED: TileState.REFUSED,
    Phase.BUSY: TileState.BUSY,
    Phase.UNSUPPORTED: TileState.UNSUPPORTED,
    Phase.WAITING: TileState.OFFLINE,
    Phase.STOPPED: TileState.STOPPED,
}


def _state(
    session: SessionFacts, picture: PictureFacts | None, treatment: Treatment, now_ns: int
) -> TileState:
    if session.phase in _BY_PHASE:
        return _BY_PHASE[session.phase]
    if session.phase is Phase.OPENING or picture is None:
        # Between two sessions the tile stays offline with its cause until a picture proves otherwise.
        return TileState.OFFLINE if session.fault is not None else TileState.OPENING
    if treatment in (Treatment.STALE, Treatment.DARK):
        return TileState.STALE
    if treatment is Treatment.LATE:
        return TileState.LATE
    if picture.frozen_since_ns and now_ns - picture.frozen_since_ns >= FROZEN_NS:
        return TileState.FROZEN
    return TileState.LIVE
