"""The screens of this workstation: who they are, and when they come, go, turn or change their scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from PySide6.QtCore import QObject, QRect, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen

from hanoi_wall.operations.layout import Box
from hanoi_wall.ui.theme import pixel_pitch

SETTLE_MS = 150
"""A change of screens comes as a burst of signals; the windows follow once it is over."""


@dataclass(frozen=True)
class Screen:
    """One screen as it is now.

    id: the same when the screen comes back to its connector: maker/model/serial@connector, whatever of it is
    known, else where it is;
    name: for people; desktop: logical pixels on the virtual desktop; scale: device pixels per logical pixel.
    """

    id: str
    name: str
    desktop: Box
    scale: float
    qt: QScreen


def identity(manufacturer: str, model: str, serial: str, name: str, desktop: Box) -> str:
    """Who a screen is, from what it tells and `name`, its connector's.

    Never without the connector where there is one: some makers give every monitor the same serial number, and
    whoever comes first must not be called by it alone. A model without a serial number is not an identity.
    """
    name = name.strip()
    if serial.strip():
        told = "/".join(part.strip() for part in (manufacturer, model, serial))
        return f"{told}@{name}" if name else told
    return name or f"at {desktop.x},{desktop.y} {desktop.width}x{desktop.height}"


def present() -> tuple[Screen, ...]:
    """The screens that are there now, from left to right and top to bottom; none when all are gone."""
    found: list[Screen] = []
    taken: set[str] = set()
    for screen in QGuiApplication.screens():
        geometry = screen.geometry()
        desktop = Box(geometry.x(), geometry.y(), geometry.width(), geometry.height())
        if desktop.area <= 0:
            # What Qt keeps as a stand-in when the last screen is gone.
            continue
        who = identity(screen.manufacturer(), screen.model(), screen.serialNumber(), screen.name(), desktop)
        if who in taken:
            # Two without connectors: where they stand tells them apart.
            who = f"{who}@{desktop.x},{desktop.y}"
        taken.add(who)
        found.append(Screen(who, screen.name() or who, desktop, screen.devicePixelRatio(), screen))
    return tuple(sorted(found, key=lambda each: (each.desktop.x, each.desktop.y)))


def pitch_of(screen: QScreen | None, scale: float) -> float:
    """Millimetres per device pixel of a screen shown at that scale."""
    if screen is None:
        return 25.4 / 96 / scale
    size = screen.geometry().size()
    width, height = round(size.width() * scale), round(size.height() * scale)
    return pixel_pitch(screen.physicalSize(), width, height, scale)


def logical(box: Box, scale: float) -> QRect:
    """The least logical rectangle that holds all of a box in device pixels."""
    left, top = floor(box.x / scale), floor(box.y / scale)
    right, bottom = ceil((box.x + box.width) / scale), ceil((box.y + box.height) / scale)
    return QRect(left, top, right - left, bottom - top)


class Screens(QObject):
    """Watches the screens; calls `on_change` once after each burst of changes. Main thread."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        super().__init__()
        self._on_change = on_change
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        application.screenAdded.connect(self._added)
        application.screenRemoved.connect(self._changed)
        application.primaryScreenChanged.connect(self._changed)
        for screen in QGuiApplication.screens():
            self._watch(screen)

    def stop(self) -> None:
        """Watch no more."""
        self._settle.stop()
        self._application.screenAdded.disconnect(self._added)
        self._application.screenRemoved.disconnect(self._changed)
        self._application.primaryScreenChanged.disconnect(self._changed)
        for screen in QGuiApplication.screens():
            screen.geometryChanged.disconnect(self._changed)
            screen.orientationChanged.disconnect(self._changed)
            screen.logicalDotsPerInchChanged.disconnect(self._changed)

    def _watch(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._changed)
        screen.orientationChanged.connect(self._changed)
        screen.logicalDotsPerInchChanged.connect(self._changed)

    @Slot(QScreen)
    def _added(self, screen: QScreen) -> None:
        self._watch(screen)
        self._settle.start()

    @Slot()
    def _changed(self, *_: object) -> None:
        self._settle.start()

    @Slot()
    def _settled(self) -> None:
        self._on_change()
