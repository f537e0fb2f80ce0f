"""`python -m tests.bench.wall --feeds N --size WxH --seconds S`: this program beside its peers, fairly.

The contestants take turns in every round, on one machine, from one source, each on a fresh X server. One that
cannot take part is named with its reason; a run of ours counts only when every tile painted its pictures and
20 of them have the quality of the reference.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import machine, report
from tests.bench.contestant import Contestant
from tests.bench.memory import wall_mb
from tests.bench.ours import Ours
from tests.bench.peers import PEERS
from tests.bench.pixels import columns_for, psnr_db
from tests.bench.round import Result, Windows, run_once
from tests.bench.sources import FeedPlan, GstServer, Simulator, Source
from tests.bench.tape import Tape, record_all

CONTESTANTS: dict[str, type[Contestant]] = {Ours.name: Ours, **PEERS}
_DEFAULT = "hanoi-wall,floor,gstreamer,gstreamer-nearest,mpv,qmediaplayer"


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wall", description=__doc__)
    parser.add_argument("--feeds", type=int, default=16, metavar="N", help="feeds on the wall (16)")
    parser.add_argument("--size", type=_pair, default=(640, 360), metavar="WxH", help="of a feed (640x360)")
    parser.add_argument("--codec", choices=("h264", "h265", "mjpeg"), default="h264")
    parser.add_argument("--fps", type=int, default=25, help="pictures per second of a feed (25)")
    parser.add_argument("--seconds", type=float, default=20, metavar="S", help="processor window (20)")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="rounds (5)")
    parser.add_argument("--peers", default=_DEFAULT, metavar="NAMES", help=f"in this order: {_DEFAULT}")
    parser.add_argument("--source", choices=("simulator", "gst"), default="simulator")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where the simulator keeps its loops")
    parser.add_argument("--screen", type=_pair, default=(1920, 1080), metavar="WxH", help="(1920x1080)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything measured")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the table (also printed)")
    chosen = parser.parse_args(words)
    if chosen.codec == "mjpeg" and chosen.source == "gst":
        parser.error("mjpeg comes from the simulator alone")
    unknown = [name for name in names_of(chosen.peers) if name not in CONTESTANTS]
    if unknown:
        parser.error(f"no contestant {', '.join(unknown)}; there are {', '.join(CONTESTANTS)}")
    return chosen


def names_of(text: str) -> list[str]:
    """The contestants named in a comma-separated list; `ours` is short for this program."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    return [Ours.name if word == "ours" else word for word in words]


def _pair(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not WxH, for example 1920x1080")
    return int(width), int(height)


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything, as one JSON-ready report."""
    width, height = chosen.size
    plan = FeedPlan(chosen.feeds, width, height, chosen.codec, chosen.fps)
    wanted = names_of(chosen.peers)
    missing = {name: CONTESTANTS[name].missing() for name in wanted}
    taking_part = [name for name in wanted if not missing[name]]
    source = Simulator.of_plan(plan, chosen.cache) if chosen.source == "simulator" else GstServer(plan)
    windows = Windows(chosen.seconds, screen=chosen.screen)
    results: dict[str, list[Result]] = {name: [] for name in taking_part}
    with source:
        memory = _memory(chosen.screen, plan, source) if Ours.name in taking_part else None
        for number in range(chosen.rounds):
            # Each round begins with another contestant, so that none is always first or last.
            turn = number % len(taking_part)
            for name in taking_part[turn:] + taking_part[:turn]:
                results[name].append(_one(name, plan, source, windows, number))
        tapes = record_all(source.feeds, plan.fps * plan.loop_s)
    for one in (result for runs in results.values() for result in runs):
        _judge(one, tapes)
    sizes = [tape.kbps(plan.fps) for tape in tapes.values()]
    return _assemble(chosen, plan, source, missing, results, memory, sum(sizes) / max(1, len(sizes)))


def _one(name: str, plan: FeedPlan, source: Source, windows: Windows, number: int) -> Result:
    """One contestant in one round, with a line that says how it went."""
    result = run_once(CONTESTANTS[name], plan, source, windows)
    figures = result.figures
    words = {key: figures.get(key) for key in ("cpu_percent", "painted_fps_median", "failed")}
    said = ", ".join(f"{key} {value}" for key, value in words.items() if value is not None)
    print(f"round {number + 1} {name}: {said}", file=sys.stderr, flush=True)
    return result


def _judge(result: Result, tapes: dict[str, Tape]) -> None:
    """Compare the copies with the reference; what cannot be compared is counted."""
    found: list[float] = []
    for copy in result.copies:
        tape = tapes.get(copy.camera)
        height, width = copy.pixels.shape[:2]
        reference = tape.picture(copy.mark.frame, width, height) if tape is not None else None
        if reference is not None:
            found.append(round(psnr_db(copy.pixels, reference, copy.skip_top, copy.skip_edge), 2))
    result.copies.clear()
    if found:
        found.sort()
        middle = found[len(found) // 2]
        result.figures |= {"psnr_db": found, "psnr_min_db": found[0], "psnr_median_db": middle}


def _memory(screen: tuple[int, int], plan: FeedPlan, source: Source) -> tuple[float, float] | None:
    """MiB of this program without any feed and with one; None when it does not run."""
    columns, rows = columns_for(plan.feeds)
    scene = f"grid:{columns}x{rows}"
    try:
        return wall_mb(screen, [], scene), wall_mb(screen, source.feeds[:1], scene)
    except RuntimeError as error:
        print(f"no memory figures: {error}", file=sys.stderr)
        return None


def _assemble(
    chosen: argparse.Namespace,
    plan: FeedPlan,
    source: Source,
    missing: dict[str, str],
    results: dict[str, list[Result]],
    weights: tuple[float, float] | None,
    kbps: float,
) -> dict[str, Any]:
    contestants: dict[str, Any] = {}
    for name, why in missing.items():
        if why:
            contestants[name] = {"missing": why}
            continue
        kind = CONTESTANTS[name]
        rounds = [result.figures for result in results[name]]
        contestants[name] = {
            "settings": kind.settings,
            "rounds": rounds,
            "complaints": [report.complaints(figures, plan.fps, kind.paints) for figures in rounds],
            "median": report.medians(rounds),
        }
    whole = {
        "machine": machine.describe(),
        "plan": asdict(plan),
        "source": source.name,
        "kbps_per_feed": round(kbps, 1),
        "screen": "x".join(map(str, chosen.screen)),
        "seconds": chosen.seconds,
        "rounds": chosen.rounds,
        "contestants": contestants,
        "ratios": {},
    }
    ours = contestants.get(Ours.name, {})
    if "rounds" in ours:
        others = [name for name in contestants if name != Ours.name and "rounds" in contestants[name]]
        whole["ratios"] = {
            f"{Ours.name} / {name}": report.ratios(ours["rounds"], contestants[name]["rounds"])
            for name in others
        }
        full_mb = ours["median"].get("pss_mb")
        if weights is not None and full_mb is not None:
            per_feed = (full_mb - weights[1]) / max(1, plan.feeds - 1)
            whole["memory"] = {
                "name": Ours.name,
                "no_feeds_mb": weights[0],
                "one_feed_mb": weights[1],
                "further_feed_mb": round(per_feed, 2),
            }
    return whole


def main(words: list[str]) -> int:
    """Measure and tell; 1 when a run of ours does not count."""
    chosen = arguments(words)
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    whole = measure(chosen)
    text = report.table(whole)
    print(text)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    if chosen.markdown is not None:
        chosen.markdown.write_text(text)
    return 1 if any(whole["contestants"].get(Ours.name, {}).get("complaints", [])) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
