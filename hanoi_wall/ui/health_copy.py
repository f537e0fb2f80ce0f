"""The health copy: what the windows painted and what the roster counts, as one immutable snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from hanoi_wall import __version__
from hanoi_wall.assets import words
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.operations.health import (
    HealthSnapshot,
    OpensHealth,
    ProcessHealth,
    ScreenHealth,
    TileHealth,
    UiHealth,
)
from hanoi_wall.operations.stream_words import why_sentence
from hanoi_wall.operations.tile_words import blame, rate_note
from hanoi_wall.ui.presenter import TileReport
from hanoi_wall.ui.screens import Screen

_ENGLISH = words("en")
"""Health is read by administrators and scripts, whatever the operator's language."""
_PICTURES_COME = frozenset({TileState.LIVE, TileState.LATE, TileState.FROZEN})


def tile_health(report: TileReport, screen_name: str) -> TileHealth:
    """One tile of the health answer; a camera that nothing is known of yet has None for its stream."""
    view = report.view
    known = TileHealth(
        screen=screen_name,
        tile=report.tile,
        row=report.row,
        col=report.col,
        camera=report.camera,
        state=report.state.value,
        painted_state=report.painted_state.value,
        age_ms=report.age_ms,
        behind_ms=report.behind_ms,
        shown_fps=report.shown_fps,
        replaced=report.replaced,
        torn=report.torn,
        next_retry_s=report.next_retry_s,
        first_picture_ms=report.first_picture_ms,
        zoom=round(report.zoom, 2),
        zoom_moves=report.moves,
    )
    if view is None:
        return known
    stats = view.stats
    # Counters stand still when their session ends.
    playing = view.session.phase is Phase.PLAYING
    pictures = (stats, report.interval_ns, report.behind_ms * 1_000_000)
    cause = blame(*pictures, asked=True) if playing and report.state in _PICTURES_COME else None
    return replace(
        known,
        cause=view.session.fault.cause.value if view.session.fault is not None else None,
        received_fps=stats.received_fps if playing else 0.0,
        stream=view.stream.value,
        size=stats.size if stats.size != (0, 0) else None,
        codec=stats.codec or None,
        decoder=stats.decoder,
        why=why_sentence(_ENGLISH, view, report.size, report.demand),
        reconnects=view.reconnects,
        shed=stats.shed if playing else 0,
        rate=None if cause is None else rate_note(_ENGLISH, *pictures, asked=True)[0],
        rate_cause=None if cause is None else cause.value,
    )


def snapshot(
    *,
    uptime_s: float,
    scene: str,
    ui: UiHealth,
    processes: Iterable[tuple[int, int, int]],
    guard: tuple[int, int] | None = None,
    opens: OpensHealth,
    picture_bytes: int,
    screens: Iterable[Screen],
    visible: Iterable[str],
    reports: Iterable[TileReport],
) -> HealthSnapshot:
    """The whole copy. processes: (pid, feeds, restarts) of each decoder process; guard: of a kiosk, its
    pid and how often it brought the client back; visible: screen ids whose window can be seen."""
    present = tuple(screens)
    names = {screen.id: screen.name for screen in present}
    seen = set(visible)
    decoders = (
        ProcessHealth(pid=pid, role="decoder", feeds=feeds, restarts=restarts)
        for pid, feeds, restarts in processes
    )
    guards = () if guard is None else (ProcessHealth(pid=guard[0], role="guard", restarts=guard[1]),)
    return HealthSnapshot(
        version=__version__,
        uptime_s=uptime_s,
        scene=scene,
        ui=ui,
        processes=(ProcessHealth(pid=os.getpid(), role="ui"), *decoders, *guards),
        opens=opens,
        pictures_mb=picture_bytes / 1_000_000,
        screens=tuple(
            ScreenHealth(
                id=screen.id,
                name=screen.name,
                geometry=(screen.desktop.x, screen.desktop.y, screen.desktop.width, screen.desktop.height),
                scale=screen.scale,
                window_visible=screen.id in seen,
            )
            for screen in present
        ),
        tiles=tuple(tile_health(report, names.get(report.screen, report.screen)) for report in reports),
    )
