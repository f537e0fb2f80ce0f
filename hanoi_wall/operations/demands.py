"""What the walls want of the video room: every camera that can be seen, merged over all windows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from hanoi_wall.operations.focus import Focus, Monitor
from hanoi_wall.operations.looks import Looks, asked, merged
from hanoi_wall.video.view import CameraView, Demand


class Feeds(Protocol):
    """What the wall asks of the video room. Called on the main thread; must never block."""

    def want(self, demands: tuple[Demand, ...]) -> None:
        """The cameras that the walls show from now on, all of them, each once."""
        ...

    def view(self, camera: str) -> CameraView | None:
        """The newest facts of a camera, the same object while nothing changed; None while unknown."""
        ...

    def retry(self, camera: str) -> None:
        """Try that camera at once instead of when its countdown ends."""
        ...


def seen(monitors: Iterable[Monitor], focus: Focus | None, looks: Looks) -> dict[str, Demand]:
    """The cameras with a visible pixel, in the order of monitors and tiles, the chosen ones with rank 0.

    looks: how tiles show their cameras: a zoom asks for more than the tile's pixels.
    """
    found: dict[str, Demand] = {}
    for monitor in monitors:
        if not monitor.seen:
            continue
        for number, box in monitor.boxes().items():
            camera = monitor.scene.tiles[number - 1].camera
            if camera is None:
                continue
            chosen = monitor.scene.enlarged == number or focus == Focus(monitor.id, number)
            new = asked(camera, box, 0 if chosen else 1, looks.of(monitor.id, number, camera))
            old = found.get(camera)
            found[camera] = new if old is None else merged(old, new)
    return found


def coming(monitors: Mapping[str, Monitor], turns: Mapping[Focus, str], wanted: set[str]) -> Iterator[Demand]:
    """The cameras whose turn comes soon in a tile that can be seen, but those that are `wanted` anyway."""
    wanted = set(wanted)
    for tile, camera in turns.items():
        monitor = monitors.get(tile.monitor)
        box = monitor.boxes().get(tile.tile) if monitor is not None and monitor.seen else None
        if box is not None and camera not in wanted:
            wanted.add(camera)
            yield Demand(camera, box.width, box.height, rank=2, visible=False)
