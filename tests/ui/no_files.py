"""What the UI's thread may not do once the windows stand: touch files and sockets, whatever answers there."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hanoi_wall

FORBIDDEN = ("open", "socket.", "os.", "subprocess.", "shutil.", "sqlite3.", "glob.", "tempfile.", "import")
"""Beginnings of Python's own events (sys.audit). A file that stalls, on a worn disk, stalls all."""
ALLOWED = ("os.putenv", "os.unsetenv")
_PACKAGE = str(Path(hanoi_wall.__file__).parent)


class TouchedOutside(AssertionError):
    """A file or a socket was used on the UI's thread."""


class _Guard:
    """Python's audit hooks cannot be taken back: one for the process, asleep but for `no_files`."""

    def __init__(self) -> None:
        self.awake = False
        self.hooked = False
        self.found: list[str] = []

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Called by Python for every event."""
        if not self.awake or not event.startswith(FORBIDDEN) or event in ALLOWED:
            return
        if threading.current_thread() is not threading.main_thread() or not _ours():
            return
        self.found.append(f"{event} {arguments!r}")
        raise TouchedOutside(self.found[-1])


def _ours() -> bool:
    """Whether our own code asks for it, be it through a library; not the test tools beside it.

    A traceback may quote the source: that is a bug already.
    """
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "updatecache":
            return False
        if frame.f_code.co_filename.startswith(_PACKAGE):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


_guard = _Guard()


def watch() -> None:
    """From now on until `rest`, what is forbidden is refused and remembered."""
    if not _guard.hooked:
        sys.addaudithook(_guard.hear)
        _guard.hooked = True
    _guard.awake = True


def rest() -> list[str]:
    """Refuse nothing any more; what was refused since the last time."""
    _guard.awake = False
    found, _guard.found = _guard.found, []
    return found


@contextmanager
def no_files() -> Iterator[None]:
    """Inside, our code on this thread touches no file and no socket, else the test fails."""
    watch()
    try:
        yield
    finally:
        found = rest()
    assert not found, f"on the UI's thread: {found}"
