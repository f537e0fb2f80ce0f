"""The wall as the operator works it: what stands on which monitor, what is in focus, what is wanted.

Scenes are remembered per monitor identity, so a screen that comes back shows what it showed. The demands are
computed from what can really be seen and handed on only when they change. Tiles that choose their camera
themselves, hotspots and sequences, are looked after here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from hanoi_wall.domain import content as kinds
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.content import Filling
from hanoi_wall.domain.crop import Look
from hanoi_wall.domain.grid import Grid, Layout
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.closer_look import CloserLooks
from hanoi_wall.operations.demands import Feeds, coming, seen
from hanoi_wall.operations.filling import Filled, filling
from hanoi_wall.operations.focus import Direction, Focus, Monitor, beside, in_reading_order
from hanoi_wall.operations.history import History
from hanoi_wall.operations.hotspots import following
from hanoi_wall.operations.layout import Box, scene_boxes
from hanoi_wall.operations.looks import Looks, asks_alike
from hanoi_wall.operations.sequences import Sequences, unpacked
from hanoi_wall.video.view import Demand

KEEP_NS = 10 * SECOND
"""How long pictures stay wanted that an enlargement or a change of camera left: the operator may go back."""
TILE_STEPS = 8
"""How many earlier things a tile remembers."""


class Wall:
    """What stands where, and the verbs. Main thread; listeners are called after each change of it."""

    def __init__(
        self,
        feeds: Feeds,
        grid: Grid | Layout,
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
        placed = {each for scene in (remembered or {}).values() for each in scene.cameras()}
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
        self._closer = CloserLooks()
        self._listeners: list[Callable[[], None]] = []
        self._history: History[dict[str, MonitorScene]] = History()
        self._tiles: dict[Focus, History[Filling]] = {}
        self._sequences = Sequences(clock)
        self._looks = Looks()

    # What stands where

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        """The monitors that are plugged in, in the order in which they came."""
        return tuple(self._monitors.values())

    @property
    def numbered(self) -> tuple[Monitor, ...]:
        """The monitors that are plugged in by their numbers, the first is number 1."""
        return in_reading_order(self._monitors.values())

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

    def plug(self, identity: str, desktop: Box, name: str = "") -> Monitor:
        """A monitor is there: its remembered scene, else the next cameras, else what a missing one showed."""
        self._inherited.discard(identity)
        # Behind the others: those that have not been here for long stand in front.
        known = identity in self._remembered
        self._remembered[identity] = self._remembered.pop(identity) if known else self._scene_of_new()
        monitor = Monitor(identity, self._remembered[identity].enlarge(None), desktop, name=name)
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
        there = beside(self._monitors.values(), monitor, self._focus.tile, direction)
        if there is not None:
            self.focus_on(there.monitor, there.tile)

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
        self.put(Focus(identity, number), Filling(camera))

    def put(self, tile: Focus, filling: Filling) -> None:
        """Put anything into a tile; raises SceneError for a tile that is not there."""
        scene = self._monitors[tile.monitor].scene
        new = scene.having(tile.tile, filling.first())
        if new == scene:
            return
        self._memory(tile).changing(scene.tiles[tile.tile - 1].filling.first())
        self._rearrange({tile.monitor: new})

    def fill(self, identity: str, cameras: Sequence[str], start: int = 1) -> Filled:
        """Put cameras into the free tiles of a monitor from tile `start` on, as one step; what went where.

        Raises KeyError when the monitor is not plugged in.
        """
        scene = self._monitors[identity].scene
        filled = filling(scene, cameras, start)
        for number, camera in filled.places:
            scene = scene.having(number, Filling(camera))
        if filled.places:
            self._rearrange({identity: scene})
        return filled

    def _memory(self, tile: Focus) -> History[Filling]:
        return self._tiles.setdefault(tile, History(TILE_STEPS))

    def earlier_in(self, tile: Focus) -> bool:
        """What stood in that tile before; False when it remembers nothing."""
        return self._again(tile, self._memory(tile).undo)

    def later_in(self, tile: Focus) -> bool:
        """What stood there before the last `earlier_in`; False when there is nothing."""
        return self._again(tile, self._memory(tile).redo)

    def _again(self, tile: Focus, step: Callable[[Filling], Filling | None]) -> bool:
        scene = self._monitors[tile.monitor].scene
        filling = step(scene.tiles[tile.tile - 1].filling.first())
        if filling is None:
            return False
        self._rearrange({tile.monitor: scene.having(tile.tile, filling)})
        return True

    def shape(self, identity: str, layout: Layout) -> None:
        """Divide a monitor otherwise: what stands there keeps its order, and what finds no place comes back
        with a larger layout.
        """
        scene = self._monitors[identity].scene
        if scene.layout != layout:
            self._rearrange({identity: scene.shaped(layout)})

    def recall(self, scenes: Mapping[str, MonitorScene]) -> None:
        """These monitors show that from now on, those that are away when they come; others stay as they are.

        One step to undo.
        """
        if any(self._remembered.get(each) != scene for each, scene in scenes.items()):
            self._rearrange(scenes, enlarged=False)

    def unpack(self, tile: Focus) -> int:
        """The cameras of a sequence into the free tiles of its monitor; returns how many found a place."""
        scene, placed = unpacked(self._monitors[tile.monitor].scene, tile.tile)
        if placed:
            self._rearrange({tile.monitor: scene})
        return placed

    def pause(self, tile: Focus) -> bool:
        """Let a sequence stay where it is, or go on; False where there is none. No step to undo."""
        place = self._monitors[tile.monitor].scene.tiles[tile.tile - 1]
        if not isinstance(place.content, kinds.Sequence):
            return False
        content = replace(place.content, paused=not place.content.paused)
        scene = self._monitors[tile.monitor].scene.having(tile.tile, Filling(place.camera, content))
        self._set_scene(tile.monitor, scene)
        self._rearranged()
        return True

    def step(self, tile: Focus, by: int) -> None:
        """A sequence one camera forth or back, at once."""
        self._sequences.step(tile, by)
        self._changed()

    def _rearrange(self, scenes: Mapping[str, MonitorScene], *, enlarged: bool = True) -> None:
        self._history.changing(dict(self._remembered))
        self._set_scenes(scenes, enlarged=enlarged)
        self._rearranged()

    def _set_scenes(self, scenes: Mapping[str, MonitorScene], *, enlarged: bool = True) -> None:
        """Other scenes; what is enlarged stays where `enlarged`: that is no change of what stands where."""
        for identity, scene in scenes.items():
            monitor = self._monitors.get(identity)
            if monitor is None:
                self._remembered[identity] = scene.enlarge(None)
                continue
            same = enlarged and scene.layout == monitor.scene.layout
            self._set_scene(identity, scene.enlarge(monitor.scene.enlarged if same else None))
        focus = self._focus
        if focus is not None and focus.tile > len(self._monitors[focus.monitor].scene.tiles):
            self._focus = None

    def undo(self) -> bool:
        """What stands where as before its last change, also on monitors that are away; False: no step."""
        return self._restore(self._history.undo(dict(self._remembered)))

    def redo(self) -> bool:
        """As before the last `undo`; False when there is nothing to do again."""
        return self._restore(self._history.redo(dict(self._remembered)))

    def _restore(self, scenes: dict[str, MonitorScene] | None) -> bool:
        if scenes is None:
            return False
        self._set_scenes(scenes)
        self._rearranged()
        return True

    def _rearranged(self) -> None:
        self._changed()
        self._on_scenes({each: scene.enlarge(None) for each, scene in self._remembered.items()})

    def scenes(self) -> dict[str, MonitorScene]:
        """What stands on each monitor that is plugged in, by identity, nothing enlarged."""
        return {each.id: each.scene.enlarge(None) for each in self._monitors.values()}

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
        free = next((tile.number for tile in scene.tiles if tile.filling.empty), 1)
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

    def look_closer(self, camera: str, size: tuple[int, int] = (0, 0)) -> None:
        """Want this camera's main stream for a moment, whatever its tiles need; size: 0 for theirs."""
        self._closer.begin(camera, size, self._clock.monotonic_ns())
        self.refresh()

    def look_back(self, camera: str) -> None:
        """What the tiles of this camera need is what counts again."""
        if self._closer.end(camera):
            self.refresh()

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
        times = [*(until for until, _ in self._kept.values()), *self._closer.ends_ns()]
        turn = self._sequences.due_ns
        return min(times if turn is None else [*times, turn], default=None)

    def refresh(self) -> None:
        """Let sequences go on, compute the demands and hand them to the feeds if they changed."""
        if self._take_turns():
            self._tell()
        self._ask()

    def _take_turns(self) -> bool:
        """Put the cameras that sequences and hotspots show now; whether any changed."""
        turns = self._sequences.turns(self._monitors.values())
        turns |= following(self._monitors, self._focus, turns)
        for tile, camera in turns.items():
            scene = self._monitors[tile.monitor].scene
            content = scene.tiles[tile.tile - 1].content
            keep = not isinstance(content, kinds.Sequence)
            self._set_scene(tile.monitor, scene.having(tile.tile, Filling(camera, content)), keep=keep)
        return bool(turns)

    def _ask(self) -> None:
        now = self._clock.monotonic_ns()
        self._kept = {camera: kept for camera, kept in self._kept.items() if kept[0] > now}
        self._closer.forget_old(now)
        seen = self._seen()
        for camera in seen:
            self._kept.pop(camera, None)
        demands = sorted(seen.values(), key=lambda demand: demand.rank)
        demands += [demand for _, demand in self._kept.values()]
        demands += coming(self._monitors, self._sequences.coming(), {each.camera for each in demands})
        wanted = tuple(map(self._closer.wants, demands))
        if wanted != self._wanted:
            self._wanted = wanted
            self._feeds.want(wanted)

    def _seen(self) -> dict[str, Demand]:
        return seen(self._monitors.values(), self._focus, self._looks)

    def _set_scene(self, identity: str, scene: MonitorScene, *, keep: bool = True) -> None:
        """Change a scene and, where `keep`, keep for a while what it no longer shows."""
        before = self._seen() if keep else {}
        self._monitors[identity] = replace(self._monitors[identity], scene=scene)
        self._remembered[identity] = scene
        self._looks.settle(identity, [place.camera for place in scene.tiles])
        after = self._seen()
        until = self._clock.monotonic_ns() + KEEP_NS
        for camera, demand in before.items():
            if camera not in after:
                self._kept[camera] = (until, replace(demand, rank=2, visible=False))

    def _changed(self) -> None:
        self._take_turns()
        self._ask()
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
