"""Which part of a scene goes onto which monitor: by identity, then by connector, then by place. Pure.

A part whose monitor is away waits for it and is never piled onto another. Only a scene of which no part
belongs here, one from another workstation, goes onto the monitors in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from hanoi_wall.domain.scene import MonitorPart, Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Monitor


@dataclass(frozen=True, slots=True)
class Placing:
    """scenes: by monitor identity, those of monitors that are away among them; waiting: names of the monitors
    that are away; homeless: of those for which there is none; unknown: ids of cameras that are not in the
    catalogue, sorted.
    """

    scenes: dict[str, MonitorScene]
    waiting: tuple[str, ...] = ()
    homeless: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def place(
    scene: Scene, monitors: Iterable[Monitor], known: Callable[[str], bool], cameras: Container[str]
) -> Placing:
    """Where the parts go. monitors: those that are plugged in, in their order; known: whether a monitor was
    here before, plugged in now or not; cameras: those of the catalogue.
    """
    free = list(monitors)
    left = list(scene.parts)
    placed: dict[str, MonitorPart] = {}
    for alike in (_same_identity, _same_connector, _same_place):
        for part in tuple(left):
            found = next((each for each in free if alike(part, each)), None)
            if found is not None:
                placed[found.id] = part
                free.remove(found)
                left.remove(part)
    if not placed and not any(known(part.monitor) for part in left):
        in_order = sorted(left, key=lambda part: (part.place[0], part.place[1], part.monitor))
        for part, monitor in zip(in_order, free, strict=False):
            placed[monitor.id] = part
            left.remove(part)
        homeless, waiting = left, []
    else:
        homeless, waiting = [], left
    scenes = {identity: part.scene.only(cameras) for identity, part in placed.items()}
    scenes |= {part.monitor: part.scene.only(cameras) for part in waiting}
    unknown = sorted(camera for camera in scene.cameras() if camera not in cameras)
    return Placing(scenes, _names(waiting), _names(homeless), tuple(unknown))


def _same_identity(part: MonitorPart, monitor: Monitor) -> bool:
    return part.monitor == monitor.id


def _same_connector(part: MonitorPart, monitor: Monitor) -> bool:
    return bool(part.name) and part.name == monitor.name


def _same_place(part: MonitorPart, monitor: Monitor) -> bool:
    box = monitor.desktop
    return part.place == (box.x, box.y, box.width, box.height)


def _names(parts: Iterable[MonitorPart]) -> tuple[str, ...]:
    return tuple(part.name or part.monitor for part in parts)
