"""Half an hour of everyday trouble."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Any

import numpy

from tests.bench.experiment import Outcome, experiment
from tests.bench.processes import Holdings, tree_pss_mb
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator

KINDS = (
    "stall",
    "holdback",
    "silent_accept",
    "slow_headers",
    "rst",
    "fin",
    "half_open",
    "reboot",
    "outage",
    "restart_timestamps",
    "resolution_change",
    "timestamps_back",
    "timestamps_forward",
    "busy_503",
    "frozen",
    "slow_fps",
    "corrupt",
)
"""Faults after whose end a camera is to be live again by itself."""
EVERY_S = 20.0
LONGEST_S = 30.0
CALM_S = 75.0
"""After the last fault: the longest wait between two tries is 60 s."""


@dataclass
class Weights:
    """Memory and holdings over time. samples: (seconds, MiB)."""

    samples: list[tuple[float, float]] = field(default_factory=list)
    holdings: list[Holdings] = field(default_factory=list)

    def take(self, began: float, pid: int) -> None:
        """One sample."""
        self.samples.append((time.monotonic() - began, tree_pss_mb([pid])))
        self.holdings.append(Holdings.of([pid]))

    def slope_mb_per_hour(self) -> float:
        """By linear regression over the second half: the first fills caches."""
        half = self.samples[len(self.samples) // 2 :]
        times, weights = zip(*half, strict=True)
        return float(numpy.polyfit(times, weights, 1)[0] * 3600)


def _trouble(rig: Rig, chance: random.Random) -> dict[str, Any]:
    """One random fault of a random camera."""
    camera, kind = chance.choice(rig.source.feeds).id, chance.choice(KINDS)
    for_s = chance.uniform(3, LONGEST_S)
    rig.source.fault(camera, kind, for_s)
    return {"camera": camera, "kind": kind, "for_s": round(for_s, 1)}


def _is_calm(rig: Rig, cameras: int, threads: int) -> bool:
    """Whether all are live again, and the sessions that the last faults ended have said their goodbyes."""
    live = sum(state == "live" for state in rig.client.states().values())
    return live == cameras and Holdings.of([rig.client.pid]).threads <= threads


@experiment(seconds=1950, short_seconds=240)
def soak(short: bool) -> Outcome:
    """30 min [2 min], 36 [9] feeds, a random fault every 20 s: all live at the end, memory and threads flat.

    The memory's slope by regression over the second half is printed; it is a promise only in the long form.
    """
    outcome = Outcome()
    cameras, seconds = (9, 120.0) if short else (36, 1800.0)
    words = ["--size", "640x360", "--sub-size", "320x180", "--fps", "12", "--port-each", "--wait-for-all"]
    chance, faults, weights = random.Random(11), [], Weights()
    least_live = cameras
    with Rig(Simulator(cameras, *words), both_streams=True) as rig:
        rig.client.wait_live(cameras, 120)
        pause(10.0)
        gaps_before, _ = rig.gaps()
        began = last = time.monotonic()
        weights.take(began, rig.client.pid)
        while (now := time.monotonic()) < began + seconds:
            if now - last >= EVERY_S:
                last = now
                faults.append(_trouble(rig, chance))
                weights.take(began, rig.client.pid)
            states = list(rig.client.states().values())
            least_live = min(least_live, sum(state == "live" for state in states))
            pause(1.0)
        calm = time.monotonic()
        while time.monotonic() < calm + LONGEST_S + CALM_S:
            if _is_calm(rig, cameras, weights.holdings[0].threads):
                break
            pause(0.5)
        end_states = rig.client.states()
        weights.take(began, rig.client.pid)
        gaps_after, longest = rig.gaps()
        torn = sum(tile["torn"] for tile in rig.client.tiles())
        code, quit_s = rig.client.quit()
    first, last_held = weights.holdings[0], weights.holdings[-1]
    slope = round(weights.slope_mb_per_hour(), 1)
    start_mb, end_mb = weights.samples[0][1], weights.samples[-1][1]
    outcome.figures = {
        "faults": faults,
        "pss_mb": [(round(at), round(mb, 1)) for at, mb in weights.samples],
        "slope_mb_per_hour": slope,
        "first": str(first),
        "last": str(last_held),
        "longest_gap_ms": longest,
        "fewest_live": least_live,
    }
    print(f"  memory {start_mb:.0f} -> {end_mb:.0f} MiB, slope of the second half {slope} MiB/h", flush=True)
    outcome.equal("tiles not live at the end", {c: s for c, s in end_states.items() if s != "live"}, {})
    outcome.at_least("faults", len(faults), 4 if short else 80)
    outcome.equal("torn pictures", torn, 0)
    outcome.equal("UI gaps over 100 ms", gaps_after - gaps_before, 0)
    outcome.at_most("threads more at the end", last_held.threads - first.threads, 0)
    outcome.at_most("descriptors more at the end", last_held.descriptors - first.descriptors, 0)
    outcome.at_most("memory files more at the end", last_held.memory_files - first.memory_files, 0)
    outcome.at_most("growth of memory in % of the start", round((end_mb / start_mb - 1) * 100, 1), 5)
    if not short:
        outcome.at_most("memory slope in MiB per hour", slope, 5)
    outcome.equal("exit code", code, 0)
    outcome.at_most("seconds to quit", quit_s, 3)
    return outcome
