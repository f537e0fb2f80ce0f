"""One camera as the roster keeps it: what is wanted of it, the stream chosen, the feed of each stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress, StreamKind
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, SessionFacts
from hanoi_wall.video.feed import Feed, Life
from hanoi_wall.video.opening import Device, FeedKey
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.stream_choice import GUESS, Choice, choose
from hanoi_wall.video.view import CameraView, Demand

LINGER_NS = 10 * SECOND
"""How long the stream that a switch left goes on, so that going back shows at once."""
_LEAST_SIDE = 16
_NOT_TO_BE_HAD = frozenset({Cause.NOT_FOUND, Cause.CODEC, Cause.NO_VIDEO, Cause.TRANSPORT})


@dataclass(slots=True)
class Running:
    """One stream of one camera.

    rings: newest generation first; the last has pictures while others wait; box: the size asked of the first;
    short_ns: when it was last found too small for that, 0 while it is not; writer: (process, session) that
    was last given it, None while nobody was; left_out: pictures to come until this machine leaves none out
    any more; seen_bytes, seen_skipped: as of the last look; rank: who opens first; asked_ns: from when on
    its password is read again, should it be refused.
    """

    key: FeedKey
    number: int
    address: StreamAddress
    credentials: Credentials | None
    feed: Feed
    place: DecoderProcess | None = None
    rings: tuple[Ring, ...] = ()
    stats: FeedStats = FeedStats()
    box: tuple[int, int] = (0, 0)
    short_ns: int = 0
    writer: tuple[object, int] | None = None
    size: tuple[int, int] | None = None
    seen_sequence: int = 0
    seen_bytes: int = 0
    seen_skipped: int = 0
    left_out: int = 0
    rank: int = 1
    asked_ns: int = 0
    unwanted_ns: int = 0
    reconnects: int = 0
    shed: int = 0
    _where: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._where = (self.address.host, self.address.port)

    @property
    def device(self) -> Device:
        """What counts as one device for the opening budget and for log-ins."""
        return (*self._where, self.credentials.user if self.credentials else "")

    def pictured(self) -> bool:
        """Whether the session that plays now has given a picture."""
        return self.feed.life is Life.PLAYING

    def hopeless(self) -> bool:
        """Whether this stream cannot be had as things stand (the other may)."""
        fault = self.feed.fault
        return self.feed.life in (Life.REFUSED, Life.UNSUPPORTED) or (
            fault is not None and fault.cause in _NOT_TO_BE_HAD
        )

    def locked_out(self) -> bool:
        """Whether the camera refuses the user and password."""
        fault = self.feed.fault
        return self.feed.life is Life.REFUSED and fault is not None and fault.cause is Cause.WRONG_PASSWORD


@dataclass(slots=True)
class Standing:
    """One wanted camera.

    one_account: whether both streams log in with the same user and password; shown: the stream whose picture
    stands in the tile now; sizes: what each stream was when it was last seen, kept when its feed is gone
    (else a small stream would be guessed large, opened, found small and closed again for ever).
    """

    camera: Camera
    demand: Demand
    one_account: bool = True
    feeds: dict[StreamKind, Running] = field(default_factory=dict)
    choice: Choice | None = None
    shown: StreamKind | None = None
    sizes: dict[StreamKind, tuple[int, int]] = field(default_factory=dict)
    view: CameraView | None = None

    def choose(self, now_ns: int) -> StreamKind:
        """Settle which stream the tile should have now."""
        streams: dict[StreamKind, tuple[int, int] | None] = {}
        broken = set()
        for kind in StreamKind:
            if self.camera.stream(kind) is None:
                continue
            running = self.feeds.get(kind)
            if running is not None and running.size is not None:
                self.sizes[kind] = running.size
            streams[kind] = self.sizes.get(kind)
            # A wrong password is the account's: trying the other stream with it could lock the account.
            if running is not None and running.hopeless() and not (self.one_account and running.locked_out()):
                broken.add(kind)
        demand = self.demand
        size = (max(demand.width, demand.detail[0]), max(demand.height, demand.detail[1]))
        size = _upright(size, self.sizes.get(StreamKind.SUB) or GUESS[StreamKind.SUB])
        self.choice = choose(self.choice, size, streams, now_ns, demand.pin, frozenset(broken))
        wanted = self.choice.stream
        running = self.feeds.get(wanted)
        if self.shown is None or self.shown not in self.feeds or (running and running.pictured()):
            self.shown = wanted
        return wanted

    def box(self, kind: StreamKind) -> tuple[int, int]:
        """The box into which the pictures of that stream are fitted, in pixels.

        What a tile shows a part of is never made larger than the stream has it: that costs memory and shows
        nothing more. The screen enlarges the part.
        """
        demand, have = self.demand, self.sizes.get(kind) or GUESS[kind]
        wide, high = max(_LEAST_SIDE, demand.width), max(_LEAST_SIDE, demand.height)
        detail = demand.detail
        if demand.cover:
            (wide, high), detail = _covering((wide, high), have), _covering(detail, have)
        return max(wide, min(detail[0], have[0])), max(high, min(detail[1], have[1]))

    def publish(self) -> CameraView | None:
        """The view as it stands, the same object while nothing has changed."""
        running = self.feeds.get(self.shown) if self.shown else None
        if running is None or self.shown is None or self.choice is None:
            return None
        view = CameraView(
            camera=self.camera.id,
            session=running.feed.facts(),
            rings=running.rings,
            stream=self.shown,
            stats=running.stats,
            chosen=self.choice.stream,
            why=self.choice.why,
            reconnects=sum(each.reconnects for each in self.feeds.values()),
            scaled_down=bool(running.short_ns),
        )
        if view != self.view:
            self.view = view
        return self.view


def _upright(box: tuple[int, int], have: tuple[int, int]) -> tuple[int, int]:
    """What a picture takes of a box that stands upright while it lies, or the other way round."""
    if (box[0] < box[1]) == (have[0] < have[1]):
        return box
    times = min(box[0] / have[0], box[1] / have[1])
    return ceil(have[0] * times), ceil(have[1] * times)


def _covering(box: tuple[int, int], have: tuple[int, int]) -> tuple[int, int]:
    """The box that fits a picture of `have` pixels, of its shape, so that it covers this one."""
    times = max(box[0] / have[0], box[1] / have[1])
    return ceil(have[0] * times), ceil(have[1] * times)


def stopped_view(camera: str, now_ns: int) -> CameraView:
    """The view of a camera that nobody wants."""
    return CameraView(camera, SessionFacts(Phase.STOPPED, now_ns))
