"""Cameras whose best stream somebody needs for a moment, whatever their tiles need. Pure."""

from __future__ import annotations

from dataclasses import replace

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.view import Demand

CLOSER_NS = 4 * SECOND
"""How long a closer look lasts that nobody ends."""


class CloserLooks:
    """Which cameras are looked at closer. One thread."""

    def __init__(self) -> None:
        self._looks: dict[str, tuple[int, int, int]] = {}
        """Until when, and at which width and height, 0 for what the tiles need."""

    def begin(self, camera: str, size: tuple[int, int], now_ns: int) -> None:
        """Want this camera's main stream for CLOSER_NS; size: 0 for that of its tiles."""
        self._looks[camera] = (now_ns + CLOSER_NS, *size)

    def end(self, camera: str) -> bool:
        """What its tiles need is what counts again; False: that was so already."""
        return self._looks.pop(camera, None) is not None

    def forget_old(self, now_ns: int) -> None:
        """End those that have lasted long enough."""
        self._looks = {camera: look for camera, look in self._looks.items() if look[0] > now_ns}

    def ends_ns(self) -> list[int]:
        """When each ends by itself, monotonic ns."""
        return [until for until, _, _ in self._looks.values()]

    def wants(self, demand: Demand) -> Demand:
        """What is wanted of a camera of which its tiles want this."""
        if demand.camera not in self._looks:
            return demand
        _, width, height = self._looks[demand.camera]
        size = (width or demand.width, height or demand.height)
        return replace(demand, width=size[0], height=size[1], visible=True, pin=StreamKind.MAIN)
