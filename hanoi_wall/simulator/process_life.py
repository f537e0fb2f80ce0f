"""Ending with the parent process: Linux only, in this one file so that other platforms can follow."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int = 0) -> None:
    """From now on this process is sent SIGTERM when the one that started it ends; nothing off Linux.

    parent: the pid of that one, where it told: without it, a parent that was killed while this process was
    still loading goes unnoticed. Must be called on the main thread of a single-threaded start.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = parent or os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
