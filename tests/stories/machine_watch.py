"""What the machine itself does to a program that only wants to tick: the yardstick for the wall's own gaps.

Run as a program it ticks every 33 ms, as the wall does, and prints `end_ns gap_ns` for every gap that was
longer than LONG_NS.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from tests.bench.program import Program
from tests.conftest import ROOT

TICK_S = 0.033
LONG_NS = 50_000_000


def tick_for_ever() -> None:
    """Until the process is ended."""
    never = threading.Event()
    last = time.monotonic_ns()
    while not never.wait(TICK_S):
        now = time.monotonic_ns()
        if now - last > LONG_NS:
            print(now, now - last, flush=True)
        last = now


class MachineWatch:
    """Watches for the length of a `with`."""

    def __enter__(self) -> MachineWatch:
        words = [sys.executable, "-m", "tests.stories.machine_watch"]
        self._program = Program("machine watch", words, env={"PYTHONPATH": str(ROOT), "PATH": ""})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.end()

    def gaps_s(self, since_ns: int, until_ns: int) -> list[float]:
        """The long gaps that ended between two moments, in seconds."""
        rows = [row.split() for row in self._program.output().splitlines() if row.count(" ") == 1]
        return [int(gap) / 1e9 for end, gap in rows if since_ns <= int(end) <= until_ns + int(gap)]

    def longest_s(self, since_ns: int, until_ns: int) -> float:
        """The longest of them, 0.0 where none was long."""
        return max(self.gaps_s(since_ns, until_ns), default=0.0)

    def withheld(self, since_ns: int, until_ns: int) -> float:
        """The share of that time, 0..1, in which it was not given the processor when it wanted it."""
        lost = sum(gap - TICK_S for gap in self.gaps_s(since_ns, until_ns))
        return lost * 1e9 / (until_ns - since_ns)


if __name__ == "__main__":
    tick_for_ever()
