"""Why a tile has the stream it has: one sentence, in any language. Pure."""

from __future__ import annotations

from hanoi_wall.assets import Words
from hanoi_wall.video.view import CameraView, Demand

Size = tuple[int, int]


def why_sentence(words: Words, view: CameraView, tile: Size, demand: Demand | None) -> str:
    """`tile 480x270, sub is the smallest that covers it`.

    tile: the tile's own device pixels; demand: what the walls want of this camera, None for this tile alone.
    A camera in several tiles gets its stream for the largest of them, and the sentence says so; it also says
    when its pictures are smaller than that tile because the memory of pictures is full, and how many pixels
    the whole picture would have where a tile shows a part of it.
    """
    size = tile if demand is None else (demand.width, demand.height)
    if size == tile[::-1]:
        # Turned by a quarter: the picture is fitted into the tile as it lies then.
        size = tile
    where = words("why.tile" if size == tile else "why.largest_tile", size=f"{size[0]}x{size[1]}")
    if demand is not None and demand.detail != (0, 0):
        where = words("why.zoomed", tile=where, size=f"{demand.detail[0]}x{demand.detail[1]}")
    chosen = view.stream if view.chosen is None else view.chosen
    stream = words(f"stream.{chosen}")
    reason = words(f"why.{view.why}", tile=where, stream=stream)
    if view.scaled_down and size == tile:
        reason = words("why.memory", reason=reason)
    if chosen is view.stream:
        return reason
    shown = words(f"stream.{view.stream}")
    return words("why.until", reason=reason, shown=shown, stream=stream)
