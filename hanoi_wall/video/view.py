"""What the wall may see of a camera's feeds, and what it asks of them. Immutable values, any thread.

The `video` thread publishes a new CameraView when a fact changes; the UI fetches the newest at each tick and
asks the rings for pictures. Nothing is pushed per picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.tile import SessionFacts
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.stats import FeedStats


@dataclass(frozen=True, slots=True)
class Demand:
    """One camera that the walls want. All windows that show it are merged into one Demand.

    width, height: device pixels of the largest tile that shows it; rank: 0 enlarged or selected, 1 visible,
    2 soon to be seen (smaller opens first and is shed last); visible: whether any window shows a pixel of it;
    pin: a stream the operator insists on, or None for automatic choice; detail: pixels of the whole picture
    where a tile shows a part of it, (0, 0) where none does: wanted as far as the stream has them; cover:
    whether the picture must cover width x height instead of fitting into it.
    """

    camera: str
    width: int
    height: int
    rank: int = 1
    visible: bool = True
    pin: StreamKind | None = None
    detail: tuple[int, int] = (0, 0)
    cover: bool = False


@dataclass(frozen=True, slots=True)
class CameraView:
    """One camera as the wall may show it now.

    rings: where its pictures are, the wanted one first; the first ring that holds a picture is the one to
    paint (after a change of size or stream the old ring stays until the new one has its first picture).
    Read them as reader 0 on the main thread only: windows paint one after the other, so they share the claim.
    chosen: the stream the tile should have, None: the one it has; why: key of the sentence that explains it
    (`why.<key>`, stream_choice.py); reconnects: sessions that ended since the camera was first wanted;
    scaled_down: its pictures are smaller than the tile because the memory of pictures is short.
    """

    camera: str
    session: SessionFacts
    rings: tuple[Ring, ...] = ()
    stream: StreamKind = StreamKind.MAIN
    stats: FeedStats = FeedStats()
    why: str = "only_stream"
    reconnects: int = 0
    chosen: StreamKind | None = None
    scaled_down: bool = False
