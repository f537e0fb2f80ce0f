"""One playing session: numbers its packets, stamps them, and puts them on its line.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator import rtp
from hanoi_wall.simulator.playout import Shown, Timetable
from hanoi_wall.simulator.rtp import Packet, octets

REPORT_NS = 5 * SECOND
Done = Callable[[], None]


class Line(Protocol):
    """A way to the client for one track."""

    @property
    def clogged(self) -> bool:
        """Whether earlier bytes still wait to be taken."""
        ...

    def send(
        self, packets: Sequence[Packet], kind: int, sequence: int, stamp: int, source: int, done: Done | None
    ) -> None:
        """Send packets with rising sequence numbers; `done` after the last byte is written."""
        ...

    def report(self, data: bytes) -> None:
        """Send RTCP."""
        ...


class Delivery:
    """Pictures of one stream on their way to one client."""

    def __init__(self, line: Line, timetable: Timetable, clock: Clock) -> None:
        self.line = line
        self.lag = 0
        """Pictures by which this session is behind the camera."""
        self.held_until = 0
        """Number of the camera's picture before which nothing is sent."""
        self.waits_for_key = False
        """Whether nothing is sent before the next key frame."""
        self.dropped = 0
        """Pictures that were not sent because the client did not take the earlier ones."""
        self.equal_stamp: int | None = None
        self.shift = 0
        """RTP ticks added by a fault."""
        self._timetable = timetable
        self._clock = clock
        self._next_report_ns = 0
        self._packets = 0
        self._octets = 0
        self.restart()
        # A new client gets what the camera takes now, as from most cameras, not the next key frame first.
        self.waits_for_key = False

    def restart(self, base: int | None = None) -> None:
        """New source, sequence and time stamps, as after an encoder's restart; base: ticks of picture 0."""
        self.source = secrets.randbits(32)
        self.sequence = secrets.randbits(16)
        self.base = secrets.randbits(32) if base is None else base
        self.waits_for_key = True
        self._next_report_ns = 0

    def stamp(self, number: int) -> int:
        """The RTP time stamp of the camera's picture `number`."""
        if self.equal_stamp is not None:
            return self.equal_stamp
        return self.base + self._timetable.stamp(number) + self.shift & 0xFFFFFFFF

    def deliver(self, shown: Shown, number: int, packets: Sequence[Packet], done: Done) -> bool:
        """Send one picture; False when it was held off (no key frame yet, or the client does not keep up).

        number: the camera's number of the picture; packets: what is really sent of it.
        """
        if self.waits_for_key:
            if not shown.unit.key:
                return False
            self.waits_for_key = False
        if self.line.clogged:
            self.dropped += 1
            self.waits_for_key = True
            return False
        sequence = self.sequence
        self.sequence = sequence + len(packets) & 0xFFFF
        self._packets += len(packets)
        self._octets += sum(map(octets, packets))
        self.line.send(packets, shown.kind, sequence, self.stamp(number), self.source, done)
        return True

    def report_when_due(self, number: int) -> None:
        """A sender report with the first picture and every 5 s: when picture `number` was taken, in UTC."""
        now = self._clock.monotonic_ns()
        if now < self._next_report_ns:
            return
        self._next_report_ns = now + REPORT_NS
        wall = self._clock.wall_ns() - (now - self._timetable.due_ns(number))
        report = rtp.sender_report(self.source, wall, self.stamp(number), self._packets, self._octets)
        self.line.report(report)
