"""What operators and supervisors do with scenes: save what stands on the wall, bring it back, approve it."""

from __future__ import annotations

from collections.abc import Container

from hanoi_wall.domain.grid import SceneError, layout_of
from hanoi_wall.domain.scene import LONGEST_NAME, MonitorPart, Scene
from hanoi_wall.operations.said import Said
from hanoi_wall.operations.scene_book import SceneBook, SceneLocked, TooManyScenes
from hanoi_wall.operations.scene_placing import Placing, place
from hanoi_wall.operations.wall import Wall

_MOST_NAMED = 3


class Scenes:
    """The verbs. Main thread; each returns what is to be said."""

    def __init__(self, wall: Wall, book: SceneBook, cameras: Container[str]) -> None:
        self._wall, self.book, self._cameras = wall, book, cameras

    def now(self, name: str) -> Scene:
        """What stands on all monitors, as a scene; raises SceneError for a name that is none."""
        parts = []
        for monitor in self._wall.numbered:
            box = monitor.desktop
            where = (box.x, box.y, box.width, box.height)
            parts.append(MonitorPart(monitor.id, monitor.name, where, monitor.scene.enlarge(None)))
        return Scene(name.strip(), tuple(parts))

    def save(self, name: str) -> tuple[Said, ...]:
        """Keep what stands on the wall under that name."""
        try:
            saved = self.book.save(self.now(name))
        except SceneError:
            return (Said("scene.bad_name", {"most": LONGEST_NAME}),)
        except SceneLocked:
            return (Said("scene.is_locked", {"name": name}),)
        except TooManyScenes:
            return (Said("scene.too_many"),)
        return (Said("scene.saved", {"name": saved.name, "revision": saved.revision}),)

    def recall(self, name: str) -> tuple[Said, ...]:
        """Bring a scene onto the wall; what cannot be shown is said."""
        saved = self.book.get(name)
        if saved is None:
            return (Said("scene.gone", {"name": name}),)
        return self.show(saved.scene)

    def show(self, scene: Scene) -> tuple[Said, ...]:
        """Bring any scene onto the wall; what cannot be shown is said."""
        placing = place(scene, self._wall.numbered, self._wall.remembers, self._cameras)
        self._wall.recall(placing.scenes)
        return (Said("scene.recalled", {"name": scene.name}), *_left_out(placing))

    def recall_number(self, number: int) -> tuple[Said, ...]:
        """Bring the scene that stands at that place of the list, from 1, onto the wall."""
        scenes = self.book.scenes
        if number > len(scenes):
            return (Said("scene.no_number", {"number": number}),)
        return self.recall(scenes[number - 1].name)

    def recall_approved(self) -> tuple[Said, ...]:
        """Back to the approved wall."""
        approved = self.book.approved
        if approved is None:
            return (Said("scene.none_approved"),)
        return self.recall(approved.name)

    def approve(self, name: str) -> tuple[Said, ...]:
        """Make a scene the wall that everybody comes back to."""
        if self.book.get(name) is None:
            return (Said("scene.gone", {"name": name}),)
        self.book.approve(name)
        return (Said("scene.approved", {"name": name}),)

    def toggle_lock(self, name: str) -> tuple[Said, ...]:
        """Protect a scene against changes, or no longer."""
        saved = self.book.get(name)
        if saved is None:
            return (Said("scene.gone", {"name": name}),)
        self.book.lock(name, locked=not saved.locked)
        return (Said("scene.unlocked" if saved.locked else "scene.locked", {"name": name}),)

    def remove(self, name: str) -> tuple[Said, ...]:
        """Forget a scene."""
        try:
            self.book.remove(name)
        except KeyError:
            return (Said("scene.gone", {"name": name}),)
        except SceneLocked:
            return (Said("scene.is_locked", {"name": name}),)
        return (Said("scene.removed", {"name": name}),)

    def shape(self, monitor: str, text: str) -> tuple[Said, ...]:
        """Divide a monitor as `4x4`, `1+5` or `grid:3x3/2x2@1.1` says."""
        try:
            layout = layout_of(text)
        except SceneError:
            return (Said("layout.bad", {"text": text}),)
        self._wall.shape(monitor, layout)
        return ()


def _left_out(placing: Placing) -> tuple[Said, ...]:
    said = []
    if placing.waiting:
        said.append(Said("scene.waiting", {"monitors": ", ".join(placing.waiting)}))
    if placing.homeless:
        said.append(Said("scene.homeless", {"monitors": ", ".join(placing.homeless)}))
    if placing.unknown:
        named = ", ".join(placing.unknown[:_MOST_NAMED])
        more = len(placing.unknown) - _MOST_NAMED
        key = "scene.unknown" if more <= 0 else "scene.unknown_more"
        said.append(Said(key, {"cameras": named, "more": more}))
    return tuple(said)
