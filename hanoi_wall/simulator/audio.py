"""An audio track nobody asked for: G.711 µ-law, 50 packets a second. Lives in the simulator's event loop."""

from __future__ import annotations

import asyncio
import math
import secrets

from hanoi_wall.simulator.delivery import Line
from hanoi_wall.simulator.rtp import Packet

PACKET_S = 0.02
SAMPLES = 160
PCMU = 0


class AudioTrack:
    """Sends a quiet 400 Hz tone from its making until stop()."""

    def __init__(self, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        self._line = line
        self._loop = loop
        self._packet = Packet(b"", memoryview(_tone()), False)
        self._source = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._stamp = secrets.randbits(32)
        self._due = loop.time()
        self._timer = loop.call_soon(self._send)

    def stop(self) -> None:
        """Silence."""
        self._timer.cancel()

    def _send(self) -> None:
        if not self._line.clogged:
            self._line.send([self._packet], PCMU, self._sequence, self._stamp, self._source, None)
        self._sequence += 1
        self._stamp = self._stamp + SAMPLES & 0xFFFFFFFF
        self._due += PACKET_S
        self._timer = self._loop.call_at(self._due, self._send)


def _tone() -> bytes:
    return bytes(_mu_law(round(1_500 * math.sin(math.tau * 400 * n / 8_000))) for n in range(SAMPLES))


def _mu_law(sample: int) -> int:
    """One 16-bit sample in G.711 µ-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32_635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF
