"""One client for one profile: a lock that ends with the process that holds it. Linux and other Unixes."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from hanoi_wall.settings.folders import FolderError, Folders, make


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
    def take(cls, folders: Folders) -> ProfileLock:
        """Take the profile's lock at once; raises ProfileInUse, or FolderError when no lock can be kept."""
        path = folders.lock
        make(path.parent)
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise FolderError(f"{path} cannot be opened: {error.strerror}") from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            pid = os.pread(fd, 32, 0).strip()
            os.close(fd)
            raise ProfileInUse(path, int(pid) if pid.isdigit() else 0) from None
        except OSError as error:
            os.close(fd)
            raise FolderError(f"{path} cannot be locked: {error.strerror}") from None
        return cls(fd)

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
