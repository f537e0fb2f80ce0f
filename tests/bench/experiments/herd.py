"""Every camera gone and back in the same second."""

from __future__ import annotations

import time

from tests.bench.experiment import Outcome, experiment
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator

MOST_OPENS = 8
FIRST_LIVE_S = 120.0


@experiment(seconds=150, short_seconds=60)
def herd(short: bool) -> Outcome:
    """64 [16] cameras drop and return in one second: all live within 30 s, at most 8 opens at once.

    And no gap of the UI: that is 100 ms between two of its ticks. The opens are counted by the cameras (from
    the connection to the answer of PLAY) and by the client.
    """
    outcome = Outcome()
    cameras, outage_s = (16, 8.0) if short else (64, 20.0)
    size = "320x180"
    # Few small pictures: the herd is about connections, not about decoding 64 feeds.
    source = Simulator(
        cameras, "--size", size, "--sub-size", size, "--fps", "10", "--port-each", "--wait-for-all"
    )
    with Rig(source) as rig:
        outcome.figures["first_all_live_s"] = round(rig.client.wait_live(cameras, FIRST_LIVE_S), 2)
        pause(3.0)
        gaps_before, _ = rig.gaps()
        source.ask("/sessions", "DELETE")
        source.fault("*", "outage", outage_s)
        back_at = time.monotonic() + outage_s
        most_own = 0
        all_live_s: float | None = None
        while time.monotonic() < back_at + 60:
            health = rig.client.health() or {}
            now = time.monotonic()
            most_own = max(most_own, int(health.get("opens", {}).get("now", 0)))
            live = sum(tile.get("state") == "live" for tile in health.get("tiles", []))
            if now > back_at and live >= cameras:
                all_live_s = now - back_at
                break
            pause(0.1)
        total = source.ask("/sessions")["total"]
        pause(2.0)
        gaps_after, longest = rig.gaps()
        code, quit_s = rig.client.quit()
    outcome.figures |= {"sessions": total, "longest_gap_ms": longest, "all_live_s": all_live_s}
    outcome.at_most("seconds until all are live again", all_live_s, 30)
    outcome.at_most("opens at once, counted by the cameras", total["peak_opening"], MOST_OPENS)
    outcome.at_most("opens at once, by the client's health", most_own, MOST_OPENS)
    outcome.equal("UI gaps over 100 ms meanwhile", gaps_after - gaps_before, 0)
    outcome.equal("exit code", code, 0)
    outcome.at_most("seconds to quit", quit_s, 3)
    return outcome
