"""`python -m tests.bench.zoom [--feeds 36] [--seconds 20]`: a hand at work in one tile while all feeds play.

The first tile is zoomed to 4x, which brings its camera's main stream; then the mouse drags the picture in
circles for half the time, and the wheel zooms in and out for the other half, 125 events a second as from a
usual mouse. Told for each: paintings a second that showed another part of the picture (the tile counts them),
and pictures a second of the slowest tile of the wall, the zoomed one among them, over the worst two seconds.

Promised are 50 updates a second and no tile below 24 pictures a second. Exit code 1: not reached.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hanoi_wall import threads
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


class Hand:
    """A mouse on an X server, moved through XTest: xdotool takes a tenth of a second for each click."""

    def __init__(self, display: str) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        if not self._display:
            raise OSError(f"no display {display}")

    def close(self) -> None:
        """Let the display go."""
        self._x11.XCloseDisplay(self._display)

    def move(self, x: int, y: int) -> None:
        """The pointer goes there."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x11.XFlush(self._display)

    def button(self, number: int, *, down: bool) -> None:
        """A button goes down or up; 4 and 5 are a notch of the wheel."""
        self._xtst.XTestFakeButtonEvent(self._display, number, int(down), ctypes.c_ulong(0))
        self._x11.XFlush(self._display)


def dragging(hand: Hand, x: int, y: int, radius: int, event: int) -> None:
    """One event of a hand that holds the picture and goes in circles, one in two seconds."""
    angle = math.pi * event / EVENTS
    hand.move(x + round(radius * math.cos(angle)), y + round(radius * math.sin(angle)))
    if event == 0:
        hand.button(1, down=True)


def wheeling(hand: Hand, event: int) -> None:
    """One event of a wheel that goes four notches in and four out."""
    number = 4 if event % 8 < 4 else 5
    hand.button(number, down=True)
    hand.button(number, down=False)


def work(rig: Rig, step: Callable[[int], None], seconds: float) -> dict[str, Any]:
    """Let the hand work, and watch: updates a second, and the least rate of each tile."""
    began, before = time.monotonic(), rig.client.tiles()[0]["zoom_moves"]
    ended = threading.Event()
    least: dict[str, float] = {}

    def watch() -> None:
        while not ended.wait(0.5):
            for tile in rig.client.tiles() if time.monotonic() - began > _SETTLE_S else ():
                least[tile["camera"]] = min(least.get(tile["camera"], 1e9), tile["shown_fps"])

    watcher = threads.spawn("watcher", watch)
    try:
        for event in range(round(seconds * EVENTS)):
            step(event)
            pause(max(0.0, began + (event + 1) / EVENTS - time.monotonic()))
    finally:
        took = time.monotonic() - began
        ended.set()
        watcher.join(10)
    # The copy is made three times a second.
    pause(0.4)
    zoomed = rig.client.tiles()[0]
    slowest = min(least, key=lambda camera: least[camera])
    return {
        "events_per_s": round(round(seconds * EVENTS) / took, 1),
        "updates_per_s": round((zoomed["zoom_moves"] - before) / took, 1),
        "slowest": slowest,
        "slowest_fps": least[slowest],
        "slowest_fps_beside": min(rate for camera, rate in least.items() if camera != zoomed["camera"]),
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
        hand = Hand(rig.x.display)
        hand.move(x, y)
        for _ in range(6):
            hand.button(4, down=True)
            hand.button(4, down=False)
            pause(0.03)
        wait_until(lambda: rig.client.tiles()[0]["stream"] == "main", 20, "the main stream", every=0.1)
        pause(_SETTLE_S)
        still, gaps, half = rig.client.tiles(), rig.gaps()[0], chosen.seconds / 2
        found = {
            "slowest_fps_before": quiet,
            "slowest_fps_zoomed_and_still": min(tile["shown_fps"] for tile in still),
            "zoomed_fps_still": still[0]["shown_fps"],
            "drag": work(rig, partial(dragging, hand, x, y, high // 4), half),
        }
        hand.button(1, down=False)
        found["wheel"] = work(rig, partial(wheeling, hand), half)
        hand.close()
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
