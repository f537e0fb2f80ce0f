"""Twenty seconds of pictures held back, then played at normal speed: old pictures that move."""

from __future__ import annotations

import time
from typing import Any

from tests.bench.experiment import Outcome, experiment
from tests.bench.ours import tile_places
from tests.bench.pixels import mark_at
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator

LIVE_LIMIT_S = 2.2
"""A picture older than this must not be shown as live; the age is judged again at every tick."""
AGE_ERROR_S = 1.0
READING_S = 0.25
"""Between reading the screen and asking health a tile may change."""


def _samples(rig: Rig, seconds: float) -> list[dict[str, Any]]:
    """True age, word and age told, ten times a second for every tile."""
    screen = rig.x.screen()
    places = tile_places(rig.x, rig.columns, rig.rows, (320, 180), len(rig.source.feeds))
    found: list[dict[str, Any]] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        marks = [mark_at(screen, place) for place in places]
        read_at = time.monotonic()
        tiles = rig.client.tiles()
        for feed, mark, tile in zip(rig.source.feeds, marks, tiles, strict=False):
            taken = rig.source.taken_ns(feed, mark.frame) if mark is not None else None
            if taken is not None:
                age = read_at - taken / 1e9
                found.append(
                    {
                        "at": read_at,
                        "camera": feed.id,
                        "true_age_s": round(age, 2),
                        "word": tile["painted_state"],
                        "age_s": (tile["age_ms"] or 0) / 1e3,
                    }
                )
        pause(0.1)
    return found


@experiment(seconds=150, short_seconds=70)
def holdback(short: bool) -> Outcome:
    """20 s [8 s] of bytes are held back, then sent at normal speed: never `live`, and the age told is true.

    The true age of what is painted comes from its mark and the camera's own clock.
    """
    outcome = Outcome()
    late_s, watch_s = (8.0, 30.0) if short else (20.0, 75.0)
    words = ["--port-each", "--size", "320x180", "--sub-size", "320x180", "--loop-s", "60", "--wait-for-all"]
    with Rig(Simulator(2, *words)) as rig:
        rig.client.wait_live(2, 60)
        pause(12.0)
        calm = _samples(rig, 3.0)
        rig.source.fault("*", "holdback", watch_s, seconds=late_s)
        found = _samples(rig, watch_s)
    old = [row for row in found if row["true_age_s"] > LIVE_LIMIT_S + READING_S]
    lies = [row for row in old if row["word"] == "live"]
    shown = [row for row in old if row["word"] in ("late", "stale", "frozen")]
    errors = [abs(row["age_s"] - row["true_age_s"]) for row in shown]
    wrong = [row for row, error in zip(shown, errors, strict=True) if error > AGE_ERROR_S]
    outcome.figures = {"samples": len(found), "old": len(old), "lies": lies[:20], "wrong": wrong[:60]}
    outcome.figures["words"] = sorted({row["word"] for row in found})
    outcome.equal("calm tiles that are not live", [r for r in calm if r["word"] != "live"], [])
    outcome.at_least("looks at pictures older than live", len(old), 20)
    outcome.equal("of them called live", len(lies), 0)
    outcome.at_most("error of the age told in s", round(max(errors, default=99.0), 2), AGE_ERROR_S)
    return outcome
