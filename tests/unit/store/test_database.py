"""A database is ours, whole and private, or an error that names it and says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from hanoi_wall.store.database import APPLICATION_ID, VERSION, Database, StoreError
from tests.full_disk import no_file_may_grow


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [name for (name,) in connection.execute("SELECT id FROM cameras ORDER BY id")]


def add(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(
        "INSERT INTO cameras (id, position, name, owner, district, ward, site, onvif_url, ptz, tags, extra)"
        " VALUES (?, 1, 'x', '', '', '', '', '', 0, '[]', '[]')",
        (name,),
    )


def test_a_new_database_is_private_durable_and_ours(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.sqlite"
    with Database.open(path) as database:
        with database.reading() as connection:
            settings = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "user_version", "application_id", "foreign_keys")
            }
        assert settings == {
            "journal_mode": "wal",
            "synchronous": 2,
            "user_version": VERSION,
            "application_id": APPLICATION_ID,
            "foreign_keys": 1,
        }
        with database.writing() as connection:
            add(connection, "a")
        modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        assert modes == {0o600} and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with Database.open(path) as database:
        assert names(database) == ["a"]
        database.check()


def test_a_write_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with Database.open(tmp_path / "x.sqlite") as database:
        with pytest.raises(RuntimeError, match="half way"), database.writing() as connection:
            add(connection, "a")
            raise RuntimeError("half way")
        assert names(database) == []
        with pytest.raises(StoreError, match="refused an order"), database.writing() as connection:
            add(connection, "a")
            add(connection, "a")
        assert names(database) == []


def test_it_can_be_read_beside_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with Database.open(path) as writer, Database.open(path, write=False) as reader:
        with writer.writing() as connection:
            add(connection, "a")
            assert names(reader) == []
        assert names(reader) == ["a"]
        with (
            pytest.raises(StoreError, match="cannot be opened, read or written"),
            reader.writing() as connection,
        ):
            add(connection, "b")


def test_a_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanoi_wall.store.database.WAIT_S", 0.05)
    path = tmp_path / "x.sqlite"
    with Database.open(path) as one, Database.open(path) as two:
        with one.writing(), pytest.raises(StoreError, match="is busy; try again"), two.writing():
            pytest.fail("two writers at once")


@pytest.mark.parametrize("write", [True, False])
def test_a_damaged_file_is_named(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=f"the database {path} is damaged; move it away and import"):
        Database.open(path, write=write)


def test_damage_in_the_middle_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with Database.open(path) as database, database.writing() as connection:
        for number in range(500):
            add(connection, f"camera-{number}")
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    with Database.open(path) as database:
        with pytest.raises(StoreError, match="is damaged"):
            names(database)
        with pytest.raises(StoreError, match="is damaged"):
            database.check()


def test_a_file_that_is_not_there_or_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.sqlite cannot be opened"):
        Database.open(tmp_path / "none.sqlite", write=False)
    assert not (tmp_path / "none.sqlite").exists()
    with pytest.raises(StoreError, match="cannot be opened"):
        Database.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened: "):
        Database.open(tmp_path / "file" / "x.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StoreError, match="is not ready"):
        Database.open(tmp_path / "empty.sqlite", write=False)


def test_a_database_of_another_program_or_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (name)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="of another program; move it away"):
        Database.open(path)
    assert path.read_bytes() == before
    path = tmp_path / "newer.sqlite"
    Database.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version={VERSION + 1}")
    newer.close()
    with pytest.raises(StoreError, match="written by a newer version"):
        Database.open(path)


def filled(path: Path) -> Path:
    with Database.open(path) as database, database.writing() as connection:
        add(connection, "a")
    return path


def test_reading_needs_no_room(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.sqlite")
    with no_file_may_grow():
        with Database.open(path, write=False) as database:
            found = names(database)
            database.check()
        with pytest.raises(StoreError, match="cannot be opened, read or written"):
            Database.open(path)
    assert found == ["a"]
    with Database.open(path) as database, database.writing() as connection:
        add(connection, "b")


def test_without_room_nothing_is_read_that_leaves_out_the_last_write(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.sqlite")
    with Database.open(path) as database:
        with database.writing() as connection:
            add(connection, "b")
        # Killed now, it would leave the second camera in the log of writes beside the file.
        for name in ("x.sqlite", "x.sqlite-wal"):
            shutil.copy(tmp_path / name, tmp_path / f"copy-{name}")
    with no_file_may_grow(), pytest.raises(StoreError, match="cannot be opened, read or written"):
        Database.open(tmp_path / "copy-x.sqlite", write=False)
    with Database.open(tmp_path / "copy-x.sqlite", write=False) as copy:
        assert names(copy) == ["a", "b"]


def test_no_room_is_said_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "x.sqlite")
    full = os.statvfs_result((4096, 4096, 100, 0, 0, 10, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    with (
        no_file_may_grow(),
        pytest.raises(StoreError, match=f"^no room on the disk for the database {path}$"),
    ):
        Database.open(path)

    def refuse(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError, match="^no room on the disk for the database"):
        Database.open(tmp_path / "new.sqlite")
