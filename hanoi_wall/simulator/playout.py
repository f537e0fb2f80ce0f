"""Which picture is due when: the camera's own clock, and changes from one loop to another. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.simulator import rtp_jpeg
from hanoi_wall.simulator.reel import Codec, Reel, Unit
from hanoi_wall.simulator.rtp import (
    CLOCK_RATE,
    PAYLOAD_TYPE,
    Packet,
    is_parameter_set,
    packetise,
    payload_type,
)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A camera takes picture n (0, 1, 2 … for ever) at start_ns + n / rate; the loop's seam does not show."""

    start_ns: int
    rate: Fraction

    def due_ns(self, number: int) -> int:
        """Monotonic ns at which picture `number` is taken."""
        return self.start_ns + number * SECOND * self.rate.denominator // self.rate.numerator

    def number_at(self, now_ns: int) -> int:
        """The newest picture taken at `now_ns`; negative before the start."""
        number = (now_ns - self.start_ns) * self.rate.numerator // (SECOND * self.rate.denominator)
        return number + 1 if self.due_ns(number + 1) <= now_ns else number

    def stamp(self, number: int) -> int:
        """RTP ticks from picture 0 to picture `number`, not yet wrapped."""
        return number * CLOCK_RATE * self.rate.denominator // self.rate.numerator


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reel with the packets of each of its pictures."""

    reel: Reel
    packets: tuple[tuple[Packet, ...], ...]

    @classmethod
    def of(cls, reel: Reel) -> Prepared:
        """Packetise a whole reel."""
        if reel.codec is Codec.MJPEG:
            return cls(reel, tuple(tuple(rtp_jpeg.packetise(unit.nals[0])) for unit in reel.units))
        return cls(reel, tuple(tuple(packetise(reel.codec, unit.nals)) for unit in reel.units))


@dataclass(frozen=True, slots=True)
class Source:
    """A loop as it is played on a camera's timetable.

    since: number of the picture with which the loop's first picture is shown, 0 for loops in step with the
    camera; rate: the camera's; abrupt: may begin at a picture that is no key frame.
    """

    prepared: Prepared
    rate: Fraction
    since: int = 0
    abrupt: bool = False

    def index_at(self, number: int) -> int | None:
        """Which of the loop's pictures is sent at the camera's picture `number`; None when none is."""
        own = self.prepared.reel.rate
        elapsed = number - self.since
        if elapsed < 0:
            return None
        if own == self.rate:
            return elapsed % len(self.prepared.packets)
        turn = elapsed * own // self.rate
        if elapsed and turn == (elapsed - 1) * own // self.rate:
            return None
        return int(turn) % len(self.prepared.packets)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is sent for one picture; kind: payload type of its packets."""

    unit: Unit
    packets: tuple[Packet, ...]
    kind: int = PAYLOAD_TYPE


class Playout:
    """The loop a stream plays now, and the one it changes to at the next key frame. One thread."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._next: Source | None = None

    def change(self, source: Source) -> None:
        """Go over to `source` as soon as decoding can start there (at once when it is abrupt)."""
        self._next = source

    def replace(self, source: Source) -> None:
        """Go over at once: nobody is watching, or what is watched is to break."""
        self.source, self._next = source, None

    @property
    def latest(self) -> Source:
        """The loop that a new session will get."""
        return self._next or self.source

    def at(self, number: int) -> Shown | None:
        """What is sent for the camera's picture `number` (asked in rising order); None for nothing."""
        if self._next is not None:
            index = self._next.index_at(number)
            if index is not None and (self._next.abrupt or self._next.prepared.reel.units[index].key):
                self.source, self._next = self._next, None
                shown = show(self.source.prepared, index)
                return with_parameter_sets(self.source.prepared, shown)
        index = self.source.index_at(number)
        return None if index is None else show(self.source.prepared, index)

    def next_key(self, number: int) -> int | None:
        """The first number >= `number` that is a key frame in the latest loop; None within 2 loops."""
        source = self.latest
        for ahead in range(2 * len(source.prepared.packets) + 2):
            index = source.index_at(number + ahead)
            if index is not None and source.prepared.reel.units[index].key:
                return number + ahead
        return None


def show(prepared: Prepared, index: int) -> Shown:
    """The picture with that index."""
    return Shown(prepared.reel.units[index], prepared.packets[index], payload_type(prepared.reel.codec))


def with_parameter_sets(prepared: Prepared, shown: Shown) -> Shown:
    """The picture with the loop's parameter sets before it, where it does not bring them itself."""
    codec = prepared.reel.codec
    if codec is Codec.MJPEG or any(is_parameter_set(codec, nal) for nal in shown.unit.nals):
        return shown
    sets = tuple(nal for nal in prepared.reel.units[0].nals if is_parameter_set(codec, nal))
    return Shown(shown.unit, tuple(packetise(codec, (*sets, *shown.unit.nals))))
