"""A wall without a screen: a real roster with its decoder processes, looked at as the painter does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress, StreamKind
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState, Verdict, judge
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.roster import Roster
from hanoi_wall.video.slots import Ring, RingReader
from hanoi_wall.video.view import CameraView, Demand

Secrets = Callable[[str, StreamKind], Credentials | None]


def camera(name: str, main: StreamAddress, sub: StreamAddress | None = None) -> Camera:
    """A camera of which only the addresses matter."""
    return Camera(name, name, main=main, sub=sub)


def clip(file: Path) -> StreamAddress:
    """A camera that is a file: no server, and never a fault of its own."""
    return StreamAddress(f"clip://{file}")


def shortest(low: float, _high: float) -> float:
    """Chance, for tests that would only wait."""
    return low


def tasks(pid: int) -> int:
    """The threads of a process."""
    return len(os.listdir(f"/proc/{pid}/task"))


@dataclass
class Wall:
    """Owns a roster; `close` it. Everything on the test's thread."""

    cameras: Mapping[str, Camera]
    secret_of: Secrets = lambda camera, kind: None
    processes: int = 1
    pictures_mb: int = 256
    chance: Callable[[float, float], float] = shortest
    read_again: Callable[[str], None] | None = None
    torn: int = 0
    _readers: dict[int, tuple[Ring, RingReader]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roster = Roster(
            self.cameras,
            self.secret_of,
            SystemClock(),
            processes=self.processes,
            pictures_mb=self.pictures_mb,
            chance=self.chance,
            read_again=self.read_again,
        )

    def show(self, *names: str, width: int = 160, height: int = 90) -> None:
        """From now on exactly these cameras, in tiles of that size."""
        self.roster.want(tuple(Demand(name, width, height) for name in names))

    def view(self, name: str) -> CameraView:
        """What the roster says of the camera."""
        view = self.roster.view(name)
        assert view is not None, f"{name} is not on the wall"
        return view

    def phase(self, name: str) -> Phase | None:
        """Where its session stands; None before the roster has heard of it."""
        view = self.roster.view(name)
        return None if view is None else view.session.phase

    def cause(self, name: str) -> Cause | None:
        """Why it has no session."""
        view = self.roster.view(name)
        return None if view is None or view.session.fault is None else view.session.fault.cause

    def plays(self, *names: str) -> bool:
        """Whether all of them play."""
        return all(self.phase(name) is Phase.PLAYING for name in names)

    def paint(self, name: str) -> tuple[Verdict, PictureHeader | None]:
        """What its tile would say now, and the facts of the picture it would show, read as a painter does."""
        view = self.view(name)
        ring = next((ring for ring in view.rings if ring.newest_sequence()), None)
        if ring is None:
            return judge(view.session, None, time.monotonic_ns()), None
        _, reader = self._readers.setdefault(id(ring), (ring, RingReader(ring)))
        before = reader.torn
        with reader.newest() as held:
            assert held is not None
            header, pixels = held
            assert len(pixels) >= header.stride * header.height
            verdict = judge(view.session, header.facts(), time.monotonic_ns())
        self.torn += reader.torn - before
        return verdict, header

    def state(self, name: str) -> TileState:
        """What its tile would say now."""
        return self.paint(name)[0].state

    def pictures(self, name: str) -> tuple[int, int]:
        """(generation of the ring that is painted, pictures made in it): larger when there are new ones."""
        view = self.view(name)
        ring = next((ring for ring in view.rings if ring.newest_sequence()), None)
        return (0, 0) if ring is None else (ring.generation, ring.newest_sequence())

    def pids(self) -> list[int]:
        """The decoder processes that run."""
        return [pid for pid, _, _ in self.roster.facts().processes]

    def process_of(self, name: str) -> int:
        """The decoder process in which the camera's feed is now."""
        standing = self.roster._standings[name]
        assert standing.shown is not None
        place = standing.feeds[standing.shown].place
        assert place is not None and place.pid is not None
        return place.pid

    def close(self) -> float:
        """End everything; seconds it took."""
        self._readers.clear()
        began = time.monotonic()
        self.roster.close()
        return time.monotonic() - began
