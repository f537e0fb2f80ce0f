"""What each process of the client uses of this machine, read from /proc on the `health` thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from hanoi_wall.domain.clock import SECOND, Clock

EVERY_NS = SECOND
"""Reading the memory of a large process takes milliseconds, so nobody gets fresher figures than this."""
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """pss_mb: memory in MB (10^6), shared pages divided among their users; cpu_s: user and system time."""

    pss_mb: float
    cpu_s: float


def read_use(pid: int) -> ProcessUse | None:
    """What the process uses now; None when it is gone or may not be looked at.

    Where the kernel gives no proportional figure the resident set stands in, which counts shared pages whole.
    """
    folder = Path(f"/proc/{pid}")
    try:
        # The name, in brackets, may hold anything; the figures come after the last bracket.
        figures = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        resident = int((folder / "statm").read_text().split()[1]) * _PAGE
    except OSError:
        return None
    cpu_s = (int(figures[11]) + int(figures[12])) / _TICKS
    return ProcessUse((_proportional(folder) or resident) / 1e6, cpu_s)


def _proportional(folder: Path) -> int | None:
    try:
        rollup = (folder / "smaps_rollup").read_text()
    except OSError:
        return None
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None


class ProcessSampler:
    """Figures of a few processes, at most one second old. One thread (`health`)."""

    def __init__(self, clock: Clock, read: Callable[[int], ProcessUse | None] = read_use) -> None:
        self._clock = clock
        self._read = read
        self._sampled: dict[int, tuple[int, ProcessUse | None]] = {}

    def use(self, pids: Iterable[int]) -> dict[int, ProcessUse]:
        """The figures of those processes that live; the others are forgotten."""
        now = self._clock.monotonic_ns()
        sampled = {}
        for pid in pids:
            before = self._sampled.get(pid)
            if before is not None and now - before[0] < EVERY_NS:
                sampled[pid] = before
            else:
                sampled[pid] = (now, self._read(pid))
        self._sampled = sampled
        return {pid: use for pid, (_, use) in sampled.items() if use is not None}
