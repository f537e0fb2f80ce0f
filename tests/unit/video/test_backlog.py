"""What is dropped to catch up: late backlogs, never what others build on, never what merely comes late."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.backlog import BEHIND_NS, Backlog

AT_ONCE, AT_ITS_PACE = 10_000, SECOND // 25


def play(backlog: Backlog, packets: int, waited_ns: int, behind_ns: int, gop: int = 25) -> list[bool]:
    """Which of that many packets are decoded, with a key picture at each `gop`; the delay does not change."""
    wanted = []
    for number in range(packets):
        wanted.append(backlog.wants(number % gop == 0, waited_ns))
        if wanted[-1]:
            backlog.behind_ns = behind_ns
    return wanted


def test_what_comes_at_its_own_pace_is_decoded_however_late() -> None:
    backlog = Backlog()
    assert all(play(backlog, 500, AT_ITS_PACE, 20 * SECOND))
    assert backlog.waiting_ns == 0


def test_a_burst_that_is_not_late_is_decoded() -> None:
    backlog = Backlog()
    assert all(play(backlog, 500, AT_ONCE, BEHIND_NS))
    assert backlog.waiting_ns == BEHIND_NS


def test_a_late_backlog_is_dropped_but_for_key_pictures() -> None:
    backlog = Backlog()
    wanted = play(backlog, 500, AT_ONCE, 20 * SECOND)
    assert wanted[100:] == [number % 25 == 0 for number in range(100, 500)]


def test_once_a_key_picture_is_new_enough_everything_is_decoded_again() -> None:
    """Not from the key picture after that: with one in ten seconds the tile would stand still as long."""
    backlog = Backlog()
    play(backlog, 100, AT_ONCE, 20 * SECOND)
    assert backlog.wants(True, AT_ONCE)
    backlog.behind_ns = SECOND
    assert [backlog.wants(False, AT_ONCE) for _ in range(100)] == [True] * 100


def test_a_picture_between_is_not_decoded_while_what_it_builds_on_is_missing() -> None:
    backlog = Backlog()
    play(backlog, 100, AT_ONCE, 20 * SECOND)
    assert not backlog.wants(False, AT_ONCE)
    backlog.behind_ns = 0
    assert [backlog.wants(False, AT_ITS_PACE) for _ in range(50)] == [False] * 50
    assert backlog.wants(True, AT_ITS_PACE)
    assert backlog.wants(False, AT_ITS_PACE)


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([AT_ONCE, AT_ITS_PACE]), st.integers(0, 30)), max_size=200
    )
)
def test_the_decoder_never_gets_a_picture_without_its_base(packets: list[tuple[bool, int, int]]) -> None:
    backlog, whole = Backlog(), True
    for key, waited, behind_s in packets:
        wanted = backlog.wants(key, waited)
        assert wanted or not key, "a key picture is always decoded"
        whole = (whole or key) if wanted else False
        assert whole or not wanted
        if wanted:
            backlog.behind_ns = behind_s * SECOND
