"""Which ring each feed has: of its tile's size, and never one that another session may write. Thread `video`.

A session is over when its last word was heard. Until then its thread may be at a picture, in a process that
is merely late and not yet ended: so the next session gets a ring of its own, and no two processes share one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video import orders
from hanoi_wall.video.feed import HAS_SESSION, Life
from hanoi_wall.video.opening import FeedKey
from hanoi_wall.video.picture_memory import PictureMemory, Size, fitting
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.sessions import Sessions
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.standing import Running

GROW_NS = SECOND
"""How often a feed whose ring is too small for its tile asks whether there is room now."""
Tell = Callable[[DecoderProcess, orders.Order, int | None], bool]


class Rings:
    """Gives the feeds their rings. One thread."""

    def __init__(
        self, memory: PictureMemory, feeds: Mapping[FeedKey, Running], sessions: Sessions, tell: Tell
    ) -> None:
        self._memory = memory
        self._feeds = feeds
        self._sessions = sessions
        self._tell = tell

    def bytes(self) -> int:
        """All rings of all feeds."""
        return sum(ring.size for running in self._feeds.values() for ring in running.rings)

    def fit(self, running: Running, box: Size, now_ns: int) -> None:
        """Give the feed a ring of the size its tile has now, or the one it would have had with more room."""
        if running.feed.life is Life.STOPPED:
            return
        if running.box == box:
            if running.short_ns and now_ns - running.short_ns >= GROW_NS:
                running.short_ns = now_ns
                if self._memory.would_grow(running.rings[0], box, self._others(running)):
                    self._renew(running, box, now_ns)
            return
        self._renew(running, box, now_ns)

    def for_session(self, running: Running, place: DecoderProcess, now_ns: int) -> Ring | None:
        """The ring for a session that begins in that process; None when there is no memory for any."""
        if not running.rings:
            return None
        written = running.writer
        if written is not None:
            process, session = written
            if process is not place.process or (running.number, session) in self._sessions:
                ring = self._memory.make(running.box, self._others(running))
                if ring is None:
                    return None
                self._put(running, ring)
                running.short_ns = 0 if fitting(ring, running.box) == running.box else now_ns
        running.writer = (place.process, running.feed.session)
        return running.rings[0]

    def _renew(self, running: Running, box: Size, now_ns: int) -> None:
        ring = self._memory.make(box, self._others(running))
        if ring is None and not running.rings:
            return
        # Without memory for another the feed goes on in the ring it has; pictures are made to fit it.
        target = ring or running.rings[0]
        if running.place is not None and running.feed.life in HAS_SESSION:
            order = orders.NewRing(running.number, *fitting(target, box))
            if not self._tell(running.place, order, target.fd):
                return  # asked again at the next look
        if ring is not None:
            self._put(running, ring)
            if running.place is not None and running.feed.life in HAS_SESSION:
                running.writer = (running.place.process, running.feed.session)
        running.box = box
        running.short_ns = 0 if fitting(target, box) == box else now_ns

    def _put(self, running: Running, ring: Ring) -> None:
        running.seen_sequence = 0
        running.writer = None
        # The ring that holds the last picture stays until the new one has its first.
        last = _with_picture(running)
        running.rings = (ring,) if last is None else (ring, last)

    def _others(self, running: Running) -> int:
        """Bytes that the other feeds have taken, their last pictures too.

        The feed's own last picture goes as soon as there is a newer one, and so may go beyond the bound.
        """
        return self.bytes() - sum(ring.size for ring in running.rings)


def _with_picture(running: Running) -> Ring | None:
    return next((ring for ring in running.rings if ring.newest_sequence()), None)
