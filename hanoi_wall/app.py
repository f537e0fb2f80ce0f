"""COMPOSITION ROOT: builds every object of the client once, in order, and takes them down in reverse.

The only file that knows everyone. Main thread, but for what it hands to the rooms. Qt comes last, in
`Client.run`: it takes longer to load than all else together, and the decoder processes load meanwhile. For
the same reason nothing is loaded before them that only some starts need.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from hanoi_wall import leaving
from hanoi_wall.assets import ResourceMissing
from hanoi_wall.catalogue.files import read_file
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND, Clock, SystemClock
from hanoi_wall.domain.grid import LARGEST_GRID, Grid, Layout
from hanoi_wall.domain.scene import Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.operations.key_sheet import take_keys
from hanoi_wall.operations.life import LifeSign
from hanoi_wall.operations.options import RunOptions
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.operations.scene_book import SceneBook, saved_scenes
from hanoi_wall.operations.scenes import Scenes
from hanoi_wall.operations.stalls import StallMeter
from hanoi_wall.operations.wall import Wall
from hanoi_wall.operations.wall_memory import WallMemory, remembered
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.kept import MemorySecrets, SecretStore, SecretStoreMissing
from hanoi_wall.settings.passwords import Passwords
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.schema import Settings
from hanoi_wall.store.scenes import SavedScene
from hanoi_wall.ui.bugs import Watch
from hanoi_wall.ui.display import WINDOW_PART, display_problem, first_monitor
from hanoi_wall.ui.display import NoDisplay as NoDisplay
from hanoi_wall.video.roster import Roster
from hanoi_wall.video.spawning import Early

if TYPE_CHECKING:
    from hanoi_wall.operations.health import HealthServer, HealthSnapshot
    from hanoi_wall.operations.snapshot import Snapshots
    from hanoi_wall.ui.presenter import TileReport
    from hanoi_wall.ui.screens import Screen

log = logging.getLogger(__name__)

OpenStore = Callable[[], SecretStore]
PASSWORDS_S = 2.0
"""How long the start waits for a key store; what comes later is used when it comes."""
_USUAL_SCREEN = (1920, 1080)
"""Device pixels of the first monitor where nobody tells: a wrong guess costs one change of stream."""


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """Everything the client needs to know before it starts.

    cameras: by id, in the order in which they fill the grid; passwords: not started yet;
    seconds: leave cleanly after this long, None: never; health: (host, port) or None; on_free_port: told
    (host, port) where the system chose the port; kept_in: the profile that remembers what stands on the wall,
    None: nothing is remembered; evidence_in: the profile whose folder and key snapshots get; as_left: whether
    to show what it remembers; scene: what to show at first; early: decoder processes that were started
    already; kiosk: nobody sits before it; life: what a guard waits for, None without one; again: whether a
    guard brings back what stood there; preferences: what the operator may change, ended with the client.
    """

    cameras: Mapping[str, Camera]
    passwords: Passwords
    grid: Layout
    settings: Settings
    windowed: bool = False
    seconds: float | None = None
    health: tuple[str, int] | None = None
    kept_in: Folders | None = None
    evidence_in: Folders | None = None
    as_left: bool = True
    scene: Scene | None = None
    early: Early | None = None
    kiosk: bool = False
    life: LifeSign | None = None
    again: bool = False
    preferences: Preferences | None = None
    on_free_port: Callable[[str, int], None] | None = None


class Client:
    """The running client. Main thread. Raises HealthPortTaken; whatever it raises, nothing of it is left."""

    def __init__(self, plan: ClientPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._first = plan.scene
        self._started_ns = clock.monotonic_ns()
        self._stalls = StallMeter()
        self._health: HealthServer | None = None
        self._leave: Callable[[str], None] | None = None
        self._guard = None if plan.life is None else (os.getppid(), plan.life.restarts)
        with ExitStack() as undo:
            if plan.health is not None:
                from hanoi_wall.operations.health import HealthServer

                self._health = HealthServer(*plan.health, clock)
                undo.callback(self._health.close)
                self._health.start()
                if plan.on_free_port is not None and plan.health[1] == 0:
                    plan.on_free_port(*self._health.address)
            if plan.preferences is not None:
                undo.callback(plan.preferences.close)
            settings, passwords = plan.settings, plan.passwords
            undo.callback(passwords.close)
            passwords.start()
            self.roster = Roster(
                plan.cameras,
                passwords.of,
                clock,
                pictures_mb=settings.pictures_mb,
                opens=settings.opens_max,
                processes=settings.decoder_processes or None,
                ca_file=settings.tls_ca_file or None,
                read_again=passwords.again,
                early=plan.early,
            )
            undo.callback(self.roster.close)
            passwords.on_read = self.roster.credentials_read
            undo.callback(passwords.close)
            passwords.wait(PASSWORDS_S)
            self.wall, self._scenes = self._wall_of(plan, undo)
            # Cameras need a second or more to their first picture; Qt needs as long to its first window.
            self.wall.expect(*_first_window(plan.windowed))
            # Passwords first, which tell the feeds, then feeds, then health.
            self._close = undo.pop_all()

    def _wall_of(self, plan: ClientPlan, undo: ExitStack) -> tuple[Wall, Scenes]:
        """The wall as it was left, and its scenes; where nothing is kept, as the catalogue says."""
        keeper: Keeper | None = None
        known: Mapping[str, MonitorScene] | None = None
        saved: tuple[SavedScene, ...] = ()
        if plan.kept_in is not None:
            known, saved = remembered(plan.kept_in), saved_scenes(plan.kept_in)
        if plan.kept_in is not None and known is not None:
            keeper = Keeper(plan.kept_in)
            undo.callback(keeper.close)
        known = known or {}
        book = SceneBook(saved, keeper, self._clock)
        if self._first is None and plan.kiosk and plan.as_left and not plan.again and book.approved:
            # Nobody sits before a kiosk to bring it back to what was agreed on.
            self._first = book.approved.scene
        order = list(plan.cameras)
        if self._first is not None:
            # What the first window will show is opened before it stands.
            shown = [camera for camera in self._first.cameras_in_order() if camera in plan.cameras]
            order = list(dict.fromkeys((*shown, *order)))
        left = {monitor: scene.only(plan.cameras) for monitor, scene in known.items() if plan.as_left}
        # A monitor on which nothing is left is as good as new.
        scenes = {
            monitor: scene
            for monitor, scene in left.items()
            if not all(each.filling.empty for each in scene.tiles)
        }
        memory = None if keeper is None else WallMemory(keeper, known, plan.cameras)

        def keep(scenes: Mapping[str, MonitorScene]) -> None:
            if memory is not None:
                memory.keep(scenes)
            if plan.life is not None:
                plan.life.arranged()

        wall = Wall(self.roster, plan.grid, order, self._clock, remembered=scenes, on_scenes=keep)
        return wall, Scenes(wall, book, plan.cameras)

    def _take_gap(self, gap_ns: int) -> None:
        now = self._clock.monotonic_ns()
        self._stalls.tick(now)
        if self._plan.life is not None and not self._plan.life.tick(now):
            self._leave_for("the end of the guard")
        if self.roster.failed:
            self._leave_for("a bug in the thread `video`")

    def _leave_for(self, why: str) -> None:
        if self._leave is not None:
            leave, self._leave = self._leave, None
            leave(why)

    def _take_reports(
        self,
        snapshot: Callable[..., HealthSnapshot],
        present: Callable[[], tuple[Screen, ...]],
        reports: tuple[TileReport, ...],
    ) -> None:
        if self._health is None:
            return
        from hanoi_wall.operations.health import OpensHealth, UiHealth

        now, facts, stalls = self._clock.monotonic_ns(), self.roster.facts(), self._stalls
        copy = snapshot(
            uptime_s=(now - self._started_ns) / SECOND,
            scene=self._scene_text(),
            ui=UiHealth(stalls.longest_ms(now), stalls.stalls(now), stalls.total),
            processes=facts.processes,
            guard=self._guard,
            opens=OpensHealth(facts.opens_now, facts.opens_most),
            picture_bytes=facts.picture_bytes,
            screens=present(),
            visible=[monitor.id for monitor in self.wall.monitors if monitor.seen],
            reports=reports,
        )
        self._health.publish(copy, now)

    def _scene_text(self) -> str:
        """The grids that stand on the monitors, each once."""
        grids = dict.fromkeys(str(monitor.scene.layout) for monitor in self.wall.monitors)
        return " ".join(grids) or str(self._plan.grid)

    def run(self) -> int:
        """Show the wall until the operator, a signal or the clock ends it; then take everything down.

        Returns the exit code: 1 when a bug has ended the thread `video`: nothing on the wall is true then.
        """
        plan = self._plan
        try:
            # All of it now: no file is touched on this thread once the windows stand.
            from hanoi_wall.operations.favourites import Favourites, kept_favourites
            from hanoi_wall.ui.desktop import Desktop, wall_settings
            from hanoi_wall.ui.health_copy import snapshot
            from hanoi_wall.ui.screens import present

            favourites = Favourites() if plan.kept_in is None else kept_favourites(plan.kept_in)
            self._close.callback(favourites.close)
            desktop = Desktop(
                self.wall,
                self.roster,
                plan.cameras,
                wall_settings(
                    plan.settings,
                    windowed=plan.windowed,
                    kiosk=plan.kiosk,
                    restarted=plan.life is not None and plan.life.restarts > 0,
                ),
                self._clock,
                scenes=self._scenes,
                first=self._first,
                seconds=plan.seconds,
                snapshots=self._snapshots(),
                on_health=partial(self._take_reports, snapshot, present),
                on_gap=self._take_gap,
                favourites=favourites,
                preferences=plan.preferences,
            )
            self._leave = desktop.leave
            with leaving.InOrder(desktop.leave):
                try:
                    desktop.run()
                finally:
                    self.close()
        finally:
            self.close()
        return 1 if self.roster.failed else 0

    def _snapshots(self) -> Snapshots | None:
        plan = self._plan
        if plan.evidence_in is None:
            return None
        from hanoi_wall.operations.snapshot import Snapshots
        from hanoi_wall.operations.snapshot_files import SnapshotFiles, folder_of
        from hanoi_wall.operations.workstation_key import WorkstationKey, key_of

        key = WorkstationKey(partial(key_of, plan.evidence_in, plan.settings))
        files = SnapshotFiles(folder_of(plan.evidence_in, plan.settings), key)
        snapshots = Snapshots(self.wall, self.roster, files, self._clock)
        # Closed before the feeds, whose pictures it copies.
        self._close.callback(snapshots.close)
        return snapshots

    def close(self) -> None:
        """Snapshots, feeds and health, in this order; at most about 3 s. Safe to call twice."""
        self._close.close()


def _first_window(windowed: bool) -> tuple[int, int]:
    """About how many device pixels the first window will have."""
    width, height = first_monitor() or _USUAL_SCREEN
    if not windowed:
        return width, height
    wide = int(min(width, height * 16 / 9) * WINDOW_PART)
    return wide, wide * 9 // 16


def run(options: RunOptions, early: Early | None = None) -> int:
    """The command `run`: 0 when the operator, a signal or `seconds` ended it, 1 when a bug did.

    early: decoder processes that were started already; those that are not needed are the caller's to end.

    Raises CatalogueError and SettingsError (a bad file), NoDisplay, ProfileInUse, FolderError, StoreError,
    SecretsError and HealthPortTaken (something is missing or taken).
    """
    folders = folders_of(options.profile)
    settings = _with_options(read_settings(folders.settings_file), options)
    preferences = _preferences(folders, settings)
    cameras, open_store = _catalogue(options, folders, settings)
    scene = None if options.scene is None else _scene(folders, options.scene)
    problem = display_problem()
    if problem is not None:
        raise NoDisplay(problem)
    clock = SystemClock()
    with ProfileLock.take(folders, without_room=True), Watch(clock):
        try:
            plan = _plan(options, settings, cameras, open_store)
            plan = replace(plan, early=early, evidence_in=folders, scene=scene, preferences=preferences)
            if options.cameras is None and cameras:
                # A file's wall is gone with it. A grid that is asked for replaces what was arranged only once
                # somebody arranges it; and then it stands there again when a guard brings the client back.
                again = options.guard is not None and options.guard.arranged
                plan = replace(plan, kept_in=folders, as_left=again or options.grid is None, again=again)
                if again:
                    plan = replace(plan, scene=None)
            return Client(plan, clock).run()
        except ResourceMissing as error:
            from hanoi_wall.operations.refusals import Missing

            raise Missing(str(error)) from None


def _scene(folders: Folders, name: str) -> Scene:
    from hanoi_wall.operations.scene_files import scene_named

    return scene_named(folders, name)


def _preferences(folders: Folders, settings: Settings) -> Preferences:
    """What the operator may change, the profile's keys among it, which are in force from here on.

    Wrong keys are told, and the program's own stand in their place: settings that are wrong refuse the start,
    for nobody knows what was meant; but a key that is another costs a glance at the sheet.
    """
    keys, wrong = take_keys(folders.keys_file)
    if wrong is not None:
        from hanoi_wall.operations.refusals import one_line

        log.warning("%s", wrong)
        with suppress(OSError):
            print(f"hanoi-wall run: {one_line(str(wrong))}", file=sys.stderr, flush=True)
    return Preferences(folders, settings, keys)


def _with_options(settings: Settings, options: RunOptions) -> Settings:
    if options.language is not None:
        settings = replace(settings, language=options.language)
    if options.text_distance_m is not None:
        settings = replace(settings, text_distance_m=options.text_distance_m)
    return settings


def _catalogue(
    options: RunOptions, folders: Folders, settings: Settings
) -> tuple[Mapping[str, Camera], OpenStore]:
    """The cameras in their order and where their passwords are."""
    if options.cameras is not None:
        found = read_file(options.cameras)
        found.demand_all()
        kept = MemorySecrets(found.credentials)
        return {camera.id: camera for camera in found.cameras}, lambda: kept
    from hanoi_wall.operations.cameras import list_cameras
    from hanoi_wall.settings.secrets import secrets_of

    cameras = {camera.id: camera for camera in list_cameras(folders)}
    try:
        store = secrets_of(folders, settings)
    except SecretStoreMissing:
        # The cameras that ask for a password will say so; the others are worth showing. It may come yet.
        return cameras, lambda: secrets_of(folders, settings)
    return cameras, lambda: store


def smallest_grid(cameras: int) -> Layout:
    """The smallest grid, as square as can be, that holds so many cameras."""
    columns = min(LARGEST_GRID, max(1, math.ceil(math.sqrt(cameras))))
    return Layout(Grid(columns, min(LARGEST_GRID, max(1, math.ceil(cameras / columns)))))


def _plan(
    options: RunOptions, settings: Settings, cameras: Mapping[str, Camera], open_store: OpenStore
) -> ClientPlan:
    return ClientPlan(
        cameras=cameras,
        passwords=Passwords(open_store, cameras),
        grid=options.grid or smallest_grid(len(cameras)),
        settings=settings,
        windowed=options.windowed,
        seconds=options.seconds,
        health=options.health,
        kiosk=options.kiosk,
        life=None if options.guard is None else LifeSign(options.guard),
        on_free_port=partial(_tell_port, as_json=options.json),
    )


def _tell_port(host: str, port: int, *, as_json: bool) -> None:
    """One line on standard output; a wall that nobody reads goes on all the same."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/health"
    with suppress(OSError):
        print(json.dumps({"health_url": url}) if as_json else f"health: {url}", flush=True)
