"""Ending with the parent process: Linux only, in this one file so that other platforms can follow."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """From now on this process is sent SIGTERM when the one that started it ends; nothing off Linux.

    Must be called on the main thread of a single-threaded start, before the parent can have gone unnoticed.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
