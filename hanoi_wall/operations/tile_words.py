"""What a tile says in words: state, since when, why, what happens next, and the one key to act. Pure.

The words are made from the same facts and the same moment as the picture's treatment, so that text and
picture never disagree.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.assets import Words
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import SLOW_FEED_NS, Phase, SessionFacts, TileState, Treatment, Verdict
from hanoi_wall.operations.actions import action
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.stats import FeedStats

_FLOWING_NS = 2 * SECOND
"""Pictures that arrived less than this (or three intervals) ago still come, however old they are."""
_LONG_WAIT_S = 90
"""A longer wait is told by the clock: nobody counts down 600 seconds."""
_DAY_S = 86_400
FEW_NS = SECOND // 7
"""Pictures further apart than this are seen to jerk; whose doing it is is then told."""
_FEW_WHEN_ASKED_NS = SECOND // 18
_EVERY_OTHER, _KEY_PICTURES = 2, 3
"""Steps of shedding (video/stats.py)."""
_WAITED_MS = 300
_DELAYED_NS = SECOND
_DAMAGED_PART = 20


class Blame(StrEnum):
    """Whose doing it is that a tile shows few pictures."""

    THIS_PC = "this_pc"
    NETWORK = "network"
    CAMERA = "camera"


class Tone(StrEnum):
    """How loud the words are: the only use of colour on the wall."""

    QUIET = "quiet"
    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks (ns), so that monotonic times can be told as times of day."""

    monotonic_ns: int
    wall_ns: int

    def time_of(self, monotonic_ns: int) -> str:
        """A monotonic time as local 24 h time, `14:03:22`, with the day before it when it was another."""
        then = (self.wall_ns - self.monotonic_ns + monotonic_ns) // SECOND
        local = time.localtime(then)
        text = time.strftime("%H:%M:%S", local)
        if abs(self.wall_ns // SECOND - then) < _DAY_S // 2:
            return text
        return time.strftime("%d/%m ", local) + text


@dataclass(frozen=True, slots=True)
class Notice:
    """What a tile says about itself.

    word: the state in one or two words; icon: its shape; chip: what stands beside the name, the fullest form
    first, each shorter (empty for nothing);
    headline: what stands in the middle ("" for nothing), lines: under it, the most important first;
    key, offer: the one key to act and what it does ("" for none); note: a chip without alarm (slow feed),
    forms as in chip;
    change_ns: the monotonic time at which these words become wrong though no fact changes, or None.
    """

    state: TileState
    word: str
    icon: str
    tone: Tone
    chip: tuple[str, ...] = ()
    headline: str = ""
    lines: tuple[str, ...] = ()
    key: str = ""
    offer: str = ""
    note: tuple[str, ...] = ()
    change_ns: int | None = None


TONES = {
    TileState.IDLE: Tone.QUIET,
    TileState.OPENING: Tone.QUIET,
    TileState.LIVE: Tone.QUIET,
    TileState.LATE: Tone.WARN,
    TileState.STALE: Tone.ALARM,
    TileState.OFFLINE: Tone.ALARM,
    TileState.REFUSED: Tone.ALARM,
    TileState.BUSY: Tone.WARN,
    TileState.UNSUPPORTED: Tone.ALARM,
    TileState.NO_RIGHT: Tone.QUIET,
    TileState.FROZEN: Tone.WARN,
    TileState.STOPPED: Tone.QUIET,
}
_SINCE = {
    TileState.REFUSED: "tile.refused_since",
    TileState.BUSY: "tile.busy_since",
    TileState.OFFLINE: "tile.lost_since",
}
_PICTURELESS = frozenset({*_SINCE, TileState.UNSUPPORTED, TileState.NO_RIGHT, TileState.STOPPED})
RETRYABLE = frozenset({*_SINCE, TileState.STALE, TileState.UNSUPPORTED})
"""The states in which trying again at once is worth a key."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Facts of the picture in the tile, for its words. Times are monotonic ns."""

    capture_ns: int
    arrival_ns: int
    interval_ns: int
    frozen_since_ns: int = 0

    @classmethod
    def of(cls, header: PictureHeader | None) -> Shown | None:
        """Those of a picture, None when there is none."""
        if header is None:
            return None
        return cls(header.capture_ns, header.arrival_ns, header.interval_ns, header.frozen_since_ns)


def notice(
    words: Words,
    session: SessionFacts,
    verdict: Verdict,
    picture: Shown | None,
    now: Moment,
    owner: str = "",
    note: tuple[str, ...] | None = None,
) -> Notice:
    """The words of a tile at this moment; `owner` is whom to ask where a right is missing.

    note: what rate_note said of the pictures that come; None: judged by their interval alone.
    """
    state = verdict.state
    word = words(f"state.{state}")
    icon, tone = str(state), TONES[state]
    slow = slow_note(words, picture.interval_ns) if picture is not None else ()
    note = slow if note is None or picture is None else note
    if state is TileState.LATE and picture is not None:
        seconds, change = _counted(verdict.age_ns, now)
        behind = words("tile.behind", seconds=seconds)
        return Notice(state, word, icon, tone, (behind,), note=note, change_ns=change)
    if state is TileState.FROZEN and picture is not None:
        seconds, change = _counted(now.monotonic_ns - picture.frozen_since_ns, now)
        full, short = (words(form, seconds=seconds) for form in ("tile.frozen", "tile.frozen_short"))
        chip = (full, short, word)
        return Notice(state, word, icon, tone, chip, note=note, change_ns=change)
    if state is TileState.STALE and picture is not None:
        return _stale(words, session, verdict, picture, now, slow)
    if state in _PICTURELESS:
        return _without_session(words, session, verdict, picture, now, owner)
    return Notice(state, word, icon, tone, note=note)


def retry_key() -> str:
    """The key that tries again at once, "" where the operator gave it none."""
    return next(iter(action("tile.retry").keys), "")


def slow_note(words: Words, interval_ns: int) -> tuple[str, ...]:
    """`1 picture / n s` for a feed slower than one picture a second, else nothing."""
    if interval_ns <= SLOW_FEED_NS:
        return ()
    tenths = round(interval_ns * 10 / SECOND)
    seconds = tenths // 10 if tenths >= 100 else tenths / 10
    return (words("tile.slow", seconds=words.number(seconds)),)


def blame(stats: FeedStats, interval_ns: int, behind_ns: int = 0, *, asked: bool = False) -> Blame | None:
    """Whose doing it is that so few pictures of a playing feed are shown; None while there are enough.

    interval_ns, behind_ns: of the newest picture (video/picture.py); asked: somebody wants to know it of
    every feed that is slower than usual, not only of those that jerk.
    """
    if stats.shed:
        return Blame.THIS_PC
    if interval_ns <= (_FEW_WHEN_ASKED_NS if asked else FEW_NS):
        return None
    if stats.backlog_ms > _WAITED_MS:
        return Blame.THIS_PC
    delayed = behind_ns - stats.backlog_ms * 1_000_000 > _DELAYED_NS
    if delayed or stats.corrupt * _DAMAGED_PART > stats.received:
        return Blame.NETWORK
    return Blame.CAMERA


def rate_note(
    words: Words,
    stats: FeedStats,
    interval_ns: int,
    behind_ns: int = 0,
    *,
    asked: bool = False,
    scaled_down: bool = False,
) -> tuple[str, ...]:
    """`12 shown of 25 received: this PC`, `5 shown of 5 received: camera`, `1 picture / 3 s: camera`.

    The forms of a chip, the fullest first; nothing while pictures come fast enough and as large as the tile.
    scaled_down: they are smaller for want of memory (video/view.py); the others as in blame.
    """
    cause = blame(stats, interval_ns, behind_ns, asked=asked)
    if cause is None and scaled_down:
        small, whose = words("rate.small"), words(f"blame.{Blame.THIS_PC}")
        return words("rate.because", note=small, cause=whose), small
    if cause is None:
        return ()
    whose = words(f"blame.{cause}")
    slow = slow_note(words, interval_ns)
    if slow:
        return (words("rate.because", note=slow[0], cause=whose), slow[0])
    figures = _rate(words, stats, interval_ns, cause)
    return (*(words("rate.because", note=form, cause=whose) for form in figures), whose)


def _rate(words: Words, stats: FeedStats, interval_ns: int, cause: Blame) -> tuple[str, ...]:
    """How many of the pictures received are shown, the fullest form first."""
    fps = SECOND / max(1, interval_ns)
    # Before shedding begins, a backlog is dropped up to the next key picture.
    if stats.shed >= _KEY_PICTURES or (cause is Blame.THIS_PC and not stats.shed):
        return (words("rate.key_pictures"),)
    if stats.shed == _EVERY_OTHER:
        # The interval is a median of the last 10 s; the decoder knows at once.
        received = stats.received_fps if stats.received_fps >= 1 else 2 * fps
        # Fewer still where a backlog is left out besides.
        figures = {"shown": min(round(received) // 2, round(fps)), "received": round(received)}
    elif stats.shed:
        return (words("rate.coarse"),)
    else:
        figures = {"shown": round(fps), "received": round(fps)}
    return words("rate.shown", **figures), words("rate.short", **figures)


def _counted(duration_ns: int, now: Moment) -> tuple[int, int]:
    """Whole seconds of a growing duration, and when (monotonic ns) it is one more."""
    seconds = max(0, duration_ns) // SECOND
    return seconds, now.monotonic_ns + (seconds + 1) * SECOND - duration_ns


def _stale(
    words: Words,
    session: SessionFacts,
    verdict: Verdict,
    picture: Shown,
    now: Moment,
    note: tuple[str, ...],
) -> Notice:
    flows_until = picture.arrival_ns + max(_FLOWING_NS, 3 * picture.interval_ns)
    flowing = now.monotonic_ns < flows_until
    seconds, change = _counted(verdict.age_ns, now)
    if flowing:
        change = min(change, flows_until)
    lines = [words("tile.old_pictures" if flowing else "tile.no_new", seconds=seconds)]
    if session.fault is not None:
        lines.append(words(f"cause.{session.fault.cause}"))
    return Notice(
        verdict.state,
        words("state.stale"),
        "stale",
        Tone.ALARM,
        headline=words("tile.not_live", time=now.time_of(picture.capture_ns)),
        lines=tuple(lines),
        key=retry_key(),
        offer=words("tile.retry"),
        note=note,
        change_ns=change,
    )


def _without_session(
    words: Words,
    session: SessionFacts,
    verdict: Verdict,
    picture: Shown | None,
    now: Moment,
    owner: str,
) -> Notice:
    state = verdict.state
    word = words(f"state.{state}")
    headline = word
    if state in _SINCE:
        key = _SINCE[state]
        if state is TileState.OFFLINE and not session.ever_pictured:
            key = "tile.never_connected"
        headline = words(key, time=now.time_of(session.since_ns))
    lines: list[str] = []
    change: int | None = None
    cause = session.fault.cause if session.fault is not None else None
    if state is TileState.NO_RIGHT:
        cause = cause or Cause.NO_RIGHT
    if cause is not None:
        lines.append(words(f"cause.{cause}"))
    if state in RETRYABLE:
        next_try, change = _next_try(words, session, now)
        lines += [next_try] if next_try else []
    if cause is Cause.NO_RIGHT and owner:
        lines.append(words("tile.ask_owner", owner=owner))
    elif cause is not None:
        lines.append(words(f"remedy.{cause}"))
    if picture is not None and verdict.treatment is not Treatment.NONE:
        lines.append(words("tile.last_picture", time=now.time_of(picture.capture_ns)))
    acts = state in RETRYABLE
    return Notice(
        state,
        word,
        str(state),
        TONES[state],
        headline=headline,
        lines=tuple(lines),
        key=retry_key() if acts else "",
        offer=words("tile.retry") if acts else "",
        change_ns=change,
    )


def _next_try(words: Words, session: SessionFacts, now: Moment) -> tuple[str, int | None]:
    """When the next try comes, and when that text becomes wrong."""
    if session.phase is Phase.OPENING:
        return words("tile.retrying"), None
    if session.retry_at_ns is None:
        return "", None
    left = session.retry_at_ns - now.monotonic_ns
    if left <= 0:
        return words("tile.retrying"), None
    seconds = -(-left // SECOND)
    if seconds > _LONG_WAIT_S:
        change = session.retry_at_ns - _LONG_WAIT_S * SECOND
        return words("tile.retry_at", time=now.time_of(session.retry_at_ns)), change
    return words("tile.retry_in", seconds=seconds), session.retry_at_ns - (seconds - 1) * SECOND
