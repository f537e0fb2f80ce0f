"""Write a file so that after a power cut either the old or the new one is there, whole."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


def lacks_room(error: OSError) -> bool:
    """Whether a write failed because the disk, or what this user may have of it, is full."""
    return error.errno in _NO_ROOM


def write_whole(path: Path, data: bytes, *, mode: int = 0o600, replace: bool = True) -> None:
    """Put `data` at `path` in one step; raises OSError. The file gets exactly `mode`.

    replace: whether a file that stands there may go; else FileExistsError is raised.
    """
    fd, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(fd, "wb") as file:
            os.fchmod(fd, mode)
            file.write(data)
            file.flush()
            os.fsync(fd)
        if replace:
            os.replace(name, path)
        else:
            _put_new(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _put_new(name: str, path: Path) -> None:
    """Give the file at `name` the name `path`, which nothing else may have."""
    try:
        os.link(name, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A memory stick has no second names: between looking and moving another program could be quicker.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.rename(name, path)
    else:
        os.unlink(name)
