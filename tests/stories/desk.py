"""An operator's desk: the client on an X server, the keyboard before it, the eyes on its pixels.

Everything that starts ends by its own pid when the `with` is left, whatever happened in between.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.bench.pixels import Place
from tests.bench.processes import tree
from tests.bench.program import Program, Unfinished, pause, wait_until
from tests.bench.xserver import XServer
from tests.conftest import ROOT
from tests.stories.look import Look, look_at, tile_place

Row = dict[str, str]
START_S = 30.0
"""How long a start may take on a machine that does much else; a healthy one needs two or three seconds."""


def write_catalogue(path: Path, rows: Sequence[Row]) -> Path:
    """A catalogue file; every key of the rows is a column."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Desk:
    """`hanoi-wall run` on an X server, in a profile of its own, with an operator before it."""

    def __init__(
        self, x: XServer, rows: Sequence[Row], columns: int, lines: int, screens: Sequence[Place] = ()
    ) -> None:
        """rows: its catalogue, none for the profile's own (then it is started by `start`); columns,
        lines: its grid; screens: its monitors, none for the whole X screen."""
        self.x, self.rows = x, list(rows)
        self.columns, self.lines = columns, lines
        self.screens = list(screens) or [Place(0, 0, x.width, x.height)]
        self.folder = Path(tempfile.mkdtemp(prefix="stories-desk-"))
        self.profile = self.folder / "profile"
        self.catalogue = write_catalogue(self.folder / "cameras.csv", self.rows)
        self.port = _free_port()
        self.own_scene = True
        """Whether its grid is asked for at the start; else it shows what it showed, or the smallest."""
        self.scene = ""
        """A scene or its file to begin with."""
        self.kiosk = False
        """Whether it is started as one: the program is the guard then, and the wall its child."""
        self.program: Program | None = None
        self.watched: set[int] = set()
        self._screen = x.screen()

    def write_settings(self, **choices: str | int | bool) -> None:
        """Choices of its profile, before it is started."""
        self.profile.mkdir(mode=0o700, exist_ok=True)
        lines = [f"{name} = {json.dumps(value)}" for name, value in choices.items()]
        (self.profile / "settings.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def __enter__(self) -> Desk:
        if self.rows:
            self.start()
        return self

    def start(self, **more: str) -> None:
        """Start the program, after what is left of it if it ran before; does not wait. more: environment."""
        if self.program is not None:
            self.program.end()
        words = [sys.executable, "-m", "hanoi_wall", "run", "--profile", str(self.profile)]
        words += ["--cameras", str(self.catalogue)] if self.rows else []
        words += ["--scene", f"grid:{self.columns}x{self.lines}"] if self.own_scene else []
        words += ["--scene", self.scene] if self.scene else []
        words += ["--health", str(self.port)]
        words += ["--kiosk"] if self.kiosk else []
        environment = self.x.environment(QT_QPA_PLATFORM="xcb", **more)
        self.program = Program("hanoi-wall run", words, env=environment)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.program is not None:
            self.program.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # what the program says

    @property
    def pid(self) -> int:
        """Of the program: the UI process, or a kiosk's guard."""
        assert self.program is not None
        return self.program.pid

    def fetch(self, path: str) -> str:
        """The text of GET /health or /metrics, "" while nobody answers."""
        assert self.program is not None
        self.program.need_running()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()
        except OSError:
            return ""

    def health(self) -> dict[str, Any]:
        """GET /health; {} while nobody answers."""
        facts = json.loads(self.fetch("/health") or "{}")
        assert isinstance(facts, dict)
        return facts

    def tiles(self) -> dict[str, dict[str, Any]]:
        """The tiles that hold a camera, by camera."""
        return {tile["camera"]: tile for tile in self.health().get("tiles", ()) if tile["camera"]}

    def tile(self, camera: str) -> dict[str, Any]:
        """The tile of one camera; {} before it is there."""
        return self.tiles().get(camera, {})

    def decoders(self) -> list[int]:
        """The pids of the decoder processes."""
        processes = self.health().get("processes", ())
        return [process["pid"] for process in processes if process["role"] == "decoder"]

    def processes(self) -> list[int]:
        """Every process of the client."""
        return [process.pid for process in tree([self.pid])]

    def output(self) -> str:
        """What it wrote to standard output."""
        assert self.program is not None
        return self.program.output()

    def errors(self) -> str:
        """What it wrote to standard error."""
        assert self.program is not None
        return self.program.errors()

    def log(self) -> str:
        """Its log so far."""
        path = self.profile / "logs" / "hanoi-wall.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    # what the operator sees and does

    def place(self, number: int, screen: int = 0) -> Place:
        """Where tile `number` of a monitor's grid stands on the X screen."""
        return tile_place(self.columns, self.lines, number, self.screens[screen])

    def look(self, number: int, screen: int = 0) -> Look:
        """Look at tile `number` now."""
        return look_at(self._screen.pixels, self.place(number, screen))

    def look_whole(self, screen: int = 0) -> Look:
        """Look at a whole monitor, as when one tile fills it."""
        return look_at(self._screen.pixels, self.screens[screen])

    @property
    def pixels(self) -> Any:
        """The screen's pixels as they change."""
        return self._screen.pixels

    def press(self, *keys: str) -> None:
        """Press keys by their X names, one after the other."""
        subprocess.run(
            ["xdotool", "key", "--clearmodifiers", "--delay", "30", *keys],
            env=self.x.environment(),
            check=True,
            timeout=20,
        )

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        subprocess.run(
            ["xdotool", "type", "--clearmodifiers", "--delay", "30", text],
            env=self.x.environment(),
            check=True,
            timeout=20,
        )

    def point(self, number: int, *actions: str) -> None:
        """Move the mouse into the middle of a tile and do what xdotool's words say, such as `click 1`."""
        place = self.place(number)
        self._mouse(place.x + place.width // 2, place.y + place.height // 2, *actions)

    def click(self, x: int, y: int) -> None:
        """Click there."""
        self._mouse(x, y, "click", "1")

    def _mouse(self, x: int, y: int, *actions: str) -> None:
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), *actions],
            env=self.x.environment(),
            check=True,
            timeout=20,
        )

    def screenshot(self, path: Path) -> Path:
        """The screen as a picture file, to be looked at by people."""
        from PIL import Image

        Image.fromarray(self._screen.pixels[..., 2::-1].copy()).save(path)
        return path

    # waiting

    def until(self, condition: Callable[[], Any], seconds: float, what: str) -> float:
        """Wait for a condition; the seconds it took. Fails with what all tiles said last."""
        began = time.monotonic()
        try:
            wait_until(condition, seconds, what, every=0.02)
        except Unfinished as unfinished:
            said = {camera: (t["painted_state"], t["cause"]) for camera, t in self.tiles().items()}
            raise AssertionError(f"{unfinished}; the tiles: {said}; stderr: {self.errors()[-500:]}") from None
        return time.monotonic() - began

    def until_live(self, *cameras: str, seconds: float = START_S) -> float:
        """Wait until these cameras (none named: all) are painted live; the seconds it took."""
        wanted = cameras or tuple(row["id"] for row in self.rows)

        def all_live() -> bool:
            tiles = self.tiles()
            return all(tiles.get(camera, {}).get("painted_state") == "live" for camera in wanted)

        return self.until(all_live, seconds, f"{len(wanted)} live tiles")

    def until_painted(self, camera: str, state: str, seconds: float) -> float:
        """Wait until the camera's tile is painted in that state; the seconds it took."""
        return self.until(
            lambda: self.tile(camera).get("painted_state") == state, seconds, f"{camera} painted {state}"
        )

    def settle(self, seconds: float = 0.5) -> None:
        """Let pictures come for a while: a window to look at, not a guess at when something is ready."""
        pause(seconds)

    # leaving

    def leave(self, by: signal.Signals = signal.SIGINT, seconds: float = 10.0) -> tuple[int, float]:
        """End the program as the operator or the system does: exit code, and the seconds it took."""
        assert self.program is not None
        began = time.monotonic()
        os.kill(self.pid, by)
        code = self.program.process.wait(seconds)
        return code, time.monotonic() - began


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hanoi_wall(*words: str, profile: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """One command of the program, from its start to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hanoi_wall", *words, "--profile", str(profile)],
        cwd=ROOT,
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
