"""One process of the `slots` experiment: `writer` or `reader N`, fed with rings over an inherited socket.

Every picture is one 32-bit word repeated, made from its own number, and its time stamp is that number: a
reader can tell from the pixels alone whether it was given a mixture of two pictures.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import time
from typing import Any

import numpy

from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingReader, RingWriter, stride_of
from tests.bench.program import pause

_UNUSED_WORD = 15
MESSAGE_BYTES = 512


def word_of(number: int) -> int:
    """The pixel word of picture `number`: neighbours differ in every byte."""
    return (number * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF


def receive(link: socket.socket, wait_s: float) -> tuple[dict[str, Any] | None, Ring | None]:
    """The next message and the ring that came with it; (None, None) when none came in time.

    Raises EOFError when the other side is gone.
    """
    link.settimeout(max(wait_s, 1e-4))
    try:
        data, descriptors, _flags, _address = socket.recv_fds(link, MESSAGE_BYTES, 1)
    except TimeoutError:
        return None, None
    if not data:
        raise EOFError
    return json.loads(data), Ring(descriptors[0]) if descriptors else None


def say(**facts: Any) -> None:
    """One JSON line to the experiment."""
    print(json.dumps(facts), flush=True)


class Writer:
    """Writes pictures at a rate, sometimes pausing in the middle of one so that a signal lands there."""

    def __init__(self, rate: float, seed: int, pauses: float) -> None:
        """pauses: in what share of the pictures it pauses in the midst."""
        self.rate = rate
        self.pauses = pauses
        self.chance = random.Random(seed)
        self.ring: Ring | None = None
        self.writer: RingWriter | None = None
        self.size = (0, 0)
        self.written = 0

    def take(self, message: dict[str, Any], ring: Ring) -> None:
        """Write into this ring from now on."""
        if self.ring is not None:
            self.ring.close()
        self.ring, self.writer = ring, RingWriter(ring)
        self.size = (message["width"], message["height"])

    def write(self) -> None:
        """One picture."""
        if self.ring is None or self.writer is None:
            return
        width, height = self.size
        stride = stride_of(width)
        index = self.writer.begin()
        number = self.ring.newest_sequence() + 1
        pixels = numpy.frombuffer(self.ring.pixels[index], numpy.uint32)[: stride * height // 4]
        half = len(pixels) // 2
        pixels[:half] = word_of(number)
        if self.chance.random() < self.pauses:
            pause(0.002)
        pixels[half:] = word_of(number)
        now = time.monotonic_ns()
        header = PictureHeader(0, width, height, stride, number, now, now, 2_000_000, 0, now)
        self.writer.commit(index, header)
        self.written += 1


def run_writer(link: socket.socket, rate: float, seed: int, pauses: float) -> None:
    """Write until the other side is gone."""
    writer = Writer(rate, seed, pauses)
    due, told = time.monotonic(), time.monotonic()
    while True:
        now = time.monotonic()
        message, ring = receive(link, due - now)
        if message is not None and ring is not None:
            writer.take(message, ring)
        if time.monotonic() >= due:
            writer.write()
            # After a stop the missed pictures are not made up for: a camera does not do so either.
            due = max(due + 1 / rate, time.monotonic() - 0.1)
        if now - told > 0.1:
            told = now
            say(written=writer.written)


class Reader:
    """Reads the newest picture, holds it for a while, and judges its pixels before letting it go."""

    def __init__(self, number: int, seed: int, claims: bool) -> None:
        self.number, self.claims = number, claims
        self.chance = random.Random(seed)
        self.rings: list[RingReader] = []
        self.read = self.mixed = self.torn = self.wrong_number = self.backwards = self.empty = 0
        self.longest_wait_ms = 0.0
        self.sizes: set[tuple[int, int]] = set()

    def take(self, ring: Ring) -> None:
        """A newer ring: the older one stays until this one holds a picture."""
        reader = RingReader(ring, self.number)
        if not self.claims:
            reader._claim = _UNUSED_WORD
        self.rings.append(reader)

    def look(self) -> None:
        """One picture, or none."""
        while len(self.rings) > 1 and self.rings[-1].ring.newest_sequence():
            self._drop(self.rings.pop(0))
        if not self.rings:
            return
        reader = self.rings[0]
        asked = time.monotonic()
        shown = reader.shown
        with reader.newest() as held:
            self.longest_wait_ms = max(self.longest_wait_ms, (time.monotonic() - asked) * 1e3)
            if held is None:
                self.empty += 1
                return
            self._judge(held[0], held[1], shown)
        self.torn += reader.torn
        reader.torn = 0

    def _judge(self, header: PictureHeader, pixels: memoryview, shown: int) -> None:
        words = numpy.frombuffer(pixels, numpy.uint32)[: header.stride * header.height // 4]
        wanted = word_of(header.sequence)
        for hold_s in (self.chance.random() ** 4 * 0.08, 0.0):
            if int(words.min()) != wanted or int(words.max()) != wanted:
                self.mixed += 1
                break
            pause(hold_s)
        self.wrong_number += header.pts_us != header.sequence
        self.backwards += header.sequence < shown
        self.sizes.add((header.width, header.height))
        self.read += 1

    def _drop(self, reader: RingReader) -> None:
        reader.ring.close()

    def report(self) -> None:
        """The figures so far."""
        say(
            read=self.read,
            mixed=self.mixed,
            torn=self.torn,
            wrong_number=self.wrong_number,
            backwards=self.backwards,
            empty=self.empty,
            longest_wait_ms=round(self.longest_wait_ms, 3),
            sizes=len(self.sizes),
        )


def run_reader(link: socket.socket, number: int, seed: int, claims: bool) -> None:
    """Read until the other side is gone."""
    reader = Reader(number, seed, claims)
    told = 0.0
    while True:
        message, ring = receive(link, 0.001)
        if message is not None and ring is not None:
            reader.take(ring)
        reader.look()
        if time.monotonic() - told > 0.1:
            told = time.monotonic()
            reader.report()


def main(arguments: list[str]) -> int:
    """`writer FD RATE SEED PAUSES` or `reader FD NUMBER SEED claims|blind`."""
    link = socket.socket(fileno=int(arguments[1]))
    try:
        if arguments[0] == "writer":
            run_writer(link, float(arguments[2]), int(arguments[3]), float(arguments[4]))
        else:
            run_reader(link, int(arguments[2]), int(arguments[3]), arguments[4] == "claims")
    except (EOFError, ConnectionResetError):
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
