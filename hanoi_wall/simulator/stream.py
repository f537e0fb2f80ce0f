"""One stream of a pretend camera: its loop, its sessions, and when each picture was written.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator.delivery import Delivery
from hanoi_wall.simulator.faults import ActiveFault
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.lines import TcpLine, UdpLine
from hanoi_wall.simulator.playout import Playout, Prepared, Shown, Source, Timetable, show
from hanoi_wall.simulator.reel import Reel
from hanoi_wall.simulator.rtp import CLOCK_RATE, Packet
from hanoi_wall.simulator.studio import ReelJob
from hanoi_wall.simulator.variants import plays_from_its_start, variant

MOST_BEHIND_NS = SECOND
"""After a longer pause of the whole process the camera skips to the present instead of catching up."""
FOREIGN_CHANNEL = 77

Answer = Callable[["PretendStream"], None]


class PretendStream:
    """Main or sub of one camera."""

    def __init__(self, job: ReelJob, timetable: Timetable, library: Library, clock: Clock) -> None:
        self.job = job
        self.timetable = timetable
        self.deliveries: list[Delivery] = []
        self.playout: Playout | None = None
        self.faults: Mapping[str, ActiveFault] = {}
        self.sent_ns = [0] * job.loop
        """Monotonic ns at which the last byte of each picture of the loop was last written; 0 = never."""
        self.taken_ns = [0] * job.loop
        """Monotonic ns at which that picture was taken."""
        self._played = job
        self._library = library
        self._clock = clock
        self._next = 0
        self._chance = random.Random(job.camera)

    @property
    def wanted(self) -> ReelJob:
        """The loop that the faults in force ask for."""
        return variant(self.job, self.faults, self.timetable)

    def when_ready(self, answer: Answer, urgent: bool) -> None:
        """Call `answer` with this stream once its loop is there; without one playout stays None."""
        wanted = self.wanted
        if self.playout is not None and self._played == wanted:
            answer(self)
            return

        def ready(reel: Reel | None) -> None:
            if wanted != self.wanted:
                # The faults have changed while the loop was made.
                self.when_ready(answer, urgent)
                return
            if reel is not None:
                self._play(wanted, reel)
            answer(self)

        self._library.get(wanted, ready, urgent)

    def obey(self, faults: Mapping[str, ActiveFault]) -> None:
        """The camera's faults have changed."""
        before, self.faults = self.faults, faults
        for delivery in self.deliveries:
            self._apply(delivery, before)
        if self.playout is not None and self._played != self.wanted:
            self.when_ready(lambda stream: None, urgent=True)

    def _play(self, job: ReelJob, reel: Reel) -> None:
        """Go over to a loop that is there now."""
        if self.playout is not None and self._played == job:
            return
        since = self.following() if plays_from_its_start(job) else 0
        # Into the other size in the midst of a group; back again at a key frame, as any camera would.
        abrupt = "sps_without_idr" in self.faults
        source = Source(Prepared.of(reel), self.timetable.rate, since, abrupt)
        if self.playout is None:
            self.playout = Playout(source)
        elif job.codec is self._played.codec and self.deliveries:
            self.playout.change(source)
        else:
            self.playout.replace(source)
        self._played = job

    def join(self, delivery: Delivery) -> None:
        """A session plays from the next picture on."""
        if not self.deliveries:
            self._next = self.following()
        self.deliveries.append(delivery)

    def leave(self, delivery: Delivery) -> None:
        """The session is over."""
        if delivery in self.deliveries:
            self.deliveries.remove(delivery)

    def prepare_new(self, delivery: Delivery) -> None:
        """Let a new session begin as the camera's faults demand."""
        if "timestamps_wrap" in self.faults:
            ahead = round(self.faults["timestamps_wrap"].number("seconds") * CLOCK_RATE)
            number = self.next_key() or self.following()
            delivery.restart(-ahead - self.timetable.stamp(number) & 0xFFFFFFFF)
        self._apply(delivery, self.faults)

    def _apply(self, delivery: Delivery, before: Mapping[str, ActiveFault]) -> None:
        """Set what the faults change in a session. before: the faults that it has obeyed so far."""
        faults = self.faults
        back, forward = faults.get("timestamps_back"), faults.get("timestamps_forward")
        shift = (forward.number("seconds") if forward else 0.0) - (back.number("seconds") if back else 0.0)
        delivery.shift = round(shift * CLOCK_RATE)
        if "timestamps_equal" not in faults:
            delivery.equal_stamp = None
        elif delivery.equal_stamp is None:
            delivery.equal_stamp = delivery.stamp(self.following())
        if isinstance(delivery.line, UdpLine):
            loss, reorder = faults.get("udp_loss"), faults.get("reorder")
            delivery.line.loss = loss.number("percent") / 100 if loss else 0.0
            delivery.line.swap = reorder.number("percent") / 100 if reorder else 0.0
        if "holdback" in faults and "holdback" not in before:
            delivery.lag = max(1, round(faults["holdback"].number("seconds") * self.timetable.rate))
            delivery.held_until = self.following() + delivery.lag
        elif "holdback" not in faults and delivery.lag:
            delivery.lag = delivery.held_until = 0
            delivery.waits_for_key = True

    def next_key(self) -> int | None:
        """The number of the next key frame."""
        return None if self.playout is None else self.playout.next_key(self.following())

    def following(self) -> int:
        """The number of the picture that is taken next."""
        return self.timetable.number_at(self._clock.monotonic_ns()) + 1

    def next_due_ns(self) -> int | None:
        """When the next picture is due; None while nobody plays."""
        return self.timetable.due_ns(self._next) if self.deliveries else None

    def serve(self, now_ns: int) -> None:
        """Send every picture that is due."""
        if self.timetable.due_ns(self._next) < now_ns - MOST_BEHIND_NS:
            self._next = self.timetable.number_at(now_ns)
        while self.deliveries and self.timetable.due_ns(self._next) <= now_ns:
            self._send(self._next)
            self._next += 1

    def _send(self, number: int) -> None:
        assert self.playout is not None
        shown = self.playout.at(number)
        if "stall" in self.faults or "half_open" in self.faults:
            for delivery in self.deliveries:
                delivery.waits_for_key = True
            return
        for delivery in tuple(self.deliveries):
            if delivery.lag:
                self._send_late(delivery, number)
            elif shown is not None:
                self._deliver(delivery, shown, number)

    def _send_late(self, delivery: Delivery, number: int) -> None:
        assert self.playout is not None
        if number < delivery.held_until:
            return
        source = self.playout.source
        index = source.index_at(number - delivery.lag)
        if index is not None:
            self._deliver(delivery, show(source.prepared, index), number - delivery.lag)

    def _deliver(self, delivery: Delivery, shown: Shown, number: int) -> None:
        frame = shown.unit.frame
        due = self.timetable.due_ns(number)

        def written() -> None:
            self.sent_ns[frame] = self._clock.monotonic_ns()
            self.taken_ns[frame] = due

        packets: Sequence[Packet] = shown.packets
        if self.faults:
            packets = self._disturbed(delivery, packets)
        if delivery.deliver(shown, number, packets, written):
            delivery.report_when_due(number)

    def _disturbed(self, delivery: Delivery, packets: Sequence[Packet]) -> Sequence[Packet]:
        if (
            "foreign_channel" in self.faults
            and isinstance(delivery.line, TcpLine)
            and not delivery.line.clogged
        ):
            delivery.line.foreign(FOREIGN_CHANNEL, self._chance.randbytes(200))
        if "corrupt" in self.faults:
            share = self.faults["corrupt"].number("percent") / 100
            return [
                damaged(packet, self._chance) if self._chance.random() < share else packet
                for packet in packets
            ]
        return packets


def damaged(packet: Packet, chance: random.Random) -> Packet:
    """The packet with some octets of its body changed; the header of its NAL unit stays."""
    body = bytearray(packet.body)
    for _ in range(max(1, len(body) // 40)):
        if len(body) > 4:
            body[chance.randrange(4, len(body))] ^= chance.randrange(1, 256)
    return packet._replace(body=memoryview(bytes(body)))
