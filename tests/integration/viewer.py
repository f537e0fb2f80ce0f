"""A wall of one tile for tests: the real decoder process, a real ring, no UI."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.video import orders
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.pool import Pool
from hanoi_wall.video.slots import Ring, RingReader
from tests.integration.reference_picture import Pixels

PATIENCE_S = 20.0
Said = TypeVar("Said", orders.Opened, orders.Pictured, orders.Failed, orders.Ended)


class Unpictured(AssertionError):
    """No picture came; `failed` is what the decoder said instead, if anything."""

    def __init__(self, failed: orders.Failed | None) -> None:
        super().__init__(f"no picture: {failed}")
        self.failed = failed


@dataclass
class Picture:
    """What a tile would paint: its facts, and height x width x (R, G, B), 0 to 255."""

    header: PictureHeader
    pixels: Pixels


@dataclass
class Session:
    """One open feed. What the decoder said of it so far, newest last."""

    number: int
    ring: Ring
    viewer: Viewer
    said: list[orders.Report] = field(default_factory=list)
    stats: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reader = RingReader(self.ring)

    def next_picture(self, seconds: float = PATIENCE_S) -> Picture:
        """The newest picture once there is one newer than the last; raises Unpictured."""
        deadline = time.monotonic() + seconds
        while not self._reader.fresh():
            self.viewer.listen(0.005)
            failed = self.heard(orders.Failed)
            if failed is not None or time.monotonic() > deadline:
                raise Unpictured(failed)
        with self._reader.newest() as held:
            assert held is not None
            header, pixels = held
            rows = numpy.frombuffer(pixels, numpy.uint8)[: header.stride * header.height]
            colours = rows.reshape(header.height, header.stride)[:, : header.width * 4]
            shaped = colours.reshape(header.height, header.width, 4)
            picture = Picture(header, shaped[:, :, 2::-1].astype(numpy.float64))
        assert self._reader.torn == 0
        return picture

    def report(self, kind: type[Said], seconds: float = PATIENCE_S) -> Said:
        """The first report of that kind; fails the test when none comes."""
        deadline = time.monotonic() + seconds
        while (report := self.heard(kind)) is None:
            assert time.monotonic() < deadline, f"no {kind.__name__} within {seconds} s"
            self.viewer.listen(0.05)
        return report

    def heard(self, kind: type[Said]) -> Said | None:
        """The first report of that kind, if any."""
        return next((report for report in self.said if isinstance(report, kind)), None)


class Viewer:
    """One decoder process that opens one feed after another."""

    def __init__(self) -> None:
        self._pool = Pool(SystemClock(), most=1)
        self._pool.grow(1)
        self._place = self._pool.places[0]
        self._sessions: dict[int, Session] = {}
        self._count = 0

    @property
    def pid(self) -> int:
        """The decoder process."""
        assert self._place.pid is not None
        return self._place.pid

    @contextmanager
    def watch(
        self,
        address: StreamAddress,
        credentials: Credentials | None = None,
        *,
        box: tuple[int, int] = (480, 270),
        ca_file: str | None = None,
    ) -> Iterator[Session]:
        """Open the stream for a tile of that size; afterwards the session has ended."""
        self._count += 1
        number = self._count
        ring = Ring.create(*box)
        session = self._sessions[number] = Session(number, ring, self)
        order = orders.OpenFeed(
            feed=number,
            session=number,
            url=address.url,
            transport=address.transport.value,
            fingerprint=address.fingerprint,
            ca_file=ca_file,
            width=box[0],
            height=box[1],
            user=credentials.user if credentials else "",
            password=credentials.password if credentials else "",
        )
        assert self._pool.tell(self._place, order, ring.fd)
        try:
            yield session
        finally:
            self._pool.tell(self._place, orders.CloseFeed(number, number))
            deadline = time.monotonic() + PATIENCE_S
            while session.heard(orders.Ended) is None:
                assert time.monotonic() < deadline, "the session does not end"
                self.listen(0.05)
            del self._sessions[number]
            ring.close()

    def shed(self, session: Session, step: int) -> None:
        """Tell the process to do less for that feed (video/shedding.py)."""
        assert self._pool.tell(self._place, orders.ShedFeed(session.number, step))

    def listen(self, seconds: float) -> None:
        """Take one report, if one comes in that time."""
        sock = self._place.sock
        assert sock is not None
        sock.settimeout(max(0.001, seconds))
        try:
            message = orders.receive(sock)
        except TimeoutError:
            return
        assert message is not None, "the decoder process is gone"
        report = message[0]
        if isinstance(report, orders.Beat):
            for number, stats in report.stats.items():
                if int(number) in self._sessions:
                    self._sessions[int(number)].stats = stats
        elif isinstance(report, orders.Opened | orders.Pictured | orders.Failed | orders.Ended):
            if report.feed in self._sessions:
                self._sessions[report.feed].said.append(report)

    def close(self) -> None:
        """End the process."""
        self._pool.close(5.0)
