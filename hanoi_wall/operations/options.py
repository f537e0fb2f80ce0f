"""What `run` and `demo` were asked to do, as plain values: made by cli.py, read by app.py and demo.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hanoi_wall.domain.grid import Layout
from hanoi_wall.operations.life import Guarded


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`hanoi-wall run`. None: as the profile's settings say, or not wanted.

    cameras: a catalogue file to run stand-alone from; grid: None for the smallest that holds all cameras;
    scene: name of a scene of the profile, or of a file, None: as the wall was left;
    seconds: leave cleanly after so long; health: (host, port), port 0 for any free one, which is then told
    in a line on standard output, as JSON where `json`; kiosk: nobody sits before it; guard: what the guard
    of a kiosk tells its client, None in the guard itself.
    """

    profile: Path | None = None
    cameras: Path | None = None
    grid: Layout | None = None
    scene: str | None = None
    windowed: bool = False
    seconds: float | None = None
    health: tuple[str, int] | None = None
    language: str | None = None
    text_distance_m: float | None = None
    json: bool = False
    kiosk: bool = False
    guard: Guarded | None = None


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`hanoi-wall demo`. profile: whose cache keeps the pictures of the pretend cameras for the next time;
    json: the wall answers, and tells its errors, as JSON.
    """

    cameras: int = 16
    seconds: float | None = None
    health: int | None = None
    language: str | None = None
    windowed: bool = False
    profile: Path | None = None
    json: bool = False
