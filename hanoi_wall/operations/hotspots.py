"""Tiles that show large what is in focus elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from hanoi_wall.domain.content import Hotspot
from hanoi_wall.operations.focus import Focus, Monitor


def following(
    monitors: Mapping[str, Monitor], focus: Focus | None, turns: Mapping[Focus, str]
) -> dict[Focus, str]:
    """The cameras that hotspots must change to now; turns: what other tiles change to in the same moment.

    Without a focus, with one on an empty tile or on a hotspot, they stay with what they show.
    """
    if focus is None:
        return {}
    place = monitors[focus.monitor].scene.tiles[focus.tile - 1]
    camera = turns.get(focus, place.camera)
    if camera is None or isinstance(place.content, Hotspot):
        return {}
    return {
        Focus(monitor.id, each.number): camera
        for monitor in monitors.values()
        for each in monitor.scene.tiles
        if isinstance(each.content, Hotspot) and each.camera != camera
    }
