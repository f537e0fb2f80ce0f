"""A session numbers and stamps its packets without a jump, and drops whole pictures when it must."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.simulator.delivery import Delivery, Done
from hanoi_wall.simulator.playout import Prepared, Shown, Timetable, show
from hanoi_wall.simulator.reel import Codec, Reel, Unit
from hanoi_wall.simulator.rtp import Packet


@dataclass
class Record:
    """A line that writes down what it is given."""

    clogged: bool = False
    sent: list[tuple[int, int, int, int]] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)

    def send(
        self, packets: Sequence[Packet], kind: int, sequence: int, stamp: int, source: int, done: Done | None
    ) -> None:
        self.sent.append((len(packets), sequence, stamp, source))
        if done is not None:
            done()

    def report(self, data: bytes) -> None:
        self.reports.append(data)


LOOP = Prepared.of(
    Reel(
        Codec.H264,
        640,
        360,
        Fraction(25),
        tuple(Unit(n, n % 5 == 0, (memoryview(b"\x65" + bytes(3000)),)) for n in range(10)),
    )
)


@pytest.fixture
def line() -> Record:
    return Record()


@pytest.fixture
def delivery(line: Record, clock: ManualClock) -> Delivery:
    return Delivery(line, Timetable(clock.monotonic_ns(), Fraction(25)), clock)


def give(delivery: Delivery, number: int) -> bool:
    shown: Shown = show(LOOP, number % 10)
    return delivery.deliver(shown, number, shown.packets, lambda: None)


def test_it_begins_at_once_as_most_cameras_do(delivery: Delivery, line: Record) -> None:
    assert give(delivery, 3) and len(line.sent) == 1


def test_after_a_restart_it_begins_with_a_key_frame(delivery: Delivery, line: Record) -> None:
    delivery.restart()
    assert [give(delivery, number) for number in range(3, 8)] == [False, False, True, True, True]
    assert len(line.sent) == 3


def test_numbers_and_stamps_run_on_over_the_seam(delivery: Delivery, line: Record) -> None:
    for number in range(0, 40):
        give(delivery, number)
    for (count, sequence, stamp, source), following in zip(line.sent, line.sent[1:], strict=False):
        assert following[1] == (sequence + count) % 2**16
        assert following[2] == (stamp + 3600) % 2**32
        assert following[3] == source


def test_a_client_that_does_not_keep_up_loses_whole_groups(delivery: Delivery, line: Record) -> None:
    give(delivery, 0)
    line.clogged = True
    assert not give(delivery, 1) and delivery.dropped == 1
    line.clogged = False
    assert [give(delivery, number) for number in range(2, 7)] == [False, False, False, True, True]
    (count, sequence, stamp, _), (_, next_sequence, next_stamp, _) = line.sent[:2]
    assert next_sequence == (sequence + count) % 2**16, "the gap is in the pictures, not in the packets"
    assert next_stamp == (stamp + 5 * 3600) % 2**32


def test_a_restart_is_new_in_everything(delivery: Delivery, line: Record) -> None:
    give(delivery, 0)
    before = (delivery.source, delivery.base)
    delivery.restart()
    assert (delivery.source, delivery.base) != before
    assert not give(delivery, 1)


def test_shifted_and_equal_stamps(delivery: Delivery) -> None:
    plain = delivery.stamp(7)
    delivery.shift = -90_000
    assert delivery.stamp(7) == (plain - 90_000) % 2**32
    delivery.equal_stamp = 5
    assert delivery.stamp(7) == delivery.stamp(8) == 5


def test_reports_come_first_and_every_five_seconds(
    delivery: Delivery, line: Record, clock: ManualClock
) -> None:
    for number in range(0, 260):
        if give(delivery, number):
            delivery.report_when_due(number)
        clock.advance(0.04)
    assert len(line.reports) == 3
    seconds, fraction, stamp = struct.unpack_from(">III", line.reports[0], 8)
    utc_ns = (seconds - 2_208_988_800) * SECOND + fraction * SECOND // 2**32
    assert abs(utc_ns - 1_790_000_000 * SECOND) < 1000
    assert stamp == delivery.stamp(0)
