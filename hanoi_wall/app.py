"""COMPOSITION ROOT: builds every object of the client once, in order, and takes them down in reverse.

The only file that knows everyone. Main thread, but for what it hands to the rooms.
"""

from __future__ import annotations

import gc
import logging
import math
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import FrameType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hanoi_wall.catalogue.files import read_file
from hanoi_wall.domain.camera import Camera, Credentials, StreamKind
from hanoi_wall.domain.clock import SECOND, Clock, SystemClock
from hanoi_wall.domain.wall import LARGEST_GRID, Grid
from hanoi_wall.operations.health import HealthServer, OpensHealth, UiHealth
from hanoi_wall.operations.options import RunOptions
from hanoi_wall.operations.stalls import StallMeter
from hanoi_wall.operations.wall import Wall
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.kept import MemorySecrets, SecretsError, SecretStore, SecretStoreMissing
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.secrets import secrets_of
from hanoi_wall.store.cameras import CameraStore
from hanoi_wall.ui.display import display_problem
from hanoi_wall.ui.health_copy import snapshot
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.screens import present
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_app import WallApp, WallSettings
from hanoi_wall.video.roster import Roster

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """Everything the client needs to know before it starts.

    cameras: by id, in the order in which they fill the grid; secret_of: credentials of (camera, stream);
    seconds: leave cleanly after this long, None: never; health: (host, port) or None.
    """

    cameras: Mapping[str, Camera]
    secret_of: Callable[[str, StreamKind], Credentials | None]
    grid: Grid
    settings: WallSettings
    seconds: float | None = None
    health: tuple[str, int] | None = None
    pictures_mb: int = 256
    opens: int = 8
    processes: int | None = None
    ca_file: str | None = None


class Client:
    """The running client. Main thread; a QApplication must exist. Raises HealthPortTaken."""

    def __init__(self, application: QApplication, plan: ClientPlan, clock: Clock) -> None:
        self._application = application
        self._plan = plan
        self._clock = clock
        self._started_ns = clock.monotonic_ns()
        self._stalls = StallMeter()
        self._health = None
        if plan.health is not None:
            self._health = HealthServer(*plan.health, clock)
            self._health.start()
        self.roster = Roster(
            plan.cameras,
            plan.secret_of,
            clock,
            pictures_mb=plan.pictures_mb,
            opens=plan.opens,
            processes=plan.processes,
            ca_file=plan.ca_file,
        )
        self.wall = Wall(self.roster, plan.grid, list(plan.cameras), clock)
        self.walls = WallApp(
            self.wall,
            self.roster,
            plan.cameras,
            plan.settings,
            clock,
            on_quit=application.quit,
            on_health=self._take_reports,
            on_gap=self._take_gap,
        )

    def _take_gap(self, gap_ns: int) -> None:
        self._stalls.tick(self._clock.monotonic_ns())

    def _take_reports(self, reports: tuple[TileReport, ...]) -> None:
        if self._health is None:
            return
        now, facts, stalls = self._clock.monotonic_ns(), self.roster.facts(), self._stalls
        copy = snapshot(
            uptime_s=(now - self._started_ns) / SECOND,
            scene=str(self._plan.grid),
            ui=UiHealth(stalls.longest_ms(now), stalls.stalls(now), stalls.total),
            processes=facts.processes,
            opens=OpensHealth(facts.opens_now, facts.opens_most),
            picture_bytes=facts.picture_bytes,
            screens=present(),
            visible=[monitor.id for monitor in self.wall.monitors if monitor.seen],
            reports=reports,
        )
        self._health.publish(copy, now)

    def run(self) -> None:
        """Show the wall until the operator, a signal or the clock ends it; then take everything down."""
        # By way of the loop: a signal that comes before the loop runs would otherwise be lost.
        quit_on_signal = _Signals(lambda: QTimer.singleShot(0, self._application.quit))
        if self._plan.seconds is not None:
            QTimer.singleShot(round(self._plan.seconds * 1000), self._application.quit)
        try:
            self.walls.start()
            # What has been built by now lives as long as the program: the collector need not look again.
            gc.collect()
            gc.freeze()
            self._application.exec()
        finally:
            self.close()
            quit_on_signal.restore()

    def close(self) -> None:
        """Windows, feeds and health, in this order; at most about 3 s."""
        self.walls.stop()
        self.roster.close()
        if self._health is not None:
            self._health.close()


class _Signals:
    """SIGINT and SIGTERM end the program in good order. Python runs the handler at the next tick (25 ms)."""

    def __init__(self, quit_program: Callable[[], None]) -> None:
        def handle(number: int, frame: FrameType | None) -> None:
            log.info("ending on %s", signal.Signals(number).name)
            quit_program()

        self._before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore(self) -> None:
        """Put back the handlers that were there."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


class NoDisplay(Exception):
    """There is no screen to show a wall on; the text says why."""


def run(options: RunOptions) -> int:
    """The command `run`: 0 when the operator, a signal or `seconds` ended it.

    Raises CatalogueError and SettingsError (a bad file), NoDisplay, ProfileInUse, FolderError, StoreError,
    SecretsError and HealthPortTaken (something is missing or taken).
    """
    folders = folders_of(options.profile)
    settings = _with_options(read_settings(folders.settings_file), options)
    cameras, secrets = _catalogue(options, folders, settings)
    problem = display_problem()
    if problem is not None:
        raise NoDisplay(problem)
    with ProfileLock.take(folders):
        application = QApplication.instance() or QApplication(["hanoi-wall"])
        assert isinstance(application, QApplication)
        application.setApplicationName("Hanoi Wall")
        application.setDesktopFileName("hanoi-wall")
        application.setQuitOnLastWindowClosed(False)
        Client(application, _plan(options, settings, cameras, secrets), SystemClock()).run()
    return 0


def _with_options(settings: Settings, options: RunOptions) -> Settings:
    if options.language is not None:
        settings = replace(settings, language=options.language)
    if options.text_distance_m is not None:
        settings = replace(settings, text_distance_m=options.text_distance_m)
    return settings


def _catalogue(
    options: RunOptions, folders: Folders, settings: Settings
) -> tuple[Mapping[str, Camera], SecretStore]:
    """The cameras in their order and where their passwords are."""
    if options.cameras is not None:
        found = read_file(options.cameras)
        found.demand_all()
        return {camera.id: camera for camera in found.cameras}, MemorySecrets(found.credentials)
    with CameraStore.open(folders.database) as store:
        cameras = {camera.id: camera for camera in store.all()}
    try:
        return cameras, secrets_of(folders, settings)
    except SecretStoreMissing as missing:
        # The cameras that ask for a password will say so; the others are worth showing.
        log.warning("%s: cameras that need a password will refuse", missing)
        return cameras, MemorySecrets()


_TITLE_MODES = {"none": TitleMode.NONE, "title": TitleMode.TITLE, "title_state": TitleMode.STATE}


def smallest_grid(cameras: int) -> Grid:
    """The smallest grid, as square as can be, that holds so many cameras."""
    columns = min(LARGEST_GRID, max(1, math.ceil(math.sqrt(cameras))))
    return Grid(columns, min(LARGEST_GRID, max(1, math.ceil(cameras / columns))))


def _plan(
    options: RunOptions, settings: Settings, cameras: Mapping[str, Camera], secrets: SecretStore
) -> ClientPlan:
    @cache
    def secret_of(camera: str, stream: StreamKind) -> Credentials | None:
        """Asked for on the thread `video`, once for each stream: a key store answers in milliseconds."""
        try:
            return secrets.get(camera).get(stream.value)
        except SecretsError as error:
            log.error("camera %s: no credentials: %s", camera, error)
            return None

    return ClientPlan(
        cameras=cameras,
        secret_of=secret_of,
        grid=options.grid or smallest_grid(len(cameras)),
        settings=WallSettings(
            windowed=options.windowed,
            language=settings.language,
            theme=settings.theme,
            text_distance_m=settings.text_distance_m,
            title_mode=_TITLE_MODES[settings.title_bar],
            motion=settings.motion,
        ),
        seconds=options.seconds,
        health=options.health,
        pictures_mb=settings.pictures_mb,
        opens=settings.opens_max,
        processes=settings.decoder_processes or None,
        ca_file=settings.tls_ca_file or None,
    )
