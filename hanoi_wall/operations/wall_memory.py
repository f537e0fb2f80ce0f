"""Remembers across restarts what stands on which monitor.

Thread `store` writes; the main thread only says what there is to keep. Of many changes in one moment the
last is written. A disk that is full or read-only is said once in the log, and tried again after a while and
with the next change: the wall goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Container, Mapping

from hanoi_wall import threads
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.settings.folders import Folders
from hanoi_wall.store.database import EmptyDatabase, StoreError
from hanoi_wall.store.wall import WallStore

log = logging.getLogger(__name__)

AGAIN_S = 30.0
"""After how long a write that failed is tried again."""
END_S = 1.0
"""How long the end waits for the last change to be written; a disk that hangs is not waited for."""

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
    """Keeps the newest scenes of a profile. Main thread, but for what it writes."""

    def __init__(self, folders: Folders, known: Scenes, cameras: Container[str]) -> None:
        """known: what is in the profile already; cameras: those of the catalogue.

        Others stay kept in the tiles that are empty for the want of them.
        """
        self._path = folders.database
        self._known, self._cameras = known, cameras
        self._written: dict[str, MonitorScene] = dict(known)
        self._newest: dict[str, MonitorScene] | None = None
        self._ending = False
        self._news = threading.Event()
        # Guards `_newest`.
        self._lock = threads.lock()
        self._thread = threads.spawn("store", self._run)

    def keep(self, scenes: Scenes) -> None:
        """These stand on the monitors from now on. Never waits."""
        # Monitors that this wall does not know keep what stood on them: they may be away, or their cameras.
        whole = {each: scene for each, scene in self._known.items() if each not in scenes}
        whole |= {each: scene.keeping(self._known.get(each), self._cameras) for each, scene in scenes.items()}
        with self._lock:
            self._newest = whole
        self._news.set()

    def close(self) -> None:
        """Write what is not written yet and end; safe to call twice."""
        self._ending = True
        self._news.set()
        self._thread.join(END_S)

    def _run(self) -> None:
        told, wait_s = "", None
        while True:
            self._news.wait(wait_s)
            self._news.clear()
            # Looked at before the newest: what was handed over before the end is still written.
            ending, wait_s = self._ending, None
            with self._lock:
                newest, self._newest = self._newest, None
            if newest is not None and list(newest.items()) != list(self._written.items()):
                try:
                    with WallStore.open(self._path) as store:
                        store.put(newest)
                    self._written, told = newest, ""
                except StoreError as error:
                    if str(error) != told:
                        log.error("what stands on the wall is not kept: %s", error)
                    told, wait_s = str(error), AGAIN_S
                    with self._lock:
                        self._newest = self._newest or newest
            if ending:
                return
