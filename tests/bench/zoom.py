"""`python -m tests.bench.zoom [--feeds 36] [--seconds 20]`: a hand at work in one tile while all feeds play.

The first tile is zoomed to 4x, which brings its camera's main stream; then the mouse drags the picture in
circles for half the time, and the wheel zooms in and out for the other half, 125 events a second as from a
usual mouse. Told for each: paintings a second that showed another part of the picture (the tile counts them),
and pictures a second of the slowest tile of the wall, the zoomed one among them, over the worst two seconds.

Promised are 50 updates a second and no tile below 24 pictures a second. Exit code 1: not reached.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import machine
from tests.bench.program import pause, wait_until
from tests.bench.rig import Rig
from tests.bench.sources import Simulator

EVENTS = 125
UPDATES, PICTURES = 50.0, 24.0
_SETTLE_S = 4.0
"""Rates are over two seconds: before that they tell of the start."""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.zoom", description=__doc__)
    parser.add_argument("--feeds", type=int, default=36, metavar="N", help="feeds on the wall (36)")
    parser.add_argument("--seconds", type=float, default=20, metavar="S", help="of work in all (20)")
    parser.add_argument("--main", default="1280x720", metavar="WxH", help="of a main stream (1280x720)")
    parser.add_argument("--sub", default="320x180", metavar="WxH", help="of a sub-stream (320x180)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where the simulator keeps its loops")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything measured")
    return parser.parse_args(words)


def dragging(x: int, y: int, radius: int, seconds: float) -> Iterator[str]:
    """xdotool's words for a hand that holds the picture and goes in circles, one in two seconds."""
    yield f"mousemove {x + radius} {y}"
    yield "mousedown 1"
    for event in range(round(seconds * EVENTS)):
        angle = math.pi * event / EVENTS
        yield f"mousemove {x + round(radius * math.cos(angle))} {y + round(radius * math.sin(angle))}"
        yield f"sleep {1 / EVENTS}"
    yield "mouseup 1"


def wheeling(x: int, y: int, seconds: float) -> Iterator[str]:
    """xdotool's words for a wheel that goes four notches in and four out."""
    yield f"mousemove {x} {y}"
    for event in range(round(seconds * EVENTS)):
        yield f"click {4 if event % 8 < 4 else 5}"
        yield f"sleep {1 / EVENTS}"


def work(rig: Rig, words: Iterator[str]) -> dict[str, Any]:
    """Let the hand work, and watch: updates a second, and the least rate of each tile."""
    hand = subprocess.Popen(
        ["xdotool", "-"], stdin=subprocess.PIPE, env=rig.x.environment(), stdout=subprocess.DEVNULL, text=True
    )
    try:
        assert hand.stdin is not None
        began, before = time.monotonic(), rig.client.tiles()[0]["zoom_moves"]
        with hand.stdin as line:
            line.write("\n".join(words) + "\n")
        least: dict[str, float] = {}
        while hand.poll() is None:
            pause(0.5)
            if time.monotonic() - began > _SETTLE_S:
                for tile in rig.client.tiles():
                    least[tile["camera"]] = min(least.get(tile["camera"], 1e9), tile["shown_fps"])
        took = time.monotonic() - began
        # The copy is made three times a second.
        pause(0.4)
        zoomed = rig.client.tiles()[0]
    finally:
        if hand.poll() is None:
            hand.kill()
        hand.wait()
    slowest = min(least, key=lambda camera: least[camera])
    return {
        "seconds": round(took, 2),
        "updates_per_s": round((zoomed["zoom_moves"] - before) / took, 1),
        "slowest": slowest,
        "slowest_fps": least[slowest],
        "zoomed_fps": least[zoomed["camera"]],
        "stream": zoomed["stream"],
        "torn": zoomed["torn"],
    }


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything, as one JSON-ready report."""
    sizes = ["--size", chosen.main, "--sub-size", chosen.sub, "--fps", "25", "--loop-s", "4"]
    sizes += ["--cache", str(chosen.cache)] if chosen.cache is not None else []
    with Rig(Simulator(chosen.feeds, *sizes, "--wait-for-all"), both_streams=True) as rig:
        rig.client.wait_live(chosen.feeds, 60)
        pause(_SETTLE_S)
        wide, high = rig.x.width // rig.columns, rig.x.height // rig.rows
        x, y = wide // 2, high * 2 // 3
        quiet = min(tile["shown_fps"] for tile in rig.client.tiles())
        environment = rig.x.environment()
        zoom = ["xdotool", "mousemove", str(x), str(y), "click", "--repeat", "6", "--delay", "30", "4"]
        subprocess.run(zoom, env=environment, check=True)
        wait_until(lambda: rig.client.tiles()[0]["stream"] == "main", 20, "the main stream", every=0.1)
        pause(_SETTLE_S)
        half = chosen.seconds / 2
        gaps = rig.gaps()[0]
        found = {
            "slowest_fps_before": quiet,
            "drag": work(rig, dragging(x, y, high // 4, half)),
            "wheel": work(rig, wheeling(x, y, half)),
        }
        gaps = rig.gaps()[0] - gaps
    return {"machine": machine.describe(), "feeds": chosen.feeds, **found, "gaps_over_100ms": gaps}


def main(words: list[str]) -> int:
    """Measure and tell; 1 when a promise was not kept."""
    chosen = arguments(words)
    whole = measure(chosen)
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    print(text)
    if chosen.json is not None:
        chosen.json.write_text(text + "\n", encoding="utf-8")
    kept = all(
        whole[hand]["updates_per_s"] >= UPDATES and whole[hand]["slowest_fps"] >= PICTURES
        for hand in ("drag", "wheel")
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
