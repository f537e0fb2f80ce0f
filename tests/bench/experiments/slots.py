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
    """One writer, two readers and a run of random misfortunes."""

    def __init__(self, seed: int, claims: bool) -> None:
        self.chance = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self.written = 0
        self.generation = 0
        self.writer = _start("writer", str(RATE), str(seed))
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
        """The decoder process dies; the next one takes over the same ring or a new one."""
        self.written += self.writer.latest().get("written", 0)
        self.writer.program.process.kill()
        self.writer.program.process.wait()
        self.writer.link.close()
        self.writer.program.end()
        self.writer = _start("writer", str(RATE), str(self.chance.randrange(1 << 30)))
        if self.chance.random() < 0.5:
            self.writer.give(self.ring, *self.size)
        else:
            self.resize()

    def run(self, seconds: float) -> None:
        """Misfortunes until the time is over."""
        end = time.monotonic() + seconds
        kinds = {self.resize: 6, self.stop_writer: 4, self.stop_reader: 3, self.kill_writer: 2}
        for child in self.readers:
            wait_until(lambda child=child: child.latest().get("read", 0) > 0, 15, "first pictures")  # type: ignore[misc]
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


def torture(seconds: float, seed: int, *, claims: bool = True) -> dict[str, Any]:
    """Run it and sum up. `claims` False makes the readers claim nothing, so that tears must be found."""
    run = Torture(seed, claims)
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


@experiment(seconds=60, short_seconds=8)
def slots(short: bool) -> Outcome:
    """500 pictures/s, two slow readers, random resizes, SIGSTOP of all, SIGKILL of the writer: 0 torn.

    A second, short run with readers that claim nothing proves that a tear would have been found.
    """
    outcome = Outcome()
    names = shared_memory_names()
    before = Holdings.of([os.getpid()])
    found = torture(8 if short else 60, seed=1)
    after = Holdings.of([os.getpid()])
    blind = torture(3, seed=2, claims=False)
    outcome.figures = {"claiming": found, "blind": blind}
    outcome.equal("pictures that the ring calls torn", found["torn"], 0)
    outcome.equal("pictures whose pixels are mixed", found["mixed"], 0)
    outcome.equal("pictures with another picture's facts", found["wrong_number"], 0)
    outcome.equal("pictures older than the one before", found["backwards"], 0)
    outcome.at_least("pictures read by the slower reader", found["least_read"], 50)
    outcome.at_least("pictures written per second", found["written"] / (8 if short else 60), RATE * 0.3)
    outcome.at_least("tears found when readers claim nothing", blind["mixed"], 1)
    outcome.equal("shared memory names left", sorted(shared_memory_names() - names), [])
    outcome.at_most("memory files left", after.memory_files - before.memory_files, 0)
    outcome.at_most("descriptors left", after.descriptors - before.descriptors, 0)
    outcome.at_most("processes left", after.processes - before.processes, 0)
    return outcome
