"""The guard's table: what the client did, and when, decides what comes next; also on walks by chance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.guard.rules import (
    CALM_NS,
    CRASHES,
    DUMP_NS,
    LEAVE_NS,
    LONGEST_REST_NS,
    LOOK_NS,
    MISSING_NS,
    REST_NS,
    SILENT_NS,
    START_NS,
    Do,
    Keeper,
    Phase,
)

KILLED, ABORTED, BUG = -9, -6, 1


class Kiosk:
    """A guard whose clock is turned by hand, and what it did, with the second in which it did it."""

    def __init__(self, seconds: float | None = None) -> None:
        self.clock = ManualClock()
        self.began_ns = self.clock.monotonic_ns()
        self.keeper = Keeper(self.began_ns, seconds=seconds)
        self.done: list[tuple[float, Do]] = []
        self.running = False
        self.code: int | None = None
        self.words: list[str] = []

    def look(self) -> Do:
        step = self.keeper.look(self.clock.monotonic_ns())
        self.words += [step.why] if step.why else []
        if step.do is Do.START:
            assert not self.running, "two clients at once"
            self.running = True
        elif step.do in (Do.ABORT, Do.KILL, Do.ASK):
            assert self.running, "nobody is there"
        elif step.do is Do.LEAVE:
            assert not self.running, "a client is left behind"
            self.code = step.code
        if step.do is not Do.NOTHING and self.code is None:
            self.done.append((round(self.second, 3), step.do))
        return step.do

    @property
    def second(self) -> float:
        return (self.clock.monotonic_ns() - self.began_ns) / SECOND

    def wait(self, seconds: float, *, beats: bool = False) -> None:
        """Time passes as in the guard's loop, with a sign of life each second or without."""
        until = self.clock.monotonic_ns() + round(seconds * SECOND)
        next_beat = self.clock.monotonic_ns()
        if self.code is None:
            self.look()
        while self.clock.monotonic_ns() < until and self.code is None:
            now = self.clock.monotonic_ns()
            step = min(self.keeper.wait_ns(now) or LOOK_NS // 10, until - now)
            if beats and self.running:
                step = min(step, max(0, next_beat - now))
            self.clock.advance(step / SECOND)
            if beats and self.running and self.clock.monotonic_ns() >= next_beat:
                self.keeper.beat(self.clock.monotonic_ns())
                next_beat += SECOND
            self.look()

    def end(self, code: int) -> None:
        """The client ends."""
        assert self.running
        self.running = False
        self.keeper.ended(self.clock.monotonic_ns(), code)
        self.look()

    def starts(self) -> list[float]:
        return [second for second, do in self.done if do is Do.START]


@pytest.mark.parametrize("code", [KILLED, ABORTED, -11, -7, -15, BUG, 130, 255])
def test_a_client_that_crashed_is_started_again_at_once(code: int) -> None:
    kiosk = Kiosk()
    kiosk.wait(20, beats=True)
    kiosk.end(code)
    assert kiosk.starts() == [0, 20] and kiosk.keeper.restarts == 1
    assert "the next one is started now" in kiosk.words[-1]


@pytest.mark.parametrize("code", [0, 2, 3])
def test_one_that_left_or_cannot_start_is_not(code: int) -> None:
    kiosk = Kiosk()
    kiosk.wait(20, beats=code == 0)
    kiosk.end(code)
    assert (kiosk.code, kiosk.starts()) == (code, [0])


def test_what_is_missing_is_waited_for_for_a_while() -> None:
    kiosk = Kiosk()
    kiosk.wait(0.3)
    while kiosk.code is None:
        kiosk.end(4)
        kiosk.wait(1.2)
    assert kiosk.code == 4
    assert MISSING_NS / SECOND <= kiosk.second <= MISSING_NS / SECOND + 4
    assert 20 <= len(kiosk.starts()) <= 31 and kiosk.keeper.restarts == 0
    assert len(kiosk.words) == 2, "said at its beginning and at its end"


def test_a_screen_that_comes_ends_the_waiting_and_one_that_goes_begins_it_anew() -> None:
    kiosk = Kiosk()
    kiosk.wait(0.3)
    for _ in range(20):
        kiosk.end(4)
        kiosk.wait(1.2)
    kiosk.wait(100, beats=True)
    kiosk.end(BUG)
    for _ in range(20):
        kiosk.end(4)
        kiosk.wait(1.2)
    assert kiosk.code is None and kiosk.running and kiosk.keeper.restarts == 1


def test_a_client_that_hangs_is_asked_where_then_killed_then_started_again() -> None:
    kiosk = Kiosk()
    kiosk.wait(10, beats=True)
    kiosk.wait(9)
    (aborted, abort), (killed, kill) = kiosk.done[1:]
    assert (abort, kill) == (Do.ABORT, Do.KILL)
    assert SILENT_NS / SECOND < aborted - 9 <= SILENT_NS / SECOND + 1.5
    assert killed - aborted == pytest.approx(DUMP_NS / SECOND, abs=0.01)
    kiosk.end(KILLED)
    assert kiosk.running and "hung" in kiosk.words[-1]


def test_a_start_has_longer_but_not_for_ever() -> None:
    kiosk = Kiosk()
    kiosk.wait(START_NS / SECOND - 1)
    assert kiosk.done == [(0, Do.START)]
    kiosk.wait(2)
    assert kiosk.done[-1][1] is Do.ABORT


@pytest.mark.parametrize("asleep", [6, 60, 40_000])
def test_a_machine_that_slept_is_no_client_that_hangs(asleep: float) -> None:
    """Neither clock that goes on meanwhile nor a guard that was not given the processor may kill it."""
    kiosk = Kiosk()
    for _ in range(5):
        kiosk.wait(3, beats=True)
        kiosk.clock.advance(asleep)
        kiosk.look()
    kiosk.wait(3, beats=True)
    assert kiosk.done == [(0, Do.START)]


def crash_often(kiosk: Kiosk, times: int, every_s: float = 2.0) -> None:
    for _ in range(times):
        kiosk.wait(every_s, beats=True)
        kiosk.end(KILLED)


def test_the_breaker_waits_longer_each_time_and_never_gives_up() -> None:
    kiosk = Kiosk()
    crash_often(kiosk, CRASHES)
    rests = []
    for _ in range(8):
        assert not kiosk.running
        ended = kiosk.second
        kiosk.wait(LONGEST_REST_NS / SECOND + 1)
        rests.append(kiosk.starts()[-1] - ended)
        kiosk.end(BUG)
    assert rests == pytest.approx([30, 60, 120, 240, 300, 300, 300, 300], abs=0.6)
    assert sum("in 30 s, for this happens often" in each for each in kiosk.words) == 1


def test_four_crashes_in_a_minute_or_five_in_more_do_not_open_it() -> None:
    kiosk = Kiosk()
    crash_often(kiosk, CRASHES - 1)
    assert kiosk.running
    slow = Kiosk()
    crash_often(slow, 12, every_s=16)
    assert slow.running and slow.keeper.rest_ns == 0


def test_a_client_that_lived_for_a_while_closes_it() -> None:
    kiosk = Kiosk()
    crash_often(kiosk, CRASHES)
    kiosk.wait(REST_NS / SECOND + 1)
    kiosk.wait(CALM_NS / SECOND + 1, beats=True)
    kiosk.end(KILLED)
    assert kiosk.running and kiosk.keeper.rest_ns == 0


@pytest.mark.parametrize("silent", [True, False])
def test_when_it_is_told_to_leave_so_does_the_client(silent: bool) -> None:
    kiosk = Kiosk()
    kiosk.wait(5, beats=True)
    kiosk.keeper.asked()
    assert kiosk.look() is Do.ASK
    if silent:
        kiosk.wait(4)
        assert kiosk.done[-1] == (pytest.approx(5 + LEAVE_NS / SECOND, abs=0.1), Do.KILL)
    kiosk.end(KILLED if silent else 0)
    assert kiosk.code == 0


def test_told_to_leave_while_none_runs_it_leaves_at_once() -> None:
    kiosk = Kiosk()
    crash_often(kiosk, CRASHES)
    kiosk.keeper.asked()
    assert kiosk.look() is Do.LEAVE and kiosk.code == 0


def test_its_seconds_count_over_all_its_clients() -> None:
    kiosk = Kiosk(seconds=30)
    kiosk.wait(20, beats=True)
    kiosk.end(KILLED)
    kiosk.wait(12, beats=True)
    assert kiosk.done[-1] == (pytest.approx(30, abs=0.01), Do.ASK)
    kiosk.end(0)
    assert kiosk.code == 0


def test_a_program_that_cannot_be_started_is_tried_again() -> None:
    kiosk = Kiosk()
    for _ in range(CRASHES):
        kiosk.look()
        kiosk.running = False
        kiosk.keeper.failed(kiosk.clock.monotonic_ns(), "Too many open files")
    kiosk.look()
    assert kiosk.keeper.phase is Phase.RESTING and kiosk.keeper.rest_ns == REST_NS
    assert "could not be started: Too many open files" in kiosk.words[-1]


EVENTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0, 400)),
    st.tuples(st.just("live"), st.floats(0, 400)),
    st.tuples(st.just("sleep"), st.floats(0, 100_000)),
    st.tuples(st.just("end"), st.sampled_from([KILLED, ABORTED, BUG, 4, 255])),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=25), st.booleans())
def test_whatever_happens_there_is_a_client_again_until_it_is_told_to_leave(
    events: list[tuple[str, float]], asked: bool
) -> None:
    kiosk = Kiosk()
    for event, value in events:
        if kiosk.code is not None:
            break
        if event == "sleep":
            kiosk.clock.advance(value)
            kiosk.look()
        elif event != "end":
            kiosk.wait(value, beats=event == "live")
        elif kiosk.running:
            kiosk.end(int(value))
    if kiosk.code is not None:
        assert kiosk.code == 4, "the only end that nobody asked for: what it needs stayed away"
        return
    if kiosk.running and kiosk.keeper.phase in (Phase.ABORTED, Phase.KILLED):
        kiosk.end(KILLED)
    if asked:
        kiosk.keeper.asked()
        began = kiosk.second
        kiosk.wait(LEAVE_NS / SECOND + 0.2)
        if kiosk.running:
            assert kiosk.done[-1][1] is Do.KILL
            kiosk.end(KILLED)
        assert kiosk.code == 0 and kiosk.second - began <= 3.2
    else:
        kiosk.wait(LONGEST_REST_NS / SECOND + 1, beats=True)
        assert kiosk.running and kiosk.keeper.phase is Phase.ALIVE
