"""How soon a camera is live again once it is back."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import numpy

from tests.bench.experiment import Outcome, experiment
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator

SHORTEST_OUTAGE_S = 7.0
"""Longer than it takes a tile to become stale: whoever is live afterwards has come back."""
REST_S = 3.0
GIVEN_UP_S = 60.0


@dataclass
class Trial:
    """One camera's turn: live, out until back_at, then waited for."""

    camera: str
    next_at: float
    back_at: float = 0.0


def _turn(trial: Trial, state: str, now: float, found: list[float], longest_s: float, rig: Rig) -> None:
    """Move one camera on: begin an outage, or note how long the way back took."""
    if trial.back_at:
        if now > trial.back_at and (state == "live" or now - trial.back_at > GIVEN_UP_S):
            found.append(now - trial.back_at)
            trial.back_at, trial.next_at = 0.0, now + REST_S
    elif now >= trial.next_at and state == "live":
        for_s = random.uniform(SHORTEST_OUTAGE_S, longest_s)
        rig.source.fault(trial.camera, "outage", for_s)
        trial.back_at = now + for_s


@experiment(seconds=660, short_seconds=120)
def reconnect(short: bool) -> Outcome:
    """A camera back after an outage of 7 to 100 [20] s is live again: 95 of 100 within 5 s, none after 15 s.

    36 [12] cameras, each with outages of its own, so many are out at once; all trials are counted.
    """
    outcome = Outcome()
    cameras, longest_s, seconds, least = (12, 20.0, 75.0, 20) if short else (36, 100.0, 600.0, 200)
    words = ["--size", "320x180", "--sub-size", "320x180", "--fps", "10", "--port-each", "--wait-for-all"]
    random.seed(7)
    found: list[float] = []
    with Rig(Simulator(cameras, *words)) as rig:
        rig.client.wait_live(cameras, 120)
        began = time.monotonic()
        trials = [Trial(f.id, began + random.uniform(0, longest_s / 2)) for f in rig.source.feeds]
        while time.monotonic() < began + seconds or any(trial.back_at for trial in trials):
            states, now = rig.client.states(), time.monotonic()
            for trial in trials:
                if now < began + seconds or trial.back_at:
                    _turn(trial, states.get(trial.camera, ""), now, found, longest_s, rig)
            pause(0.1)
    ordered = sorted(found)
    outcome.figures = {"trials": len(found), "seconds": [round(value, 2) for value in ordered]}
    outcome.at_least("trials", len(found), least)
    p95 = float(numpy.percentile(ordered, 95)) if ordered else None
    outcome.at_most("seconds to be live again, 95th percentile", round(p95, 2) if p95 else None, 5)
    outcome.at_most("slowest", round(ordered[-1], 2) if ordered else None, 15)
    return outcome
