"""Who may open a session now, and how soon it must show life. Pure.

Few at once, few per device, the seen and chosen first. A silent camera would hold its place for the whole 5 s
of a try, so that 40 of them kept one that has come back waiting for 20 s. So a try is *hurried* while others
wait, and always for a feed that was last met by silence: its camera must answer within a second at most
(reach.py), or the place goes on. Such quiet feeds come after the others of their rank, never hold the last
place, and one of them at a time tries patiently, so that a camera that is merely slow is had too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause

MOST = 8
MOST_PER_DEVICE = 2
MANY_CAMERAS = 4
"""A device that carries more cameras than this is a recorder or gateway and may open MOST at once."""
HURRIED_TRIES = 3
PATIENT_NS = 60 * SECOND
"""A quiet feed tries at least so often in a hurry, and for so long, before it may be patient again."""
_SILENCE = frozenset({Cause.TIMEOUT, Cause.STALLED, Cause.HOST_UNREACHABLE, Cause.NAME_UNKNOWN})
_NOT_THE_CAMERA = frozenset(
    {Cause.DECODER_CRASHED, Cause.DECODER_HUNG, Cause.OVERLOADED, Cause.OUT_OF_MEMORY}
)

Device = tuple[str, int, str]
"""(host, port, user): what counts as one device."""
FeedKey = tuple[str, str]
"""(camera id, stream)."""


@dataclass(slots=True)
class OpeningBudget:
    """Places for opening sessions; one thread.

    `queue` holds (rank, order of asking, feed) of those who wait, `held` the device of each who opens,
    `hurried` those of the latter whose camera must answer at once; `bounds`: devices that may open only so
    many at once for now (a password that is not proven).
    """

    most: int = MOST
    held: dict[FeedKey, Device] = field(default_factory=dict)
    queue: dict[FeedKey, tuple[int, int, Device]] = field(default_factory=dict)
    cameras: Counter[Device] = field(default_factory=Counter)
    bounds: dict[Device, int] = field(default_factory=dict)
    hurried: set[FeedKey] = field(default_factory=set)
    peak: int = 0
    _asked: int = 0
    _quiet: dict[FeedKey, int] = field(default_factory=dict)
    """Feeds last met by silence, and how often each has tried in a hurry since it last was patient."""
    _patient_ns: dict[FeedKey, int] = field(default_factory=dict)
    """When a quiet feed last was patient."""

    def ask(self, feed: FeedKey, device: Device, rank: int) -> None:
        """Stand in the queue (again with another rank: the place in the queue is kept)."""
        order = self.queue[feed][1] if feed in self.queue else self._asked
        self._asked += 1
        self.queue[feed] = (rank, order, device)

    def leave(self, feed: FeedKey) -> None:
        """Give up the place or the wait for one."""
        self.queue.pop(feed, None)
        self.held.pop(feed, None)
        self.hurried.discard(feed)

    def hand_over(self, feed: FeedKey, session: FeedKey) -> None:
        """The place is kept under another name: by a session that nobody wants any more but that still opens.

        It is given up with `leave(session)`. Nothing happens when the feed holds no place.
        """
        device = self.held.pop(feed, None)
        self.hurried.discard(feed)
        if device is not None:
            self.held[session] = device

    def hear(self, feed: FeedKey, cause: Cause | None) -> None:
        """How a feed's try or session ended, or None: its camera has answered."""
        if cause in _SILENCE:
            self._quiet.setdefault(feed, 0)
        elif cause not in _NOT_THE_CAMERA:
            self.forget(feed)

    def forget(self, feed: FeedKey) -> None:
        """The feed is gone, or an operator vouches for it: its silence is not held against it."""
        self._quiet.pop(feed, None)
        self._patient_ns.pop(feed, None)

    def grant(self, now_ns: int) -> list[FeedKey]:
        """The feeds that may open from now (monotonic) on."""
        granted = []
        busy = Counter(self.held.values())
        quiet = sum(feed in self._quiet for feed in self.held)
        for feed in sorted(self.queue, key=self._turn):
            device = self.queue[feed][2]
            if len(self.held) >= self.most:
                break
            limit = self.most if self.cameras[device] > MANY_CAMERAS else MOST_PER_DEVICE
            if busy[device] >= min(limit, self.bounds.get(device, limit)):
                continue
            if feed in self._quiet:
                if quiet >= max(1, self.most - 1):
                    continue
                quiet += 1
            busy[device] += 1
            self.held[feed] = device
            del self.queue[feed]
            granted.append(feed)
        self.peak = max(self.peak, len(self.held))
        self.hurried.update(granted)
        for feed in granted:
            if not self._must_hurry(feed, now_ns):
                self.hurried.remove(feed)
        return granted

    def _turn(self, feed: FeedKey) -> tuple[int, bool, int]:
        rank, order, _ = self.queue[feed]
        return rank, feed in self._quiet, order

    def _must_hurry(self, feed: FeedKey, now_ns: int) -> bool:
        if feed not in self._quiet:
            return bool(self.queue)
        tries = self._quiet[feed]
        rested = feed not in self._patient_ns or now_ns - self._patient_ns[feed] >= PATIENT_NS
        in_turn = tries >= max(HURRIED_TRIES, max(self._quiet.values()) - 1)
        alone = not any(other in self._quiet and other not in self.hurried for other in self.held)
        if rested and in_turn and alone:
            self._quiet[feed], self._patient_ns[feed] = 0, now_ns
            return False
        self._quiet[feed] = tries + 1
        return True
