"""A session lasts as long as its client gives signs of life."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.simulator.connection import Connection
from hanoi_wall.simulator.dialogue import SESSION_TIMEOUT_S, Dialogue, Station
from hanoi_wall.simulator.digest import Gate
from hanoi_wall.simulator.ledger import Ledger


@dataclass
class Bare:
    """A station without cameras."""

    clock: ManualClock
    host: str = "127.0.0.1"
    asks_password: bool = False
    ledger: Ledger = field(default_factory=lambda: Ledger([]))

    @property
    def gate(self) -> Gate:
        return Gate("", "", self.clock)

    def camera(self, camera_id: str) -> None:
        return None


@dataclass
class Tape:
    """A connection that keeps what is written."""

    written: bytes = b""
    closed: bool = False
    trickle_s: float = 0.0

    def write(self, data: bytes) -> None:
        self.written += data


@pytest.fixture
def dialogue(clock: ManualClock) -> Dialogue:
    made = Dialogue(cast(Station, Bare(clock)))
    made.connection = cast(Connection, Tape())
    return made


def written(dialogue: Dialogue) -> bytes:
    return cast(Any, dialogue.connection).written


@pytest.mark.parametrize("sign", [b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", b"$\x01\x00\x01\x00"])
def test_requests_and_receiver_reports_are_signs_of_life(
    dialogue: Dialogue, clock: ManualClock, sign: bytes
) -> None:
    clock.advance(SESSION_TIMEOUT_S)
    assert not dialogue.is_silent(clock.monotonic_ns())
    dialogue.received(bytearray(sign))
    clock.advance(SESSION_TIMEOUT_S)
    assert not dialogue.is_silent(clock.monotonic_ns())
    clock.advance(6)
    assert dialogue.is_silent(clock.monotonic_ns())


def test_requests_in_one_packet_are_answered_in_order(dialogue: Dialogue) -> None:
    data = b"".join(b"OPTIONS * RTSP/1.0\r\nCSeq: %d\r\n\r\n" % number for number in range(3))
    dialogue.received(bytearray(data))
    answers = written(dialogue).split(b"\r\n\r\n")[:3]
    assert [answer.split(b"CSeq: ")[1][:1] for answer in answers] == [b"0", b"1", b"2"]
