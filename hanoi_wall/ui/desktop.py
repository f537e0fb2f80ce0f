"""The client's part that needs Qt: the application, the windows and their loop. Main thread.

app.py imports this file last: Qt takes longer to load than all else together, and the decoder processes load
meanwhile.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hanoi_wall import leaving
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations.demands import Feeds
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.operations.scenes import Scenes
from hanoi_wall.operations.snapshot import Snapshots
from hanoi_wall.operations.wall import Wall
from hanoi_wall.settings.schema import Settings
from hanoi_wall.ui.awake import Awake
from hanoi_wall.ui.bugs import QtWords
from hanoi_wall.ui.display import NoDisplay, plugin_problem
from hanoi_wall.ui.preferences.effects import adopted
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.wall_app import WallApp, WallSettings

log = logging.getLogger(__name__)


def wall_settings(
    settings: Settings, *, windowed: bool, kiosk: bool = False, restarted: bool = False
) -> WallSettings:
    """The settings of a profile, as the windows need them."""
    windows = WallSettings(windowed=windowed, kiosk=kiosk, restarted=restarted)
    return adopted(windows, settings)


class Desktop:
    """The wall on the screens of this workstation, until it is ended. Main thread, once a process."""

    def __init__(
        self,
        wall: Wall,
        feeds: Feeds,
        cameras: Mapping[str, Camera],
        settings: WallSettings,
        clock: Clock,
        *,
        scenes: Scenes,
        first: Scene | None = None,
        seconds: float | None = None,
        snapshots: Snapshots | None = None,
        on_health: Callable[[tuple[TileReport, ...]], None] = lambda reports: None,
        on_gap: Callable[[int], None] = lambda gap: None,
        favourites: Favourites | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """seconds: leave after this long, None: never; the others: see WallApp. Raises NoDisplay."""
        problem = plugin_problem()
        if problem is not None:
            raise NoDisplay(problem)
        application = QApplication.instance() or QApplication(["hanoi-wall"])
        assert isinstance(application, QApplication)
        self._application = application
        application.setApplicationName("Hanoi Wall")
        application.setDesktopFileName("hanoi-wall")
        application.setQuitOnLastWindowClosed(False)
        self._clock, self._on_gap = clock, on_gap
        self._awake = Awake() if settings.kiosk and application.platformName() == "xcb" else None
        self._ends_ns = None if seconds is None else clock.monotonic_ns() + round(seconds * SECOND)
        self._walls = WallApp(
            wall,
            feeds,
            cameras,
            settings,
            clock,
            scenes=scenes,
            first=first,
            on_quit=application.quit,
            snapshots=snapshots,
            on_health=on_health,
            on_gap=self._take_gap,
            favourites=favourites,
            preferences=preferences,
        )

    def run(self) -> None:
        """Show the wall until the operator, `leave` or the clock ends it; its windows are gone then.

        Raises NoDisplay when the server that shows them goes away.
        """
        with QtWords(self._clock):
            try:
                self._walls.start()
                # What has been built by now lives as long as the program: the collector need not look again.
                gc.collect()
                gc.freeze()
                if self._application.exec():
                    # Qt says why in the log, and ends the loop in this way alone.
                    raise NoDisplay("no display: the server that showed the wall went away")
            finally:
                leaving.in_order()
                self._walls.stop()
                if self._awake is not None:
                    self._awake.close()

    def leave(self, name: str) -> None:
        """End `run` soon, for the signal of that name."""
        log.info("ending on %s", name)
        # By way of the loop: a signal that comes before the loop runs would otherwise be lost.
        QTimer.singleShot(0, self._application.quit)

    def _take_gap(self, gap_ns: int) -> None:
        """Each tick. The end is looked for here, as Qt's own timers count no further than 24 days."""
        if self._ends_ns is not None and self._clock.monotonic_ns() >= self._ends_ns:
            self._ends_ns = None
            self._application.quit()
        self._on_gap(gap_ns)
