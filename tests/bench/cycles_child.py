"""The `cycles` experiment's client without a screen: wants and forgets cameras that never give a picture.

`python -m tests.bench.cycles_child CAMERAS.json CYCLES SEED`. CAMERAS maps ids to addresses on loopback, each
camera on a port of its own, so that a look at the machine's connections tells which stops are done. Prints
JSON lines: {"ready"}, {"done", "slowest_stop_s"} now and then, {"quiet"} when all is forgotten; then it waits
for SIGTERM, ends its feeds and prints {"closed_s"}.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from hanoi_wall.domain.camera import Camera, parse_address
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.video.roster import Roster
from hanoi_wall.video.view import Demand

STOP_LIMIT_S = 10.0
LONG_SHARE = 0.04
"""Share of the cycles that are long enough for every time-out to run out."""
_HELD = {"01", "02", "08"}
"""States in /proc/net/tcp of what this side has not let go: established, SYN sent, close wait."""
_LOOK_S = 0.05


def connected_ports() -> set[int]:
    """Remote ports on loopback to which somebody of this machine holds a connection."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = (row.split() for row in rows)
    return {int(field[2].split(":")[1], 16) for field in fields if field[3] in _HELD}


@dataclass
class Cycler:
    """One camera: wanted until a moment, then forgotten until its connection is gone."""

    camera: Camera
    port: int
    wanted: bool = False
    until: float = 0.0
    stopped_at: float = 0.0
    stopping: bool = False


class Cycles:
    """Every camera goes through its cycles by itself."""

    def __init__(self, addresses: dict[str, str], cycles: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.left, self.done, self.slowest_s, self.too_slow = cycles, 0, 0.0, 0
        self.cyclers = []
        for name, url in addresses.items():
            camera = Camera(name, name, main=parse_address(url)[0])
            self.cyclers.append(Cycler(camera, urlsplit(url).port or 0))
        cameras = {cycler.camera.id: cycler.camera for cycler in self.cyclers}
        self.roster = Roster(cameras, lambda _camera, _kind: None, SystemClock())

    def step(self) -> bool:
        """One look at all cameras; True when every cycle is done."""
        now, changed, connected = time.monotonic(), False, connected_ports()
        for cycler in self.cyclers:
            if cycler.wanted and now >= cycler.until:
                cycler.wanted, cycler.stopping, cycler.stopped_at = False, True, now
                changed = True
            elif cycler.stopping and cycler.port not in connected and now > cycler.stopped_at:
                self._stopped(cycler, now - cycler.stopped_at)
            elif not cycler.wanted and not cycler.stopping and self.left > 0:
                self.left -= 1
                cycler.wanted, cycler.until = True, now + self._length()
                changed = True
        if changed:
            wanted = [cycler.camera.id for cycler in self.cyclers if cycler.wanted]
            self.roster.want(tuple(Demand(camera, 320, 180) for camera in wanted))
        return self.left <= 0 and not any(c.wanted or c.stopping for c in self.cyclers)

    def _length(self) -> float:
        if self.chance.random() < LONG_SHARE:
            return self.chance.uniform(5, 12)
        return self.chance.uniform(0.02, 0.6)

    def _stopped(self, cycler: Cycler, took_s: float) -> None:
        cycler.stopping = False
        self.done += 1
        self.slowest_s = max(self.slowest_s, took_s)
        self.too_slow += took_s > STOP_LIMIT_S

    def facts(self) -> dict[str, Any]:
        """The figures so far."""
        return {"done": self.done, "slowest_stop_s": round(self.slowest_s, 2), "too_slow": self.too_slow}


def main(words: list[str]) -> int:
    """Run all cycles, wait to be measured, close."""
    leave = Event()
    signal.signal(signal.SIGTERM, lambda *_: leave.set())
    run = Cycles(json.loads(Path(words[0]).read_text()), int(words[1]), int(words[2]))
    print(json.dumps({"ready": True}), flush=True)
    told = 0.0
    while not run.step() and not leave.wait(_LOOK_S):
        if time.monotonic() - told > 1:
            told = time.monotonic()
            print(json.dumps(run.facts()), flush=True)
    print(json.dumps({"quiet": True, **run.facts()}), flush=True)
    leave.wait()
    began = time.monotonic()
    run.roster.close()
    print(json.dumps({"closed_s": round(time.monotonic() - began, 2)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
