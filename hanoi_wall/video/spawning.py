"""How a decoder process is started; also early, before anybody knows what for.

Such a process needs a third of a second to load its libraries. `run` starts some as its very first step, so
that they are ready when it has read its settings and its catalogue: the first pictures come that much sooner.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_KEPT_ENVIRONMENT = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "SSL_CERT_FILE"}
)


@dataclass(frozen=True, slots=True)
class Started:
    """A decoder process and our end of the line to it, which never waits."""

    process: subprocess.Popen[bytes]
    sock: socket.socket


def start() -> Started:
    """Start one; it dies with the thread that called this. Raises OSError."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
    # glibc gives every thread an arena of its own; with dozens of feed threads that is real memory.
    environment["MALLOC_ARENA_MAX"] = "2"
    # Said at all, the bound stays: else it grows with every picture that is let go, and sessions that come
    # and go leave holes of their size behind.
    environment["MALLOC_MMAP_THRESHOLD_"] = str(128 * 1024)
    # numpy would start a thread per core for mathematics that nobody does here.
    environment["OPENBLAS_NUM_THREADS"] = "1"
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hanoi_wall.video.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    ours.setblocking(False)
    return Started(process, ours)


def discard(started: Iterable[Started]) -> None:
    """End processes that nobody has given an order yet."""
    started = list(started)
    for each in started:
        each.sock.close()
        each.process.kill()
    for each in started:
        each.process.wait()


class Early:
    """Processes that wait for a pool. One thread at a time."""

    def __init__(self, count: int = 2) -> None:
        """Start so many, or as many as this machine lets us: a pool that finds none here starts its own.

        Two are enough for sixteen cameras.
        """
        self._waiting: list[Started] = []
        with suppress(OSError):
            while len(self._waiting) < count:
                self._waiting.append(start())

    def take(self) -> Started | None:
        """One of them, the taker's from now on; None when there is none left."""
        return self._waiting.pop(0) if self._waiting else None

    def close(self) -> None:
        """End those that nobody took; safe to call twice."""
        waiting, self._waiting = self._waiting, []
        discard(waiting)
