"""Scenes with names, each with its earlier revisions: camera ids, no addresses."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hanoi_wall.domain.grid import SceneError
from hanoi_wall.domain.scene import Scene, scene_from_plain, scene_to_plain
from hanoi_wall.store.database import Database

log = logging.getLogger(__name__)

MOST_REVISIONS = 20
"""Revisions of one scene that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class SavedScene:
    """A scene as it was saved. revision: from 1; saved_at_ns: ns since 1970; locked: not to be changed;
    approved: the wall that everybody comes back to.
    """

    scene: Scene
    revision: int
    saved_at_ns: int
    locked: bool = False
    approved: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.scene.name


class SceneStore:
    """The scenes' table. Belongs to the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, write: bool = True) -> Self:
        """Open the profile's database (see Database.open); raises StoreError."""
        return cls(Database.open(path, write=write))

    def newest(self) -> tuple[SavedScene, ...]:
        """The newest revision of each scene by name; raises StoreError.

        A row that is no scene is left out and logged. A database before version 3 has none.
        """
        return self._read("revision = (SELECT max(revision) FROM scenes WHERE name = each.name)", ())

    def revisions(self, name: str) -> tuple[SavedScene, ...]:
        """What a scene was and is, the newest first; raises StoreError."""
        return self._read("name = ?", (name,))[::-1]

    def _read(self, where: str, values: tuple[str, ...]) -> tuple[SavedScene, ...]:
        with self._database.reading() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'scenes'").fetchone() is None:
                return ()
            rows = connection.execute(
                "SELECT name, revision, saved_at, locked, approved, plain FROM scenes AS each"
                f" WHERE {where} ORDER BY name, revision",  # noqa: S608 - both texts stand above
                values,
            ).fetchall()
        found = []
        for name, revision, saved_at, locked, approved, plain in rows:
            try:
                scene = scene_from_plain(json.loads(plain))
            except (SceneError, ValueError, RecursionError) as error:
                log.warning("%s: the scene %r is not known: %s", self._database.path, name, error)
                continue
            found.append(SavedScene(scene, revision, saved_at, bool(locked), bool(approved)))
        return tuple(found)

    def put(self, saved: SavedScene) -> None:
        """Keep this revision; where it is approved, no other scene is. Raises StoreError."""
        plain = json.dumps(scene_to_plain(saved.scene), ensure_ascii=False)
        with self._database.writing() as connection:
            if saved.approved:
                connection.execute("UPDATE scenes SET approved = 0 WHERE name <> ?", (saved.name,))
            connection.execute(
                "INSERT OR REPLACE INTO scenes (name, revision, saved_at, locked, approved, plain)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (saved.name, saved.revision, saved.saved_at_ns, saved.locked, saved.approved, plain),
            )
            connection.execute(
                # Those above belong to a scene of that name that was removed, or cannot be read any more.
                "DELETE FROM scenes WHERE name = ? AND (revision <= ? OR revision > ?)",
                (saved.name, saved.revision - MOST_REVISIONS, saved.revision),
            )

    def remove(self, name: str) -> None:
        """Forget a scene with all its revisions; raises StoreError."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM scenes WHERE name = ?", (name,))

    def close(self) -> None:
        """Close the database; idempotent."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
