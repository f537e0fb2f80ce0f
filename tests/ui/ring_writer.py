"""A child process that writes pictures into a ring it was handed: `python -m tests.ui.ring_writer FD`.

25 pictures a second until its standard input closes; each is a plain colour, captured as it is written.
"""

from __future__ import annotations

import select
import sys
import time

from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingWriter, stride_of

WIDTH, HEIGHT = 480, 270


def main() -> None:
    """Write until nobody listens any more."""
    ring = Ring(int(sys.argv[1]))
    writer = RingWriter(ring)
    row = bytes((20, 30, 220, 255)) * WIDTH
    row += bytes(stride_of(WIDTH) - len(row))
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.04)[0]:
        index = writer.begin()
        ring.pixels[index][: len(row) * HEIGHT] = row * HEIGHT
        now = time.monotonic_ns()
        header = PictureHeader(0, WIDTH, HEIGHT, len(row), 0, now, now, 40_000_000, 0, now)
        writer.commit(index, header)


if __name__ == "__main__":
    main()
