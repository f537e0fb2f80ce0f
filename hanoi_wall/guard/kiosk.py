"""The guard's process: one client as its child, its signs of life, its end, and what rules.py says to that.

Main thread; nothing here waits for anybody but in `Keeping.wait`, half a second at most.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

from hanoi_wall.domain.clock import Clock, SystemClock
from hanoi_wall.guard.rules import Do, Keeper, Step
from hanoi_wall.guard.service import VARIABLES, Service
from hanoi_wall.operations.life import ARRANGED, VARIABLE, Guarded

log = logging.getLogger(__name__)

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST_LINE = 4096
"""A pipe that can be written to takes so much at once without waiting."""
_MOST_READ = 65536
_SENT = {Do.ABORT: signal.SIGABRT, Do.KILL: signal.SIGKILL, Do.ASK: signal.SIGTERM}


def run(words: Sequence[str], seconds: float | None) -> int:
    """`run --kiosk` with these words: keep such a client alive until it leaves or we are told to.

    Returns the exit code; seconds: leave after so long, None: never.
    """
    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-P", "-m", "hanoi_wall"]
    # The last word counts. Told our pid, it also notices when we end while it is still loading.
    return keep([*program, *words, "--with-parent", str(os.getpid())], seconds)


def keep(line: Sequence[str], seconds: float | None = None) -> int:
    """Keep a program with that command line alive; the exit code to leave with."""
    clock = SystemClock()
    service = Service()
    with _Signals() as signals:
        keeping = Keeping(line, Keeper(clock.monotonic_ns(), seconds=seconds), signals, service, clock)
        try:
            return keeping.run()
        finally:
            keeping.close()
            service.close()


@dataclass(slots=True)
class _Client:
    """A client's process, and our ends of the pipes for its signs of life and its standard error."""

    process: subprocess.Popen[bytes]
    beats: int
    said: int
    heard: set[int]
    """Those of the two that somebody may still write to."""

    def close(self) -> None:
        os.close(self.beats)
        os.close(self.said)


class Keeping:
    """The loop of the guard. Main thread."""

    def __init__(
        self, line: Sequence[str], keeper: Keeper, signals: _Signals, service: Service, clock: Clock
    ) -> None:
        self._line, self._keeper = list(line), keeper
        self._signals, self._service, self._clock = signals, service, clock
        self._client: _Client | None = None
        self._arranged = False
        self._ready = False
        self._status = ""
        self._words = Words()

    def run(self) -> int:
        """Until the rules say that it is time to leave; the exit code."""
        while True:
            now = self._clock.monotonic_ns()
            step = self._keeper.look(now)
            if step.why:
                log.log(logging.INFO if step.do is Do.LEAVE else logging.WARNING, "%s", step.why)
                self._say(step.why)
            if step.do is Do.LEAVE:
                return step.code
            self._do(step, now)
            self._service.tick(now)
            self._wait(self._keeper.wait_ns(self._clock.monotonic_ns()))

    def close(self) -> None:
        """However we end, the client goes with us."""
        if self._client is not None:
            self._client.process.kill()
            self._client.process.wait()
            self._client.close()
            self._client = None

    def _do(self, step: Step, now_ns: int) -> None:
        if step.do is Do.START:
            try:
                self._client = _start(self._line, self._keeper.restarts, arranged=self._arranged)
                log.info("started the client as process %d", self._client.process.pid)
            except OSError as error:
                self._keeper.failed(now_ns, str(error))
        elif step.do in _SENT:
            if step.do is Do.ASK:
                self._service.tell(STOPPING="1")
            if self._client is not None:
                self._client.process.send_signal(_SENT[step.do])

    def _wait(self, nanoseconds: int) -> None:
        """Take what comes next, at the latest after that time."""
        waiting = select.poll()
        waiting.register(self._signals.reader, select.POLLIN)
        client = self._client
        if client is not None:
            for fd in client.heard:
                waiting.register(fd, select.POLLIN)
        # Rounded up: a moment too early would be one look more for nothing.
        events = dict(waiting.poll(-(-nanoseconds // 1_000_000)))
        if self._signals.asked():
            self._keeper.asked()
        if client is None:
            return
        self._hear(client)
        # Nobody can write there any more: to wait for it would be no waiting.
        client.heard -= {fd for fd in client.heard if events.get(fd, 0) & ~select.POLLIN}
        code = client.process.poll()
        if code is not None:
            self._words.pass_on(_read(client.said))
            self._words.end()
            client.close()
            self._client = None
            self._keeper.ended(self._clock.monotonic_ns(), code)

    def _hear(self, client: _Client) -> None:
        self._words.pass_on(_read(client.said))
        beats = _read(client.beats)
        if beats:
            self._arranged = self._arranged or ARRANGED in beats
            self._keeper.beat(self._clock.monotonic_ns())
            if not self._ready:
                self._ready = True
                self._service.tell(READY="1")
            self._say("the wall stands")

    def _say(self, status: str) -> None:
        if status != self._status:
            self._status = status
            self._service.tell(STATUS=status)


def _start(line: Sequence[str], restarts: int, *, arranged: bool) -> _Client:
    """A client; a terminal's Ctrl+C reaches us alone. Raises OSError."""
    beats, theirs = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    said, errors = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    # Only our ends never wait.
    os.set_blocking(errors, True)
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment[VARIABLE] = Guarded(theirs, restarts, arranged).text()
    if not getattr(sys, "frozen", False):
        # The folder that holds this very package, so that no other of the same name is started.
        home = str(Path(__file__).resolve().parents[2])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=(theirs,),
            env=environment,
            process_group=0,
        )
    except OSError:
        os.close(beats)
        os.close(said)
        raise
    finally:
        os.close(theirs)
        os.close(errors)
    return _Client(process, beats, said, {beats, said})


def _read(fd: int) -> bytes:
    """What there is now, without waiting."""
    with suppress(BlockingIOError):
        return os.read(fd, _MOST_READ)
    return b""


class Words:
    """What clients say on standard error, passed on line by line. Main thread; never waits.

    No line twice in a row: a client that is tried each second until the screen is there repeats itself.
    """

    def __init__(self, fd: int = 2) -> None:
        self._fd = fd
        self._part = b""
        self._last = b""

    def pass_on(self, data: bytes) -> None:
        """Some bytes of a client's; a line goes on when it is whole. Where nobody reads, it is lost."""
        *lines, self._part = (self._part + data).split(b"\n")
        if len(self._part) >= _MOST_LINE:
            lines, self._part = [*lines, self._part], b""
        for line in lines:
            if line != self._last:
                self._last = line
                self._write(line[: _MOST_LINE - 1] + b"\n")

    def end(self) -> None:
        """That client has ended: what it did not end goes on, too."""
        if self._part:
            self.pass_on(b"\n")

    def _write(self, line: bytes) -> None:
        room = select.poll()
        room.register(self._fd, select.POLLOUT)
        with suppress(OSError):
            if dict(room.poll(0)).get(self._fd) == select.POLLOUT:
                os.write(self._fd, line)


class _Signals:
    """Signals as bytes in a pipe that can be waited for. One at a time, main thread."""

    def __enter__(self) -> _Signals:
        self.reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wake_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        # Who starts us with SIGHUP ignored (nohup) means it.
        mine = [each for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN]
        self._before = {each: signal.signal(each, _nothing) for each in (*mine, signal.SIGCHLD)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wake_before)
        os.close(self.reader)
        os.close(self._writer)

    def asked(self) -> bool:
        """Whether one came that asks us to end, since this was asked last."""
        return any(number in _ENDING for number in _read(self.reader))


def _nothing(number: int, frame: FrameType | None) -> None:
    """Its number is in the pipe."""
