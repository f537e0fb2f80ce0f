"""Picture slots between real processes, with everything that can happen to one of them."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hanoi_wall.video.slots import Ring
from tests.bench.experiment import Outcome, experiment
from tests.bench.processes import Holdings, shared_memory_names
from tests.bench.program import Program, pause, wait_until

RATE = 500
SIZES = ((480, 270), (481, 271), (640, 360), (320, 180), (960, 540), (64, 36))


@dataclass
class Child:
    """A reader or writer process and our end of its socket."""

    program: Program
    link: socket.socket

    def give(self, ring: Ring, width: int, height: int) -> None:
        """Hand the ring over; a child that has just been ended takes nothing."""
        text = json.dumps({"width": width, "height": height}).encode()
        try:
            socket.send_fds(self.link, [text], [ring.fd])
        except (BrokenPipeError, ConnectionResetError, BlockingIOError):
            return

    def latest(self) -> dict[str, Any]:
        """Its newest report."""
        lines = self.program.json_lines()
        return lines[-1] if lines else {}

    def end(self) -> dict[str, Any]:
        """Close the socket, which ends it; returns its last report."""
        self.link.close()
        wait_until(lambda: not self.program.running(), 10, f"{self.program.name} ends")
        latest, code = self.latest(), self.program.process.returncode
        words = self.program.errors()
        self.program.end()
        if code != 0:
            raise RuntimeError(f"{self.program.name} ended with {code}: {words[-500:]}")
        return latest


def _start(*arguments: str) -> Child:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    role, *rest = arguments
    command = [sys.executable, "-m", "tests.bench.slots_child", role, str(theirs.fileno()), *rest]
    program = Program(f"slots {role}", command, pass_fds=(theirs.fileno(),))
    theirs.close()
    return Child(program, ours)


class Torture:
    """One writer, two readers and a run of random misfortunes.

    claims: whether readers claim what they read; shares: whether a session gets the ring of one that is late.
    """

    def __init__(self, seed: int, claims: bool, shares: bool) -> None:
        self.chance = random.Random(seed)
        self.shares = shares
        self.happened: Counter[str] = Counter()
        self.written = 0
        self.generation = 0
        self.writer = self._new_writer()
        how = "claims" if claims else "blind"
        self.readers = [_start("reader", str(n), str(seed + n), how) for n in range(2)]
        self.size = SIZES[0]
        self.ring = self._new_ring()

    def _new_ring(self) -> Ring:
        self.generation += 1
        ring = Ring.create(*self.size, readers=2, generation=self.generation)
        for child in (self.writer, *self.readers):
            child.give(ring, *self.size)
        return ring

    def resize(self) -> None:
        """A tile changed its size."""
        self.ring.close()
        self.size = self.chance.choice(SIZES)
        self.ring = self._new_ring()

    def stop_writer(self) -> None:
        """The decoder process is stopped, often in the middle of a picture, and goes on later."""
        self._stop(self.writer, 0.05 + self.chance.random() * 0.3)

    def stop_reader(self) -> None:
        """A reader is stopped while it holds a picture."""
        self._stop(self.chance.choice(self.readers), 0.05 + self.chance.random() * 0.2)

    def kill_writer(self) -> None:
        """The decoder process dies, perhaps in the middle of a picture; the next one gets its own ring."""
        self._end_writer(self.writer)
        self.writer = self._new_writer()
        self.resize()

    def next_session(self) -> None:
        """A session has said its last word; the next one in the same process takes over its ring."""
        self.writer.give(self.ring, *self.size)

    def late_writer(self) -> None:
        """A process stands still, perhaps in the middle of a picture, and its session is given up.

        The next one begins in another process; then the late one wakes, writes on, and is ended.
        """
        late = self.writer
        os.kill(late.program.pid, signal.SIGSTOP)
        self.writer = self._new_writer()
        if self.shares:
            self.writer.give(self.ring, *self.size)
        else:
            self.resize()
        wait_until(lambda: self.writer.latest().get("written", 0) > 0, 15, "the next session's pictures")
        os.kill(late.program.pid, signal.SIGCONT)
        pause(self.chance.random() * 0.3)
        self._end_writer(late)

    def _new_writer(self) -> Child:
        # Sessions that share a ring go wrong only if one stops in the midst of a picture.
        pauses = 0.5 if self.shares else 0.01
        return _start("writer", str(RATE), str(self.chance.randrange(1 << 30)), str(pauses))

    def _end_writer(self, writer: Child) -> None:
        self.written += writer.latest().get("written", 0)
        writer.program.process.kill()
        writer.program.process.wait()
        writer.link.close()
        writer.program.end()

    def run(self, seconds: float) -> None:
        """Misfortunes until the time is over."""
        kinds = (
            {self.late_writer: 1}
            if self.shares
            else {
                self.resize: 6,
                self.stop_writer: 4,
                self.stop_reader: 3,
                self.next_session: 2,
                self.kill_writer: 2,
                self.late_writer: 2,
            }
        )
        for child in self.readers:
            wait_until(lambda child=child: child.latest().get("read", 0) > 0, 15, "first pictures")  # type: ignore[misc]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pause(self.chance.random() * 0.2)
            kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
            kind()
            self.happened[kind.__name__] += 1

    def finish(self) -> list[dict[str, Any]]:
        """End all three; returns the readers' last reports."""
        self.written += self.writer.latest().get("written", 0)
        reports = [child.end() for child in self.readers]
        self.writer.end()
        self.ring.close()
        return reports

    def _stop(self, child: Child, seconds: float) -> None:
        os.kill(child.program.pid, signal.SIGSTOP)
        pause(seconds)
        os.kill(child.program.pid, signal.SIGCONT)


def torture(seconds: float, seed: int, *, claims: bool = True, shares: bool = False) -> dict[str, Any]:
    """Run it and sum up. With `claims` False or `shares` True tears must be found."""
    run = Torture(seed, claims, shares)
    try:
        run.run(seconds)
    finally:
        reports = run.finish()
    total = {
        key: sum(report.get(key, 0) for report in reports)
        for key in ("read", "mixed", "torn", "wrong_number", "backwards")
    }
    total["least_read"] = min(report.get("read", 0) for report in reports)
    total["longest_wait_ms"] = max(report.get("longest_wait_ms", 0.0) for report in reports)
    return {**total, "written": run.written, "happened": dict(run.happened)}


@experiment(seconds=75, short_seconds=25)
def slots(short: bool) -> Outcome:
    """500 pictures/s, two slow readers, resizes, SIGSTOP of all, SIGKILL, sessions beside late ones: 0 torn.

    Two further short runs prove that a tear would have been found: readers that claim nothing, and sessions
    that share the ring of one that is late.
    """
    outcome = Outcome()
    names = shared_memory_names()
    before = Holdings.of([os.getpid()])
    found = torture(12 if short else 60, seed=1)
    after = Holdings.of([os.getpid()])
    blind = torture(3, seed=2, claims=False)
    shared = torture(6, seed=3, shares=True)
    wrong = shared["mixed"] + shared["wrong_number"] + shared["backwards"]
    outcome.figures = {"claiming": found, "blind": blind, "shared": shared}
    outcome.equal("pictures that the ring calls torn", found["torn"], 0)
    outcome.equal("pictures whose pixels are mixed", found["mixed"], 0)
    outcome.equal("pictures with another picture's facts", found["wrong_number"], 0)
    outcome.equal("pictures older than the one before", found["backwards"], 0)
    outcome.at_least("pictures read by the slower reader", found["least_read"], 50)
    outcome.at_least("pictures written per second", found["written"] / (12 if short else 60), RATE * 0.3)
    for kind in ("late_writer", "next_session", "kill_writer"):
        outcome.at_least(f"times that {kind} happened", found["happened"].get(kind, 0), 1)
    outcome.at_least("tears found when readers claim nothing", blind["mixed"], 1)
    outcome.at_least("wrong pictures found when a late writer shares its ring", wrong, 1)
    outcome.equal("shared memory names left", sorted(shared_memory_names() - names), [])
    outcome.at_most("memory files left", after.memory_files - before.memory_files, 0)
    outcome.at_most("descriptors left", after.descriptors - before.descriptors, 0)
    outcome.at_most("processes left", after.processes - before.processes, 0)
    return outcome
