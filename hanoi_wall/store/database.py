"""One SQLite file: opened safely, brought to this version's schema, every error with the file's name."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from types import TracebackType

_STEPS = ("schema.sql", "to_version_2.sql", "to_version_3.sql")
"""What makes version 1 out of nothing, and each version out of the one before."""
VERSION = len(_STEPS)
OLDEST = 1
"""The oldest version that is read as it is, and brought up when it is written to."""
APPLICATION_ID = 0x48574442
"""`HWDB`: tells our database from somebody else's."""
WAIT_S = 5.0
"""How long another writer is waited for."""


_BARRED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
_LEAST_ROOM = 64 * 1024
"""Bytes free below which a write that failed is put down to the lack of room."""


class StoreError(Exception):
    """A database that cannot be used; one line that names the file and the next step."""


class EmptyDatabase(StoreError):
    """A database that was opened to be read, into which nothing has been written yet."""


class Database:
    """A connection. Belongs to the thread that opened it; close it or use it in a `with`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, write: bool = True) -> Database:
        """Open the file, made with its folder where `write` and missing. Raises StoreError, EmptyDatabase.

        Every commit is on the disk before it returns (WAL, synchronous=FULL). write=False needs the file
        and nothing else: no room on the disk and no right to write in its folder.
        """
        if write:
            with _told(path):
                # Made by us and not by SQLite, so that nobody else can read it, not even for a moment.
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(FileExistsError):
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            return cls._open(path, "mode=rw", write=True)
        try:
            return cls._open(path, "mode=ro", write=False)
        except StoreError as error:
            if _code(error.__cause__) not in _BARRED or not _is_whole(path):
                raise
        # Readers of a WAL share an index in a file beside it, and that cannot be made here.
        return cls._open(path, "mode=ro&immutable=1", write=False)

    @classmethod
    def _open(cls, path: Path, how: str, *, write: bool) -> Database:
        with _told(path):
            address = f"{Path(os.path.abspath(path)).as_uri()}?{how}"
            connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT_S)
        database = cls(connection, path)
        try:
            database._prepare(write)
        except BaseException:
            connection.close()
            raise
        return database

    def _prepare(self, write: bool) -> None:
        with _told(self.path):
            self._connection.execute("PRAGMA trusted_schema=OFF")
            self._connection.execute("PRAGMA foreign_keys=ON")
            version = self._number("user_version")
            ours = self._number("application_id")
            empty = not version and not self._number("schema_version")
        if not empty and ours != APPLICATION_ID:
            raise StoreError(f"{self.path} is a database of another program; move it away")
        if version > VERSION:
            raise StoreError(f"{self.path} was written by a newer version of Hanoi Wall; update this one")
        if write:
            # Not earlier: this writes, and another program's file is left as it is.
            with _told(self.path):
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
        if version < VERSION and write:
            self._bring_up(version)
        elif empty:
            raise EmptyDatabase(f"{self.path} is not ready; import cameras first")
        elif version < OLDEST:
            raise StoreError(f"{self.path} was written by an older version; import the cameras again")

    def _bring_up(self, version: int) -> None:
        scripts = [
            files("hanoi_wall.store").joinpath(name).read_text(encoding="utf-8") for name in _STEPS[version:]
        ]
        with self.writing():
            if self._number("user_version") == VERSION:
                return  # Another process was faster.
            for statement in _statements("".join(scripts)):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version={VERSION}")

    def _number(self, pragma: str) -> int:
        row = self._connection.execute(f"PRAGMA {pragma}").fetchone()
        return int(row[0])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that is written in the `with` is kept, or nothing of it; raises StoreError."""
        with _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state of the file for the length of the `with`; raises StoreError."""
        with _told(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

    def check(self) -> None:
        """Look at every page; raises StoreError when the file is damaged."""
        with self.reading() as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)

    def close(self) -> None:
        """Let the file go; idempotent."""
        self._connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's errors as StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_what(error, path)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError(f"no room on the disk for the database {path}") from error
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error


def _code(error: BaseException | None) -> int:
    """SQLite's number of an error, without its details."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def _is_whole(path: Path) -> bool:
    """Whether everything stands in the file itself and nothing in the log of writes beside it."""
    try:
        return path.stat().st_size > 0 and os.stat(f"{path}-wal").st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _what(error: sqlite3.Error, path: Path) -> str:
    code = _code(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"the database {path} is damaged; move it away and import the cameras again"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"the database {path} is busy; try again when the other program is done"
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and not _has_room(path)):
        return f"no room on the disk for the database {path}"
    if code in _BARRED:
        return f"the database {path} cannot be opened, read or written ({error})"
    return f"the database {path} refused an order ({error})"


def _has_room(path: Path) -> bool:
    """Whether the disk could take a little more, as far as anybody knows."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_blocks == 0 or disk.f_bavail * disk.f_frsize >= _LEAST_ROOM


def _statements(script: str) -> Iterator[str]:
    """One statement after the other: executescript would commit what came before it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
