"""When was this picture taken? An estimate from the stream's time stamps that delay cannot fool.

A stream's time stamps run at the camera's own pace from an unknown origin. The least `arrival - stamp` ever
seen is the fastest way the network has: the *floor*. capture = stamp + floor, so a picture that sat 20 s in
somebody's buffer is 20 s old however briskly it is played out.

The floor falls at once. It rises only while it is near the least offset of the last minute, and no faster
than a bad camera clock could make it (500 ppm). A stream that is further behind moves its floor only with
what looks like drift from one minute to the next, so no steady delay ever creeps into "live".

Stamps that leap forward by no more than the known delay are a backlog that was skipped. Stamps that jump
otherwise re-base the floor and keep the delay that was known. Stamps that stand still are of no use, and the
arrival is taken until they run again.
"""

from __future__ import annotations

from collections import deque

from hanoi_wall.domain.clock import SECOND

DRIFT_PPM = 500
JUMP_NS = 10 * SECOND
BACK_NS = 200_000_000
"""Steps back up to this are reordering, not a jump."""
NEAR_NS = 250_000_000
"""A floor this close below the least offset may rise to it: too little to matter to a tile's truth."""
STUCK_PICTURES = 4
STUCK_NS = 100_000_000
RUNNING_PICTURES = 10
_WINDOW_NS = 60 * SECOND
_BUCKET_NS = 5 * SECOND
_INTERVAL_WINDOW_NS = 10 * SECOND
_LEAST_INTERVALS = 5
_FIRST_INTERVAL_NS = 40_000_000


class CaptureClock:
    """Estimates capture times for one session of one feed. Pure; one thread. All times in ns."""

    def __init__(self) -> None:
        self.jumps = 0
        self.by_arrival = False
        self.behind_ns = 0
        self._floor: int | None = None
        self._risen_at = 0
        self._least: deque[tuple[int, int]] = deque()
        self._minute_at = 0
        self._minute_least = 0
        self._minute_before: int | None = None
        self._stamp: int | None = None
        self._arrival = 0
        self._stuck = 0
        self._stuck_since = 0
        self._stuck_behind = 0
        self._running = 0
        self._stampless = 0

    def capture(self, stamp_ns: int | None, arrival_ns: int) -> int:
        """The monotonic time at which a picture with this stamp, arrived now, was taken."""
        self._stampless = self._stampless + 1 if stamp_ns is None else 0
        if 0 < self._stampless < STUCK_PICTURES and not self.by_arrival:
            # libav loses a stamp now and then (after a pause it flushes the picture it held back).
            return arrival_ns - self.behind_ns
        usable = stamp_ns is not None and self._stamps_run(stamp_ns, arrival_ns)
        if stamp_ns is None or not usable:
            # No news of delay without stamps: what was known of it stays.
            self.by_arrival = True
            self._floor = None
            return arrival_ns - self.behind_ns
        self.by_arrival = False
        offset = arrival_ns - stamp_ns
        if self._floor is None:
            self._rebase(offset, arrival_ns)
        if arrival_ns - self._minute_at >= _WINDOW_NS:
            self._follow_drift(offset, arrival_ns)
        elif offset < self._minute_least:
            self._minute_least = offset
        self._lower_or_rise(offset, arrival_ns)
        assert self._floor is not None
        self.behind_ns = offset - self._floor
        return stamp_ns + self._floor

    def _stamps_run(self, stamp: int, arrival: int) -> bool:
        """Look at the step from the stamp before; re-base on a jump; False while stamps stand still."""
        before, arrived = self._stamp, self._arrival
        self._stamp, self._arrival = stamp, arrival
        if before is None:
            return True
        step = stamp - before
        if step == 0:
            if not self._stuck:
                self._stuck_since, self._stuck_behind = arrived, self.behind_ns
            self._stuck += 1
            self._running = 0
            if self._stuck < STUCK_PICTURES or arrival - self._stuck_since < STUCK_NS:
                return True
            # The delay that seemed to grow was the stamps' own standing still.
            self.behind_ns = self._stuck_behind
            return False
        if self._stuck >= STUCK_PICTURES:
            # They stood still: believe them again only after a run of steps.
            self._running += 1
            if self._running < RUNNING_PICTURES:
                return False
        self._stuck = 0
        if step < -BACK_NS or step > arrival - arrived + self.behind_ns + JUMP_NS:
            self.jumps += 1
            self._floor = None
        return True

    def _rebase(self, offset: int, arrival: int) -> None:
        """Begin anew with the delay that is known."""
        self._floor = offset - self.behind_ns
        self._risen_at = self._minute_at = arrival
        self._least.clear()
        self._minute_least, self._minute_before = offset, None

    def _follow_drift(self, offset: int, arrival: int) -> None:
        """A minute is over: far behind, move the floor with the least offsets if they move like a clock."""
        assert self._floor is not None
        elapsed = arrival - self._minute_at
        least, before = self._minute_least, self._minute_before
        self._minute_at, self._minute_least, self._minute_before = arrival, offset, least
        if before is None or least - self._floor <= NEAR_NS:
            return
        if abs(least - before) <= elapsed * DRIFT_PPM // 1_000_000:
            self._floor += least - before

    def _lower_or_rise(self, offset: int, arrival: int) -> None:
        assert self._floor is not None
        least = self._least
        if not least or arrival - least[-1][0] >= _BUCKET_NS:
            least.append((arrival, offset))
        elif offset < least[-1][1]:
            least[-1] = (least[-1][0], offset)
        while arrival - least[0][0] > _WINDOW_NS:
            least.popleft()
        if offset <= self._floor:
            self._floor = offset
            self._risen_at = arrival
            return
        if arrival - self._risen_at >= _BUCKET_NS:
            room = (arrival - self._risen_at) * DRIFT_PPM // 1_000_000
            above = min(value for _, value in least) - self._floor
            if 0 < above <= NEAR_NS:
                self._floor += min(room, above)
            self._risen_at = arrival


class IntervalMeter:
    """The median interval between a feed's pictures over the last 10 s (and at least the last five)."""

    def __init__(self) -> None:
        self._ends: deque[int] = deque()
        self._steps: deque[int] = deque()
        self._last: int | None = None
        self._median = _FIRST_INTERVAL_NS
        self._asked = 0

    def add(self, capture_ns: int) -> int:
        """Take one picture's capture time; returns the median in ns, worked out afresh every second."""
        if self._last is not None and capture_ns > self._last:
            self._ends.append(capture_ns)
            self._steps.append(capture_ns - self._last)
            while len(self._ends) > _LEAST_INTERVALS and capture_ns - self._ends[0] > _INTERVAL_WINDOW_NS:
                self._ends.popleft()
                self._steps.popleft()
        self._last = capture_ns
        if self._steps and (len(self._steps) <= _LEAST_INTERVALS or capture_ns - self._asked >= SECOND):
            self._asked = capture_ns
            steps = sorted(self._steps)
            self._median = steps[len(steps) // 2]
        return self._median
