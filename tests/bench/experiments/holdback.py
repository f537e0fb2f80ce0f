"""A line that falls twenty seconds behind and goes on at normal speed: old pictures that move."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from tests.bench.experiment import Outcome, experiment
from tests.bench.ours import tile_places
from tests.bench.pixels import mark_at
from tests.bench.program import pause
from tests.bench.rig import Rig
from tests.bench.sources import Simulator
from tests.integration.fault_proxy import FaultProxy

LIVE_LIMIT_S = 2.2
"""A picture older than this must not be shown as live; the age is judged again at every tick."""
AGE_ERROR_S = 1.0
READING_S = 0.25
"""Between reading the screen and asking health a tile may change."""
GROWTH = 0.5
"""Seconds that the line falls behind in a second: slow enough for the session to live on."""


class Lines:
    """What stands between the cameras and the client: one line for each, all equally late."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._proxies: list[FaultProxy] = []
        self._behind_s = self._most_s = 0.0
        self._at = 0.0

    def through(self, url: str) -> str:
        """The camera's address behind a line of its own."""
        port = urlsplit(url).port
        if port is None:
            raise ValueError(f"{url} names no port")
        self._proxies.append(self._stack.enter_context(FaultProxy(port)))
        return url.replace(f":{port}/", f":{self._proxies[-1].port}/")

    def fall_behind(self, most_s: float) -> None:
        """From now on fall behind, up to that much."""
        self._most_s, self._at = most_s, time.monotonic()

    def tick(self) -> None:
        """Call often: a little later than before."""
        now = time.monotonic()
        self._behind_s = min(self._most_s, self._behind_s + GROWTH * (now - self._at))
        self._at = now
        for proxy in self._proxies:
            proxy.delay(self._behind_s)


def _samples(rig: Rig, lines: Lines, seconds: float) -> list[dict[str, Any]]:
    """True age, word and age told, ten times a second for every tile."""
    screen = rig.x.screen()
    places = tile_places(rig.x, rig.columns, rig.rows, (320, 180), len(rig.source.feeds))
    found: list[dict[str, Any]] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines.tick()
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
                        "frame": mark.frame if mark is not None else -1,
                        "reconnects": tile["reconnects"],
                        "true_age_s": round(age, 2),
                        "word": tile["painted_state"],
                        "age_s": (tile["age_ms"] or 0) / 1e3,
                    }
                )
        pause(0.1)
    return found


@experiment(seconds=110, short_seconds=60)
def holdback(short: bool) -> Outcome:
    """Lines fall 20 s [8 s] behind and go on at normal speed: never `live`, and the age told is true.

    The session lives on all the while, and hundreds of old pictures are painted one after the other. The true
    age of what is painted comes from its mark and the camera's own clock.
    """
    outcome = Outcome()
    late_s = 8.0 if short else 20.0
    # Not a minute of old pictures: then the client would begin a new session.
    watch_s = late_s / GROWTH + (10.0 if short else 22.0)
    words = ["--port-each", "--size", "320x180", "--sub-size", "320x180", "--loop-s", "60", "--wait-for-all"]
    with ExitStack() as stack:
        lines = Lines(stack)
        rig = stack.enter_context(Rig(Simulator(2, *words), through=lines.through))
        rig.client.wait_live(2, 60)
        pause(12.0)
        calm = _samples(rig, lines, 3.0)
        lines.fall_behind(late_s)
        found = _samples(rig, lines, watch_s)
    old = [row for row in found if row["true_age_s"] > LIVE_LIMIT_S + READING_S]
    lies = [row for row in old if row["word"] == "live"]
    shown = [row for row in old if row["word"] in ("late", "stale", "frozen")]
    errors = [abs(row["age_s"] - row["true_age_s"]) for row in shown]
    wrong = [row for row, error in zip(shown, errors, strict=True) if error > AGE_ERROR_S]
    played = {camera: {row["frame"] for row in old if row["camera"] == camera} for camera in _cameras(found)}
    outcome.figures = {"samples": len(found), "old": len(old), "lies": lies[:20], "wrong": wrong[:60]}
    outcome.figures["old_pictures_seen"] = {camera: len(frames) for camera, frames in played.items()}
    outcome.figures["words"] = sorted({row["word"] for row in found})
    outcome.equal("calm tiles that are not live", [r for r in calm if r["word"] != "live"], [])
    outcome.equal("cameras watched", len(played), 2)
    outcome.at_least("different old pictures seen, least", min(map(len, played.values()), default=0), 100)
    outcome.at_least("oldest moving picture in s", max((row["true_age_s"] for row in old), default=0), late_s)
    outcome.equal("sessions that ended", max((row["reconnects"] for row in found), default=-1), 0)
    outcome.equal("of them called live", len(lies), 0)
    outcome.at_most("error of the age told in s", round(max(errors, default=99.0), 2), AGE_ERROR_S)
    return outcome


def _cameras(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({row["camera"] for row in rows})
