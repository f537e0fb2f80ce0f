"""The lines to the decoder processes: which are watched, and what is heard on them. Thread `video`.

Whatever is heard comes from a process that reads what strangers send: it may die, hang or be taken over. So a
report is checked to the last field before anybody acts on it, and a process that talks nonsense is lost.
"""

from __future__ import annotations

import logging
import math
import os
import selectors
from dataclasses import dataclass

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import orders
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.stats import FeedStats

log = logging.getLogger(__name__)

Word = orders.Opened | orders.Pictured | orders.Failed | orders.Ended
MOST_PIXELS = 1 << 16
"""Longer than any side of a picture."""
NONSENSE = (ValueError, LookupError, TypeError, ArithmeticError, RecursionError)
"""What the reading of a report can end in, when nothing in it can be trusted."""


class LineLost(Exception):
    """The process at the other end is gone, or talks nonsense and must go."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One report: what it says of one session, or the figures of all feeds of the process, by number."""

    word: Word | None = None
    stats: tuple[tuple[int, FeedStats], ...] = ()


class Lines:
    """Which sockets the thread waits for. One thread."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._watched: dict[int, tuple[DecoderProcess, int]] = {}

    def watch(self, places: list[DecoderProcess]) -> None:
        """Wait for words of all processes that run now."""
        for place in places:
            known = self._watched.get(id(place))
            fd = place.sock.fileno() if place.sock is not None else -1
            if known is not None and known[1] != fd:
                self.forget(place)
            if fd >= 0 and id(place) not in self._watched:
                self._selector.register(fd, selectors.EVENT_READ, place)
                self._watched[id(place)] = (place, fd)

    def forget(self, place: DecoderProcess) -> None:
        """Its socket is about to be closed."""
        known = self._watched.pop(id(place), None)
        if known is not None:
            self._selector.unregister(known[1])


def hear(place: DecoderProcess) -> Heard | None:
    """The next report of the process, None when there is none; raises LineLost."""
    if place.sock is None:
        return None
    try:
        message = orders.receive(place.sock)
    except BlockingIOError:
        return None
    except OSError as error:
        raise LineLost(str(error)) from None
    except NONSENSE as error:
        raise _nonsense(place, error) from None
    if message is None:
        raise LineLost("it is gone")
    report, fd = message
    if fd is not None:
        os.close(fd)
    try:
        return read(report)
    except NONSENSE as error:
        raise _nonsense(place, error) from None


def read(report: orders.Order | orders.Report) -> Heard:
    """What the report says; raises one of NONSENSE."""
    if isinstance(report, orders.Beat):
        return Heard(stats=tuple((int(number), stats_of(fields)) for number, fields in report.stats.items()))
    if isinstance(report, orders.Ready):
        return Heard()
    if isinstance(report, orders.Failed):
        Cause(report.cause)
    if isinstance(report, orders.Opened | orders.Pictured):
        if not (_is_side(report.width) and _is_side(report.height)):
            raise ValueError("no size")
    if isinstance(report, orders.Opened | orders.Pictured | orders.Failed | orders.Ended):
        return Heard(report)
    raise TypeError(f"{type(report).__name__} is an order, not a report")


def stats_of(fields: dict[str, object]) -> FeedStats:
    """One feed's figures; raises one of NONSENSE."""
    size = fields.get("size", (0, 0))
    if not isinstance(size, list | tuple) or not (len(size) == 2 and all(map(_is_side, size))):
        raise ValueError("no size")
    stats = orders.checked(FeedStats, fields | {"size": tuple(size)})
    if not math.isfinite(stats.received_fps):
        raise ValueError("no rate")
    return stats


def _is_side(pixels: object) -> bool:
    return type(pixels) is int and 0 <= pixels <= MOST_PIXELS


def _nonsense(place: DecoderProcess, error: BaseException) -> LineLost:
    # What it said may hold anything, an address with a password too: only the kind is told.
    log.error("decoder process %s talks nonsense (%s)", place.pid, type(error).__name__)
    return LineLost("it talks nonsense")
