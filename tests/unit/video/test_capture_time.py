"""When was this picture taken? Delay is never forgotten, drift is followed, jumps keep what was known."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.tile import LATE_NS
from hanoi_wall.video.capture_time import CaptureClock, IntervalMeter

START = 5_000 * SECOND
FRAME = SECOND // 25
MS = 1_000_000
HOUR = 3600


class PretendCamera:
    """A camera whose pictures' true capture times are known. All times in ns.

    ppm: how much faster than ours its clock runs; network: the least delay and the jitter (exponential mean).
    """

    def __init__(self, *, frame: int = FRAME, ppm: float = 0.0, jitter_ns: int = 0, seed: int = 1) -> None:
        self.taken = START
        self.frame = frame
        self.ppm = ppm
        self.jitter_ns = jitter_ns
        self.stamp_offset = 123_456 * SECOND
        self.delay = 20 * MS
        self._random = random.Random(seed)
        self._arrived = 0

    def picture(self) -> tuple[int, int, int]:
        """(true capture, stamp, arrival) of the next picture; arrivals keep their order, as on TCP."""
        self.taken += self.frame
        stamp = self.stamp_offset + self.taken + round((self.taken - START) * self.ppm / 1e6)
        jitter = round(self._random.expovariate(1 / self.jitter_ns)) if self.jitter_ns else 0
        self._arrived = max(self._arrived, self.taken + self.delay + jitter)
        return self.taken, stamp, self._arrived

    def play(self, clock: CaptureClock, seconds: float) -> Iterator[int]:
        """Errors (estimate − truth, ns) of the pictures of that many seconds."""
        until = self.taken + round(seconds * SECOND)
        while self.taken < until:
            taken, stamp, arrival = self.picture()
            yield clock.capture(stamp, arrival) - taken


def steady(camera: PretendCamera, clock: CaptureClock, seconds: float = 5.0) -> None:
    for _ in camera.play(clock, seconds):
        pass


@given(st.integers(-(2**40), 2**50), st.integers(1, SECOND), st.integers(2, 60))
def test_a_smooth_stream_is_taken_when_it_arrives(origin: int, frame: int, count: int) -> None:
    clock = CaptureClock()
    for number in range(count):
        arrival = START + number * frame
        assert clock.capture(origin + number * frame, arrival) == arrival
    assert (clock.behind_ns, clock.jumps, clock.by_arrival) == (0, 0, False)


@given(
    st.lists(st.tuples(st.none() | st.integers(-(2**45), 2**45), st.integers(0, 30 * SECOND)), max_size=60)
)
def test_a_picture_is_never_younger_than_its_arrival(steps: list[tuple[int | None, int]]) -> None:
    clock, arrival = CaptureClock(), START
    for stamp, waited in steps:
        arrival += waited
        assert clock.capture(stamp, arrival) <= arrival
        assert clock.behind_ns >= 0


def test_a_burst_at_the_start_settles_at_once() -> None:
    """Three seconds of pictures that a server kept come within 3 ms, then the stream runs."""
    clock = CaptureClock()
    for number in range(75):
        clock.capture(number * FRAME, START + number * 40_000)
    live = START + 75 * FRAME - 75 * FRAME
    for number in range(75, 200):
        taken = live + (number - 75) * FRAME
        assert clock.capture(number * FRAME, taken) == taken


@pytest.mark.parametrize("delay_s", [5, 20])
def test_a_backlog_played_at_normal_speed_stays_old_for_hours(delay_s: int) -> None:
    clock, camera = CaptureClock(), PretendCamera(frame=SECOND, jitter_ns=3 * MS)
    steady(camera, clock, 120)
    camera.delay += delay_s * SECOND
    ages = [camera.delay - error for error in camera.play(clock, 24 * HOUR)]
    assert min(ages) > (delay_s - 0.2) * SECOND, "floor creep makes an old picture live"
    assert max(ages) < (delay_s + 0.2) * SECOND


def test_when_the_backlog_is_gone_the_stream_is_live_again() -> None:
    clock, camera = CaptureClock(), PretendCamera()
    steady(camera, clock, 120)
    camera.delay += 20 * SECOND
    steady(camera, clock, 2 * HOUR)
    assert clock.behind_ns > 19 * SECOND
    camera.delay -= 20 * SECOND
    camera._arrived = 0
    errors = list(camera.play(clock, 10))
    assert max(abs(error) for error in errors) < 100 * MS
    assert clock.behind_ns < 100 * MS


@pytest.mark.parametrize("skipped_s", [2, 12, 19])
def test_a_backlog_that_was_skipped_is_not_a_jump_of_the_cameras_clock(skipped_s: int) -> None:
    """20 s behind, the decoder drops packets up to a key picture: the stamps leap, the arrivals do not."""
    clock, camera = CaptureClock(), PretendCamera()
    steady(camera, clock)
    camera.delay += 20 * SECOND
    steady(camera, clock)
    camera.delay -= skipped_s * SECOND
    camera.taken += skipped_s * SECOND
    for error in camera.play(clock, 5):
        assert abs(error - 20 * MS) < 100 * MS
    assert clock.jumps == 0
    assert abs(clock.behind_ns - (20 - skipped_s) * SECOND) < 100 * MS


@pytest.mark.parametrize("ppm", [-100, -30, 30, 100])
def test_a_day_of_drift_is_followed(ppm: int) -> None:
    clock, camera = CaptureClock(), PretendCamera(frame=SECOND, ppm=ppm, jitter_ns=3 * MS)
    errors = [error - camera.delay for error in camera.play(clock, 24 * HOUR)]
    assert max(errors) < 100 * MS, "too young"
    assert min(errors) > -100 * MS, "too old"
    assert clock.jumps == 0


@pytest.mark.parametrize("ppm", [-100, 100])
def test_a_backlog_stays_old_while_the_clocks_drift(ppm: int) -> None:
    clock, camera = CaptureClock(), PretendCamera(frame=SECOND, ppm=ppm, jitter_ns=3 * MS)
    steady(camera, clock, HOUR)
    camera.delay += 20 * SECOND
    ages = [camera.delay - error for error in camera.play(clock, 12 * HOUR)]
    # A drift of 100 ppm that makes the floor fall looks like catching up; one that rises must not add age.
    assert min(ages) > 15 * SECOND
    assert max(ages) < 20.3 * SECOND


def test_jitter_and_stalls_do_not_wear_the_floor_away() -> None:
    """A radio link: 80 ms of jitter, and every ten minutes it holds everything back for 4 s."""
    clock, camera = CaptureClock(), PretendCamera(frame=SECOND // 5, jitter_ns=80 * MS)
    for minute in range(12 * 60):
        if minute % 10 == 9:
            camera._arrived = camera.taken + 4 * SECOND
        for error in camera.play(clock, 60):
            assert error - camera.delay < 300 * MS, f"too young in minute {minute}"
    assert clock.behind_ns < LATE_NS


@pytest.mark.parametrize("hours", [-1, 1, 100])
def test_a_jump_of_the_cameras_clock_keeps_what_is_known_of_the_delay(hours: int) -> None:
    clock, camera = CaptureClock(), PretendCamera()
    steady(camera, clock)
    camera.delay += 3 * SECOND
    steady(camera, clock)
    camera.stamp_offset += hours * HOUR * SECOND
    for error in camera.play(clock, 5):
        assert abs(error - 20 * MS) < 100 * MS
    assert clock.jumps == 1


def test_stamps_that_begin_again_are_one_jump() -> None:
    """A camera that restarts its counter, and 32 bits of a 90 kHz clock that wrap."""
    clock, camera = CaptureClock(), PretendCamera()
    steady(camera, clock)
    camera.stamp_offset = -camera.taken
    assert max(abs(error - 20 * MS) for error in camera.play(clock, 5)) < 100 * MS
    camera.stamp_offset -= (2**32) * SECOND // 90_000
    assert max(abs(error - 20 * MS) for error in camera.play(clock, 5)) < 100 * MS
    assert clock.jumps == 2


def test_reordered_pictures_are_no_jump() -> None:
    clock = CaptureClock()
    for number in range(0, 200, 2):
        arrival = START + number * FRAME
        clock.capture((number + 1) * FRAME, arrival)
        clock.capture(number * FRAME, arrival + FRAME)
    assert clock.jumps == 0
    assert clock.behind_ns <= 2 * FRAME


@pytest.mark.parametrize("frame", [SECOND // 60, FRAME, SECOND])
def test_stamps_that_all_are_equal_give_way_to_the_arrival(frame: int) -> None:
    clock = CaptureClock()
    for number in range(200):
        arrival = START + number * frame
        error = arrival - clock.capture(777, arrival)
        if number >= 10:
            assert clock.by_arrival
            assert error == 0, "stamps that stand still say nothing of delay"


def test_a_known_delay_outlives_stamps_that_stand_still() -> None:
    clock, camera = CaptureClock(), PretendCamera()
    steady(camera, clock)
    camera.delay += 6 * SECOND
    steady(camera, clock)
    _, stamp, arrival = camera.picture()
    for _ in range(100):
        arrival += FRAME
        captured = clock.capture(stamp, arrival)
    assert clock.by_arrival
    assert abs(arrival - captured - 6 * SECOND) < 100 * MS


def test_stamps_that_run_again_are_believed_after_a_run() -> None:
    clock = CaptureClock()
    for number in range(50):
        clock.capture(777, START + number * FRAME)
    sources = []
    for number in range(50, 100):
        arrival = START + number * FRAME
        assert clock.capture(777 + number * FRAME, arrival) <= arrival
        sources.append(clock.by_arrival)
    assert sources[:5] == [True] * 5
    assert sources[20:] == [False] * 30
    assert clock.behind_ns < 100 * MS


def test_no_stamps_at_all() -> None:
    clock = CaptureClock()
    for number in range(50):
        arrival = START + number * FRAME
        assert clock.capture(None, arrival) == arrival
    assert clock.by_arrival
    assert clock.capture(5, START + 50 * FRAME) == START + 50 * FRAME
    assert not clock.by_arrival


def test_pairs_of_equal_stamps_are_fields_not_a_standstill() -> None:
    clock = CaptureClock()
    for number in range(200):
        arrival = START + number * FRAME
        clock.capture(number // 2 * 2 * FRAME, arrival)
        assert not clock.by_arrival
    assert clock.behind_ns <= FRAME


@pytest.mark.parametrize("frame", [SECOND // 60, FRAME, SECOND, 7 * SECOND])
def test_the_interval_is_the_median(frame: int) -> None:
    meter, source = IntervalMeter(), random.Random(4)
    for number in range(60):
        median = meter.add(START + number * frame + source.randrange(-frame // 20, frame // 20))
    assert abs(median - frame) < frame // 8


def test_the_interval_of_a_single_picture_is_a_guess() -> None:
    assert IntervalMeter().add(START) == FRAME


def test_a_feed_that_slows_from_60_to_1_is_known_as_slow_after_ten_seconds() -> None:
    meter = IntervalMeter()
    at = START
    for _ in range(1200):
        at += SECOND // 60
        fast = meter.add(at)
    assert abs(fast - SECOND // 60) < MS
    medians = []
    for _ in range(20):
        at += SECOND
        medians.append(meter.add(at))
    assert medians[0] == fast, "one slow picture is a stall, not a habit"
    assert medians[11] == SECOND


def test_a_stall_does_not_change_the_interval() -> None:
    meter = IntervalMeter()
    for number in range(250):
        meter.add(START + number * FRAME)
    assert meter.add(START + 250 * FRAME + 4 * SECOND) == FRAME


def test_captures_that_stand_still_or_go_back_are_no_steps() -> None:
    meter = IntervalMeter()
    for number in range(50):
        meter.add(START + number * FRAME)
        meter.add(START + number * FRAME)
        median = meter.add(START + number * FRAME - 1)
    assert FRAME <= median <= FRAME + 1
