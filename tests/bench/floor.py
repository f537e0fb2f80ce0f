"""The decode floor: PyAV alone, no display. `python -m tests.bench.floor FEEDS.json`

All feeds in one process, one thread each, one codec thread, the full loop filter, every picture decoded and
thrown away. It prints a JSON line of counters four times a second: {"ns", "shown": [per feed]}. FEEDS holds
{"urls": [...]}. With many feeds the interpreter's lock is what limits it: then it is no floor any more, and
the pictures per second say so.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from functools import partial
from pathlib import Path
from threading import Event

import av

from hanoi_wall.threads import spawn

OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "200000", "probesize": "65536", "timeout": "5000000"}


class Counters:
    """Pictures decoded per feed; each number is written by one thread only."""

    def __init__(self, feeds: int) -> None:
        self.shown = [0] * feeds
        self.leaving = Event()

    def decode(self, number: int, url: str) -> None:
        """Decode one feed until told to leave; a feed that breaks is opened again."""
        while not self.leaving.is_set():
            try:
                self._session(number, url)
            except av.error.FFmpegError as error:
                print(f"feed {number}: {error}", file=sys.stderr, flush=True)
                self.leaving.wait(0.5)

    def _session(self, number: int, url: str) -> None:
        with av.open(url, options=OPTIONS, timeout=(6, 8)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for _frame in container.decode(stream):
                self.shown[number] += 1
                if self.leaving.is_set():
                    return


def main(feeds_file: str) -> int:
    """Decode until SIGTERM."""
    urls = json.loads(Path(feeds_file).read_text())["urls"]
    counters = Counters(len(urls))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: counters.leaving.set())
    feeds = [spawn(f"feed:{n}", partial(counters.decode, n, url)) for n, url in enumerate(urls)]
    while not counters.leaving.wait(0.25):
        print(json.dumps({"ns": time.monotonic_ns(), "shown": counters.shown}), flush=True)
    for feed in feeds:
        feed.join()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
