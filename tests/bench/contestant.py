"""What is compared: something that shows feeds on a screen, seen from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from tests.bench.pixels import Place, columns_for, grid_places
from tests.bench.program import Program
from tests.bench.sources import Feed, FeedPlan
from tests.bench.xserver import XServer


class Contestant(ABC):
    """One way of showing feeds. A new object per run.

    settings: in words, for the table; started_ns: monotonic, just before its first process was started.
    """

    name = ""
    settings = ""
    paints = True

    def __init__(self, plan: FeedPlan, feeds: list[Feed], folder: Path) -> None:
        """feeds: what to show, at most plan.feeds of them; folder: empty, its own, removed by the caller."""
        self.plan, self.feeds, self.folder = plan, feeds, folder
        self.columns, self.rows = columns_for(plan.feeds)
        self.programs: list[Program] = []
        self.started_ns = 0

    @classmethod
    def missing(cls) -> str:
        """Why it cannot take part on this machine, or an empty string."""
        return ""

    @abstractmethod
    def start(self, x: XServer) -> None:
        """Start everything; does not wait."""

    def places(self, x: XServer) -> list[Place] | None:
        """Where each feed's picture is painted, or None while that is not known."""
        return grid_places(self.columns, self.rows, x.width, x.height)[: len(self.feeds)]

    def covered(self, height: int) -> tuple[int, int]:
        """(rows at the top, pixels along the other edges) of a picture that something is painted over."""
        return 0, 0

    def ready(self) -> bool:
        """Whether every feed is shown, where nothing can be seen on a screen."""
        return True

    def roots(self) -> list[int]:
        """The processes whose trees are charged to it."""
        return [program.pid for program in self.programs]

    def need_running(self) -> None:
        """Raise Unfinished when a process of it has ended."""
        for program in self.programs:
            program.need_running()

    @abstractmethod
    def begin_window(self) -> None:
        """The measuring window begins: remember its own counters."""

    @abstractmethod
    def end_window(self, seconds: float) -> dict[str, Any]:
        """What it says of the window itself: `own_fps` (per feed, or one for all) and what else it has."""

    def end(self) -> None:
        """Leave nothing behind."""
        for program in reversed(self.programs):
            program.end()
