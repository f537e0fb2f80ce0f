"""Cameras that never give a picture, opened and closed again and again."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.experiment import Outcome, experiment
from tests.bench.processes import Holdings, shared_memory_names, tree
from tests.bench.program import Program, pause, wait_until
from tests.bench.sources import Simulator

PEERS = ("silent_accept", "slow_headers", "half_open")
EACH = 4
FOREVER_S = 86_000.0
SETTLE_S = 12.0
"""A bounded libav call may go on for its whole time-out after its feed was forgotten."""


def _last(program: Program, key: str) -> dict[str, Any] | None:
    program.need_running()
    lines = [line for line in program.json_lines() if key in line]
    return lines[-1] if lines else None


def _run(source: Simulator, cycles: int, seed: int) -> tuple[dict[str, Any], Holdings, float, int]:
    """The last facts, what is held when all is quiet, seconds to close, processes left afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-cycles-") as folder:
        cameras = Path(folder) / "cameras.json"
        cameras.write_text(json.dumps({feed.id: feed.url for feed in source.feeds}))
        words = [sys.executable, "-m", "tests.bench.cycles_child", str(cameras), str(cycles), str(seed)]
        child = Program("cycles", words)
        try:
            quiet = wait_until(lambda: _last(child, "quiet"), 60 + cycles * 2.0, "all cycles", every=0.5)
            assert quiet is not None
            held = _least(child.pid)
            family = [process.pid for process in tree([child.pid])]
            child.process.terminate()
            child.process.wait(30)
            closed = child.json_lines()[-1].get("closed_s", 99.0)
            left = [process.pid for process in tree(family)]
            return quiet, held, float(closed), len(left)
        finally:
            child.end()


def _least(pid: int) -> Holdings:
    """The smallest holdings within SETTLE_S: what is only on its way out does not count as left behind."""
    least = Holdings.of([pid])
    for _ in range(round(SETTLE_S * 2)):
        pause(0.5)
        now = Holdings.of([pid])
        if (now.threads, now.descriptors) <= (least.threads, least.descriptors):
            least = now
    return least


@experiment(seconds=600, short_seconds=90)
def cycles(short: bool) -> Outcome:
    """2,000 [100] cycles of silent, slow and half-open cameras: nothing left, stops <= 10 s, quit <= 3 s.

    What a run of 2,000 cycles holds at its end is compared with what a run of 24 holds: one that has used
    every part once. All cameras of both runs fail in the same way.
    """
    outcome = Outcome()
    names = shared_memory_names()
    many = 100 if short else 2000
    with Simulator(len(PEERS) * EACH, "--port-each", "--size", "320x180", "--sub-size", "320x180") as source:
        for number, feed in enumerate(source.feeds):
            source.fault(feed.id, PEERS[number % len(PEERS)], FOREVER_S)
        _few_facts, few, _closed, _left = _run(source, 24, seed=1)
        facts, held, closed_s, left = _run(source, many, seed=2)
    outcome.figures = {"facts": facts, "closed_s": closed_s, "after_24": str(few), "after_all": str(held)}
    outcome.equal("cycles done", facts["done"], many)
    outcome.at_most("slowest stop in s", facts["slowest_stop_s"], 10)
    outcome.at_most("seconds to quit", closed_s, 3)
    outcome.at_most("threads more than after 24 cycles", held.threads - few.threads, 0)
    outcome.at_most("processes more", held.processes - few.processes, 0)
    outcome.at_most("descriptors more", held.descriptors - few.descriptors, 0)
    outcome.at_most("memory files more", held.memory_files - few.memory_files, 0)
    outcome.equal("processes left after quitting", left, 0)
    outcome.equal("shared memory names left", sorted(shared_memory_names() - names), [])
    return outcome
