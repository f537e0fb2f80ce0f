"""What stands on which monitor, so that it stands there again after a restart: camera ids, no addresses."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from hanoi_wall.domain.grid import Layout
from hanoi_wall.domain.scene import scene_of_tiles, tiles_to_plain
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.store.database import Database

log = logging.getLogger(__name__)

MOST_MONITORS = 256
"""Scenes that are kept; the longest unseen go first."""


class WallStore:
    """The walls' table. Belongs to the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, write: bool = True) -> Self:
        """Open the profile's database (see Database.open); raises StoreError."""
        return cls(Database.open(path, write=write))

    def all(self) -> dict[str, MonitorScene]:
        """The scene of each monitor by its identity, the longest unseen first; raises StoreError.

        A row that is no scene is left out and logged: the others are worth more than a complaint. A database
        of version 1 has none.
        """
        with self._database.reading() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'wall'").fetchone() is None:
                return {}
            rows = connection.execute("SELECT monitor, grid, cameras FROM wall ORDER BY kept").fetchall()
        scenes = {}
        for monitor, layout, tiles in rows:
            try:
                scenes[monitor] = _scene(layout, tiles)
            except (ValueError, RecursionError) as error:
                log.warning(
                    "%s: what stood on monitor %r is not known: %s", self._database.path, monitor, error
                )
        return scenes

    def put(self, scenes: Mapping[str, MonitorScene]) -> None:
        """Keep these, the longest unseen first, and no others; raises StoreError."""
        kept = list(scenes.items())[-MOST_MONITORS:]
        rows = [(monitor, number, *_row(scene)) for number, (monitor, scene) in enumerate(kept)]
        with self._database.writing() as connection:
            connection.execute("DELETE FROM wall")
            connection.executemany(
                "INSERT INTO wall (monitor, kept, grid, cameras) VALUES (?, ?, ?, ?)", rows
            )

    def close(self) -> None:
        """Close the database; idempotent."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _row(scene: MonitorScene) -> tuple[str, str]:
    return str(scene.layout), json.dumps(tiles_to_plain(scene), ensure_ascii=False)


def _scene(layout: str, tiles: str) -> MonitorScene:
    """Raises ValueError or RecursionError for what `put` never wrote."""
    shape, plain = Layout.parse(layout), json.loads(tiles)
    if isinstance(plain, list):
        # Before version 3 there was nothing but cameras, by their ids.
        plain = [_tile(each) for each in plain]
    return scene_of_tiles(shape, plain, "tiles")


def _tile(plain: object) -> object:
    if plain is None:
        return {}
    return {"camera": plain} if isinstance(plain, str) else plain
