"""One stream of a pretend camera: its loop, its sessions, and when each picture was written.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator.delivery import Delivery
from hanoi_wall.simulator.faults import ActiveFault
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.playout import Playout, Prepared, Shown, Source, Timetable, show
from hanoi_wall.simulator.reel import Reel
from hanoi_wall.simulator.rtp import CLOCK_RATE, Packet
from hanoi_wall.simulator.studio import ReelJob

MOST_BEHIND_NS = SECOND
"""After a longer pause of the whole process the camera skips to the present instead of catching up."""

Answer = Callable[["PretendStream"], None]


class PretendStream:
    """Main or sub of one camera."""

    def __init__(self, job: ReelJob, timetable: Timetable, library: Library, clock: Clock) -> None:
        self.job = job
        self.timetable = timetable
        self.deliveries: list[Delivery] = []
        self.playout: Playout | None = None
        self.sent_ns = [0] * job.loop
        """Monotonic ns at which the last byte of each picture of the loop was last written; 0 = never."""
        self.taken_ns = [0] * job.loop
        """Monotonic ns at which that picture was taken."""
        self._library = library
        self._clock = clock
        self._next = 0
        self._chance = random.Random(job.camera)

    def when_ready(self, answer: Answer, urgent: bool) -> None:
        """Call `answer` with this stream once its loop is there; without one playout stays None."""

        def ready(reel: Reel | None) -> None:
            if reel is not None and self.playout is None:
                self.playout = Playout(Source(Prepared.of(reel), self.timetable.rate))
            answer(self)

        if self.playout is not None:
            answer(self)
        else:
            self._library.get(self.job, ready, urgent)

    def join(self, delivery: Delivery) -> None:
        """A session plays from the next picture on."""
        if not self.deliveries:
            self._next = self._following()
        self.deliveries.append(delivery)

    def prepare_new(self, delivery: Delivery, faults: dict[str, ActiveFault]) -> None:
        """Let a new session begin as the camera's faults demand."""
        if "timestamps_wrap" in faults:
            ahead = round(faults["timestamps_wrap"].number("seconds") * CLOCK_RATE)
            number = self.next_key() or self._following()
            delivery.restart(-ahead - self.timetable.stamp(number) & 0xFFFFFFFF)

    def next_key(self) -> int | None:
        """The number of the next key frame."""
        return None if self.playout is None else self.playout.next_key(self._following())

    def _following(self) -> int:
        return self.timetable.number_at(self._clock.monotonic_ns()) + 1

    def leave(self, delivery: Delivery) -> None:
        """The session is over."""
        if delivery in self.deliveries:
            self.deliveries.remove(delivery)

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
        for delivery in tuple(self.deliveries):
            if delivery.lag:
                self._send_late(delivery, number - delivery.lag)
            elif shown is not None:
                self._deliver(delivery, shown, shown.packets, number)

    def _send_late(self, delivery: Delivery, number: int) -> None:
        assert self.playout is not None
        source = self.playout.source
        index = source.index_at(number)
        if index is not None:
            shown = show(source.prepared, index)
            self._deliver(delivery, shown, shown.packets, number)

    def _deliver(self, delivery: Delivery, shown: Shown, packets: Sequence[Packet], number: int) -> None:
        frame = shown.unit.frame
        due = self.timetable.due_ns(number)

        def written() -> None:
            self.sent_ns[frame] = self._clock.monotonic_ns()
            self.taken_ns[frame] = due

        if delivery.deliver(shown, number, packets, written):
            delivery.report_when_due(number)
