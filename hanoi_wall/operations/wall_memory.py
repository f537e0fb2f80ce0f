"""Remembers across restarts what stands on which monitor."""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from functools import partial
from pathlib import Path

from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.settings.folders import Folders
from hanoi_wall.store.database import EmptyDatabase, StoreError
from hanoi_wall.store.wall import WallStore

log = logging.getLogger(__name__)

Scenes = Mapping[str, MonitorScene]


def remembered(folders: Folders) -> dict[str, MonitorScene] | None:
    """What stood on each monitor when it was kept last, by identity; None where that cannot be read.

    Why, it says in the log: a wall without its memory is still a wall. But nothing may then be kept over it.
    """
    if not folders.database.exists():
        return {}
    try:
        with WallStore.open(folders.database, write=False) as store:
            return store.all()
    except EmptyDatabase:
        return {}
    except StoreError as error:
        log.warning("what stood on the wall is not known: %s", error)
        return None


class WallMemory:
    """Keeps the newest scenes of a profile. Main thread, but for `_write`: thread `store`."""

    def __init__(self, keeper: Keeper, known: Scenes, cameras: Container[str]) -> None:
        """known: what is in the profile already; cameras: those of the catalogue.

        Others stay kept in the tiles that are empty for the want of them.
        """
        self._keeper = keeper
        self._known, self._cameras = known, cameras
        self._written: dict[str, MonitorScene] = dict(known)

    def keep(self, scenes: Scenes) -> None:
        """These stand on the monitors from now on. Never waits."""
        # Monitors that this wall does not know keep what stood on them: they may be away, or their cameras.
        whole = {each: scene for each, scene in self._known.items() if each not in scenes}
        whole |= {each: scene.keeping(self._known.get(each), self._cameras) for each, scene in scenes.items()}
        self._keeper.keep("wall", partial(self._write, whole))

    def _write(self, scenes: dict[str, MonitorScene], path: Path) -> None:
        if list(scenes.items()) != list(self._written.items()):
            with WallStore.open(path) as store:
                store.put(scenes)
            self._written = scenes
