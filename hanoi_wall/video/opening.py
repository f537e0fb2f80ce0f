"""Who may open a session now: few at once, few per device, the seen and chosen first. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MOST = 8
MOST_PER_DEVICE = 2
MANY_CAMERAS = 4
"""A device that carries more cameras than this is a recorder or gateway and may open MOST at once."""

Device = tuple[str, int, str]
"""(host, port, user): what counts as one device."""
FeedKey = tuple[str, str]
"""(camera id, stream)."""


@dataclass(slots=True)
class OpeningBudget:
    """Places for opening sessions; one thread.

    `queue` holds (rank, order of asking, feed) of those who wait, `held` the device of each who opens;
    `bounds`: devices that may open only so many at once for now (a password that is not proven).
    """

    most: int = MOST
    held: dict[FeedKey, Device] = field(default_factory=dict)
    queue: dict[FeedKey, tuple[int, int, Device]] = field(default_factory=dict)
    cameras: Counter[Device] = field(default_factory=Counter)
    bounds: dict[Device, int] = field(default_factory=dict)
    peak: int = 0
    _asked: int = 0

    def ask(self, feed: FeedKey, device: Device, rank: int) -> None:
        """Stand in the queue (again with another rank: the place in the queue is kept)."""
        order = self.queue[feed][1] if feed in self.queue else self._asked
        self._asked += 1
        self.queue[feed] = (rank, order, device)

    def leave(self, feed: FeedKey) -> None:
        """Give up the place or the wait for one."""
        self.queue.pop(feed, None)
        self.held.pop(feed, None)

    def hand_over(self, feed: FeedKey, session: FeedKey) -> None:
        """The place is kept under another name: by a session that nobody wants any more but that still opens.

        It is given up with `leave(session)`. Nothing happens when the feed holds no place.
        """
        device = self.held.pop(feed, None)
        if device is not None:
            self.held[session] = device

    def grant(self) -> list[FeedKey]:
        """The feeds that may open from now on."""
        granted = []
        busy = Counter(self.held.values())
        for feed, (_, _, device) in sorted(self.queue.items(), key=lambda item: item[1][:2]):
            if len(self.held) >= self.most:
                break
            limit = self.most if self.cameras[device] > MANY_CAMERAS else MOST_PER_DEVICE
            if busy[device] >= min(limit, self.bounds.get(device, limit)):
                continue
            busy[device] += 1
            self.held[feed] = device
            del self.queue[feed]
            granted.append(feed)
        self.peak = max(self.peak, len(self.held))
        return granted
