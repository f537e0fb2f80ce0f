"""Which cameras go into which tiles when many are put onto a monitor at once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanoi_wall.domain.wall import MonitorScene


@dataclass(frozen=True, slots=True)
class Filling:
    """What would go where. places: (tile, camera) in reading order; there: cameras that stand on that monitor
    already and are left out; left: cameras for which no tile is free.
    """

    places: tuple[tuple[int, str], ...] = ()
    there: int = 0
    left: int = 0


def filling(scene: MonitorScene, cameras: Sequence[str], start: int = 1) -> Filling:
    """The free tiles from tile `start` on take the cameras in their order, each camera once."""
    standing = {place.camera for place in scene.tiles}
    wanted = dict.fromkeys(cameras)
    new = [camera for camera in wanted if camera not in standing]
    free = [place.number for place in scene.tiles if place.camera is None and place.number >= start]
    places = tuple(zip(free, new, strict=False))
    return Filling(places, len(wanted) - len(new), len(new) - len(places))


def dropped(scene: MonitorScene, cameras: Sequence[str], tile: int | None) -> Filling:
    """What a drop does: one camera on a tile takes it, whatever stands there; everything else fills free
    tiles, from the tile under the cursor on, None: from the first.
    """
    if len(cameras) == 1 and tile is not None:
        return Filling(((tile, cameras[0]),))
    return filling(scene, cameras, tile or 1)
