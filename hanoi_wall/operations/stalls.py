"""How long the screen stood still: gaps between the UI's ticks, over the last minute and since the start."""

from __future__ import annotations

from collections import deque

from hanoi_wall.domain.clock import SECOND

WINDOW_NS = 60 * SECOND
STALL_NS = SECOND // 10
"""A gap longer than this is a stall that an operator can notice."""


class StallMeter:
    """Fed with the time of every tick; pure, one thread (the UI's main thread). Times are monotonic ns.

    A gap is the whole time between two ticks, so a healthy tick of 20 ms measures 20 ms, not 0.
    total: stalls since the start.
    """

    def __init__(self) -> None:
        self.total = 0
        self._last: int | None = None
        self._gaps: deque[tuple[int, int]] = (
            deque()
        )  # (end, length), lengths falling: the first is the longest
        self._stalls: deque[int] = deque()

    def tick(self, now_ns: int) -> None:
        """The UI ticked; a time before the last one counts as no gap."""
        if self._last is not None:
            gap = max(0, now_ns - self._last)
            while self._gaps and self._gaps[-1][1] <= gap:
                self._gaps.pop()
            self._gaps.append((now_ns, gap))
            if gap > STALL_NS:
                self.total += 1
                self._stalls.append(now_ns)
        self._last = now_ns
        self._forget(now_ns)

    def pause(self) -> None:
        """The tick is stopped on purpose (no window can be seen): the time until the next one is no gap."""
        self._last = None

    def longest_ms(self, now_ns: int) -> int:
        """The longest gap, in ms, that ended in the last 60 s or still goes on."""
        self._forget(now_ns)
        ended = self._gaps[0][1] if self._gaps else 0
        going_on = now_ns - self._last if self._last is not None else 0
        return max(ended, going_on) // 1_000_000

    def stalls(self, now_ns: int) -> int:
        """How many gaps over 100 ms ended in the last 60 s."""
        self._forget(now_ns)
        return len(self._stalls)

    def _forget(self, now_ns: int) -> None:
        while self._gaps and now_ns - self._gaps[0][0] >= WINDOW_NS:
            self._gaps.popleft()
        while self._stalls and now_ns - self._stalls[0] >= WINDOW_NS:
            self._stalls.popleft()
