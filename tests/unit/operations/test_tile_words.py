"""What a tile says: true at its moment, in every language, until the moment it names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, PictureFacts, SessionFacts, TileState, judge
from hanoi_wall.operations.tile_words import (
    FEW_NS,
    RETRYABLE,
    Blame,
    Moment,
    Notice,
    Shown,
    Tone,
    blame,
    notice,
    rate_note,
    slow_note,
)
from hanoi_wall.video.stats import FeedStats

VI = words("vi")
NOON = Moment(1_000 * SECOND, int(time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))) * SECOND)


def later(seconds: float) -> Moment:
    step = round(seconds * SECOND)
    return Moment(NOON.monotonic_ns + step, NOON.wall_ns + step)


def ago(seconds: float) -> int:
    return NOON.monotonic_ns - round(seconds * SECOND)


def shown(
    age_s: float, *, arrived_s: float | None = None, interval_s: float = 0.04, frozen_s: float = 0
) -> Shown:
    return Shown(
        capture_ns=ago(age_s),
        arrival_ns=ago(age_s if arrived_s is None else arrived_s),
        interval_ns=round(interval_s * SECOND),
        frozen_since_ns=ago(frozen_s) if frozen_s else 0,
    )


def said(
    session: SessionFacts,
    picture: Shown | None = None,
    now: Moment = NOON,
    language: str = "vi",
    owner: str = "",
) -> Notice:
    facts = None
    if picture is not None:
        facts = PictureFacts(picture.capture_ns, picture.interval_ns, picture.frozen_since_ns)
    return notice(words(language), session, judge(session, facts, now.monotonic_ns), picture, now, owner)


def session(
    phase: Phase,
    cause: Cause | None = None,
    *,
    since_s: float = 30,
    retry_s: float | None = None,
    ever: bool = True,
) -> SessionFacts:
    fault = Fault(cause, "cam-1") if cause is not None else None
    return SessionFacts(phase, ago(since_s), fault, None if retry_s is None else ago(-retry_s), 0, ever)


PLAYING = session(Phase.PLAYING)


def test_a_healthy_tile_says_nothing() -> None:
    healthy = said(PLAYING, shown(0.1))
    assert (healthy.state, healthy.tone) == (TileState.LIVE, Tone.QUIET)
    assert (healthy.chip, healthy.headline, healthy.lines, healthy.note, healthy.key) == ((), "", (), (), "")
    assert healthy.change_ns is None


def test_late_counts_its_seconds() -> None:
    late = said(PLAYING, shown(3.2))
    assert late.chip == ("chậm 3 s",)
    assert late.tone is Tone.WARN
    assert late.change_ns == NOON.monotonic_ns + round(0.8 * SECOND)


def test_stale_says_not_live_and_when_the_last_picture_was() -> None:
    stale = said(PLAYING, shown(7.0))
    assert stale.headline.replace("\u00a0", " ") == "KHÔNG TRỰC TIẾP · hình cuối 11:59:53"
    assert stale.lines == ("không có hình mới 7 giây",)
    assert (stale.key, stale.offer, stale.tone) == ("R", "để thử ngay", Tone.ALARM)


def test_old_pictures_that_still_come_are_told_from_none() -> None:
    assert said(PLAYING, shown(20, arrived_s=0.1)).lines == ("hình đến chậm 20 giây",)
    assert said(PLAYING, shown(20, arrived_s=4)).lines == ("không có hình mới 20 giây",)
    turns = said(PLAYING, shown(20, arrived_s=1.5)).change_ns
    assert turns == NOON.monotonic_ns + SECOND // 2


def test_frozen_is_a_suspicion_with_its_duration() -> None:
    frozen = said(PLAYING, shown(0.1, frozen_s=34.5))
    assert frozen.chip == ("Nghi đứng hình: không đổi 34 giây", "Nghi đứng hình 34 s", "Nghi đứng hình")
    assert (frozen.tone, frozen.headline) == (Tone.WARN, "")


def test_offline_says_since_when_why_what_next_and_what_to_do() -> None:
    lost = said(session(Phase.WAITING, Cause.CONNECTION_LOST, since_s=30, retry_s=5.3), shown(31))
    assert lost.headline.replace("\u00a0", " ") == "Mất tín hiệu 11:59:30"
    assert lost.lines == (
        "kết nối bị ngắt",
        "thử lại sau 6 giây",
        "Nếu lặp lại, kiểm tra đường truyền",
        "hình cuối 11:59:29",
    )
    assert lost.key == "R"
    assert lost.change_ns == NOON.monotonic_ns + round(0.3 * SECOND)


def test_a_camera_that_never_answered_lost_no_signal() -> None:
    never = said(session(Phase.WAITING, Cause.TIMEOUT, ever=False, retry_s=1))
    assert never.headline.replace("\u00a0", " ") == "Không có tín hiệu từ 11:59:30"


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (0.001, "thử lại sau 1 giây"),
        (1.0, "thử lại sau 1 giây"),
        (1.001, "thử lại sau 2 giây"),
        (90.0, "thử lại sau 90 giây"),
        (600.0, "thử lại lúc 12:10:00"),
        (0.0, "đang thử lại…"),
        (-5.0, "đang thử lại…"),
    ],
)
def test_the_next_try_is_counted_down_or_told_by_the_clock(left_s: float, text: str) -> None:
    assert text in said(session(Phase.WAITING, Cause.TIMEOUT, retry_s=left_s)).lines


def test_reconnecting_says_so() -> None:
    again = said(session(Phase.OPENING, Cause.STALLED), shown(8))
    assert again.state is TileState.OFFLINE
    assert "đang thử lại…" in again.lines


def test_who_may_not_look_learns_whom_to_ask() -> None:
    assert said(session(Phase.NO_RIGHT)).lines[-1] == VI("remedy.no_right")
    asked = said(session(Phase.NO_RIGHT), owner="Sở GTVT")
    assert asked.lines[-1] == "Hỏi Sở GTVT để được xem"
    assert (asked.key, asked.offer) == ("", "")


def test_yesterday_is_told_with_its_date() -> None:
    old = said(session(Phase.WAITING, Cause.TIMEOUT, since_s=26 * 3600, retry_s=3))
    assert old.headline.replace("\u00a0", " ") == "Mất tín hiệu 21/11 10:00:00"


@pytest.mark.parametrize(
    ("interval_s", "language", "text"),
    [
        (0.04, "vi", ()),
        (1.0, "vi", ()),
        (1.5, "vi", ("1 hình / 1,5 s",)),
        (3.0, "vi", ("1 hình / 3 s",)),
        (2.5, "fr", ("1 image / 2,5 s",)),
        (2.5, "en", ("1 picture / 2.5 s",)),
        (12.34, "en", ("1 picture / 12 s",)),
    ],
)
def test_a_slow_feed_says_how_slow(interval_s: float, language: str, text: tuple[str, ...]) -> None:
    assert slow_note(words(language), round(interval_s * SECOND)) == text


def test_a_slow_feed_says_so_in_every_state_with_a_picture() -> None:
    for picture in (
        shown(1, interval_s=3),
        shown(9, interval_s=3),
        shown(12, interval_s=3),
        shown(60, interval_s=3),
    ):
        assert said(PLAYING, picture).note == ("1 hình / 3 s",)


MS = 1_000_000


@pytest.mark.parametrize(
    ("stats", "interval_ms", "language", "forms"),
    [
        (FeedStats(received_fps=25.3), 40, "en", ()),
        (
            FeedStats(shed=2, received_fps=25.3),
            40,
            "en",
            ("12 shown of 25 received: this PC", "12 of 25: this PC", "this PC"),
        ),
        (FeedStats(shed=2, received_fps=0.2), 80, "en", ("12 shown of 25 received: this PC",)),
        (
            FeedStats(shed=2, received_fps=25.0),
            80,
            "vi",
            ("hiện 12 trong 25 hình/s nhận được: máy này", "12/25 hình/s: máy này", "máy này"),
        ),
        (FeedStats(shed=2, received_fps=25.0), 80, "fr", ("12 montrées sur 25 reçues : ce PC",)),
        (FeedStats(shed=1, received_fps=25.0), 40, "en", ("picture not smoothed: this PC", "this PC")),
        (FeedStats(shed=3, received_fps=1.0), 900, "en", ("key pictures only: this PC", "this PC")),
        (FeedStats(shed=3), 2000, "en", ("1 picture / 2 s: this PC", "1 picture / 2 s")),
        (
            FeedStats(received_fps=5.0),
            200,
            "en",
            ("5 shown of 5 received: camera", "5 of 5: camera", "camera"),
        ),
        (FeedStats(received_fps=5.0), 200, "vi", ("hiện 5 trong 5 hình/s nhận được: camera",)),
        (FeedStats(), 3000, "en", ("1 picture / 3 s: camera", "1 picture / 3 s")),
        (FeedStats(backlog_ms=900), 900, "en", ("key pictures only: this PC", "this PC")),
    ],
)
def test_few_pictures_are_told_with_whose_doing_it_is(
    stats: FeedStats, interval_ms: int, language: str, forms: tuple[str, ...]
) -> None:
    told = rate_note(words(language), stats, interval_ms * MS)
    assert told[: len(forms)] == forms
    assert bool(told) == bool(forms)
    assert [len(form) for form in told] == sorted((len(form) for form in told), reverse=True)


def test_twelve_of_twelve_is_told_of_a_healthy_camera_only_when_asked() -> None:
    twelve = (FeedStats(received_fps=12.0, received=500), round(SECOND / 12))
    assert rate_note(words("en"), *twelve) == ()
    assert rate_note(words("en"), *twelve, asked=True)[0] == "12 shown of 12 received: camera"
    assert rate_note(words("en"), FeedStats(), SECOND // 20, asked=True) == ()


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("picture made small: this PC", "picture made small")),
        ("vi", ("hình bị thu nhỏ: máy này", "hình bị thu nhỏ")),
        ("fr", ("image réduite : ce PC", "image réduite")),
    ],
)
def test_pictures_made_small_for_want_of_memory_are_told(language: str, forms: tuple[str, ...]) -> None:
    assert rate_note(words(language), FeedStats(), SECOND // 25, scaled_down=True) == forms
    few = rate_note(words(language), FeedStats(shed=3), SECOND, scaled_down=True)
    assert few == rate_note(words(language), FeedStats(shed=3), SECOND), "few pictures matter more"


def test_the_network_is_blamed_for_what_it_delays_and_damages() -> None:
    few = FEW_NS + 1
    assert blame(FeedStats(received=100, corrupt=5), few) is Blame.CAMERA
    assert blame(FeedStats(received=100, corrupt=6), few) is Blame.NETWORK
    assert blame(FeedStats(), few, 1_100 * MS) is Blame.NETWORK
    assert blame(FeedStats(backlog_ms=200), few, 1_100 * MS) is Blame.CAMERA
    assert blame(FeedStats(backlog_ms=900), few, 1_100 * MS) is Blame.THIS_PC
    assert blame(FeedStats(received=100, corrupt=50), FEW_NS, 9_000 * MS) is None


def test_the_note_stands_beside_the_state_of_what_still_comes() -> None:
    note = rate_note(VI, FeedStats(shed=2, received_fps=25.0), 80 * MS)

    def noted(picture: Shown) -> tuple[str, ...]:
        facts = PictureFacts(picture.capture_ns, picture.interval_ns, picture.frozen_since_ns)
        verdict = judge(PLAYING, facts, NOON.monotonic_ns)
        return notice(VI, PLAYING, verdict, picture, NOON, note=note).note

    assert noted(shown(3)) == noted(shown(0.1, frozen_s=20)) == note
    assert noted(shown(9)) == (), "nothing comes: no figures of what came before"


STATES = {
    TileState.IDLE: session(Phase.IDLE),
    TileState.OPENING: session(Phase.OPENING, ever=False),
    TileState.REFUSED: session(Phase.REFUSED, Cause.WRONG_PASSWORD),
    TileState.BUSY: session(Phase.BUSY, Cause.TOO_MANY_SESSIONS, retry_s=30),
    TileState.UNSUPPORTED: session(Phase.UNSUPPORTED, Cause.CODEC),
    TileState.NO_RIGHT: session(Phase.NO_RIGHT),
    TileState.OFFLINE: session(Phase.WAITING, Cause.TIMEOUT, retry_s=3),
    TileState.STOPPED: session(Phase.STOPPED),
}
AGES = {
    TileState.LIVE: shown(0.1),
    TileState.LATE: shown(3),
    TileState.STALE: shown(9),
    TileState.FROZEN: shown(0.1, frozen_s=20),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", TileState)
def test_every_state_has_its_word_and_shape(state: TileState, language: str) -> None:
    told = said(STATES.get(state, PLAYING), AGES.get(state), language=language)
    assert told.state is state
    assert told.word == words(language)(f"state.{state}")
    assert told.icon == state.value
    assert bool(told.key) == (state in RETRYABLE)
    assert all("{" not in text for text in (told.headline, *told.lines, *told.chip))


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize(
    "phase", [Phase.WAITING, Phase.REFUSED, Phase.BUSY, Phase.UNSUPPORTED, Phase.NO_RIGHT]
)
def test_every_cause_is_told_with_its_remedy(cause: Cause, phase: Phase) -> None:
    told = said(session(phase, cause, retry_s=3))
    assert told.lines[0] == VI(f"cause.{cause}")
    assert VI(f"remedy.{cause}") in told.lines


@given(
    phase=st.sampled_from(Phase),
    cause=st.sampled_from([None, *Cause]),
    age_s=st.one_of(st.none(), st.floats(0, 100)),
    arrived_s=st.floats(0, 3),
    frozen_s=st.floats(0, 60),
    retry_s=st.one_of(st.none(), st.floats(-2, 700)),
    wait_s=st.floats(0, 1),
)
def test_words_hold_until_the_moment_they_name(
    phase: Phase,
    cause: Cause | None,
    age_s: float | None,
    arrived_s: float,
    frozen_s: float,
    retry_s: float | None,
    wait_s: float,
) -> None:
    """Between two paints no tile says what is no longer true."""
    facts = session(phase, cause, retry_s=retry_s)
    picture = None if age_s is None else shown(age_s, arrived_s=arrived_s, frozen_s=frozen_s)
    told = said(facts, picture)
    pictured = None
    if picture is not None:
        pictured = PictureFacts(picture.capture_ns, picture.interval_ns, picture.frozen_since_ns)
    verdict = judge(facts, pictured, NOON.monotonic_ns)
    ends = [end for end in (told.change_ns, verdict.deadline_ns) if end is not None]
    assert all(end > NOON.monotonic_ns for end in ends)
    until = min([*ends, NOON.monotonic_ns + 10 * SECOND])
    moment = later((until - 1 - NOON.monotonic_ns) * wait_s / SECOND)
    same = said(facts, picture, moment)
    assert (same.headline, same.lines, same.chip) == (told.headline, told.lines, told.chip)
