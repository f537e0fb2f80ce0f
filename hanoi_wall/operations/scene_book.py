"""The scenes of a profile: saved under a name with earlier revisions, one of them the approved wall."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from hanoi_wall.catalogue.search import folded
from hanoi_wall.domain.clock import Clock
from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.settings.folders import Folders
from hanoi_wall.store.database import EmptyDatabase, StoreError
from hanoi_wall.store.scenes import SavedScene, SceneStore

log = logging.getLogger(__name__)

MOST_SCENES = 500


class SceneLocked(Exception):
    """A scene that must not be changed. The text is its name."""


class TooManyScenes(Exception):
    """There is no room for another scene."""


def saved_scenes(folders: Folders) -> tuple[SavedScene, ...]:
    """The scenes of a profile by name. Where they cannot be read the log says why: a wall goes on without."""
    if not folders.database.exists():
        return ()
    try:
        with SceneStore.open(folders.database, write=False) as store:
            return store.newest()
    except EmptyDatabase:
        return ()
    except StoreError as error:
        log.warning("the scenes are not known: %s", error)
        return ()


class SceneBook:
    """Scenes by name. Main thread; what changes is handed to the keeper."""

    def __init__(self, known: Iterable[SavedScene], keeper: Keeper | None, clock: Clock) -> None:
        """keeper: None where nothing may be kept; the scenes then last as long as the program."""
        self._scenes = {each.name: each for each in known}
        self._keeper, self._clock = keeper, clock

    @property
    def scenes(self) -> tuple[SavedScene, ...]:
        """All of them by name, as people sort names."""
        return tuple(sorted(self._scenes.values(), key=lambda each: (folded(each.name), each.name)))

    @property
    def approved(self) -> SavedScene | None:
        """The wall that everybody comes back to, None while nobody has chosen one."""
        return next((each for each in self._scenes.values() if each.approved), None)

    def get(self, name: str) -> SavedScene | None:
        """The scene of that name."""
        return self._scenes.get(name)

    def save(self, scene: Scene) -> SavedScene:
        """Keep it as the next revision of its name; raises SceneLocked and TooManyScenes."""
        old = self._scenes.get(scene.name)
        if old is None and len(self._scenes) >= MOST_SCENES:
            raise TooManyScenes
        if old is not None and old.locked:
            raise SceneLocked(scene.name)
        if old is not None and old.scene == scene:
            return old
        revision = 1 if old is None else old.revision + 1
        approved = old is not None and old.approved
        return self._put(SavedScene(scene, revision, self._clock.wall_ns(), False, approved))

    def lock(self, name: str, *, locked: bool) -> None:
        """Protect a scene against changes, or no longer; raises KeyError."""
        self._put(replace(self._scenes[name], locked=locked))

    def approve(self, name: str) -> None:
        """Make this one the wall that everybody comes back to; raises KeyError."""
        for each in self._scenes.values():
            if each.approved and each.name != name:
                self._scenes[each.name] = replace(each, approved=False)
        self._put(replace(self._scenes[name], approved=True))

    def remove(self, name: str) -> None:
        """Forget a scene; raises KeyError and SceneLocked."""
        if self._scenes[name].locked:
            raise SceneLocked(name)
        del self._scenes[name]
        self._order(name, partial(_remove, name))

    def _put(self, saved: SavedScene) -> SavedScene:
        self._scenes[saved.name] = saved
        self._order(saved.name, partial(_write, saved))
        return saved

    def _order(self, name: str, write: Callable[[Path], None]) -> None:
        if self._keeper is not None:
            self._keeper.keep(f"scene {name}", write)


def _write(saved: SavedScene, path: Path) -> None:
    with SceneStore.open(path) as store:
        store.put(saved)


def _remove(name: str, path: Path) -> None:
    with SceneStore.open(path) as store:
        store.remove(name)
