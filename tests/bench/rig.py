"""The client as an operator runs it, seen from outside: started on an X server, asked over its health port.

Everything that starts ends by its own pid when the `with` is left, whatever happened in between.
"""

from __future__ import annotations

import csv
import json
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.bench.pixels import columns_for
from tests.bench.program import Program, wait_until
from tests.bench.sources import Feed, Simulator
from tests.bench.xserver import XServer


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_catalogue(path: Path, rows: list[dict[str, str]]) -> None:
    """A catalogue file of the contract's form; rows hold at least id, name and main_url."""
    columns = ["id", "name", "main_url", "sub_url"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)


def rows_of(feeds: list[Feed]) -> list[dict[str, str]]:
    """Feeds as cameras with one stream each, so that all contestants decode the same one."""
    return [{"id": feed.id, "name": f"Camera {feed.number + 1}", "main_url": feed.url} for feed in feeds]


class Client:
    """`hanoi-wall run` in a profile of its own."""

    def __init__(self, x: XServer, rows: list[dict[str, str]], scene: str, *options: str) -> None:
        """rows: cameras of its catalogue, none for an empty wall; options: further words."""
        self._x, self._rows, self._scene, self._options = x, rows, scene, options
        self._folder = Path(tempfile.mkdtemp(prefix="bench-client-"))
        self.port = free_port()
        self.program: Program | None = None

    def __enter__(self) -> Client:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it; does not wait."""
        words = [sys.executable, "-m", "hanoi_wall", "run", "--profile", str(self._folder / "profile")]
        if self._rows:
            catalogue = self._folder / "cameras.csv"
            write_catalogue(catalogue, self._rows)
            words += ["--cameras", str(catalogue)]
        words += ["--scene", self._scene, "--health", str(self.port), *self._options]
        self.program = Program("hanoi-wall run", words, env=self._x.environment(QT_QPA_PLATFORM="xcb"))

    @property
    def pid(self) -> int:
        """Of the UI process."""
        assert self.program is not None
        return self.program.pid

    def health(self) -> dict[str, Any] | None:
        """The whole answer of GET /health, also when it comes with 503; None while nobody answers."""
        assert self.program is not None
        self.program.need_running()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        except (urllib.error.URLError, OSError):
            return None
        facts = json.loads(text)
        return facts if isinstance(facts, dict) else None

    def tiles(self) -> list[dict[str, Any]]:
        """The tiles that hold a camera, in reading order; empty while nobody answers."""
        health = self.health() or {}
        return [tile for tile in health.get("tiles", []) if tile.get("camera")]

    def states(self) -> dict[str, str]:
        """What each camera's tile says."""
        return {tile["camera"]: tile["state"] for tile in self.tiles()}

    def wait_live(self, cameras: int, seconds: float) -> float:
        """Wait until that many tiles are live; returns the seconds it took; raises Unfinished."""
        began = time.monotonic()
        wait_until(
            lambda: sum(state == "live" for state in self.states().values()) >= cameras,
            seconds,
            f"{cameras} live tiles",
            every=0.1,
        )
        return time.monotonic() - began

    def quit(self, seconds: float = 10.0) -> tuple[int | None, float]:
        """Ask it to leave (SIGTERM): its exit code (None when it did not), and the seconds it took."""
        assert self.program is not None
        began = time.monotonic()
        self.program.process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self.program.process.wait(seconds)
        except Exception:
            code = None
        return code, time.monotonic() - began

    def close(self) -> None:
        """End it if it still runs, and remove its profile."""
        if self.program is not None:
            self.program.end()
        shutil.rmtree(self._folder, ignore_errors=True)


class Rig:
    """A simulator, an X server and a client that shows all its cameras, together in one `with`."""

    def __init__(
        self,
        source: Simulator,
        screen: tuple[int, int] = (1920, 1080),
        both_streams: bool = False,
        through: Callable[[str], str] = lambda url: url,
    ) -> None:
        """source: not yet entered; both_streams: give the client main and sub streams, else only the main;
        through: the address that the client is given for a camera's main stream.
        """
        self.source, self.x = source, XServer(*screen)
        self._both, self._through = both_streams, through
        self._left = ExitStack()

    def __enter__(self) -> Rig:
        with self._left:
            self._left.enter_context(self.source)
            self._left.enter_context(self.x)
            rows = [{**row, "main_url": self._through(row["main_url"])} for row in rows_of(self.source.feeds)]
            if self._both:
                subs = [line["sub_url"] for line in self.source.lines]
                rows = [{**row, "sub_url": sub} for row, sub in zip(rows, subs, strict=True)]
            self.columns, self.rows = columns_for(len(rows))
            self.client = Client(self.x, rows, f"grid:{self.columns}x{self.rows}")
            self._left.enter_context(self.client)
            self._left = self._left.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.close()

    def gaps(self) -> tuple[int, int]:
        """(gaps of the UI over 100 ms since the start, longest of the last 60 s in ms)."""
        ui = (self.client.health() or {}).get("ui", {})
        count = ui.get("stalls_total", ui.get("stalls_over_100ms", 0))
        return int(count), int(ui.get("longest_stall_ms_60s", 0))
