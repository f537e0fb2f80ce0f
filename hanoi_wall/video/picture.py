"""What one slot holds: the facts of a picture beside its pixels."""

from __future__ import annotations

from typing import NamedTuple

from hanoi_wall.domain.tile import PictureFacts


class PictureHeader(NamedTuple):
    """The facts of one picture in a slot. A tuple, for one is made for every picture on either side.

    sequence: 1, 2, 3 … within the ring's life; width, height: pixels; stride: bytes per row;
    pixels are 4 bytes B, G, R, X (Qt's Format_RGB32), top row first, full-range RGB.
    pts_us: the stream's own time stamp in µs (0 when it has none); arrival_ns: monotonic time at which its
    last packet was read; capture_ns: monotonic estimate of when it was taken; interval_ns: the feed's median
    picture interval; frozen_since_ns: 0 while the content changes; published_ns: when the slot was filled;
    behind_ns: how far this picture arrived behind the feed's own best.
    """

    sequence: int
    width: int
    height: int
    stride: int
    pts_us: int
    arrival_ns: int
    capture_ns: int
    interval_ns: int
    frozen_since_ns: int
    published_ns: int
    behind_ns: int = 0

    def facts(self) -> PictureFacts:
        """What the tile's truth needs of it."""
        return PictureFacts(self.capture_ns, self.interval_ns, self.frozen_since_ns)
