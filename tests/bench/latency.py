"""When each picture reached the screen: a process that looks at every tile's mark some 300 times a second.

`python -m tests.bench.latency FRAMEBUFFER PLACES.json SECONDS OUT.npz` only looks and notes; what the notes
mean is worked out afterwards, by `Watched`, in a process that nobody is measuring any more. It reads the X
server's frame buffer in place, so it costs the X server and the contestants nothing but the processor time
that it takes itself; therefore it has a window of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy
from numpy.typing import NDArray

from hanoi_wall.simulator.mark import Mark, read_mark, strip_height
from tests.bench.pixels import Bytes, Place
from tests.bench.program import Program, pause
from tests.bench.xserver import Screen

EVERY_S = 0.003
NICE = -10


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark that was not there at `before_ns` and was there at `at_ns` (monotonic)."""

    place: int
    mark: Mark
    before_ns: int
    at_ns: int


def watch(screen: Screen, places: list[Place], seconds: float) -> tuple[NDArray[numpy.int64], list[Bytes]]:
    """Note every change of every strip: rows of (place, time of the look before, time), and the strips."""
    strips = [_strip(place).of(screen.pixels) for place in places]
    known = [_edges(strip) for strip in strips]
    looked = [time.monotonic_ns()] * len(places)
    notes: list[tuple[int, int, int]] = []
    seen: list[Bytes] = []
    end = time.monotonic_ns() + round(seconds * 1e9)
    due = time.monotonic()
    while (now := time.monotonic_ns()) < end:
        for number, strip in enumerate(strips):
            now = time.monotonic_ns()
            edges = _edges(strip)
            if edges != known[number]:
                known[number] = edges
                notes.append((number, looked[number], now))
                seen.append(strip.copy())
            looked[number] = now
        due = max(due + EVERY_S, time.monotonic())
        pause(due - time.monotonic())
    return numpy.array(notes, numpy.int64).reshape(-1, 3), seen


def _edges(strip: Bytes) -> bytes:
    """First and last row: painting goes downwards, so a change of the last one means that it is done."""
    return bytes(strip[0].tobytes() + strip[-1].tobytes())


def _strip(place: Place) -> Place:
    """The middle rows of a picture's mark: what read_mark looks at."""
    high = strip_height(place.height)
    top, bottom = round(place.height - high * 0.75), max(round(place.height - high * 0.25), 1)
    return Place(place.x, place.y + min(top, bottom - 1), place.width, max(1, bottom - min(top, bottom - 1)))


class Watched:
    """What was seen: which mark appeared where and when."""

    def __init__(
        self, places: list[Place], seconds: float, notes: NDArray[numpy.int64], strips: list[Bytes]
    ) -> None:
        self.sightings: list[Sighting] = []
        self.unreadable = 0
        last: dict[int, Mark] = {}
        for (number, before, at), strip in zip(notes.tolist(), strips, strict=True):
            mark = _read(places[number], strip)
            if mark is None:
                # Caught while it was being painted: the picture was not there yet, the next look decides.
                self.unreadable += 1
            elif mark != last.get(number):
                last[number] = mark
                self.sightings.append(Sighting(number, mark, before, at))
        self._places, self._seconds = len(places), seconds

    def painted_fps(self) -> list[float]:
        """Different pictures per second in each place."""
        counts = numpy.bincount([s.place for s in self.sightings], minlength=self._places)
        return [round(float(count) / self._seconds, 2) for count in counts]

    def resolution_ms(self) -> float:
        """How far apart two looks at the same place were, 95th percentile of those that found something."""
        gaps = [(s.at_ns - s.before_ns) / 1e6 for s in self.sightings]
        return round(float(numpy.percentile(gaps, 95)), 2) if gaps else 0.0

    def latencies_ms(self, sent_ns: Callable[[int, int], int | None], every: int = 1) -> list[float]:
        """From the server's last byte to the screen; sent_ns(place, frame); every n-th of a place."""
        found: list[float] = []
        counts: dict[int, int] = {}
        for sighting in self.sightings:
            turn = counts.get(sighting.place, 0)
            counts[sighting.place] = turn + 1
            if turn == 0 or turn % every:
                continue
            sent = sent_ns(sighting.place, sighting.mark.frame)
            if sent is not None:
                found.append(((sighting.at_ns + sighting.before_ns) / 2 - sent) / 1e6)
        return found


def _read(place: Place, strip: Bytes) -> Mark | None:
    picture = numpy.zeros((place.height, place.width, 3), numpy.uint8)
    where = _strip(place)
    top = where.y - place.y
    picture[top : top + where.height] = strip[..., :3]
    return read_mark(picture)


def run_watch(framebuffer: Path, places: list[Place], seconds: float, folder: Path) -> Watched:
    """Watch from a process of its own, then read what it noted."""
    spec, out = folder / "places.json", folder / "watched.npz"
    spec.write_text(json.dumps([[p.x, p.y, p.width, p.height] for p in places]))
    words = [sys.executable, "-m", "tests.bench.latency", str(framebuffer), str(spec), str(seconds), str(out)]
    program = Program("latency watch", words)
    try:
        code = program.process.wait(seconds + 60)
        if code != 0:
            raise RuntimeError(f"the watch ended with {code}: {program.errors()[-500:]}")
    finally:
        program.end()
    with numpy.load(out) as noted:
        notes = noted["notes"]
        strips = [noted[f"place{number}"] for number in range(len(places))]
    taken = [0] * len(places)
    ordered: list[Bytes] = []
    for number in notes[:, 0].tolist():
        ordered.append(strips[number][taken[number]])
        taken[number] += 1
    return Watched(places, seconds, notes, ordered)


def main(words: list[str]) -> int:
    """Watch and write the notes down."""
    framebuffer, spec, seconds, out = words
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    except PermissionError:
        print("the watch runs at normal priority", file=sys.stderr)
    places = [Place(*numbers) for numbers in json.loads(Path(spec).read_text())]
    notes, seen = watch(Screen(Path(framebuffer)), places, float(seconds))
    strips: dict[str, Bytes] = {}
    for number, place in enumerate(places):
        mine = [strip for (which, _, _), strip in zip(notes.tolist(), seen, strict=True) if which == number]
        shape = (0, _strip(place).height, place.width, 4)
        strips[f"place{number}"] = numpy.stack(mine) if mine else numpy.empty(shape, numpy.uint8)
    with open(out, "wb") as file:
        numpy.savez(file, notes=notes, **strips)  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
