"""A long look at a wall: what every tile said and showed, four times a second, for later questions."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.program import pause
from tests.stories.desk import Desk

STEP_S = 0.25
COPY_S = 0.4
"""How much later than it was painted a state may stand in /health: the copy is made three times a second."""
STALL_NS = 100_000_000
TICK_NS = 28_000_000


def waited_ns(pid: int) -> dict[str, int]:
    """How long each thread of a process has been ready to run without being run, in ns, by its id.

    Not the main one alone: it stands still as well for another one that holds the interpreter and waits.
    """
    waited = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            waited[thread.name] = int((thread / "schedstat").read_text().split()[1])
    return waited


@dataclass(frozen=True, slots=True)
class Glance:
    """One tile at one moment. at_ns: monotonic; said: its row of /health; the rest was read off the screen.

    frame: number in the picture's mark; warned: whether amber or red stands in the tile.
    """

    at_ns: int
    said: dict[str, Any]
    frame: int | None
    hatched: bool
    warned: bool
    flat: bool

    @property
    def state(self) -> str:
        """What was painted last."""
        return str(self.said["painted_state"])

    def __str__(self) -> str:
        cause = f" ({self.said['cause']})" if self.said["cause"] else ""
        return f"{self.state}{cause}{' hatched' if self.hatched else ''}"


@dataclass(frozen=True, slots=True)
class Beat:
    """The UI at one moment. stalls: ticks over 100 ms after the one before, since its start; waited_ns: how
    long each of its threads has waited for a processor since its start."""

    at_ns: int
    stalls: int
    waited_ns: dict[str, int]


@dataclass
class Vigil:
    """Glances at every tile of a desk, by camera; beats: of its UI."""

    desk: Desk
    glances: dict[str, list[Glance]] = field(default_factory=dict)
    beats: list[Beat] = field(default_factory=list)

    def keep(self, seconds: float) -> tuple[int, int]:
        """Look for so long; from when to when (monotonic ns)."""
        began = time.monotonic_ns()
        end = began + round(seconds * 1e9)
        while (now := time.monotonic_ns()) < end:
            self.glance()
            pause(min(STEP_S - (time.monotonic_ns() - now) / 1e9, (end - time.monotonic_ns()) / 1e9))
        return began, time.monotonic_ns()

    def glance(self) -> None:
        """Look once at everything."""
        health = self.desk.health()
        if not health:
            return
        at_ns = time.monotonic_ns()
        self.beats.append(Beat(at_ns, health["ui"]["stalls_total"], waited_ns(self.desk.pid)))
        for tile in health["tiles"]:
            if tile["camera"]:
                look = self.desk.look(tile["tile"])
                frame = look.mark.frame if look.mark is not None else None
                warned = look.amber + look.red > 0
                glance = Glance(time.monotonic_ns(), tile, frame, look.hatched, warned, look.flat)
                self.glances.setdefault(tile["camera"], []).append(glance)

    def between(self, camera: str, since_ns: int, until_ns: int) -> list[Glance]:
        """The glances at a camera's tile in that time."""
        return [glance for glance in self.glances[camera] if since_ns <= glance.at_ns <= until_ns]

    def stalls(self, since_ns: int, until_ns: int) -> tuple[int, int]:
        """How often the UI stood still for 100 ms in that time: for want of a processor, and otherwise.

        A stall is told up to COPY_S after it happened, so the wait is looked for in as much time before.
        """
        machines = own = 0
        for at in range(1, len(self.beats)):
            beat, stalls = self.beats[at], self.beats[at].stalls - self.beats[at - 1].stalls
            if not stalls or not since_ns <= beat.at_ns <= until_ns:
                continue
            start = next(
                b for b in self.beats if b.at_ns > beat.at_ns - round((COPY_S + STEP_S) * 1e9) - STALL_NS
            )
            waited = max(ns - start.waited_ns.get(thread, 0) for thread, ns in beat.waited_ns.items())
            if waited >= stalls * (STALL_NS - TICK_NS):
                machines += stalls
            else:
                own += stalls
        return machines, own

    def rate(self, camera: str, since_ns: int, until_ns: int) -> float:
        """Pictures shown per second, mean of that time; the first two seconds are an older rate's."""
        rates = [each.said["shown_fps"] for each in self.between(camera, since_ns + 2_000_000_000, until_ns)]
        return sum(rates) / len(rates)

    def story(self, camera: str, since_ns: int, until_ns: int) -> str:
        """What the tile said in that time, one line per change: for messages."""
        lines: list[str] = []
        for glance in self.between(camera, since_ns, until_ns):
            if not lines or lines[-1].partition(" s ")[2] != str(glance):
                lines.append(f"{(glance.at_ns - since_ns) / 1e9:6.2f} s {glance}")
        return "\n".join(lines)
