"""How each tile shows its camera, for as long as that camera stands there, and what this asks of its stream.

Nothing of it is kept over a restart: who comes to the wall in the morning sees whole pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, log2

from hanoi_wall.assets import Words
from hanoi_wall.domain.crop import PLAIN, Look
from hanoi_wall.operations.layout import Box
from hanoi_wall.video.view import Demand

_ROUNDING = 0.01


class Looks:
    """The looks of all tiles that are not plain, by monitor and tile number. Main thread."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, int], tuple[str, Look]] = {}

    def of(self, monitor: str, tile: int, camera: str | None) -> Look:
        """How that tile shows that camera; plain for a camera that was put there since."""
        kept = self._looks.get((monitor, tile))
        return kept[1] if kept is not None and kept[0] == camera else PLAIN

    def keep(self, monitor: str, tile: int, camera: str | None, look: Look) -> None:
        """That tile shows that camera like this from now on."""
        if camera is None or look.plain:
            self._looks.pop((monitor, tile), None)
        else:
            self._looks[monitor, tile] = camera, look

    def settle(self, monitor: str, cameras: Sequence[str | None]) -> None:
        """These cameras stand on that monitor now, tile by tile: a look goes with the camera it was for."""
        for place, (camera, _) in list(self._looks.items()):
            number = place[1]
            if place[0] == monitor and (number > len(cameras) or cameras[number - 1] != camera):
                del self._looks[place]


def asked(camera: str, box: Box, rank: int, look: Look) -> Demand:
    """What a tile of that box asks of its camera.

    The detail grows by doubling: each other size is new memory for pictures, and a wheel turns quickly.
    """
    wide, high = (box.height, box.width) if look.sideways else (box.width, box.height)
    times = _times(look)
    detail = (wide * times, high * times) if times > 1 else (0, 0)
    return Demand(camera, wide, high, rank, detail=detail, cover=look.fill)


def asks_alike(one: Look, other: Look) -> bool:
    """Whether a tile asks the same of its camera with both: most movements of a hand change nothing of it."""
    return (_times(one), one.sideways, one.fill) == (_times(other), other.sideways, other.fill)


def _times(look: Look) -> int:
    """How many times as large as the tile the whole picture must be: 1, 2, 4 or 8."""
    return 1 << max(0, ceil(log2(look.zoom) - _ROUNDING))


def merged(one: Demand, other: Demand) -> Demand:
    """What two tiles ask of the same camera together."""
    larger = other if other.width * other.height > one.width * one.height else one
    return replace(
        larger,
        rank=min(one.rank, other.rank),
        detail=max(one.detail, other.detail, key=lambda size: size[0] * size[1]),
        cover=one.cover or other.cover,
    )


def zoom_text(words: Words, zoom: float) -> str:
    """`2.4x`, with the language's own decimal mark; "" for a picture that is not zoomed."""
    if zoom == 1.0:
        return ""
    text = f"{zoom:.1f}"
    # The decimal mark is a comma in Vietnamese and French.
    return words("tile.zoom", zoom=text if words.language == "en" else text.replace(".", ","))
