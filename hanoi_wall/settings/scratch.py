"""A temporary folder that goes with its owner: at the owner's end, or at the next start when that was sudden.

A lock inside says whether anybody is left who needs the folder. It ends with the process that holds it and
with the children that were given its descriptor, however they end. Linux and other Unixes.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from hanoi_wall.settings.folders import FolderError

log = logging.getLogger(__name__)

LOCK = "lock"
_MOST_TRIES = 20


class ScratchFolder:
    """One such folder, for this user alone. Any thread.

    path: the folder; fd: the lock's descriptor, for `pass_fds` of children that live on what lies inside.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd

    @classmethod
    def make(cls, prefix: str) -> ScratchFolder:
        """A new folder where temporary things lie, after those of its kind that nobody needs are removed.

        Raises FolderError.
        """
        try:
            sweep(prefix)
            for _ in range(_MOST_TRIES):
                path = Path(tempfile.mkdtemp(prefix=prefix))
                fd = _lock_of_new(path)
                if fd is not None:
                    return cls(path, fd)
        except OSError as error:
            raise FolderError(f"no temporary folder can be made: {error.strerror}") from None
        raise FolderError("no temporary folder can be made: others remove it at once")

    def remove(self) -> None:
        """Remove it with all that is in it; idempotent."""
        if self.fd >= 0:
            _remove(self.path)
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> ScratchFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def sweep(prefix: str) -> None:
    """Remove this user's folders of that kind whose owner is gone. Raises OSError without a place for any."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            facts = path.lstat()
            if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid():
                _remove_orphan(path)


def _lock_of_new(path: Path) -> int | None:
    """The lock of a folder just made; None when somebody took it for an orphan before it was locked."""
    try:
        fd = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.stat(path / LOCK), os.fstat(fd)):
            return fd
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(fd)
    return None


def _remove_orphan(path: Path) -> None:
    try:
        fd = os.open(path / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        # Left between the making of the folder and of its lock; a folder with something in it is not ours.
        path.rmdir()
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
        log.info("removed %s, whose owner is gone", path)
    finally:
        os.close(fd)


def _remove(path: Path) -> None:
    """All that is inside, then the lock, then the folder: what could not be removed is found again."""
    with suppress(OSError):
        for entry in list(os.scandir(path)):
            if entry.name == LOCK:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        if [each.name for each in os.scandir(path)] == [LOCK]:
            os.unlink(path / LOCK)
            path.rmdir()
