"""A decoder process: one thread per feed, pictures into shared memory, facts over one socket.

`python -m hanoi_wall.video.worker FD` is started by pool.py. Thread `main` takes orders and tells twice a
second that it lives; each thread `feed:<n>` owns one session from open to close. The process runs below the
UI in priority and dies with its parent: by PR_SET_PDEATHSIG, and when the socket ends.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from hanoi_wall import threads
from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport
from hanoi_wall.domain.clock import SECOND, now_ns
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import orders, scaler
from hanoi_wall.video.capture_time import CaptureClock, IntervalMeter
from hanoi_wall.video.decoder import ClipDecoder, Decoded, StreamDecoder, StreamFault, open_stream, resolve
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.reach import silence_of
from hanoi_wall.video.slots import Ring, RingWriter, SlotsError, stride_of

log = logging.getLogger(__name__)

BEAT_S = 0.5
NICENESS = 10
QUIT_S = 1.5
HALF_RATE = 2
"""The step of shedding at which every other picture is decoded but not shown (shedding.py)."""
STUCK_NS = 60 * SECOND
"""Every call of a session but one has an end far below this; beyond it, it hangs."""
RESOLVER_STUCK_NS = 900 * SECOND
"""That one is the system's resolver: its time is up to name servers, and no fault of the neighbours'."""
_FIRST_TO_GO = "500"
_RESOLVER = "timeout:2 attempts:2"
"""glibc's, instead of 5 s for each name server twice: libav looks the name up once more by itself."""
_LOOK_NS = SECOND * 9 // 10
"""A little less than the second from one key picture to the next that most cameras keep to."""
_LOOK_WITHOUT_KEY_NS = 5 * SECOND
_SAME_LIMIT = 0.25
"""Mean difference of luma points (0..255) up to which two pictures count as the same."""
_PTS_WRAP_US = 1 << 62
"""A file may hold any stamp at all; the slot has 64 bits for it."""
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


class FeedThread:
    """One session of one feed. Made on `main`, runs on its own thread."""

    def __init__(self, worker: Worker, order: orders.OpenFeed, ring: Ring) -> None:
        self.order = order
        self.stop = threading.Event()
        self.stopped_ns = 0
        self._worker = worker
        self._address = StreamAddress(order.url, Transport(order.transport), order.fingerprint)
        self._next: tuple[Ring, int, int] | None = (ring, order.width, order.height)
        self._writer: RingWriter | None = None
        self._ring: Ring | None = None
        self._clock = CaptureClock()
        self._intervals = IntervalMeter()
        self._still = StillnessMeter()
        self._scaler = scaler.PictureScaler(worker.libyuv)
        self._started_ns = now_ns()
        self._stats: dict[str, Any] = {}
        self._decoded = self._published = self._corrupt = 0
        self._size, self._codec = (0, 0), ""
        self._shape: tuple[int, int, Fraction, int, int] | None = None
        self._fitted = (0, 0, 0)
        self._second = (self._started_ns, 0, 0.0)
        self._stream: StreamDecoder | ClipDecoder | None = None
        self.shed = 0
        self.resolving = True
        """While the host's name is looked up."""
        self.thread = threads.spawn(f"feed:{order.feed}", self._run)

    def leave_out(self, step: int) -> None:
        """From the next key picture on, do as much as this step of shedding allows. Called on `main`."""
        self.shed = step
        if self._stream is not None:
            self._stream.shed = step

    def use_ring(self, ring: Ring, width: int, height: int) -> None:
        """From the next picture on, write there. Called on `main`; one assignment, so no lock."""
        self._next = (ring, width, height)

    def _run(self) -> None:
        order = self.order
        try:
            resolve(self._address)
            self.resolving = False
            if self.stop.is_set():
                return
            silence = silence_of(self._address) if order.hurried else None
            if silence is not None:
                raise StreamFault(silence.cause, silence.detail)
            credentials = Credentials(order.user, order.password) if order.user else None
            self._stream = open_stream(self._address, credentials, self.stop, order.ca_file)
            if self.stop.is_set():
                return
            self._stream.shed = self.shed
            facts = self._stream.facts
            self._size, self._codec = (facts.width, facts.height), facts.codec
            self._tell(orders.Opened(order.feed, order.session, facts.codec, facts.width, facts.height))
            for decoded in self._stream.frames():
                self._take(decoded, self._stream)
        except StreamFault as fault:
            # A refused log-in counts, wanted or not: the camera counts it too.
            if not self.stop.is_set() or fault.cause is Cause.WRONG_PASSWORD:
                self._tell(orders.Failed(order.feed, order.session, fault.cause, fault.detail))
        except MemoryError:
            self._tell(orders.Failed(order.feed, order.session, Cause.OUT_OF_MEMORY, "no memory"))
        finally:
            if self._stream is not None:
                self._stream.close()
            # The session may be remembered for a while; its pictures' memory may not.
            self._next = self._ring = self._writer = None
            self._tell(orders.Ended(order.feed, order.session))

    def _take(self, decoded: Decoded, stream: StreamDecoder | ClipDecoder) -> None:
        if self.stop.is_set():
            return  # the next session may already write into the same ring
        self._decoded += 1
        frame, arrival, aspect = decoded.frame, decoded.arrival_ns, decoded.aspect
        capture = self._clock.capture(decoded.stamp_ns, arrival)
        stream.backlog.behind_ns = self._clock.behind_ns
        if getattr(frame, "is_corrupt", False):
            self._corrupt += 1
        have = self._size = (frame.width, frame.height)
        assert self._next is not None, "set until this thread ends"
        ring, width, height = self._next
        changed = ring is not self._ring
        if self.shed == HALF_RATE and self._decoded % 2 and not changed:
            return
        if changed:
            self._writer, self._ring = RingWriter(ring), ring
        writer = self._writer
        assert writer is not None, "made with the first ring"
        shape = (*have, aspect, width, height)
        if shape != self._shape:
            width, height = scaler.fit(*shape)
            self._shape, self._fitted = shape, (width, height, stride_of(width))
        width, height, stride = self._fitted
        key = bool(frame.key_frame)
        if self._still.due(key, arrival):
            self._still.look(self._scaler.thumbnail(frame), arrival, key)
        index = writer.begin()
        self._scaler.scale(frame, width, height, ring.pixels[index], stride)
        self._published += 1
        writer.commit(
            index,
            PictureHeader(
                0, width, height, stride,
                (decoded.stamp_ns or 0) // 1000 % _PTS_WRAP_US,
                arrival,
                capture,
                self._interval(capture),
                self._still.since_ns,
                now_ns(),
                self._clock.behind_ns,
            ),
        )  # fmt: skip
        if changed:
            waited = (now_ns() - self._started_ns) // 1_000_000
            if self._published == 1:
                self._stats["first_picture_ms"] = waited
            self._tell(orders.Pictured(self.order.feed, self.order.session, ring.generation, *have, waited))

    def _interval(self, capture: int) -> int:
        """The pictures' interval; before there are two of them, what the camera says of its own."""
        measured = self._intervals.add(capture)
        if self._published > 1 or self._stream is None:
            return measured
        return self._stream.facts.interval_ns or measured

    def stats(self, now_ns: int) -> dict[str, Any]:
        """The fields of FeedStats as they stand; called on `main`."""
        since, count, rate = self._second
        stream = self._stream
        received = self._decoded + (stream.skipped + stream.passed_over if stream else 0)
        if now_ns - since >= SECOND:
            rate = (received - count) * SECOND / (now_ns - since)
            self._second = (now_ns, received, rate)
        return self._stats | {
            "received": received,
            "decoded": self._decoded,
            "published": self._published,
            "corrupt": self._corrupt,
            "bytes": stream.bytes if stream else 0,
            "received_fps": round(rate, 2),
            "size": self._size,
            "codec": self._codec if self._decoded else "",
            "jumps": self._clock.jumps,
            "clock": "arrival" if self._clock.by_arrival else "stream",
            "shed": self.shed,
            "backlog_ms": stream.backlog.waiting_ns // 1_000_000 if stream else 0,
            "skipped": stream.skipped if stream else 0,
        }

    def _tell(self, report: orders.Report) -> None:
        self._worker.tell(report)


def _attach(fd: int | None) -> Ring:
    """The ring behind a descriptor that came with an order; the mapping outlives the descriptor.

    Raises SlotsError. The system drops a descriptor for which this process has no place, without a word.
    """
    if fd is None:
        raise SlotsError("no descriptor came with the order: this process holds too many")
    ring = Ring(fd)
    ring.close()
    return ring


class StillnessMeter:
    """Since when the content has not changed. Pure.

    Key pictures are compared with key pictures only: a codec refines a picture that stands still from one key
    picture to the next, and begins anew there, which is more than a camera's honest noise.
    """

    def __init__(self) -> None:
        self.since_ns = 0
        self._looked_ns = 0
        self._changed_ns = 0
        self._before: dict[bool, tuple[bytes, int]] = {}

    def due(self, key: bool, now_ns: int) -> bool:
        """Whether to look at this picture: once a second where key pictures come, else now and then."""
        return now_ns - self._looked_ns >= (_LOOK_NS if key else _LOOK_WITHOUT_KEY_NS)

    def look(self, points: bytes, now_ns: int, key: bool = True) -> None:
        """Compare a thumbnail with the one before of its kind."""
        before, looked = self._before.get(key, (b"", 0))
        self._before[key] = points, now_ns
        self._looked_ns = now_ns
        if not before:
            return
        same = len(before) == len(points) and (
            sum(abs(a - b) for a, b in zip(before, points, strict=True)) <= _SAME_LIMIT * len(points)
        )
        if same:
            self.since_ns = self.since_ns or max(looked, self._changed_ns)
        else:
            self.since_ns, self._changed_ns = 0, now_ns


class Worker:
    """The process: takes orders on `main`, keeps the feeds' threads."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._feeds: dict[int, FeedThread] = {}
        self._ending: list[FeedThread] = []
        self.libyuv = scaler.load_libyuv()

    def tell(self, report: orders.Report) -> None:
        """Send a report from any thread (one datagram, so no lock). A dead parent ends the process."""
        try:
            orders.send(self._sock, report)
        except OSError:
            os._exit(0)

    def run(self) -> None:
        """Take orders until Quit or until the parent is gone."""
        self.tell(orders.Ready(os.getpid()))
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        beat_at = time.monotonic()
        while True:
            wait = max(0.0, beat_at - time.monotonic())
            if poll.poll(wait * 1000):
                try:
                    message = orders.receive(self._sock)
                except OSError:  # gone without having read our last words
                    return
                if message is None or isinstance(message[0], orders.Quit):
                    return
                self._obey(*message)
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + BEAT_S
                now = now_ns()
                if self._is_stuck(now):
                    return
                self.tell(orders.Beat({str(n): feed.stats(now) for n, feed in self._feeds.items()}))

    def _obey(self, order: orders.Order | orders.Report, fd: int | None) -> None:
        if isinstance(order, orders.OpenFeed):
            self._forget(order.feed)
            try:
                self._feeds[order.feed] = FeedThread(self, order, _attach(fd))
            except (SlotsError, RuntimeError) as error:  # RuntimeError: no thread could be started
                # Said at once: an order without an answer holds a place for 20 s.
                self.tell(orders.Failed(order.feed, order.session, Cause.OUT_OF_MEMORY, str(error)))
                self.tell(orders.Ended(order.feed, order.session))
        elif isinstance(order, orders.NewRing):
            self._renew(order, fd)
        elif isinstance(order, orders.CloseFeed):
            if order.feed in self._feeds and self._feeds[order.feed].order.session == order.session:
                self._forget(order.feed)
        elif isinstance(order, orders.ShedFeed) and order.feed in self._feeds:
            self._feeds[order.feed].leave_out(order.level)

    def _renew(self, order: orders.NewRing, fd: int | None) -> None:
        feed = self._feeds.get(order.feed)
        try:
            ring = _attach(fd)
        except SlotsError as error:
            if feed is not None:
                # Told before it is stopped: its end is the last word about a session.
                failed = orders.Failed(order.feed, feed.order.session, Cause.OUT_OF_MEMORY, str(error))
                self.tell(failed)
                # Its pictures would go on into a ring that nobody looks at any more.
                self._forget(order.feed)
            return
        if feed is not None:
            feed.use_ring(ring, order.width, order.height)

    def _forget(self, number: int) -> None:
        feed = self._feeds.pop(number, None)
        if feed is not None:
            feed.stop.set()
            feed.stopped_ns = now_ns()
            self._ending.append(feed)
        self._ending = [ending for ending in self._ending if ending.thread.is_alive()]

    def _is_stuck(self, now_ns: int) -> bool:
        """Whether a session's thread does not end: then the process must, for nothing else can end it."""
        self._ending = [ending for ending in self._ending if ending.thread.is_alive()]
        stuck = [
            ending.order.feed
            for ending in self._ending
            if now_ns - ending.stopped_ns > (RESOLVER_STUCK_NS if ending.resolving else STUCK_NS)
        ]
        if stuck:
            log.error("feeds %s do not end: this process does", stuck)
        return bool(stuck)

    def end(self) -> None:
        """Stop every feed and give them a moment to say goodbye to their cameras."""
        for number in list(self._feeds):
            self._forget(number)
        until = time.monotonic() + QUIT_S
        for feed in self._ending:
            feed.thread.join(max(0.0, until - time.monotonic()))


def _become_a_worker() -> None:
    """Below the UI in priority, deaf to Ctrl+C in a terminal, dead with the parent, soon tired of names."""
    os.nice(NICENESS)
    os.environ["RES_OPTIONS"] = _RESOLVER
    # Should the machine run out of memory, its choice falls on a process that is replaced, not on the wall.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NAME, b"hanoi-decoder", 0, 0, 0)


def main() -> None:
    """The process's whole life; the one argument is the descriptor of the socket."""
    _become_a_worker()
    sock = socket.socket(fileno=int(sys.argv[1]))
    try:
        worker = Worker(sock)
        # What is loaded by now stays; the collector need not look at it again between two pictures.
        gc.freeze()
        worker.run()
        worker.end()
    except BaseException:
        log.exception("a decoder process ended by a bug")
        os._exit(1)
    # Threads that sit in a bounded libav call are not waited for: the process is their end.
    os._exit(0)


if __name__ == "__main__":
    main()
