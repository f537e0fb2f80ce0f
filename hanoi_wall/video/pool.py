"""The decoder processes: started, balanced, watched, ended and started again. Thread `video`, UI process.

A process is ended when it is dead to us: no heartbeat for 5 s while stopped or with its CPU time standing
still, for 15 s when it is merely late, or so far behind with its orders that it could not be told to close a
feed; never two within 5 s, and never when this thread itself was late (then it is this machine that stalled,
not the process). Five ends within a minute open the breaker: the process stays down for a minute and its
feeds go to the others; where there are no others it is tried again after 10 s, then 20, 40 and every 60 s.

Nothing here waits long for a process: one that is killed and does not end (a call of the kernel holds it,
say to a disk that is gone) is left to itself and looked after now and then; with two of them a place stays
empty until one has ended.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.video import orders, spawning

log = logging.getLogger(__name__)

FEEDS_PER_PROCESS = 8
SUSPECT_NS = 3 * SECOND
HUNG_NS = 5 * SECOND
LATE_NS = 15 * SECOND
START_NS = 20 * SECOND
"""A process that has not loaded its libraries by then is hung."""
BETWEEN_ENDS_NS = 5 * SECOND
OWN_GAP_NS = SECOND
BREAKER_ENDS = 5
BREAKER_NS = 60 * SECOND
ALONE_NS = 10 * SECOND
"""How long the breaker stays open, at first, when no other process can take the feeds."""
BURIED_S = 0.2
"""How long the end of a killed process is waited for (it takes some 10 ms)."""
MOST_UNDEAD = 2
"""A place with so many killed processes that have not ended is not filled: they hold memory and sockets."""
_TICKS = os.sysconf("SC_CLK_TCK")
_UNDEAD = "decoder process %d is killed, but the kernel does not let go of it"


@dataclass(slots=True)
class DecoderProcess:
    """One place in the pool and the process that fills it now, if any."""

    number: int
    process: subprocess.Popen[bytes] | None = None
    sock: socket.socket | None = None
    ready: bool = False
    started_ns: int = 0
    beat_ns: int = 0
    cpu_at_beat: float = 0.0
    restarts: int = 0
    ends: deque[int] = field(default_factory=deque)
    down_until_ns: int = 0
    breaks: int = 0
    undead: list[subprocess.Popen[bytes]] = field(default_factory=list)
    feeds: int = 0
    deaf: bool = False

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return self.process.pid if self.process is not None else None


def processes_for(feeds: int, cores: int) -> int:
    """How many decoder processes `feeds` feeds deserve: one for every eight, at most one per core."""
    return max(1, min(cores, -(-feeds // FEEDS_PER_PROCESS)))


class Pool:
    """The decoder processes of this client. One thread."""

    def __init__(self, clock: Clock, most: int | None = None, early: spawning.Early | None = None) -> None:
        """early: processes that were started already, for the first time that it grows."""
        self._clock = clock
        self._early = early
        self.most = most or len(os.sched_getaffinity(0))
        self.places: list[DecoderProcess] = []
        self._looked_ns = clock.monotonic_ns()
        self._ended_ns = 0

    def grow(self, feeds: int) -> None:
        """Have as many processes as that many feeds deserve; processes are never taken away again."""
        while len(self.places) < processes_for(feeds, self.most):
            place = DecoderProcess(len(self.places))
            self.places.append(place)
            self._start(place)
        if self._early is not None:
            self._early.close()
            self._early = None

    def lightest(self) -> DecoderProcess | None:
        """The running process with the fewest feeds, one that is suspected to hang last."""
        now = self._clock.monotonic_ns()
        running = [place for place in self.places if place.process is not None]
        return min(running, key=lambda place: (_is_suspect(place, now), place.feeds), default=None)

    def _start(self, place: DecoderProcess) -> None:
        started = self._early.take() if self._early is not None else None
        try:
            started = started or spawning.start()
        except OSError as error:
            self._not_started(place, error)
            return
        place.process, place.sock = started.process, started.sock
        place.ready = place.deaf = False
        place.feeds = 0
        place.started_ns = place.beat_ns = self._clock.monotonic_ns()
        place.cpu_at_beat = 0.0

    def _not_started(self, place: DecoderProcess, error: OSError) -> None:
        log.error("no decoder process: %s", error)
        place.process = place.sock = None
        place.down_until_ns = self._clock.monotonic_ns() + BREAKER_NS

    def beat(self, place: DecoderProcess) -> None:
        """The process was heard."""
        place.ready = True
        place.beat_ns = self._clock.monotonic_ns()
        place.cpu_at_beat = cpu_seconds(place.pid) if place.pid else 0.0

    def tell(self, place: DecoderProcess, order: orders.Order, fd: int | None = None) -> bool:
        """Give an order without ever waiting; False when the process does not take it.

        It is then gone, or so far behind with its orders that it is about to be found dead.
        """
        if place.sock is None:
            return False
        try:
            orders.send(place.sock, order, fd)
        except BlockingIOError:
            # Later orders make up for earlier ones, but a session that was not closed would run for ever.
            place.deaf = place.deaf or isinstance(order, orders.CloseFeed)
            return False
        except OSError:
            return False
        return True

    def watch(self) -> list[DecoderProcess]:
        """End what hangs and start what is down; returns the places whose process was ended just now."""
        now = self._clock.monotonic_ns()
        away, self._looked_ns = now - self._looked_ns, now
        ended = []
        for place in self.places:
            place.undead = [process for process in place.undead if process.poll() is None]
            if place.process is None:
                if now >= place.down_until_ns and len(place.undead) < MOST_UNDEAD:
                    self._start(place)
            elif away > OWN_GAP_NS:
                place.beat_ns = max(place.beat_ns, now - SUSPECT_NS)
                # Stopped with us or not, a process that still loads gets the time in which nobody looked.
                place.started_ns = min(now, place.started_ns + away)
            elif self._hangs(place, now) and now - self._ended_ns >= BETWEEN_ENDS_NS:
                self._ended_ns = now
                log.error("decoder process %d hangs and is ended", place.pid)
                ended.append(place)
        return ended

    def _hangs(self, place: DecoderProcess, now: int) -> bool:
        silent = now - place.beat_ns
        if place.deaf:
            return True
        if not place.ready:
            return now - place.started_ns > START_NS
        if silent < HUNG_NS or place.pid is None:
            return False
        stands = is_stopped(place.pid) or cpu_seconds(place.pid) - place.cpu_at_beat < 0.05
        return stands or silent >= LATE_NS

    def bury(self, place: DecoderProcess) -> None:
        """The process is dead or must die: take it away and start another, unless the breaker opens."""
        process, now = place.process, self._clock.monotonic_ns()
        if process is None:
            return
        process.kill()
        try:
            log.error("decoder process %d ended (%s)", process.pid, _status_text(process.wait(BURIED_S)))
        except subprocess.TimeoutExpired:
            log.error(_UNDEAD, process.pid)
            place.undead.append(process)
        if place.sock is not None:
            place.sock.close()
        place.process = place.sock = None
        place.ready = False
        place.feeds = 0
        place.restarts += 1
        if now - place.started_ns >= BREAKER_NS:
            place.breaks = 0
        place.ends.append(now)
        while now - place.ends[0] > BREAKER_NS:
            place.ends.popleft()
        if len(place.ends) >= BREAKER_ENDS:
            self._break(place, now)
        elif len(place.undead) < MOST_UNDEAD:
            self._start(place)

    def _break(self, place: DecoderProcess, now: int) -> None:
        """Leave the place empty for a while: whatever ends its processes would end the next one too."""
        others = any(other.process is not None for other in self.places)
        rest = BREAKER_NS if others else min(BREAKER_NS, ALONE_NS << place.breaks)
        place.breaks += 1
        place.ends.clear()
        place.down_until_ns = now + rest
        log.error(
            "decoder process %d: ended %d times in a minute, waits %d s",
            place.number, BREAKER_ENDS, rest // SECOND,
        )  # fmt: skip

    def close(self, within_s: float) -> None:
        """Ask every process to end, then end it."""
        for place in self.places:
            self.tell(place, orders.Quit())
            if place.sock is not None:
                place.sock.shutdown(socket.SHUT_WR)
        until = self._clock.monotonic_ns() + round(within_s * SECOND)
        for place in self.places:
            if place.process is None:
                continue
            try:
                place.process.wait(max(0.0, (until - self._clock.monotonic_ns()) / SECOND))
            except subprocess.TimeoutExpired:
                place.process.kill()
                place.undead.append(place.process)
            if place.sock is not None:
                place.sock.close()
            place.process = place.sock = None
        for process in [process for place in self.places for process in place.undead]:
            try:
                process.wait(BURIED_S)
            except subprocess.TimeoutExpired:
                log.error(_UNDEAD, process.pid)


def _is_suspect(place: DecoderProcess, now: int) -> bool:
    return place.deaf or (place.ready and now - place.beat_ns >= SUSPECT_NS)


def _status_text(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"


def _stat_fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def is_stopped(pid: int) -> bool:
    """Whether the process is stopped (SIGSTOP, debugger) or already dead."""
    fields = _stat_fields(pid)
    return not fields or fields[0] in "TtZX"


def cpu_seconds(pid: int) -> float:
    """CPU time the process has used, user and system; 0.0 when it is gone."""
    fields = _stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0
