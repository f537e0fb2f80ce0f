"""Tiles that show one camera after the other: which one is due, and which one must be fetched before that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.content import Filling, Sequence
from hanoi_wall.domain.wall import MonitorScene, TilePlace
from hanoi_wall.operations.focus import Focus, Monitor

AHEAD_NS = 4 * SECOND
"""How long before its turn a camera is opened: its first picture then stands when the turn comes."""


@dataclass(slots=True)
class _Run:
    sequence: Sequence
    at: int
    until_ns: int
    announced: bool = False
    """Whether `coming` has told of the next camera."""


class Sequences:
    """Where each sequence of the wall stands. Main thread; the wall asks, and puts the cameras."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._runs: dict[Focus, _Run] = {}

    def turns(self, monitors: Iterable[Monitor]) -> dict[Focus, str]:
        """The cameras that sequences on these monitors must change to now; those that go no more are
        forgotten.
        """
        now = self._clock.monotonic_ns()
        runs: dict[Focus, _Run] = {}
        turns: dict[Focus, str] = {}
        for monitor in monitors:
            for place in monitor.scene.tiles:
                if not isinstance(place.content, Sequence):
                    continue
                here = Focus(monitor.id, place.number)
                run = runs[here] = self._run(here, place.content, place, now)
                if not place.content.paused and now >= run.until_ns:
                    self._go(run, 1, now)
                camera = run.sequence.steps[run.at].camera
                if camera != place.camera:
                    turns[here] = camera
        self._runs = runs
        return turns

    def _run(self, here: Focus, sequence: Sequence, place: TilePlace, now: int) -> _Run:
        run = self._runs.get(here)
        if run is not None and run.sequence.steps == sequence.steps:
            if run.sequence.paused and not sequence.paused:
                run.until_ns, run.announced = now + _dwell_ns(sequence, run.at), False
            run.sequence = sequence
            return run
        # One that was interrupted goes on with the camera that stands there.
        cameras = [step.camera for step in sequence.steps]
        at = cameras.index(place.camera) if place.camera in cameras else 0
        return _Run(sequence, at, now + _dwell_ns(sequence, at))

    def step(self, here: Focus, by: int) -> None:
        """One camera forth or back at once; `turns` then says which."""
        run = self._runs.get(here)
        if run is not None:
            self._go(run, by, self._clock.monotonic_ns())

    def _go(self, run: _Run, by: int, now: int) -> None:
        run.at = (run.at + by) % len(run.sequence.steps)
        run.until_ns = now + _dwell_ns(run.sequence, run.at)
        run.announced = False

    def coming(self) -> dict[Focus, str]:
        """The cameras whose turn comes so soon that they must be opened now, by the tile they come to."""
        now = self._clock.monotonic_ns()
        coming = {}
        for here, run in self._runs.items():
            steps = run.sequence.steps
            if not run.sequence.paused and len(steps) > 1 and now >= run.until_ns - AHEAD_NS:
                run.announced = True
                coming[here] = steps[(run.at + 1) % len(steps)].camera
        return coming

    @property
    def due_ns(self) -> int | None:
        """When something must be done next (monotonic ns), None when nothing goes on."""
        due = None
        for run in self._runs.values():
            if run.sequence.paused or len(run.sequence.steps) < 2:
                continue
            next_ns = run.until_ns if run.announced else run.until_ns - AHEAD_NS
            due = next_ns if due is None else min(due, next_ns)
        return due


def unpacked(scene: MonitorScene, tile: int) -> tuple[MonitorScene, int]:
    """The cameras of a sequence in tiles of their own: its own tile, then the free ones behind it, then those
    before it. Returns how many left it, too; those that find no tile stay a sequence. Pure.
    """
    content = scene.tiles[tile - 1].content
    if not isinstance(content, Sequence):
        return scene, 0
    around = (*scene.tiles[tile:], *scene.tiles[: tile - 1])
    free = [place.number for place in around if place.filling.empty]
    # One camera at least keeps the sequence's own tile.
    stay = max(1, len(content.steps) - len(free))
    kept, leaving = content.steps[:stay], content.steps[stay:]
    own = Filling(kept[0].camera) if stay == 1 else Filling(None, replace(content, steps=kept)).first()
    if not leaving and stay > 1:
        return scene, 0
    scene = scene.having(tile, own)
    for number, step in zip(free, leaving, strict=False):
        scene = scene.having(number, Filling(step.camera))
    return scene, len(leaving)


def _dwell_ns(sequence: Sequence, at: int) -> int:
    return round(sequence.steps[at].dwell_s * SECOND)
