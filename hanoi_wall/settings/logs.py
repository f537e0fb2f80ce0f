"""The log of a profile: one file that all commands write, bounded, without passwords."""

from __future__ import annotations

import logging
import logging.handlers
import os
import time
from contextlib import suppress
from pathlib import Path

from hanoi_wall.domain.camera import redact
from hanoi_wall.settings.folders import FolderError, make

MOST_BYTES = 2 * 1024 * 1024
OLD_FILES = 4
ROOT = "hanoi_wall"


class RedactingFormatter(logging.Formatter):
    """UTC, process and thread before each record; the user and password of every URL are taken out."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )

    def format(self, record: logging.LogRecord) -> str:
        """The whole record with its traceback, redacted."""
        return redact(super().format(record))


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A log file that this user alone may read, made with the first record; 2 MB, and four older ones."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        self.setFormatter(RedactingFormatter())

    def _open(self):  # type: ignore[no-untyped-def]
        """As the base class does it, but not readable for others from the start."""
        make(Path(self.baseFilename).parent)
        fd = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return open(fd, "a", encoding="utf-8", errors="backslashreplace")

    def emit(self, record: logging.LogRecord) -> None:
        """Into the file that stands there now: another process of the profile may have begun a new one."""
        stream = self.stream
        if stream is not None and not self._is_there(stream.fileno()):
            with suppress(OSError):
                stream.close()
            self.stream = None
        super().emit(record)

    def _is_there(self, fd: int) -> bool:
        """Whether that is still the file of our name."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(fd), os.stat(self.baseFilename))
        return False

    def close(self) -> None:
        """Let the file go. What a full disk did not take is lost; the descriptor is closed all the same."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk or a folder that cannot be made costs records, never the wall."""


def start_log(path: Path, level: int = logging.INFO) -> PrivateFile:
    """Send all records to the file, none to stderr; returns what `stop_log` takes. level: of our own."""
    handler = PrivateFile(path)
    logging.getLogger().addHandler(handler)
    logging.getLogger(ROOT).setLevel(level)
    return handler


def stop_log(handler: PrivateFile) -> None:
    """Close the file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def can_write(path: Path) -> bool:
    """Whether the log could be written; makes the folder where it is missing."""
    try:
        make(path.parent)
    except FolderError:
        return False
    try:
        os.lstat(path)
    except FileNotFoundError:
        return os.access(path.parent, os.W_OK | os.X_OK)
    except OSError:
        return False
    return os.access(path, os.W_OK)
