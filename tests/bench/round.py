"""One contestant, once: started on a fresh X server, measured in three windows, ended.

1. processor time and memory, with nobody watching;  2. latency and painted pictures, watched from a process
of its own that is charged to nobody;  3. copies of painted pictures, judged when all rounds are over.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy

from hanoi_wall.simulator.mark import Mark
from tests.bench.contestant import Contestant
from tests.bench.latency import Watched, run_watch
from tests.bench.machine import steal_s
from tests.bench.pixels import Bytes, Place, mark_at, steady_copy
from tests.bench.processes import Usage, tree_pss_mb
from tests.bench.program import Unfinished, pause, wait_until
from tests.bench.sources import Source
from tests.bench.xserver import XServer

FIRST_PICTURES_S = 60.0
SETTLE_S = 3.0
WATCH_S = 6.0
JUDGED_TILES = 20


@dataclass(frozen=True, slots=True)
class Copy:
    """A painted picture. camera: id of the feed; skip_top, skip_edge: pixels that something lies over."""

    camera: str
    mark: Mark
    pixels: Bytes
    skip_top: int
    skip_edge: int


@dataclass
class Result:
    """What one run gave. figures: JSON-ready; copies: painted pictures still to be judged."""

    figures: dict[str, Any] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Windows:
    """Lengths in seconds: processor window, watch, and the screen's size in pixels."""

    seconds: float
    watch_s: float = WATCH_S
    screen: tuple[int, int] = (1920, 1080)
    judge: bool = True


def run_once(contestant: type[Contestant], plan: Any, source: Source, windows: Windows) -> Result:
    """Start, measure, end. What goes wrong stands in the figures as `failed`."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="bench-run-") as folder, XServer(*windows.screen) as x:
        idle = _idle_share(x)
        running = contestant(plan, source.feeds, Path(folder))
        running.started_ns = time.monotonic_ns()
        try:
            running.start(x)
            places = _first_pictures(running, x, result)
            pause(SETTLE_S)
            _cost(running, x, source, idle, windows.seconds, result)
            if places is not None:
                _watch(running, x, source, places, windows.watch_s, Path(folder), result)
                if windows.judge:
                    _copy(running, x, places, result)
        except Unfinished as error:
            result.figures["failed"] = str(error)
        finally:
            began = time.monotonic()
            running.end()
            result.figures["end_s"] = round(time.monotonic() - began, 2)
    return result


def _idle_share(x: XServer) -> float:
    """Processor seconds per second that the X server uses with nothing on it."""
    before = x.cpu_s()
    pause(1.0)
    return x.cpu_s() - before


def _first_pictures(running: Contestant, x: XServer, result: Result) -> list[Place] | None:
    """Wait for each feed's first painted picture, from the start of its first process."""
    if not running.paints:
        wait_until(running.ready, FIRST_PICTURES_S, f"first pictures of {running.name}")
        return None

    def where() -> list[Place] | None:
        running.need_running()
        return running.places(x)

    places = wait_until(where, FIRST_PICTURES_S, f"tiles of {running.name}", every=0.02) or []
    screen = x.screen()
    found: dict[int, float] = {}
    misplaced = 0
    end = time.monotonic() + FIRST_PICTURES_S
    while len(found) < len(places) and time.monotonic() < end:
        running.need_running()
        for number, place in enumerate(places):
            mark = mark_at(screen, place) if number not in found else None
            if mark is not None:
                found[number] = (time.monotonic_ns() - running.started_ns) / 1e6
                misplaced += mark.camera != running.feeds[number].number
        pause(0.02)
    times = sorted(found.values())
    result.figures |= {"tiles_shown": len(found), "misplaced": misplaced}
    if times:
        result.figures["first_picture_p50_ms"] = round(float(numpy.percentile(times, 50)))
        result.figures["first_picture_p95_ms"] = round(float(numpy.percentile(times, 95)))
    return places


@dataclass(frozen=True, slots=True)
class Moment:
    """Everybody's processor seconds at one moment; at: monotonic seconds."""

    at: float
    contestant: Usage
    x_s: float
    source: Usage
    everybody: Usage
    steal_s: float

    @classmethod
    def now(cls, running: Contestant, x: XServer, source: Source) -> Moment:
        """Read once from /proc."""
        mine = Usage.of(running.roots())
        at, x_s = time.monotonic(), x.cpu_s()
        return cls(at, mine, x_s, Usage.of(source.roots()), Usage.of_machine(), steal_s())


def _cost(
    running: Contestant, x: XServer, source: Source, idle: float, seconds: float, result: Result
) -> None:
    """Window 1: the whole tree plus what the X server used beyond its idle share."""
    roots = running.roots()
    running.begin_window()
    before = Moment.now(running, x, source)
    pause(seconds)
    after = Moment.now(running, x, source)
    running.need_running()
    span = after.at - before.at
    own = running.end_window(span)
    mine, x_used = after.contestant.since(before.contestant), after.x_s - before.x_s
    served = after.source.since(before.source)
    others = after.everybody.since(before.everybody) - mine - x_used - served
    x_growth = max(0.0, x_used - idle * span) if running.paints else 0.0
    result.figures |= {
        "cpu_percent": round((mine + x_growth) / span * 100, 1),
        "processes_percent": round(mine / span * 100, 1),
        "x_percent": round(x_growth / span * 100, 1),
        "source_percent": round(served / span * 100, 1),
        "others_percent": round(max(0.0, others) / span * 100, 1),
        "steal_percent": round((after.steal_s - before.steal_s) / span * 100, 1),
        "processes_ended": after.contestant.gone_since(before.contestant),
        "processes": len(after.contestant.cpu_s),
        "pss_mb": round(tree_pss_mb(roots), 1),
        "load_average": os.getloadavg()[0],
        **own,
    }


def _watch(
    running: Contestant,
    x: XServer,
    source: Source,
    places: list[Place],
    seconds: float,
    folder: Path,
    result: Result,
) -> None:
    """Window 2: when pictures reached the screen, and how many."""
    watched: Watched = run_watch(x.framebuffer, places, seconds, folder)
    fps = watched.painted_fps()
    result.figures |= {
        "painted_fps": fps,
        "painted_fps_median": round(float(numpy.median(fps)), 2),
        "painted_fps_min": min(fps),
        "watch_resolution_ms": watched.resolution_ms(),
    }
    every = max(1, round(running.plan.fps * len(places) * seconds / 500))
    feeds = running.feeds
    found = watched.latencies_ms(lambda place, frame: source.sent_ns(feeds[place], frame), every)
    # A frame whose number came round again before it was asked for seems to be sent after it was seen.
    found = [latency for latency in found if latency > -20]
    if found:
        result.figures |= {
            "latency_median_ms": round(float(numpy.median(found)), 1),
            "latency_p99_ms": round(float(numpy.percentile(found, 99)), 1),
            "latencies": len(found),
        }


def _copy(running: Contestant, x: XServer, places: list[Place], result: Result) -> None:
    """Window 3: whole painted pictures of up to JUDGED_TILES tiles, spread over the wall."""
    screen = x.screen()
    step = max(1, len(places) // JUDGED_TILES)
    for feed, place in list(zip(running.feeds, places, strict=True))[::step][:JUDGED_TILES]:
        copied = steady_copy(screen, place)
        if copied is not None:
            result.copies.append(Copy(feed.id, *copied, *running.covered(place.height)))
