"""One client for one profile: a lock that ends with the process that holds it. Linux and other Unixes."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from hanoi_wall.settings.folders import FolderError, Folders, make
from hanoi_wall.settings.writing import lacks_room

log = logging.getLogger(__name__)

_LOOK_S = 0.2
"""How long `take` waits for those who only look, which takes them microseconds."""


class ProfileInUse(Exception):
    """Another process has the profile. pid: which, 0 when it had not said so yet."""

    def __init__(self, path: Path, pid: int) -> None:
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"the profile {path.parent} is in use by {who}; close it first")


class ProfileLock:
    """Held by the client and by commands that write, from `take` to `release` or the end of the process.

    Not for a process that forks without exec: the child would hold the lock on. Any thread.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @classmethod
    def take(cls, folders: Folders, *, without_room: bool = False) -> ProfileLock:
        """Take the profile's lock; raises ProfileInUse, or FolderError when no lock can be kept.

        without_room: on a full disk, where not even the lock's file can be made, go on without it.
        """
        path = folders.lock
        try:
            make(path.parent)
            fd = _open(path, os.O_RDWR | os.O_CREAT)
        except FolderError as error:
            if not (without_room and error.no_room):
                raise
            log.warning("%s: nothing keeps a second client off this profile", error)
            return cls(-1)
        try:
            _lock(fd)
        except BlockingIOError:
            pid = _told(fd)
            os.close(fd)
            raise ProfileInUse(path, pid) from None
        except OSError as error:
            os.close(fd)
            raise FolderError(f"{path} cannot be locked: {error.strerror}") from None
        # A full disk takes no number, and the lock holds without it: who asks is told "another process".
        with suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        return cls(fd)

    @staticmethod
    def look(folders: Folders) -> int | None:
        """Who has the profile: its process id, 0 for one that has not said, None for nobody.

        Makes and changes nothing and keeps nobody out: who takes the lock in this moment gets it.
        Raises FolderError when it cannot be seen.
        """
        try:
            fd = _open(folders.lock, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _told(fd)
        except OSError as error:
            raise FolderError(f"{folders.lock} cannot be looked at: {error.strerror}") from None
        finally:
            os.close(fd)
        return None

    def release(self) -> None:
        """Give the profile back; idempotent. The file stays: to remove it would let two hold it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> ProfileLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _open(path: Path, flags: int) -> int:
    """The lock's file; raises FolderError, and FileNotFoundError where it is not there and not to be made."""
    try:
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError) and not flags & os.O_CREAT:
            raise FileNotFoundError from None
        if lacks_room(error):
            raise FolderError(f"no room on the disk for {path}", no_room=True) from None
        raise FolderError(f"{path} cannot be opened: {error.strerror}") from None


def _lock(fd: int) -> None:
    """Raises BlockingIOError when another process keeps the lock, and not only looks at it for a moment."""
    until = time.monotonic() + _LOOK_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
        threading.Event().wait(_LOOK_S / 20)


def _told(fd: int) -> int:
    """The process id that stands in the lock's file, 0 for none."""
    pid = os.pread(fd, 32, 0).strip()
    return int(pid) if pid.isdigit() else 0
