"""The memory of pictures: rings made within a bound, smaller ones when it is short. Thread `video`."""

from __future__ import annotations

import logging

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.video.slots import Ring, SlotsError, stride_of

log = logging.getLogger(__name__)

LEAST_BYTES = 4_000_000
"""What every ring may take, however full the memory is: a tile without a picture is worse."""
LEAST_SIDE = 16
WORTH = 1.2
"""A ring that was made small is made anew when it can hold this many times as much."""
_PAUSE_NS = SECOND

Size = tuple[int, int]


class PictureMemory:
    """Makes the rings of all feeds. One thread."""

    def __init__(self, limit_bytes: int, readers: int, clock: Clock) -> None:
        self._limit = limit_bytes
        self._readers = readers
        self._clock = clock
        self._generation = 0
        self._none_until_ns = 0

    def make(self, box: Size, others_bytes: int) -> Ring | None:
        """A ring for pictures up to `box` pixels, or up to as many as there is room for beside the others.

        None when this machine has no memory at all; it is then not asked again for a second.
        """
        now = self._clock.monotonic_ns()
        if now < self._none_until_ns:
            return None
        room, needed = self._room(others_bytes), self._needed(box)
        if needed > room:
            shrink = (room / needed) ** 0.5
            box = (max(LEAST_SIDE, int(box[0] * shrink)), max(LEAST_SIDE, int(box[1] * shrink)))
        self._generation += 1
        try:
            return Ring.create(*box, readers=self._readers, generation=self._generation)
        except SlotsError as error:
            log.error("pictures of %dx%d: %s", *box, str(error))
            self._none_until_ns = now + _PAUSE_NS
            return None

    def would_grow(self, ring: Ring, box: Size, others_bytes: int) -> bool:
        """Whether a new ring for `box` would be enough larger than the feed's own to be worth its making."""
        room, needed = self._room(others_bytes), self._needed(box)
        return room >= needed or room >= ring.buffer_bytes * ring.buffers * WORTH

    def _room(self, others_bytes: int) -> int:
        return max(LEAST_BYTES, self._limit - others_bytes)

    def _needed(self, box: Size) -> int:
        return box[0] * box[1] * 4 * (2 + self._readers)


def fitting(ring: Ring, box: Size) -> Size:
    """The largest picture size that fits the ring's buffers: the box itself unless memory was short."""
    width, height = box
    while stride_of(width) * height > ring.buffer_bytes:
        width, height = max(LEAST_SIDE, width * 63 // 64), max(LEAST_SIDE, height * 63 // 64)
    return width, height
