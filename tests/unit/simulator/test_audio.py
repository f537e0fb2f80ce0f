"""The tone of the audio track is G.711."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from hanoi_wall.simulator.audio import SAMPLES, AudioTrack, _mu_law
from hanoi_wall.simulator.delivery import Done
from hanoi_wall.simulator.rtp import Packet


@pytest.mark.parametrize(
    ("sample", "coded"),
    [(0, 0xFF), (-1, 0x7F), (1_000, 0xCE), (-1_000, 0x4E), (32_767, 0x80), (-32_768, 0x00)],
)
def test_mu_law(sample: int, coded: int) -> None:
    assert _mu_law(sample) == coded


class Ear:
    """A line that keeps sequence numbers and time stamps."""

    clogged = False

    def __init__(self) -> None:
        self.heard: list[tuple[int, int, int]] = []

    def send(
        self, packets: Sequence[Packet], kind: int, sequence: int, stamp: int, source: int, done: Done | None
    ) -> None:
        self.heard.append((sequence, stamp, len(packets[0].body)))

    def report(self, data: bytes) -> None:
        raise AssertionError("an audio track sends no reports")


def test_it_sounds_until_it_is_stopped() -> None:
    async def body() -> Ear:
        ear = Ear()
        track = AudioTrack(ear, asyncio.get_running_loop())
        while len(ear.heard) < 4:
            await asyncio.sleep(0.005)
        track.stop()
        count = len(ear.heard)
        await asyncio.sleep(0.05)
        assert len(ear.heard) == count
        return ear

    heard = asyncio.run(body()).heard
    for (sequence, stamp, size), following in zip(heard, heard[1:], strict=False):
        assert size == SAMPLES
        assert following[:2] == (sequence + 1, (stamp + SAMPLES) % 2**32)
