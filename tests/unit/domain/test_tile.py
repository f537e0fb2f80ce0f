"""What a tile may say: never live when the picture is old, and the deadline is the moment it changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import (
    FROZEN_NS,
    Phase,
    PictureFacts,
    SessionFacts,
    TileState,
    Treatment,
    judge,
    thresholds,
)

NOW = 1_000 * SECOND
FRAME = SECOND // 25
FAULT = Fault(Cause.TIMEOUT, "cam-01")

sessions = st.builds(
    SessionFacts,
    phase=st.sampled_from(Phase),
    since_ns=st.integers(0, NOW),
    fault=st.none() | st.just(FAULT),
    ever_pictured=st.booleans(),
)
pictures = st.builds(
    PictureFacts,
    capture_ns=st.integers(NOW - 300 * SECOND, NOW + SECOND),
    interval_ns=st.integers(1, 30 * SECOND),
    frozen_since_ns=st.just(0) | st.integers(NOW - 60 * SECOND, NOW),
)


def playing(
    age_ns: int, interval_ns: int = FRAME, frozen_ns: int | None = None
) -> tuple[TileState, Treatment]:
    frozen_since = 0 if frozen_ns is None else NOW - frozen_ns
    verdict = judge(
        SessionFacts(Phase.PLAYING, NOW - 60 * SECOND),
        PictureFacts(NOW - age_ns, interval_ns, frozen_since),
        NOW,
    )
    return verdict.state, verdict.treatment


@pytest.mark.parametrize(
    ("interval_s", "late_s", "stale_s", "dark_s"),
    [
        (0.04, 2.0, 5.0, 30.0),
        (0.8, 2.0, 5.0, 30.0),
        (1.0, 2.5, 5.5, 30.5),
        (2.0, 5.0, 8.0, 33.0),
        (10.0, 25.0, 28.0, 53.0),
    ],
)
def test_thresholds(interval_s: float, late_s: float, stale_s: float, dark_s: float) -> None:
    expected = tuple(round(limit * SECOND) for limit in (late_s, stale_s, dark_s))
    assert thresholds(round(interval_s * SECOND)) == expected


@pytest.mark.parametrize("interval_ns", [FRAME, SECOND, 3 * SECOND])
def test_each_limit_is_exact_to_the_nanosecond(interval_ns: int) -> None:
    late, stale, dark = thresholds(interval_ns)
    assert playing(0, interval_ns) == (TileState.LIVE, Treatment.CLEAR)
    assert playing(late, interval_ns) == (TileState.LIVE, Treatment.CLEAR)
    assert playing(late + 1, interval_ns) == (TileState.LATE, Treatment.LATE)
    assert playing(stale, interval_ns) == (TileState.LATE, Treatment.LATE)
    assert playing(stale + 1, interval_ns) == (TileState.STALE, Treatment.STALE)
    assert playing(dark, interval_ns) == (TileState.STALE, Treatment.STALE)
    assert playing(dark + 1, interval_ns) == (TileState.STALE, Treatment.DARK)


@given(sessions, st.none() | pictures)
def test_live_means_a_session_and_a_young_picture(
    session: SessionFacts, picture: PictureFacts | None
) -> None:
    verdict = judge(session, picture, NOW)
    if verdict.state is TileState.LIVE:
        assert picture is not None
        assert session.phase is Phase.PLAYING
        assert NOW - picture.capture_ns <= max(2 * SECOND, 2.5 * picture.interval_ns)
        assert verdict.treatment is Treatment.CLEAR


@given(sessions, st.none() | pictures)
def test_the_picture_is_treated_by_its_age_whatever_the_session_says(
    session: SessionFacts, picture: PictureFacts | None
) -> None:
    verdict = judge(session, picture, NOW)
    assert (verdict.treatment is Treatment.NONE) == (picture is None)
    if picture is None:
        assert (verdict.age_ns, verdict.deadline_ns) == (0, None)
    else:
        assert verdict.age_ns == max(0, NOW - picture.capture_ns)
        late, stale, dark = thresholds(picture.interval_ns)
        limits = {Treatment.CLEAR: late, Treatment.LATE: stale, Treatment.STALE: dark}
        if verdict.treatment is Treatment.DARK:
            assert verdict.age_ns > dark
        else:
            assert verdict.age_ns <= limits[verdict.treatment]


@given(sessions, pictures)
def test_the_deadline_is_the_first_moment_at_which_the_verdict_changes(
    session: SessionFacts, picture: PictureFacts
) -> None:
    verdict = judge(session, picture, NOW)
    shown = (verdict.state, verdict.treatment)
    if verdict.deadline_ns is None:
        later = judge(session, picture, NOW + 365 * 24 * 3600 * SECOND)
        assert (later.state, later.treatment) == shown
        return
    assert verdict.deadline_ns > NOW
    for moment in {NOW, (NOW + verdict.deadline_ns - 1) // 2, verdict.deadline_ns - 1}:
        same = judge(session, picture, moment)
        assert (same.state, same.treatment, same.deadline_ns) == (*shown, verdict.deadline_ns)
    changed = judge(session, picture, verdict.deadline_ns)
    assert (changed.state, changed.treatment) != shown


@given(sessions, pictures, st.integers(0, 400 * SECOND))
def test_a_picture_only_grows_worse_with_time(session: SessionFacts, picture: PictureFacts, on: int) -> None:
    order = (Treatment.CLEAR, Treatment.LATE, Treatment.STALE, Treatment.DARK)
    before, after = judge(session, picture, NOW), judge(session, picture, NOW + on)
    assert order.index(before.treatment) <= order.index(after.treatment)
    assert before.age_ns <= after.age_ns


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.IDLE, TileState.IDLE),
        (Phase.NO_RIGHT, TileState.NO_RIGHT),
        (Phase.REFUSED, TileState.REFUSED),
        (Phase.BUSY, TileState.BUSY),
        (Phase.UNSUPPORTED, TileState.UNSUPPORTED),
        (Phase.WAITING, TileState.OFFLINE),
        (Phase.STOPPED, TileState.STOPPED),
    ],
)
@pytest.mark.parametrize("picture", [None, PictureFacts(NOW, FRAME), PictureFacts(NOW - 9 * SECOND, FRAME)])
def test_a_phase_without_a_session_names_the_state(
    phase: Phase, state: TileState, picture: PictureFacts | None
) -> None:
    assert judge(SessionFacts(phase, NOW, FAULT), picture, NOW).state is state


def test_every_phase_is_judged() -> None:
    """A phase that somebody adds must be given a state, not fall through to live."""
    fresh = PictureFacts(NOW, FRAME)
    live = {phase for phase in Phase if judge(SessionFacts(phase, NOW), fresh, NOW).state is TileState.LIVE}
    assert live == {Phase.PLAYING}


def test_opening_says_offline_until_a_picture_proves_otherwise() -> None:
    assert judge(SessionFacts(Phase.OPENING, NOW), None, NOW).state is TileState.OPENING
    assert judge(SessionFacts(Phase.OPENING, NOW, FAULT), None, NOW).state is TileState.OFFLINE
    old = PictureFacts(NOW - 6 * SECOND, FRAME)
    reopening = judge(SessionFacts(Phase.OPENING, NOW, FAULT, ever_pictured=True), old, NOW)
    assert (reopening.state, reopening.treatment) == (TileState.OFFLINE, Treatment.STALE)


def test_playing_without_a_picture_to_paint_is_not_live() -> None:
    assert judge(SessionFacts(Phase.PLAYING, NOW), None, NOW).state is TileState.OPENING
    assert judge(SessionFacts(Phase.PLAYING, NOW, FAULT), None, NOW).state is TileState.OFFLINE


def test_content_that_stands_still_is_suspect_after_ten_seconds() -> None:
    assert playing(0, frozen_ns=FROZEN_NS - 1) == (TileState.LIVE, Treatment.CLEAR)
    assert playing(0, frozen_ns=FROZEN_NS) == (TileState.FROZEN, Treatment.CLEAR)
    late, stale, _ = thresholds(FRAME)
    assert playing(late + 1, frozen_ns=FROZEN_NS)[0] is TileState.LATE
    assert playing(stale + 1, frozen_ns=FROZEN_NS)[0] is TileState.STALE


def test_frozen_is_a_deadline_of_its_own() -> None:
    picture = PictureFacts(NOW, FRAME, frozen_since_ns=NOW - 9 * SECOND)
    assert judge(SessionFacts(Phase.PLAYING, 0), picture, NOW).deadline_ns == NOW + SECOND
    assert judge(SessionFacts(Phase.WAITING, 0), picture, NOW).deadline_ns == NOW + 2 * SECOND + 1


@given(st.integers(0, 60 * SECOND), st.integers(1, 30 * SECOND))
def test_a_picture_from_the_future_is_of_age_zero(ahead: int, interval: int) -> None:
    verdict = judge(SessionFacts(Phase.PLAYING, 0), PictureFacts(NOW + ahead, interval), NOW)
    assert (verdict.age_ns, verdict.treatment) == (0, Treatment.CLEAR)
