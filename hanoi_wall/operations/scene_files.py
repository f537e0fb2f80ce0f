"""Scene files and the scenes of a profile, for commands: check, import, export, list."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hanoi_wall.domain.clock import Clock
from hanoi_wall.domain.scene import Scene, scene_to_plain
from hanoi_wall.operations.refusals import Missing
from hanoi_wall.operations.scene_reading import read_scene
from hanoi_wall.settings.folders import Folders
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.writing import write_whole
from hanoi_wall.store.database import EmptyDatabase
from hanoi_wall.store.scenes import SavedScene, SceneStore

_SHOWN = 9


@dataclass(frozen=True, slots=True)
class SceneReport:
    """What a scene file shows. unknown: its cameras that are not in the catalogue, sorted."""

    scene: Scene
    unknown: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """For a script."""
        return {
            "name": self.scene.name,
            "monitors": [
                {"name": part.name or part.monitor, "layout": str(part.scene.layout)}
                for part in self.scene.parts
            ],
            "cameras": len(self.scene.cameras()),
            "unknown": list(self.unknown),
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        scene = self.scene
        tiles = sum(len(part.scene.tiles) for part in scene.parts)
        yield f"{scene.name}: {len(scene.parts)} monitors, {tiles} tiles, {len(scene.cameras())} cameras"
        for part in scene.parts:
            more = f", and {len(part.scene.beyond)} beyond its tiles" if part.scene.beyond else ""
            yield f"  {part.name or part.monitor}: {part.scene.layout}{more}"
        if self.unknown:
            left = len(self.unknown) - _SHOWN
            more = f" and {left} more" if left > 0 else ""
            yield f"not in the catalogue: {', '.join(self.unknown[:_SHOWN])}{more}"


def check(path: Path, known: Iterable[str]) -> SceneReport:
    """What a scene file shows; known: the catalogue, none: not compared. Raises SceneFileError."""
    scene = read_scene(path)
    cameras = set(known)
    return SceneReport(scene, tuple(sorted(scene.cameras() - cameras)) if cameras else ())


def list_scenes(folders: Folders) -> tuple[SavedScene, ...]:
    """The scenes of a profile by name; raises StoreError."""
    if not folders.database.exists():
        return ()
    try:
        with SceneStore.open(folders.database, write=False) as store:
            return store.newest()
    except EmptyDatabase:
        return ()


def import_scene(folders: Folders, path: Path, clock: Clock) -> SavedScene:
    """Keep a file's scene as the next revision of its name.

    Raises SceneFileError, Missing (a locked scene of that name too), ProfileInUse and StoreError.
    """
    scene = read_scene(path)
    with ProfileLock.take(folders), SceneStore.open(folders.database) as store:
        old = next((each for each in store.newest() if each.name == scene.name), None)
        if old is not None and old.locked:
            raise Missing(f"the scene {scene.name!r} is locked; unlock it on the wall first")
        if old is not None and old.scene == scene:
            return old
        revision = 1 if old is None else old.revision + 1
        saved = SavedScene(scene, revision, clock.wall_ns(), False, old is not None and old.approved)
        store.put(saved)
        return saved


def export_scene(folders: Folders, name: str, path: Path) -> SavedScene:
    """Write a scene into a file; raises Missing and StoreError."""
    scenes = list_scenes(folders)
    found = next((each for each in scenes if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in scenes[:_SHOWN]) or "none yet"
        raise Missing(f"no scene {name!r}; there are: {names}")
    text = json.dumps(scene_to_plain(found.scene), ensure_ascii=False, indent=1) + "\n"
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise Missing(f"{path} is no regular file; expected a file to write")
        write_whole(path, text.encode(), mode=0o644)
    except OSError as error:
        raise Missing(f"{path} cannot be written: {error.strerror}") from None
    return found


def scene_named(folders: Folders, name: str) -> Scene:
    """What `run --scene` names: a scene of the profile, else a file; raises as both do."""
    scenes = list_scenes(folders)
    for each in scenes:
        if each.name == name:
            return each.scene
    path = Path(name)
    if path.suffix == ".json" or path.exists():
        return read_scene(path)
    names = ", ".join(each.name for each in scenes[:_SHOWN]) or "none yet"
    raise Missing(f"no scene {name!r} and no such file; scenes: {names}")
