"""Packets that wait for us: noticed, and dropped when the picture is too far behind. Pure."""

from __future__ import annotations

from hanoi_wall.domain.clock import SECOND

BEHIND_NS = 3 * SECOND // 2
"""Further behind than this, a backlog is dropped up to a key picture (streams.md, rule 12)."""
_READY_NS = 1_000_000
_READY_SHARE = 0.6
_SMOOTHING = 0.1


class Backlog:
    """Knows whether packets wait for us, and drops them when the picture is too far behind. Pure.

    Packets wait for us when most of them are there at once when asked for (not all: on a full processor even
    that takes its turn). Packets that come at their own pace, however late, are not dropped: that would make
    one picture per second out of a delayed but smooth stream and win nothing.
    """

    def __init__(self) -> None:
        self.behind_ns = 0
        self._ready = 0.0
        self._skipping = False
        self._after_key = False

    @property
    def waiting_ns(self) -> int:
        """How long the newest picture waited for the processor; 0 when packets come at their own pace."""
        return self.behind_ns if self._ready > _READY_SHARE else 0

    def wants(self, key: bool, waited_ns: int) -> bool:
        """Whether to decode the packet that took `waited_ns` to come."""
        self._ready += _SMOOTHING * ((waited_ns < _READY_NS) - self._ready)
        if self.behind_ns > BEHIND_NS and self._ready > _READY_SHARE:
            self._skipping = True
        elif self._after_key:
            # The key picture that was decoded last was new enough: from there on nothing is missing.
            self._skipping = False
        self._after_key = self._skipping and key
        return key or not self._skipping
