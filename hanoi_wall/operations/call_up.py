"""Numbers typed as on a CCTV keyboard: monitor . tile . camera, each part may be left out.

5         tile 5 of this monitor          2.5      tile 5 of monitor 2
2.5.1234  camera 1234 into that tile      ..1234   camera 1234 into the tile in focus
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.content import MOST_STEPS, Filling, Step
from hanoi_wall.domain.content import Sequence as Steps
from hanoi_wall.operations.focus import Focus
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.wall import Wall

MOST_SIGNS = 14
NUMBER = "number"
"""The column of the catalogue with the numbers that operators type."""


@dataclass(frozen=True, slots=True)
class Call:
    """What was typed so far; a part that was left out is None."""

    monitor: int | None = None
    tile: int | None = None
    camera: int | None = None


def call_of(typed: str) -> Call:
    """The call that was typed, digits and at most two dots; raises ValueError for anything else."""
    parts = typed.split(".")
    if len(parts) > 3 or not all(part == "" or (part.isascii() and part.isdecimal()) for part in parts):
        raise ValueError(typed)
    numbers = [int(part) if part and int(part) else None for part in parts]
    if len(numbers) == 1:
        return Call(tile=numbers[0])
    if len(numbers) == 2:
        return Call(numbers[0], numbers[1])
    return Call(*numbers)


class CameraNumbers:
    """The cameras by the numbers that operators type. Any thread.

    A number stands in the catalogue's column `number`; where no camera has one, the cameras are numbered as
    they stand in it.
    """

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._cameras = cameras

    @cached_property
    def _ids(self) -> dict[int, str]:
        told: dict[int, str] = {}
        for camera in self._cameras.values():
            for number in _told(camera):
                # Of two with one number the first in the catalogue has it.
                told.setdefault(number, camera.id)
        return told or dict(enumerate(self._cameras, start=1))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {camera: number for number, camera in self._ids.items()}

    def camera(self, number: int) -> str | None:
        """The id of the camera with that number."""
        return self._ids.get(number)

    def number(self, camera: str) -> int | None:
        """The number of that camera, None where it has none."""
        return self._numbers.get(camera)


def _told(camera: Camera) -> Iterable[int]:
    for column, text in camera.extra:
        if column == NUMBER and text.isascii() and text.isdecimal() and len(text) < 8 and int(text):
            yield int(text)


class CallUp:
    """Calls tiles and cameras up by their numbers. Main thread."""

    def __init__(self, wall: Wall, cameras: Mapping[str, Camera], numbers: CameraNumbers) -> None:
        self._wall, self._cameras, self._numbers = wall, cameras, numbers

    def announced(self, typed: str, here: str) -> Said:
        """What Enter would do with what was typed so far on the monitor `here`."""
        call = call_of(typed)
        if "." not in typed:
            return Said("wall.number", {"number": typed})
        target = self._target(call, here)
        if isinstance(target, Said):
            return target
        numbers = {monitor.id: number for number, monitor in enumerate(self._wall.numbered, start=1)}
        tile: object = target.tile
        if call.tile is None and typed.count(".") == 1:
            tile = "…"
        where: dict[str, object] = {"monitor": numbers[target.monitor], "tile": tile}
        if typed.count(".") == 2:
            camera = None if call.camera is None else self._numbers.camera(call.camera)
            name = "…" if camera is None else self._cameras[camera].name
            number = "" if call.camera is None else call.camera
            return Said("call.camera", {**where, "number": number, "name": name})
        return Said("call.tile", where)

    def do(self, typed: str, here: str) -> Said | None:
        """Do it; what could not be done, in words, or None."""
        call = call_of(typed)
        target = self._target(call, here)
        if isinstance(target, Said):
            return target
        if typed.count(".") < 2:
            self._wall.focus_on(target.monitor, target.tile)
            return None
        camera = None if call.camera is None else self._numbers.camera(call.camera)
        if camera is None:
            return Said("call.no_camera", {"number": call.camera or "…"})
        self._wall.call_up(target, camera)
        return None

    def _target(self, call: Call, here: str) -> Focus | Said:
        monitor = here
        if call.monitor is not None:
            numbered = self._wall.numbered
            if call.monitor > len(numbered):
                return Said("call.no_monitor", {"number": call.monitor})
            monitor = numbered[call.monitor - 1].id
        if call.tile is None:
            focus = self._wall.focus
            # Without a tile the one in focus is meant, wherever it is, unless a monitor is named.
            return focus if focus is not None and call.monitor is None else self._wall.target(monitor)
        if call.tile > len(self._wall.monitor(monitor).scene.tiles):
            return Said("wall.no_tile", {"number": call.tile})
        return Focus(monitor, call.tile)


def call_up_many(
    wall: Wall, target: Focus, cameras: Sequence[str], *, in_turn: bool = False
) -> tuple[Said, ...]:
    """Cameras that were chosen together: one into the tile, several into the free tiles from there on, or
    `in_turn` one after the other into that tile. Returns what is to be said.
    """
    monitors = {monitor.id: monitor for monitor in wall.monitors}
    if target.monitor not in monitors or target.tile > len(monitors[target.monitor].scene.tiles):
        return ()
    if len(cameras) == 1:
        wall.call_up(target, cameras[0])
        return ()
    if in_turn:
        steps = tuple(Step(camera) for camera in cameras[:MOST_STEPS])
        wall.put(target, Filling(None, Steps(steps)))
        wall.focus_on(target.monitor, target.tile)
        return (Said("sequence.made", {"count": len(steps), "seconds": f"{steps[0].dwell_s:g}"}),)
    filled = wall.fill(target.monitor, cameras, target.tile)
    return (Said("call.no_room", {"left": filled.left}),) if filled.left else ()
