"""The life of one feed as a pure table: (state, event) -> (state, actions). No clock, no sockets, no threads.

                     Want                Grant             Opened            Pictured
        STOPPED ───────────▶ QUEUED ───────────▶ OPENING ───────────▶ OPENED ───────────▶ PLAYING
                               ▲                    │ Failed             │ Failed, Quiet      │
                               │  retry time,       ▼                    ▼                    ▼
                               └── RetryNow ── WAITING · BUSY · REFUSED · UNSUPPORTED ◀───────┘
        Unwant leads from everywhere to STOPPED.

Rules 8 and 9 of the design: full jitter, caps by length of outage, a place held from order to PLAY's answer
(by the session, where the feed does not wait for that), three tries with a wrong password, half a minute for
a camera that is full. A stream that brings its decoder process down takes its neighbours with it, so deaths
of processes (Crashed) are counted until the feed has lived: suspects are kept apart (quarantine.py), and one
that dies alone waits long, longer each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, SessionFacts, thresholds

OPEN_LIMIT_NS = 20 * SECOND
"""An order to open that was not answered at all by then has failed (libav's own bounds end before)."""
PICTURE_LIMIT_NS = 10 * SECOND
LIVED_NS = 30 * SECOND
"""A feed that lived this long has its failures and the deaths of its processes forgiven."""
BUSY_NS = 30 * SECOND
UNSUPPORTED_NS = 60 * SECOND
MOST_LOGINS = 3
OLD_NS = 60 * SECOND
"""Pictures that come, but have been too old to act on for so long, are worth a new session: it brings the
newest one where a line or camera is far behind, and a new estimate where a camera's clock has drifted."""
BETWEEN_RENEWALS_NS = 600 * SECOND
"""The least time between two such sessions, twice as long each time it has not helped."""
MOST_DOUBLINGS = 4
LEAST_WAIT_S = 0.2
SUSPECT = 2
"""Processes that died under a feed before it lived: from here on it is suspected (quarantine.py)."""
SUSPECT_S = 15.0
LONGEST_SUSPECT_S = 600.0


class Life(StrEnum):
    """Where a feed stands."""

    STOPPED = "stopped"
    QUEUED = "queued"
    OPENING = "opening"
    OPENED = "opened"
    PLAYING = "playing"
    WAITING = "waiting"
    BUSY = "busy"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"


PHASES = {
    Life.STOPPED: Phase.STOPPED,
    Life.QUEUED: Phase.OPENING,
    Life.OPENING: Phase.OPENING,
    Life.OPENED: Phase.OPENING,
    Life.PLAYING: Phase.PLAYING,
    Life.WAITING: Phase.WAITING,
    Life.BUSY: Phase.BUSY,
    Life.REFUSED: Phase.REFUSED,
    Life.UNSUPPORTED: Phase.UNSUPPORTED,
}
HAS_SESSION = frozenset({Life.OPENING, Life.OPENED, Life.PLAYING})
HAS_PLACE = frozenset({Life.QUEUED, Life.OPENING})
_REFUSALS = frozenset({Cause.WRONG_PASSWORD, Cause.FORBIDDEN})
_BUSY = frozenset({Cause.TOO_MANY_SESSIONS, Cause.UNAVAILABLE})
_UNSUPPORTED = frozenset({Cause.CODEC, Cause.NO_VIDEO, Cause.TRANSPORT})


class Event(StrEnum):
    """What can happen to a feed; failures carry a cause."""

    WANT = "want"
    UNWANT = "unwant"
    GRANT = "grant"
    OPENED = "opened"
    PICTURED = "pictured"
    FAILED = "failed"
    CRASHED = "crashed"
    """As FAILED, because the feed's decoder process died or hung."""
    CRASHED_ALONE = "crashed_alone"
    """As CRASHED, and no other feed was in the process."""
    RELEASED = "released"
    """It may go on in a process with others."""
    LOCKED_OUT = "locked_out"
    """Its device has refused the account for good (accounts.py): not tried, like after three own refusals."""
    RETRY_NOW = "retry_now"
    DUE = "due"
    """The feed's deadline has passed."""
    OLD = "old"
    """Its pictures have been old for too long (`renewal_due`)."""


_FAILURES = frozenset({Event.FAILED, Event.CRASHED, Event.CRASHED_ALONE})


class Action(StrEnum):
    """What the roster must do, in order."""

    ASK_PLACE = "ask_place"
    LEAVE_PLACE = "leave_place"
    HAND_OVER = "hand_over"
    """The session that was just closed keeps the place until it has ended: it may still be connecting."""
    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Feed:
    """The state of one feed. Times are monotonic ns.

    session: number of the newest session, so that late words of an older one are not heard;
    since_ns: when this state began; outage_ns: since when it gives no picture (decides how long to wait);
    lost_ns: when the last picture came before the outage (what the operator reads), 0 while all is well;
    due_ns: deadline of this state; attempts: failures since it last lived; logins: refusals since it last
    gave a picture or was asked to try again (other failures between them do not unlock a camera's account);
    visible: whether anybody sees it (decides how long to wait); pictured: whether it ever gave a picture;
    granted_ns: when the newest session began; fresh_ns: when its newest picture was noticed; interval_ns:
    between its pictures;
    crashes, alone: decoder processes that died under it, and under it alone, since it last lived; old_ns:
    since when all its pictures have been too old, fine_ns: since when they have not, 0 otherwise; renewed_ns:
    when it was last begun anew for that; renewals: how often that did not help.
    """

    life: Life = Life.STOPPED
    since_ns: int = 0
    session: int = 0
    outage_ns: int = 0
    lost_ns: int = 0
    due_ns: int | None = None
    attempts: int = 0
    logins: int = 0
    fault: Fault | None = None
    visible: bool = True
    pictured: bool = False
    granted_ns: int = 0
    fresh_ns: int = 0
    interval_ns: int = 0
    crashes: int = 0
    alone: int = 0
    old_ns: int = 0
    fine_ns: int = 0
    renewed_ns: int = 0
    renewals: int = 0

    def facts(self) -> SessionFacts:
        """What the tile's truth needs to know."""
        waits = self.life in (Life.WAITING, Life.BUSY, Life.UNSUPPORTED)
        return SessionFacts(
            phase=PHASES[self.life],
            since_ns=self.lost_ns or self.since_ns,
            fault=self.fault,
            retry_at_ns=self.due_ns if waits else None,
            attempts=self.attempts,
            ever_pictured=self.pictured,
        )


Chance = Callable[[float, float], float]
"""A number between two, evenly spread: random.uniform, or a test's own."""
Step = tuple[Feed, tuple[Action, ...]]


def step(feed: Feed, event: Event, now_ns: int, chance: Chance, fault: Fault | None = None) -> Step:
    """One row of the table; events that a state does not know change nothing."""
    if event is Event.WANT:
        return _want(feed, now_ns)
    if event is Event.UNWANT:
        return _unwant(feed, now_ns)
    if event is Event.GRANT and feed.life is Life.QUEUED:
        opening = _enter(feed, Life.OPENING, now_ns, OPEN_LIMIT_NS)
        return replace(opening, session=feed.session + 1, granted_ns=now_ns), (Action.OPEN,)
    if event is Event.OPENED and feed.life is Life.OPENING:
        return _enter(feed, Life.OPENED, now_ns, PICTURE_LIMIT_NS), (Action.LEAVE_PLACE,)
    if event is Event.PICTURED and feed.life in (Life.OPENING, Life.OPENED):
        leave = (Action.LEAVE_PLACE,) if feed.life is Life.OPENING else ()
        playing = _enter(feed, Life.PLAYING, now_ns, PICTURE_LIMIT_NS)
        new = replace(playing, fault=None, logins=0, lost_ns=0, fresh_ns=now_ns, pictured=True)
        return replace(new, old_ns=0, fine_ns=0), leave
    if event in _FAILURES and feed.life in HAS_SESSION:
        assert fault is not None, "a failure has a fault"
        return _fail(_count_crash(feed, event, now_ns), now_ns, chance, fault, event is Event.CRASHED_ALONE)
    if event is Event.RELEASED and feed.life is Life.PLAYING:
        return _enter(feed, Life.QUEUED, now_ns, None), (Action.CLOSE, Action.ASK_PLACE)
    if event is Event.LOCKED_OUT and feed.life in (Life.QUEUED, Life.WAITING, Life.BUSY):
        refused = replace(feed, fault=fault, lost_ns=feed.lost_ns or now_ns)
        leave = (Action.LEAVE_PLACE,) if feed.life is Life.QUEUED else ()
        return _enter(refused, Life.REFUSED, now_ns, None), leave
    if event is Event.OLD and feed.life is Life.PLAYING:
        return _renew(replace(feed, renewed_ns=now_ns, renewals=feed.renewals + 1), now_ns, fault)
    if event is Event.RETRY_NOW and feed.life in (Life.WAITING, Life.BUSY, Life.REFUSED, Life.UNSUPPORTED):
        return replace(_enter(feed, Life.QUEUED, now_ns, None), logins=0), (Action.ASK_PLACE,)
    if event is Event.RETRY_NOW and feed.life is Life.PLAYING and _looks_stale(feed, now_ns):
        asked = Fault(Cause.STALLED, "", "a new session was asked for: its pictures were old")
        return _renew(feed, now_ns, asked)
    if event is Event.DUE and feed.due_ns is not None and now_ns >= feed.due_ns:
        return _due(feed, now_ns, chance)
    return feed, ()


def progress(feed: Feed, now_ns: int, interval_ns: int) -> Feed:
    """A playing feed gave a picture at `now_ns`: the picture watchdog starts again."""
    if feed.life is not Life.PLAYING:
        return feed
    limit = max(PICTURE_LIMIT_NS, 3 * interval_ns)
    lived = now_ns - feed.since_ns >= LIVED_NS
    if lived:
        feed = replace(feed, attempts=0, crashes=0, alone=0)
    return replace(feed, due_ns=now_ns + limit, fresh_ns=now_ns, interval_ns=interval_ns)


def reading(feed: Feed, now_ns: int) -> Feed:
    """A playing feed reads packets whose pictures this machine leaves out: its session is alive.

    What the picture is worth, its age says.
    """
    if feed.life is not Life.PLAYING or feed.due_ns is None:
        return feed
    return replace(feed, due_ns=max(feed.due_ns, now_ns + PICTURE_LIMIT_NS))


def aged(feed: Feed, now_ns: int, old: bool) -> Feed:
    """A playing feed gave a picture at `now_ns` that is too `old` to act on, or is not."""
    if feed.life is not Life.PLAYING:
        return feed
    if old:
        return feed if feed.old_ns else replace(feed, old_ns=now_ns, fine_ns=0)
    if not feed.fine_ns:
        return replace(feed, old_ns=0, fine_ns=now_ns)
    helped = feed.renewals and now_ns - feed.fine_ns >= BETWEEN_RENEWALS_NS
    return replace(feed, renewals=0) if helped else feed


def renewal_due(feed: Feed, now_ns: int) -> bool:
    """Whether its pictures have been old for so long that a new session is worth a second without any."""
    if feed.life is not Life.PLAYING or not feed.old_ns or now_ns - feed.old_ns < OLD_NS:
        return False
    pause = BETWEEN_RENEWALS_NS << min(max(0, feed.renewals - 1), MOST_DOUBLINGS)
    return not feed.renewed_ns or now_ns - feed.renewed_ns >= pause


def seen(feed: Feed, visible: bool, now_ns: int, chance: Chance) -> Feed:
    """Somebody sees the feed from now on, or nobody: what is seen does not wait out a hidden feed's time."""
    feed = replace(feed, visible=visible)
    if not visible or feed.life is not Life.WAITING or feed.due_ns is None or feed.alone:
        return feed
    wait = wait_s(feed.attempts, now_ns - feed.outage_ns, visible, chance)
    return replace(feed, due_ns=min(feed.due_ns, now_ns + round(wait * SECOND)))


def wait_s(attempts: int, outage_ns: int, visible: bool, chance: Chance) -> float:
    """Seconds until the next try after `attempts` failures in an outage of this length."""
    if not visible or outage_ns >= 600 * SECOND:
        cap = 60.0
    else:
        cap = 3.0 if outage_ns < 120 * SECOND else 15.0
    return chance(LEAST_WAIT_S, max(LEAST_WAIT_S, min(cap, 2.0 ** min(attempts, 10))))


def _enter(feed: Feed, life: Life, now_ns: int, limit_ns: int | None) -> Feed:
    return replace(feed, life=life, since_ns=now_ns, due_ns=None if limit_ns is None else now_ns + limit_ns)


def _want(feed: Feed, now_ns: int) -> Step:
    if feed.life is not Life.STOPPED:
        return feed, ()
    fresh = Feed(session=feed.session, outage_ns=now_ns, logins=feed.logins, visible=feed.visible)
    fresh = replace(fresh, crashes=feed.crashes, alone=feed.alone)
    return _enter(fresh, Life.QUEUED, now_ns, None), (Action.ASK_PLACE,)


def _unwant(feed: Feed, now_ns: int) -> Step:
    actions: tuple[Action, ...] = (Action.CLOSE,) if feed.life in HAS_SESSION else ()
    if feed.life is Life.OPENING:
        actions += (Action.HAND_OVER,)
    elif feed.life is Life.QUEUED:
        actions += (Action.LEAVE_PLACE,)
    return replace(_enter(feed, Life.STOPPED, now_ns, None), fault=None, lost_ns=0), actions


def _count_crash(feed: Feed, event: Event, now_ns: int) -> Feed:
    """Deaths count until the feed has lived; whose process was not young is nobody's fault yet."""
    lived = feed.life is Life.PLAYING and now_ns - feed.since_ns >= LIVED_NS
    if event is Event.FAILED or lived:
        return feed
    suspected = feed.crashes >= SUSPECT
    alone = feed.alone + (suspected and event is Event.CRASHED_ALONE)
    return replace(feed, crashes=feed.crashes + 1, alone=alone)


def _fail(
    feed: Feed, now_ns: int, chance: Chance, fault: Fault, alone: bool = False, heard: bool = True
) -> Step:
    """heard: whether the session itself said that it failed, or died; else it still runs somewhere."""
    actions: tuple[Action, ...] = (Action.CLOSE,)
    if feed.life is Life.OPENING:
        actions += (Action.LEAVE_PLACE if heard else Action.HAND_OVER,)
    # However briefly it was back: every outage begins with short waits.
    outage = now_ns if feed.life is Life.PLAYING else feed.outage_ns
    attempts = feed.attempts + 1
    logins = feed.logins + (fault.cause in _REFUSALS)
    # A camera that falls silent is lost from then on, not only once its session has been given up.
    lost = feed.lost_ns or (feed.fresh_ns if feed.life is Life.PLAYING else now_ns)
    failed = replace(feed, fault=fault, attempts=attempts, logins=logins, outage_ns=outage, lost_ns=lost)
    if fault.cause in _REFUSALS and logins >= MOST_LOGINS:
        return _enter(failed, Life.REFUSED, now_ns, None), actions
    if fault.cause in _BUSY:
        return _enter(failed, Life.BUSY, now_ns, BUSY_NS), actions
    if fault.cause in _UNSUPPORTED:
        return _enter(failed, Life.UNSUPPORTED, now_ns, UNSUPPORTED_NS), actions
    wait = wait_s(attempts, now_ns - outage, feed.visible, chance)
    if alone and feed.crashes > SUSPECT:
        wait = min(LONGEST_SUSPECT_S, SUSPECT_S * 2.0 ** min(feed.alone - 1, 10)) * chance(0.5, 1.0)
    return _enter(failed, Life.WAITING, now_ns, round(wait * SECOND)), actions


def _looks_stale(feed: Feed, now_ns: int) -> bool:
    """Whether its tile has nothing to lose by a new session: its pictures are old, or none comes."""
    _, stale_ns, _ = thresholds(feed.interval_ns)
    return bool(feed.old_ns) or now_ns - feed.fresh_ns >= stale_ns


def _renew(feed: Feed, now_ns: int, fault: Fault | None) -> Step:
    lost = feed.lost_ns or feed.old_ns or feed.fresh_ns
    renewed = replace(feed, fault=fault, lost_ns=lost, outage_ns=now_ns, old_ns=0, fine_ns=0)
    return _enter(renewed, Life.QUEUED, now_ns, None), (Action.CLOSE, Action.ASK_PLACE)


def _due(feed: Feed, now_ns: int, chance: Chance) -> Step:
    if feed.life in (Life.WAITING, Life.BUSY, Life.UNSUPPORTED):
        return _enter(feed, Life.QUEUED, now_ns, None), (Action.ASK_PLACE,)
    cause = Cause.TIMEOUT if feed.life is Life.OPENING else Cause.STALLED
    return _fail(feed, now_ns, chance, Fault(cause, "", f"nothing came while {feed.life}"), heard=False)
