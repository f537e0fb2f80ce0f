"""The life of a feed: every row of the table, the waits, the watchdog, and places that never leak."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase
from hanoi_wall.video import feed as life
from hanoi_wall.video.feed import Action, Event, Feed, Life, progress, seen, step, wait_s

NOW = 10_000 * SECOND
FAULT = Fault(Cause.CONNECTION_LOST, "cam-01")


def most(low: float, high: float) -> float:
    """Chance's longest wait."""
    return high


def least(low: float, high: float) -> float:
    """Chance's shortest wait."""
    return low


def a_feed(state: Life) -> Feed:
    """A feed in that state for a second, with its deadline an hour away where the state has one.

    If it plays, its newest picture is as old as that.
    """
    timed = state not in (Life.STOPPED, Life.QUEUED, Life.REFUSED)
    since = NOW - SECOND
    due = NOW + 3600 * SECOND if timed else None
    return Feed(state, since, session=7, outage_ns=since, due_ns=due, fresh_ns=since)


ASK, LEAVE, OPEN, CLOSE = Action.ASK_PLACE, Action.LEAVE_PLACE, Action.OPEN, Action.CLOSE
HAND_OVER = Action.HAND_OVER
TABLE: dict[tuple[Life, Event], tuple[Life, tuple[Action, ...]]] = {
    (Life.STOPPED, Event.WANT): (Life.QUEUED, (ASK,)),
    (Life.QUEUED, Event.UNWANT): (Life.STOPPED, (LEAVE,)),
    (Life.OPENING, Event.UNWANT): (Life.STOPPED, (CLOSE, HAND_OVER)),
    (Life.OPENED, Event.UNWANT): (Life.STOPPED, (CLOSE,)),
    (Life.PLAYING, Event.UNWANT): (Life.STOPPED, (CLOSE,)),
    (Life.WAITING, Event.UNWANT): (Life.STOPPED, ()),
    (Life.BUSY, Event.UNWANT): (Life.STOPPED, ()),
    (Life.REFUSED, Event.UNWANT): (Life.STOPPED, ()),
    (Life.UNSUPPORTED, Event.UNWANT): (Life.STOPPED, ()),
    (Life.STOPPED, Event.UNWANT): (Life.STOPPED, ()),
    (Life.QUEUED, Event.GRANT): (Life.OPENING, (OPEN,)),
    (Life.OPENING, Event.OPENED): (Life.OPENED, (LEAVE,)),
    (Life.OPENING, Event.PICTURED): (Life.PLAYING, (LEAVE,)),
    (Life.OPENED, Event.PICTURED): (Life.PLAYING, ()),
    (Life.OPENING, Event.FAILED): (Life.WAITING, (CLOSE, LEAVE)),
    (Life.OPENED, Event.FAILED): (Life.WAITING, (CLOSE,)),
    (Life.PLAYING, Event.FAILED): (Life.WAITING, (CLOSE,)),
    (Life.OPENING, Event.CRASHED): (Life.WAITING, (CLOSE, LEAVE)),
    (Life.OPENED, Event.CRASHED): (Life.WAITING, (CLOSE,)),
    (Life.PLAYING, Event.CRASHED): (Life.WAITING, (CLOSE,)),
    (Life.OPENING, Event.CRASHED_ALONE): (Life.WAITING, (CLOSE, LEAVE)),
    (Life.OPENED, Event.CRASHED_ALONE): (Life.WAITING, (CLOSE,)),
    (Life.PLAYING, Event.CRASHED_ALONE): (Life.WAITING, (CLOSE,)),
    (Life.PLAYING, Event.RELEASED): (Life.QUEUED, (CLOSE, ASK)),
    (Life.PLAYING, Event.OLD): (Life.QUEUED, (CLOSE, ASK)),
    (Life.QUEUED, Event.LOCKED_OUT): (Life.REFUSED, (LEAVE,)),
    (Life.WAITING, Event.LOCKED_OUT): (Life.REFUSED, ()),
    (Life.BUSY, Event.LOCKED_OUT): (Life.REFUSED, ()),
    (Life.WAITING, Event.RETRY_NOW): (Life.QUEUED, (ASK,)),
    (Life.BUSY, Event.RETRY_NOW): (Life.QUEUED, (ASK,)),
    (Life.REFUSED, Event.RETRY_NOW): (Life.QUEUED, (ASK,)),
    (Life.UNSUPPORTED, Event.RETRY_NOW): (Life.QUEUED, (ASK,)),
}
"""Every row that does something while no deadline has passed; whatever is not here changes nothing."""
DUE = {
    Life.WAITING: (Life.QUEUED, (ASK,)),
    Life.BUSY: (Life.QUEUED, (ASK,)),
    Life.UNSUPPORTED: (Life.QUEUED, (ASK,)),
    Life.OPENING: (Life.WAITING, (CLOSE, HAND_OVER)),
    Life.OPENED: (Life.WAITING, (CLOSE,)),
    Life.PLAYING: (Life.WAITING, (CLOSE,)),
}


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", Life)
def test_the_table(state: Life, event: Event) -> None:
    before = a_feed(state)
    after, actions = step(before, event, NOW, most, FAULT)
    if (state, event) in TABLE:
        assert (after.life, actions) == TABLE[state, event]
        assert state is Life.STOPPED or after.since_ns == NOW
    else:
        assert (after, actions) == (before, ())


@pytest.mark.parametrize(
    ("fresh_s", "interval_s", "old_s", "begins_anew"),
    [
        (0, 0.04, None, False),
        (4.9, 0.04, None, False),
        (5, 0.04, None, True),
        (0, 0.04, 1, True),
        (22.9, 8, None, False),
        (23, 8, None, True),
    ],
)
def test_whoever_asks_for_a_stale_tile_again_gets_a_new_session(
    fresh_s: float, interval_s: float, old_s: float | None, begins_anew: bool
) -> None:
    """As the tile offers it; the session of a healthy one is not thrown away."""
    old_ns = 0 if old_s is None else NOW - round(old_s * SECOND)
    seen = progress(a_feed(Life.PLAYING), NOW - round(fresh_s * SECOND), round(interval_s * SECOND))
    playing = replace(seen, old_ns=old_ns, renewals=2, due_ns=NOW + SECOND)
    after, actions = step(playing, Event.RETRY_NOW, NOW, most)
    if not begins_anew:
        assert (after, actions) == (playing, ())
        return
    assert (after.life, actions) == (Life.QUEUED, (CLOSE, ASK))
    assert after.fault is not None and after.fault.cause is Cause.STALLED
    assert after.facts().since_ns == (old_ns or playing.fresh_ns), "since when there is no live picture"
    assert after.renewals == 2, "the wall's own cure is not put off"
    failed, _ = step(step(after, Event.GRANT, NOW, most)[0], Event.FAILED, NOW + SECOND, most, FAULT)
    assert failed.facts().since_ns == after.facts().since_ns


@pytest.mark.parametrize("state", Life)
def test_deadlines(state: Life) -> None:
    before = replace(a_feed(state), due_ns=NOW if state in DUE else None)
    assert step(before, Event.DUE, NOW - 1, most) == (before, ())
    after, actions = step(before, Event.DUE, NOW, most)
    if state not in DUE:
        assert (after, actions) == (before, ())
        return
    assert (after.life, actions) == DUE[state]
    if after.life is Life.WAITING:
        assert after.fault is not None
        assert after.fault.cause is (Cause.TIMEOUT if state is Life.OPENING else Cause.STALLED)


@pytest.mark.parametrize("state", [Life.OPENING, Life.OPENED, Life.PLAYING])
@pytest.mark.parametrize("cause", Cause)
def test_what_a_cause_leads_to(state: Life, cause: Cause) -> None:
    after, _ = step(a_feed(state), Event.FAILED, NOW, most, Fault(cause, "cam-01"))
    expected = {
        Cause.TOO_MANY_SESSIONS: (Life.BUSY, 30),
        Cause.UNAVAILABLE: (Life.BUSY, 30),
        Cause.CODEC: (Life.UNSUPPORTED, 60),
        Cause.NO_VIDEO: (Life.UNSUPPORTED, 60),
        Cause.TRANSPORT: (Life.UNSUPPORTED, 60),
    }
    state_after, seconds = expected.get(cause, (Life.WAITING, 2))
    assert (after.life, after.due_ns) == (state_after, NOW + seconds * SECOND)
    assert after.fault == Fault(cause, "cam-01")
    assert after.facts().retry_at_ns == after.due_ns


@pytest.mark.parametrize("state", Life)
def test_every_state_has_a_phase_for_the_tile(state: Life) -> None:
    expected = {
        Life.STOPPED: Phase.STOPPED,
        Life.PLAYING: Phase.PLAYING,
        Life.WAITING: Phase.WAITING,
        Life.BUSY: Phase.BUSY,
        Life.REFUSED: Phase.REFUSED,
        Life.UNSUPPORTED: Phase.UNSUPPORTED,
    }
    facts = a_feed(state).facts()
    assert facts.phase is expected.get(state, Phase.OPENING)
    assert (facts.retry_at_ns is not None) == (state in (Life.WAITING, Life.BUSY, Life.UNSUPPORTED))


def fail(feed: Feed, now: int, cause: Cause = Cause.TIMEOUT) -> Feed:
    """A try that fails at `now`, from wherever the feed waits."""
    queued, _ = step(feed, Event.RETRY_NOW if feed.life is Life.REFUSED else Event.DUE, now, most)
    opening, _ = step(queued, Event.GRANT, now, most)
    assert opening.life is Life.OPENING
    return step(opening, Event.FAILED, now, most, Fault(cause, "cam-01"))[0]


def wanted(now: int = NOW) -> Feed:
    """A feed that waits for its first place."""
    return step(Feed(), Event.WANT, now, most)[0]


def play(feed: Feed, now: int) -> Feed:
    """Grant, open, first picture."""
    for event in (Event.GRANT, Event.OPENED, Event.PICTURED):
        feed, _ = step(feed, event, now, most)
    assert feed.life is Life.PLAYING
    return feed


def test_waits_grow_to_3_then_15_then_60_seconds() -> None:
    feed, now = wanted(), NOW
    waits: list[tuple[float, float]] = []
    while now - NOW < 1200 * SECOND:
        feed = fail(feed, now)
        assert feed.due_ns is not None
        waits.append(((now - NOW) / SECOND, (feed.due_ns - now) / SECOND))
        now = feed.due_ns
    assert [wait for _, wait in waits[:3]] == [2, 3, 3]
    for outage, wait in waits[3:]:
        assert wait == (3 if outage < 120 else 15 if outage < 600 else 60)


def test_a_feed_that_nobody_sees_waits_a_minute() -> None:
    feed, now = replace(wanted(), visible=False), NOW
    waits = []
    for _ in range(8):
        feed = fail(feed, now)
        assert feed.due_ns is not None
        waits.append((feed.due_ns - now) // SECOND)
        now = feed.due_ns
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_what_comes_into_sight_does_not_wait_out_its_hidden_minute() -> None:
    feed = replace(wanted(), visible=False)
    for _ in range(7):
        feed = fail(feed, feed.due_ns or NOW)
    hidden_until = feed.due_ns
    assert hidden_until is not None
    now = feed.since_ns
    shown = seen(feed, True, now, most)
    assert shown.visible
    assert shown.due_ns == now + (15 if now - NOW >= 120 * SECOND else 3) * SECOND
    assert seen(feed, True, hidden_until - 1, most).due_ns == hidden_until
    assert seen(shown, False, now, most).due_ns == shown.due_ns
    playing = play(wanted(), NOW)
    assert seen(playing, False, NOW, most) == replace(playing, visible=False)


@given(st.integers(0, 200), st.integers(0, 2_000 * SECOND), st.booleans(), st.randoms())
def test_a_wait_is_spread_over_its_whole_range(
    attempts: int, outage: int, visible: bool, source: random.Random
) -> None:
    drawn: list[tuple[float, float]] = []

    def chance(low: float, high: float) -> float:
        drawn.append((low, high))
        return source.uniform(low, high)

    wait = wait_s(attempts, outage, visible, chance)
    cap = 60 if not visible or outage >= 600 * SECOND else 3 if outage < 120 * SECOND else 15
    assert drawn == [(0.2, min(cap, 2.0 ** min(attempts, 10)))]
    assert 0.2 <= wait <= cap


def test_half_a_minute_of_life_forgives_and_any_picture_ends_the_outage() -> None:
    feed = wanted()
    for _ in range(5):
        feed = fail(feed, feed.due_ns or NOW)
    assert feed.due_ns is not None
    start = feed.due_ns
    feed = play(step(feed, Event.DUE, start, most)[0], start)
    short = progress(feed, start + 29 * SECOND, SECOND // 25)
    assert (short.attempts, short.outage_ns) == (5, NOW)
    again = step(short, Event.FAILED, start + 29 * SECOND, most, FAULT)[0]
    assert (again.attempts, again.outage_ns) == (6, start + 29 * SECOND), "a camera that flaps is had soon"
    long = progress(feed, start + 30 * SECOND, SECOND // 25)
    assert long.attempts == 0
    fresh = step(long, Event.FAILED, start + 31 * SECOND, most, FAULT)[0]
    assert (fresh.attempts, fresh.outage_ns) == (1, start + 31 * SECOND)
    assert fresh.due_ns == start + 33 * SECOND


def test_a_camera_that_keeps_coming_back_for_a_moment_never_waits_long() -> None:
    feed, now = play(wanted(), NOW), NOW
    for _ in range(60):
        now += 3 * SECOND
        feed = step(feed, Event.FAILED, now, most, FAULT)[0]
        while feed.due_ns is not None and feed.due_ns < now + 60 * SECOND:
            assert feed.due_ns - feed.since_ns <= 3 * SECOND, "an hour of short outages is no long one"
            feed = fail(feed, feed.due_ns)
        now = feed.due_ns or now
        feed = play(step(feed, Event.DUE, now, most)[0], now)


def test_since_when_counts_from_the_picture_that_was_lost() -> None:
    feed = play(wanted(), NOW)
    assert feed.facts().ever_pictured
    lost = step(progress(feed, NOW + 9 * SECOND, SECOND // 25), Event.DUE, NOW + 19 * SECOND, most)[0]
    assert (lost.life, lost.facts().since_ns) == (Life.WAITING, NOW + 9 * SECOND)
    assert step(feed, Event.FAILED, NOW + SECOND, most, FAULT)[0].facts().since_ns == NOW
    again = fail(lost, NOW + 22 * SECOND)
    assert again.facts().since_ns == NOW + 9 * SECOND
    assert again.facts().fault == Fault(Cause.TIMEOUT, "cam-01")
    back = play(step(again, Event.DUE, again.due_ns or 0, most)[0], NOW + 30 * SECOND)
    assert (back.facts().since_ns, back.facts().fault) == (NOW + 30 * SECOND, None)


def test_three_wrong_passwords_and_no_more_until_asked() -> None:
    feed = wanted()
    for tries in range(1, 4):
        feed = fail(feed, feed.due_ns or NOW, Cause.WRONG_PASSWORD)
        assert feed.life is (Life.REFUSED if tries == 3 else Life.WAITING)
    assert feed.due_ns is None
    assert step(feed, Event.DUE, NOW + 10**6 * SECOND, most) == (feed, ())
    for tries in range(1, 4):
        feed = fail(feed, feed.due_ns or NOW, Cause.WRONG_PASSWORD)
        assert feed.life is (Life.REFUSED if tries == 3 else Life.WAITING)


def test_other_failures_between_do_not_unlock_the_account() -> None:
    feed = wanted()
    for cause in (Cause.WRONG_PASSWORD, Cause.TIMEOUT, Cause.FORBIDDEN, Cause.CONNECTION_REFUSED):
        feed = fail(feed, feed.due_ns or NOW, cause)
        assert feed.life is Life.WAITING
    assert fail(feed, feed.due_ns or NOW, Cause.WRONG_PASSWORD).life is Life.REFUSED
    assert fail(feed, feed.due_ns or NOW, Cause.TIMEOUT).life is Life.WAITING


def test_a_picture_proves_the_password() -> None:
    feed = wanted()
    for _ in range(2):
        feed = fail(feed, feed.due_ns or NOW, Cause.WRONG_PASSWORD)
    feed = play(step(feed, Event.DUE, feed.due_ns or 0, most)[0], NOW + 60 * SECOND)
    lost = step(feed, Event.FAILED, NOW + 61 * SECOND, most, FAULT)[0]
    assert fail(lost, lost.due_ns or 0, Cause.WRONG_PASSWORD).life is Life.WAITING


def crash(feed: Feed, now: int, age_s: float, event: Event = Event.CRASHED) -> Feed:
    """Open at `now`, and lose the decoder process that much later."""
    opened = play(step(feed, Event.DUE, now, most)[0], now)
    died = now + round(age_s * SECOND)
    return step(progress(opened, died, SECOND // 25), event, died, most, FAULT)[0]


def waits_after(event: Event, age_s: float, times: int = 9) -> list[int]:
    """Seconds until the next try after each of so many deaths of its process."""
    feed, waits = wanted(), []
    for _ in range(times):
        feed = crash(feed, feed.due_ns or NOW, age_s, event)
        assert feed.due_ns is not None
        waits.append((feed.due_ns - feed.since_ns) // SECOND)
    return waits


@pytest.mark.parametrize("age_s", [0.5, 4, 12, 29])
def test_a_feed_that_is_alone_at_every_crash_waits_longer_each_time(age_s: float) -> None:
    assert waits_after(Event.CRASHED_ALONE, age_s) == [2, 3, 15, 30, 60, 120, 240, 480, 600]


def test_a_feed_that_was_not_alone_waits_no_longer_for_it() -> None:
    """It may have been its neighbour; it is kept apart, but it is tried."""
    assert max(waits_after(Event.CRASHED, 4)) == 3


def test_who_waits_for_having_crashed_alone_waits_also_when_it_comes_into_sight() -> None:
    feed = wanted()
    for _ in range(5):
        feed = crash(feed, feed.due_ns or NOW, 4, Event.CRASHED_ALONE)
    assert feed.crashes == 5 and feed.alone == 3
    assert step(feed, Event.RETRY_NOW, NOW, most)[0].life is Life.QUEUED
    assert seen(feed, True, feed.since_ns, most).due_ns == feed.due_ns


@pytest.mark.parametrize("event", [Event.CRASHED, Event.CRASHED_ALONE])
def test_a_feed_that_had_lived_is_not_blamed_for_a_crash(event: Event) -> None:
    feed = wanted()
    for _ in range(9):
        feed = crash(feed, feed.due_ns or NOW, 30.0, event)
        assert (feed.crashes, feed.alone) == (0, 0)
        assert feed.due_ns is not None and feed.due_ns - feed.since_ns <= 3 * SECOND
    suspect = crash(crash(feed, feed.due_ns or 0, 1.0), NOW + 10**6 * SECOND, 1.0)
    assert suspect.crashes == 2
    start = suspect.due_ns or 0
    lived = progress(play(step(suspect, Event.DUE, start, most)[0], start), start + 30 * SECOND, SECOND // 25)
    assert lived.crashes == 0


def test_only_what_was_playing_can_have_lived() -> None:
    feed, _ = step(wanted(), Event.GRANT, NOW, most)
    assert step(feed, Event.CRASHED, NOW + 40 * SECOND, most, FAULT)[0].crashes == 1


def test_who_is_released_from_quarantine_opens_anew_at_once() -> None:
    feed = play(wanted(), NOW)
    again, actions = step(feed, Event.RELEASED, NOW + 40 * SECOND, most)
    assert (again.life, actions, again.fault) == (Life.QUEUED, (CLOSE, ASK), None)


def test_the_picture_watchdog_follows_the_feed() -> None:
    feed = play(wanted(), NOW)
    assert feed.due_ns == NOW + 10 * SECOND
    assert progress(feed, NOW + SECOND, SECOND // 25).due_ns == NOW + 11 * SECOND
    assert progress(feed, NOW + SECOND, 5 * SECOND).due_ns == NOW + 16 * SECOND
    waiting = step(feed, Event.DUE, NOW + 10 * SECOND, most)[0]
    assert progress(waiting, NOW + 11 * SECOND, SECOND // 25) == waiting


def test_reading_keeps_a_session_but_makes_no_picture_younger() -> None:
    feed = play(wanted(), NOW)
    read = life.reading(feed, NOW + 9 * SECOND)
    assert (read.due_ns, read.fresh_ns, read.attempts) == (NOW + 19 * SECOND, NOW, feed.attempts)
    slow = progress(feed, NOW, 60 * SECOND)
    assert life.reading(slow, NOW + SECOND) == slow, "it may wait longer than that already"
    waiting = step(feed, Event.DUE, NOW + 10 * SECOND, most)[0]
    assert life.reading(waiting, NOW + 11 * SECOND) == waiting


def test_pictures_that_stay_old_begin_a_session_anew_and_the_tile_says_why() -> None:
    feed = life.aged(play(wanted(), NOW), NOW + 100 * SECOND, True)
    assert not life.renewal_due(feed, NOW + 159 * SECOND)
    assert life.renewal_due(life.aged(feed, NOW + 159 * SECOND, True), NOW + 160 * SECOND)
    assert not life.renewal_due(life.aged(feed, NOW + 159 * SECOND, False), NOW + 160 * SECOND)
    again, actions = step(feed, Event.OLD, NOW + 160 * SECOND, most, FAULT)
    assert actions == (CLOSE, ASK)
    assert (again.facts().fault, again.facts().since_ns) == (FAULT, NOW + 100 * SECOND)
    assert again.facts().phase is Phase.OPENING
    back = play(again, NOW + 161 * SECOND)
    assert (back.fault, back.old_ns, back.facts().since_ns) == (None, 0, NOW + 161 * SECOND)


def renewals(fine_s: int, hours: int) -> list[int]:
    """When (s) a playing feed begins anew whose pictures are old again `fine_s` after each new session."""
    feed, begun, found = play(wanted(), NOW), 0, []
    for second in range(hours * 3600):
        now = NOW + second * SECOND
        feed = life.aged(progress(feed, now, SECOND // 25), now, second - begun >= fine_s)
        if life.renewal_due(feed, now):
            feed = play(step(feed, Event.OLD, now, most, FAULT)[0], now)
            begun = second
            found.append(second)
    return found


def test_a_new_session_that_does_not_help_is_tried_less_and_less() -> None:
    found = renewals(0, 24)
    waits = [second - first for first, second in zip(found, found[1:], strict=False)]
    assert found[0] == 60
    assert waits[:6] == [600, 1200, 2400, 4800, 9600, 9600]
    assert set(waits[5:]) == {9600}


def test_a_clock_that_drifts_gets_a_new_session_whenever_it_has_drifted_far() -> None:
    """0.5 % is five seconds in a thousand: it helps for a quarter of an hour, so it is no failure."""
    found = renewals(1000, 4)
    assert {second - first for first, second in zip(found, found[1:], strict=False)} == {1060}


@pytest.mark.parametrize("state", Life)
def test_a_feed_that_is_wanted_again_starts_as_new(state: Life) -> None:
    old = replace(a_feed(state), attempts=9, logins=2, crashes=3, alone=1, fault=FAULT, lost_ns=NOW - 5)
    old = replace(old, pictured=True)
    stopped, _ = step(old, Event.UNWANT, NOW, most)
    assert (stopped.fault, stopped.due_ns) == (None, None)
    again, _ = step(stopped, Event.WANT, NOW + 1, most)
    expected = Feed(Life.QUEUED, NOW + 1, session=7, outage_ns=NOW + 1, logins=2, crashes=3, alone=1)
    assert again == expected, "all but the wrong passwords that the camera has seen, and the deaths"


@given(st.lists(st.tuples(st.sampled_from(Event), st.sampled_from(Cause), st.integers(0, 40)), max_size=80))
def test_places_and_sessions_are_kept_in_order_whatever_happens(
    events: list[tuple[Event, Cause, int]],
) -> None:
    """A place is asked and left once, a session opened and closed once, and a deadline always comes."""
    feed, now, session = Feed(), NOW, 0
    place = opened = False
    for event, cause, seconds in events:
        now += seconds * SECOND
        feed, actions = step(feed, event, now, least, Fault(cause, "cam-01"))
        for action in actions:
            if action is Action.ASK_PLACE:
                assert not place
                place = True
            elif action in (Action.LEAVE_PLACE, Action.HAND_OVER):
                assert place
                place = False
            elif action is Action.OPEN:
                assert place and not opened
                opened, session = True, session + 1
                assert feed.session == session
            else:
                assert opened
                opened = False
        assert place == (feed.life in life.HAS_PLACE)
        assert opened == (feed.life in life.HAS_SESSION)
        endless = feed.life in (Life.STOPPED, Life.QUEUED, Life.REFUSED)
        assert (feed.due_ns is None) == endless, "a state that waits for somebody has a deadline of its own"
