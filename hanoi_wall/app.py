"""COMPOSITION ROOT: builds every object of the client once, in order, and takes them down in reverse.

The only file that knows everyone. Main thread, but for what it hands to the rooms. Qt comes last, in
`Client.run`: it takes longer to load than all else together, and the decoder processes load meanwhile. For
the same reason nothing is loaded before them that only some starts need.
"""

from __future__ import annotations

import json
import logging
import math
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
from hanoi_wall.domain.wall import LARGEST_GRID, Grid
from hanoi_wall.operations.key_sheet import take_keys
from hanoi_wall.operations.options import RunOptions
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.operations.stalls import StallMeter
from hanoi_wall.operations.wall import Wall
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.kept import MemorySecrets, SecretStore, SecretStoreMissing
from hanoi_wall.settings.passwords import Passwords
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.schema import Settings
from hanoi_wall.ui.bugs import Watch
from hanoi_wall.ui.display import WINDOW_PART, display_problem, first_monitor
from hanoi_wall.ui.display import NoDisplay as NoDisplay
from hanoi_wall.video.roster import Roster
from hanoi_wall.video.spawning import Early

if TYPE_CHECKING:
    from hanoi_wall.operations.health import HealthServer, HealthSnapshot
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
    None: nothing is remembered; as_left: whether to show what it remembers; early: decoder processes that
    were started already; preferences: what the operator may change, ended with the client.
    """

    cameras: Mapping[str, Camera]
    passwords: Passwords
    grid: Grid
    settings: Settings
    windowed: bool = False
    seconds: float | None = None
    health: tuple[str, int] | None = None
    kept_in: Folders | None = None
    as_left: bool = True
    early: Early | None = None
    preferences: Preferences | None = None
    on_free_port: Callable[[str, int], None] | None = None


class Client:
    """The running client. Main thread. Raises HealthPortTaken; whatever it raises, nothing of it is left."""

    def __init__(self, plan: ClientPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._started_ns = clock.monotonic_ns()
        self._stalls = StallMeter()
        self._health: HealthServer | None = None
        self._leave: Callable[[str], None] | None = None
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
            self.wall = self._wall_of(plan, undo)
            # Cameras need a second or more to their first picture; Qt needs as long to its first window.
            self.wall.expect(*_first_window(plan.windowed))
            # Passwords first, which tell the feeds, then feeds, then health.
            self._close = undo.pop_all()

    def _wall_of(self, plan: ClientPlan, undo: ExitStack) -> Wall:
        cameras = list(plan.cameras)
        if plan.kept_in is None:
            return Wall(self.roster, plan.grid, cameras, self._clock)
        from hanoi_wall.operations.wall_memory import WallMemory, remembered

        known = remembered(plan.kept_in)
        if known is None:
            return Wall(self.roster, plan.grid, cameras, self._clock)
        memory = WallMemory(plan.kept_in, known, plan.cameras)
        undo.callback(memory.close)
        left = {monitor: scene.only(plan.cameras) for monitor, scene in known.items() if plan.as_left}
        # A monitor none of whose cameras is left is as good as new.
        scenes = {
            monitor: scene for monitor, scene in left.items() if any(each.camera for each in scene.tiles)
        }
        return Wall(self.roster, plan.grid, cameras, self._clock, remembered=scenes, on_scenes=memory.keep)

    def _take_gap(self, gap_ns: int) -> None:
        self._stalls.tick(self._clock.monotonic_ns())
        if self.roster.failed and self._leave is not None:
            leave, self._leave = self._leave, None
            leave("a bug in the thread `video`")

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
            opens=OpensHealth(facts.opens_now, facts.opens_most),
            picture_bytes=facts.picture_bytes,
            screens=present(),
            visible=[monitor.id for monitor in self.wall.monitors if monitor.seen],
            reports=reports,
        )
        self._health.publish(copy, now)

    def _scene_text(self) -> str:
        """The grids that stand on the monitors, each once."""
        grids = dict.fromkeys(str(monitor.scene.grid) for monitor in self.wall.monitors)
        return " ".join(grids) or str(self._plan.grid)

    def run(self) -> int:
        """Show the wall until the operator, a signal or the clock ends it; then take everything down.

        Returns the exit code: 1 when a bug has ended the thread `video`: nothing on the wall is true then.
        """
        plan = self._plan
        try:
            # All of it now: no file is touched on this thread once the windows stand.
            from hanoi_wall.ui.desktop import Desktop, wall_settings
            from hanoi_wall.ui.health_copy import snapshot
            from hanoi_wall.ui.screens import present

            desktop = Desktop(
                self.wall,
                self.roster,
                plan.cameras,
                wall_settings(plan.settings, windowed=plan.windowed),
                self._clock,
                seconds=plan.seconds,
                on_health=partial(self._take_reports, snapshot, present),
                on_gap=self._take_gap,
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

    def close(self) -> None:
        """Feeds and health, in this order; at most about 3 s. Safe to call twice."""
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
    problem = display_problem()
    if problem is not None:
        raise NoDisplay(problem)
    clock = SystemClock()
    with ProfileLock.take(folders, without_room=True), Watch(clock):
        try:
            plan = replace(
                _plan(options, settings, cameras, open_store), early=early, preferences=preferences
            )
            if options.cameras is None and cameras:
                # A file's wall is gone with it. A grid that is asked for replaces what was arranged only once
                # somebody arranges it.
                plan = replace(plan, kept_in=folders, as_left=options.grid is None)
            return Client(plan, clock).run()
        except ResourceMissing as error:
            from hanoi_wall.operations.refusals import Missing

            raise Missing(str(error)) from None


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


def smallest_grid(cameras: int) -> Grid:
    """The smallest grid, as square as can be, that holds so many cameras."""
    columns = min(LARGEST_GRID, max(1, math.ceil(math.sqrt(cameras))))
    return Grid(columns, min(LARGEST_GRID, max(1, math.ceil(cameras / columns))))


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
        on_free_port=partial(_tell_port, as_json=options.json),
    )


def _tell_port(host: str, port: int, *, as_json: bool) -> None:
    """One line on standard output; a wall that nobody reads goes on all the same."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/health"
    with suppress(OSError):
        print(json.dumps({"health_url": url}) if as_json else f"health: {url}", flush=True)
