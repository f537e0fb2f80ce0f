"""The wall as the operator works it: what stands on which monitor, what is in focus, what is wanted.

Scenes are remembered per monitor identity, so a screen that comes back shows what it showed. The demands are
computed from what can really be seen and handed on only when they change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.crop import Look
from hanoi_wall.domain.wall import Grid, MonitorScene, SceneError
from hanoi_wall.operations.history import History
from hanoi_wall.operations.layout import Box, scene_boxes
from hanoi_wall.operations.looks import Looks, asked, asks_alike, merged
from hanoi_wall.video.view import CameraView, Demand

KEEP_NS = 10 * SECOND
"""How long pictures stay wanted that an enlargement or a change of camera left: the operator may go back."""


class Feeds(Protocol):
    """What the wall asks of the video room. Called on the main thread; must never block."""

    def want(self, demands: tuple[Demand, ...]) -> None:
        """The cameras that the walls show from now on, all of them, each once."""
        ...

    def view(self, camera: str) -> CameraView | None:
        """The newest facts of a camera, the same object while nothing changed; None while unknown."""
        ...

    def retry(self, camera: str) -> None:
        """Try that camera at once instead of when its countdown ends."""
        ...


class Direction(StrEnum):
    """Where the focus goes."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


_STEP = {Direction.LEFT: (-1, 0), Direction.RIGHT: (1, 0), Direction.UP: (0, -1), Direction.DOWN: (0, 1)}


@dataclass(frozen=True, slots=True)
class Focus:
    """The tile the keys act on."""

    monitor: str
    tile: int


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor that is plugged in.

    desktop: where it lies among the others (any unit, the same for all); width, height: device pixels of its
    window; seen: whether the window is exposed and not minimised.
    """

    id: str
    scene: MonitorScene
    desktop: Box
    width: int = 0
    height: int = 0
    seen: bool = False

    def boxes(self) -> dict[int, Box]:
        """The boxes of the tiles that can be seen on the surface, by tile number."""
        return scene_boxes(self.scene, self.width, self.height)


class Wall:
    """What stands where, and the verbs. Main thread; listeners are called after each change of it."""

    def __init__(
        self,
        feeds: Feeds,
        grid: Grid,
        cameras: Iterable[str],
        clock: Clock,
        *,
        remembered: Mapping[str, MonitorScene] | None = None,
        on_scenes: Callable[[Mapping[str, MonitorScene]], None] = lambda scenes: None,
    ) -> None:
        """remembered: scenes by monitor identity, from before; on_scenes: told all of them when somebody has
        changed what stands somewhere. What nobody has touched is made anew from the catalogue each time.
        """
        self._feeds = feeds
        self._clock = clock
        self._grid = grid
        placed = {each.camera for scene in (remembered or {}).values() for each in scene.tiles}
        self._unplaced = [camera for camera in cameras if camera not in placed]
        self._remembered: dict[str, MonitorScene] = dict(remembered or {})
        self._on_scenes = on_scenes
        self._monitors: dict[str, Monitor] = {}
        self._inherited: set[str] = set()
        self._seen_here: dict[str, None] = {}
        """Monitors that were plugged in since the start, in the order in which they came first."""
        self._focus: Focus | None = None
        self._wanted: tuple[Demand, ...] | None = None
        self._kept: dict[str, tuple[int, Demand]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._history: History[dict[str, MonitorScene]] = History()
        self._looks = Looks()

    # What stands where

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        """The monitors that are plugged in, in the order in which they came."""
        return tuple(self._monitors.values())

    def monitor(self, identity: str) -> Monitor:
        """That monitor; raises KeyError when it is not plugged in."""
        return self._monitors[identity]

    @property
    def focus(self) -> Focus | None:
        """The tile the keys act on, or None: a quiet wall shows no frame."""
        return self._focus

    @property
    def wanted(self) -> tuple[Demand, ...]:
        """The demands last handed to the feeds."""
        return self._wanted or ()

    def camera_at(self, focus: Focus) -> str | None:
        """The camera of a tile, None for an empty tile."""
        return self._monitors[focus.monitor].scene.tiles[focus.tile - 1].camera

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change of scenes or focus; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def expect(self, width: int, height: int) -> None:
        """Want the first monitor's cameras before any window stands, as if it had this many device pixels.

        What the first window to be seen does not show stays wanted only for as long as anything just left.
        """
        scene = MonitorScene.filled(self._grid, tuple(self._unplaced[: self._grid.tiles]))
        # Who the first monitor is nobody knows yet; most workstations have the same one every day.
        scene = next(reversed(self._remembered.values()), scene)
        until = self._clock.monotonic_ns() + KEEP_NS
        for number, box in scene_boxes(scene, width, height).items():
            camera = scene.tiles[number - 1].camera
            if camera is not None:
                self._kept[camera] = (until, Demand(camera, box.width, box.height, 1))
        self.refresh()

    # Monitors come, go and change

    def plug(self, identity: str, desktop: Box) -> Monitor:
        """A monitor is there: its remembered scene, else the next cameras, else what a missing one showed."""
        self._inherited.discard(identity)
        # Behind the others: those that have not been here for long stand in front.
        known = identity in self._remembered
        self._remembered[identity] = self._remembered.pop(identity) if known else self._scene_of_new()
        monitor = Monitor(identity, self._remembered[identity].enlarge(None), desktop)
        self._monitors[identity] = monitor
        self._seen_here.setdefault(identity)
        self._changed()
        return monitor

    def _scene_of_new(self) -> MonitorScene:
        """For a monitor never seen before: one that was exchanged must not leave its cameras in the dark."""
        here, self._unplaced = self._unplaced[: self._grid.tiles], self._unplaced[self._grid.tiles :]
        if not here:
            # One that went while this program ran, the first that came before the others; else the one that
            # was there last: it is more likely to have been exchanged than one of a year ago.
            for missing in (*self._seen_here, *reversed(self._remembered)):
                if missing not in self._monitors and missing not in self._inherited:
                    self._inherited.add(missing)
                    return self._remembered[missing]
        return MonitorScene.filled(self._grid, tuple(here))

    def move_monitor(self, identity: str, desktop: Box) -> None:
        """The monitor lies elsewhere on the desktop now."""
        self._monitors[identity] = replace(self._monitors[identity], desktop=desktop)

    def unplug(self, identity: str) -> None:
        """The monitor is gone; its scene is remembered."""
        self._monitors.pop(identity, None)
        if self._focus is not None and self._focus.monitor == identity:
            self._focus = None
        self._changed()

    def surface(self, identity: str, width: int, height: int, *, seen: bool) -> None:
        """The window of that monitor has this many device pixels and can or cannot be seen."""
        old = self._monitors[identity]
        new = replace(old, width=width, height=height, seen=seen)
        if new != old:
            self._monitors[identity] = new
            self._changed()

    # Verbs

    def focus_on(self, identity: str, number: int) -> bool:
        """Put the focus on a tile; False when the monitor has no such tile."""
        monitor = self._monitors[identity]
        if not 1 <= number <= len(monitor.scene.tiles):
            return False
        self._focus = Focus(identity, number)
        if monitor.scene.enlarged not in (None, number):
            self._set_scene(identity, monitor.scene.enlarge(number))
        self._changed()
        return True

    def move(self, direction: Direction, here: str) -> None:
        """Move the focus one tile; over the edge to the next monitor. Without focus it starts on `here`."""
        if self._focus is None:
            monitor = self._monitors.get(here)
            if monitor is not None:
                self.focus_on(here, monitor.scene.enlarged or 1)
            return
        monitor = self._monitors[self._focus.monitor]
        place = monitor.scene.tiles[self._focus.tile - 1]
        dx, dy = _STEP[direction]
        column, row = place.column + dx, place.row + dy
        grid = monitor.scene.grid
        if 0 <= column < grid.columns and 0 <= row < grid.rows:
            self.focus_on(monitor.id, row * grid.columns + column + 1)
        elif monitor.scene.enlarged is None:
            self._move_across(monitor, place.column, place.row, direction)

    def clear_focus(self) -> None:
        """No tile is in focus: the wall is quiet again."""
        if self._focus is not None:
            self._focus = None
            self._changed()

    def enlarge(self, identity: str, number: int | None) -> None:
        """Let one tile fill its monitor, or none; raises SceneError for a tile that is not there."""
        scene = self._monitors[identity].scene.enlarge(number)
        if number is not None:
            self._focus = Focus(identity, number)
        self._set_scene(identity, scene)
        self._changed()

    def toggle_enlarged(self, here: str) -> None:
        """Enlarge the tile in focus, or go back when its monitor shows one enlarged."""
        identity = self._focus.monitor if self._focus is not None else here
        if self._monitors[identity].scene.enlarged is not None:
            self.enlarge(identity, None)
        elif self._focus is not None:
            self.enlarge(identity, self._focus.tile)

    def back(self, here: str) -> None:
        """Always one step back: from the enlarged tile to the grid, from a zoom in the tile in focus to the
        whole picture, then from the focus to the quiet wall.
        """
        enlarged = [m.id for m in self._monitors.values() if m.scene.enlarged is not None]
        if enlarged:
            self.enlarge(here if here in enlarged else enlarged[0], None)
        elif self._focus is not None and self.look(self._focus).zoom > 1.0:
            self.see(self._focus, self.look(self._focus).unzoomed())
            self._changed()
        else:
            self.clear_focus()

    def assign(self, identity: str, number: int, camera: str | None) -> None:
        """Put a camera into a tile, or empty it; raises SceneError for a tile that is not there."""
        scene = self._monitors[identity].scene
        if not 1 <= number <= len(scene.tiles):
            raise SceneError(f"no tile {number}: the grid has {len(scene.tiles)}")
        tiles = list(scene.tiles)
        if tiles[number - 1].camera == camera:
            return
        self._history.changing(dict(self._remembered))
        tiles[number - 1] = replace(tiles[number - 1], camera=camera)
        self._set_scene(identity, replace(scene, tiles=tuple(tiles)))
        self._rearranged()

    def undo(self) -> bool:
        """What stands where as before its last change, also on monitors that are away; False: no step."""
        return self._restore(self._history.undo(dict(self._remembered)))

    def redo(self) -> bool:
        """As before the last `undo`; False when there is nothing to do again."""
        return self._restore(self._history.redo(dict(self._remembered)))

    def _restore(self, scenes: dict[str, MonitorScene] | None) -> bool:
        """Scenes of before, but what is enlarged stays: that was no change of what stands where."""
        if scenes is None:
            return False
        for identity, scene in scenes.items():
            if identity in self._monitors:
                now = self._monitors[identity].scene
                self._set_scene(identity, replace(scene, enlarged=now.enlarged))
            else:
                self._remembered[identity] = scene
        self._rearranged()
        return True

    def _rearranged(self) -> None:
        self._changed()
        self._on_scenes({each: scene.enlarge(None) for each, scene in self._remembered.items()})

    def shows(self, camera: str) -> bool:
        """Whether that camera stands on a monitor that is plugged in, if only behind an enlarged one."""
        return any(
            place.camera == camera for monitor in self._monitors.values() for place in monitor.scene.tiles
        )

    def remembers(self, identity: str) -> bool:
        """Whether it is known what stands on that monitor, plugged in or not."""
        return identity in self._remembered

    def target(self, identity: str) -> Focus:
        """Where a camera goes that is called up on a monitor: into the tile in focus there, the enlarged one,
        the first that is free, else the first.
        """
        scene = self._monitors[identity].scene
        if self._focus is not None and self._focus.monitor == identity:
            return self._focus
        free = next((tile.number for tile in scene.tiles if tile.camera is None), 1)
        return Focus(identity, scene.enlarged or free)

    def call_up(self, target: Focus, camera: str) -> bool:
        """Put a camera there and the focus with it; False when monitor or tile are gone meanwhile."""
        monitor = self._monitors.get(target.monitor)
        if monitor is None or target.tile > len(monitor.scene.tiles):
            return False
        self.assign(target.monitor, target.tile, camera)
        return self.focus_on(target.monitor, target.tile)

    def retry(self, here: str, numbers: Iterable[int]) -> tuple[str, ...]:
        """Try the cameras of these tiles of one monitor again at once; returns the cameras asked for."""
        tiles = self._monitors[here].scene.tiles
        cameras = tuple(dict.fromkeys(tiles[number - 1].camera for number in numbers))
        asked = tuple(camera for camera in cameras if camera is not None)
        for camera in asked:
            self._feeds.retry(camera)
        return asked

    # How a tile shows its picture

    def look(self, at: Focus) -> Look:
        """How a tile shows its camera: zoomed, turned, filling; plain until somebody changes it."""
        return self._looks.of(at.monitor, at.tile, self.camera_at(at))

    def see(self, at: Focus, look: Look) -> None:
        """Let a tile show its camera like this, until another camera is put there.

        Listeners are not told: this comes with every movement of a hand, and concerns that tile alone.
        """
        alike = asks_alike(self.look(at), look)
        self._looks.keep(at.monitor, at.tile, self.camera_at(at), look)
        if not alike:
            self.refresh()

    # What is wanted

    @property
    def due_ns(self) -> int | None:
        """When `refresh` must be called next (monotonic ns) though nothing changes, or None."""
        return min((until for until, _ in self._kept.values()), default=None)

    def refresh(self) -> None:
        """Compute the demands and hand them to the feeds if they changed."""
        now = self._clock.monotonic_ns()
        self._kept = {camera: kept for camera, kept in self._kept.items() if kept[0] > now}
        seen = self._seen()
        for camera in seen:
            self._kept.pop(camera, None)
        demands = sorted(seen.values(), key=lambda demand: demand.rank)
        demands += [demand for _, demand in self._kept.values()]
        if tuple(demands) != self._wanted:
            self._wanted = tuple(demands)
            self._feeds.want(self._wanted)

    def _seen(self) -> dict[str, Demand]:
        """The cameras with a visible pixel, merged over all windows, in the order of monitors and tiles."""
        seen: dict[str, Demand] = {}
        for monitor in self._monitors.values():
            if not monitor.seen:
                continue
            for number, box in monitor.boxes().items():
                camera = monitor.scene.tiles[number - 1].camera
                if camera is None:
                    continue
                chosen = monitor.scene.enlarged == number or self._focus == Focus(monitor.id, number)
                new = asked(camera, box, 0 if chosen else 1, self._looks.of(monitor.id, number, camera))
                old = seen.get(camera)
                seen[camera] = new if old is None else merged(old, new)
        return seen

    def _set_scene(self, identity: str, scene: MonitorScene) -> None:
        """Change a scene and keep for a while what it no longer shows."""
        before = self._seen()
        self._monitors[identity] = replace(self._monitors[identity], scene=scene)
        self._remembered[identity] = scene
        self._looks.settle(identity, [place.camera for place in scene.tiles])
        after = self._seen()
        until = self._clock.monotonic_ns() + KEEP_NS
        for camera, demand in before.items():
            if camera not in after:
                self._kept[camera] = (until, replace(demand, rank=2, visible=False))

    def _changed(self) -> None:
        self.refresh()
        for listener in tuple(self._listeners):
            listener()

    def _move_across(self, monitor: Monitor, column: int, row: int, direction: Direction) -> None:
        """Put the focus on the nearest tile of the nearest monitor in that direction, if there is one."""
        grid = monitor.scene.grid
        x = monitor.desktop.x + (column + 0.5) * monitor.desktop.width / grid.columns
        y = monitor.desktop.y + (row + 0.5) * monitor.desktop.height / grid.rows
        dx, dy = _STEP[direction]
        best: tuple[float, str, int] | None = None
        for other in self._monitors.values():
            if other.id == monitor.id:
                continue
            for place in other.scene.visible():
                shown = Grid(1, 1) if other.scene.enlarged else other.scene.grid
                at = (0, 0) if other.scene.enlarged else (place.column, place.row)
                along = other.desktop.x + (at[0] + 0.5) * other.desktop.width / shown.columns - x
                across = other.desktop.y + (at[1] + 0.5) * other.desktop.height / shown.rows - y
                if dx == 0:
                    along, across = across, along
                along *= dx or dy
                # A tile lies "that way" when it is further off in the direction than to the side.
                if along > abs(across):
                    distance = along + 2 * abs(across)
                    if best is None or distance < best[0]:
                        best = (distance, other.id, place.number)
        if best is not None:
            self.focus_on(best[1], best[2])
