"""Whether a playing feed gets on, as its slot and its figures say. Thread `video`."""

from __future__ import annotations

from hanoi_wall.domain.tile import thresholds
from hanoi_wall.video import feed as life
from hanoi_wall.video.feed import Life
from hanoi_wall.video.shedding import LAST_STEP, OVERLOAD_NS
from hanoi_wall.video.standing import Running

_UNTIL_ALL = 2
"""The picture that ends the leaving out may have been one of the few; the next is the first of all again."""


def notice(running: Running, now_ns: int) -> None:
    """Feed the watchdogs with what has come since the last look: pictures, or packets without any.

    While this machine leaves pictures out (key pictures only, or a backlog that is skipped), a camera that
    sends a key picture every half minute gives none for half a minute: reading is progress then.
    """
    if running.feed.life is not Life.PLAYING or not running.rings:
        return
    if _leaves_out(running):
        running.left_out = _UNTIL_ALL
    read, running.seen_bytes = running.stats.bytes != running.seen_bytes, running.stats.bytes
    running.seen_skipped = running.stats.skipped
    ring = running.rings[0]
    sequence = ring.newest_sequence()
    if sequence and sequence != running.seen_sequence:
        running.seen_sequence = sequence
        running.left_out = max(0, running.left_out - 1)
        if len(running.rings) > 1:
            running.rings = (ring,)
        header = ring.newest_header()
        running.feed = life.progress(running.feed, now_ns, header.interval_ns)
        _, stale_ns, _ = thresholds(header.interval_ns)
        old = now_ns - header.capture_ns > stale_ns
        # What waits for this machine's processor is no younger in another session.
        ours = running.left_out or running.stats.backlog_ms * 1_000_000 > OVERLOAD_NS
        running.feed = life.aged(running.feed, now_ns, old and not ours)
    elif running.left_out and read:
        running.feed = life.reading(running.feed, now_ns)


def _leaves_out(running: Running) -> bool:
    skips = running.stats.skipped > running.seen_skipped
    return skips or max(running.shed, running.stats.shed) >= LAST_STEP
