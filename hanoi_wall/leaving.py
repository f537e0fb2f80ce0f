"""Leaving on SIGINT and SIGTERM with 0: at once while nothing stands yet, in good order once it does, and by
force when that takes too long or the main thread hangs.

Main thread. Linux only, in this one file, so that other platforms can follow.

Python runs a signal's handler between two instructions of the main thread. A main thread that waits inside Qt
for an X server that hangs never comes to one, and as Qt keeps the interpreter's lock there, no other Python
thread does either. So the last resort is made of the C library alone: Python's C handler writes the signal's
number into a pipe; a read that waits there ends and calls `alarm`; the alarm's number goes the same way, and
at last a read calls `_exit(0)`. There are three, for some programs send the same signal twice.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)
STEP_S = 1
"""A main thread that does not even hear the signal ends after two of these."""
ORDERLY_S = 1.9
"""One that hears it has this long and one step more, whatever is left to do: less than 3 s."""
_WALLS = ("run", "demo")
_SIGEV_THREAD = 2
_kept: list[object] = []
"""What the C library reads and writes as long as the process lives."""


def asks_for_a_wall(words: Sequence[str]) -> bool:
    """Whether this command line is `run` or `demo`; a command left out is `run`."""
    rest = iter(words)
    for word in rest:
        if word == "--profile":
            next(rest, None)
        elif word != "--json" and not word.startswith("--profile="):
            return word.startswith("-") or word in _WALLS
    return True


def at_once() -> None:
    """From now on the process ends with 0 on a signal: what there is the system takes back by itself."""
    for number in ENDING:
        signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(0)


class InOrder:
    """With it, a signal calls `leave` (on the main thread, soon) instead of ending the process at once."""

    def __init__(self, leave: Callable[[str], None]) -> None:
        """leave: takes the signal's name, for the log."""
        self._leave = leave

    def __enter__(self) -> None:
        self._before = {number: signal.signal(number, self._handle) for number in ENDING}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._leave(signal.Signals(number).name)


def in_order() -> None:
    """The program is leaving: it ends by force when it is still there after ORDERLY_S and a step or two.

    Nothing without `by_force_at_last`.
    """
    if _kept:
        signal.setitimer(signal.ITIMER_REAL, ORDERLY_S)


def by_force_at_last() -> None:
    """From now on a signal ends the process with 0 though the main thread hangs; the third one at once.

    Takes SIGALRM and the wake-up descriptor for as long as the process lives. Without the C library's calls
    (not Linux) nothing changes.
    """
    import ctypes

    class Event(ctypes.Structure):
        """struct sigevent; 64 bytes."""

        _fields_ = [
            ("value", ctypes.c_ssize_t),
            ("signal", ctypes.c_int),
            ("notify", ctypes.c_int),
            ("function", ctypes.c_void_p),
            ("rest", ctypes.c_char * 40),
        ]

    class Reading(ctypes.Structure):
        """struct aiocb, up to what is filled in; the rest is the C library's."""

        _fields_ = [
            ("fd", ctypes.c_int),
            ("operation", ctypes.c_int),
            ("priority", ctypes.c_int),
            ("buffer", ctypes.c_void_p),
            ("count", ctypes.c_size_t),
            ("event", Event),
            ("rest", ctypes.c_char * 128),
        ]

    library = ctypes.CDLL(None)
    if sys.platform != "linux" or _kept or not hasattr(library, "aio_read"):
        return
    reader, writer = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(writer, False)
    buffer = ctypes.create_string_buffer(1)
    readings: list[ctypes.Structure] = []
    for function, argument in ((library.alarm, STEP_S), (library.alarm, STEP_S), (library._exit, 0)):
        address = ctypes.cast(function, ctypes.c_void_p)
        event = Event(value=argument, notify=_SIGEV_THREAD, function=address)
        readings.append(Reading(fd=reader, buffer=ctypes.addressof(buffer), count=1, event=event))
    _kept.extend((buffer, *readings))
    # One descriptor's reads are served one after the other, each with one byte.
    for reading in readings:
        library.aio_read(ctypes.byref(reading))
    # With a handler of Python's, so that its number is written into the pipe; by itself it does nothing.
    signal.signal(signal.SIGALRM, lambda number, frame: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
