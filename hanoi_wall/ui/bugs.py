"""What a bug leaves behind: its traceback in the log, once, whoever it fell on.

Qt calls our code and cannot pass on what that code raises: Python prints it, and a wall has no terminal. So
here are the hooks that write it down; also of threads, of Qt's own words, and of a crash in native code.
They stand before Qt is loaded.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Hashable
from contextlib import suppress
from types import TracebackType

from hanoi_wall import threads
from hanoi_wall.domain.clock import SECOND, Clock

log = logging.getLogger(__name__)
QUIET_NS = 60 * SECOND
"""A bug that comes again at each tick is written once a minute, with how often it came."""


class Bugs:
    """Writes bugs into the log. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[Hashable, tuple[int, int]] = {}

    def tell(self, where: str, error: BaseException) -> None:
        """Log the error with its traceback; where: a few words on what it fell on."""
        frames = traceback.extract_tb(error.__traceback__)
        place = (frames[-1].filename, frames[-1].lineno) if frames else None
        times = self._times((type(error), place))
        if times is not None:
            log.error("a bug (%s)%s", where, times, exc_info=error)

    def tell_words(self, level: int, words: str) -> None:
        """Log a line of Qt's."""
        times = self._times(words)
        if times is not None:
            log.log(level, "Qt: %s%s", words, times)

    def _times(self, key: Hashable) -> str | None:
        """How to say that it came before; None when it has been told of late."""
        now = self._clock.monotonic_ns()
        until, silent = self._told.get(key, (0, 0))
        if key in self._told and now < until:
            self._told[key] = (until, silent + 1)
            return None
        self._told[key] = (now + QUIET_NS, 0)
        return f", {silent} times more" if silent else ""


class Watch:
    """With it, bugs on any thread and crashes go to the log. Main thread."""

    def __init__(self, clock: Clock) -> None:
        self._bugs = Bugs(clock)
        self._crashes: int | None = None

    def __enter__(self) -> None:
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._take, self._take_of_thread
        self._crashes = _open_log()
        if self._crashes is not None:
            faulthandler.enable(self._crashes)

    def __exit__(self, *_: object) -> None:
        if self._crashes is not None:
            faulthandler.disable()
            os.close(self._crashes)
        sys.excepthook, threading.excepthook = self._before

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._bugs.tell("in a call from Qt", error)

    def _take_of_thread(self, told: threading.ExceptHookArgs) -> None:
        error = told.exc_value
        # Our own threads have written it already.
        if error is not None and not any(
            frame.filename == threads.__file__ for frame in traceback.extract_tb(error.__traceback__)
        ):
            name = told.thread.name if told.thread is not None else "unknown"
            self._bugs.tell(f"ended thread {name}", error)


class QtWords:
    """With it, what Qt says goes to the log. Main thread; loads Qt's core."""

    def __init__(self, clock: Clock) -> None:
        self._bugs = Bugs(clock)

    def __enter__(self) -> None:
        from PySide6.QtCore import QtMsgType, qInstallMessageHandler

        levels = {
            QtMsgType.QtDebugMsg: logging.DEBUG,
            QtMsgType.QtInfoMsg: logging.INFO,
            QtMsgType.QtWarningMsg: logging.WARNING,
            QtMsgType.QtCriticalMsg: logging.ERROR,
            QtMsgType.QtFatalMsg: logging.CRITICAL,
        }

        def take(kind: QtMsgType, context: object, words: str) -> None:
            self._bugs.tell_words(levels.get(kind, logging.WARNING), words)

        self._before = qInstallMessageHandler(take)

    def __exit__(self, *_: object) -> None:
        from PySide6.QtCore import qInstallMessageHandler

        qInstallMessageHandler(self._before)


def _open_log() -> int | None:
    """The log's file once more, for what native code writes when it crashes; None when there is none."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            with suppress(OSError):
                return os.open(handler.baseFilename, flags, 0o600)
    return None
