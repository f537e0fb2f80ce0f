"""Hanoi Wall as a contestant."""

from __future__ import annotations

from typing import Any

from hanoi_wall.domain.wall import Grid
from hanoi_wall.operations.layout import fit, tile_boxes
from tests.bench.contestant import Contestant
from tests.bench.pixels import Place, mark_at
from tests.bench.rig import Client, rows_of
from tests.bench.xserver import XServer

_GAPS = range(0, 9)
_BAR_SHARE = 0.2
"""Share of a picture's height under which its title bar lies, whatever the size of its type."""


class Ours(Contestant):
    """`hanoi-wall run` on the whole screen."""

    name = "hanoi-wall"
    settings = "hanoi-wall run --scene grid:CxR on the whole screen, every setting as delivered"

    def start(self, x: XServer) -> None:
        """The client with one camera per feed."""
        grid = f"grid:{self.columns}x{self.rows}"
        self.client = Client(x, rows_of(self.feeds), grid)
        self.client.start()
        assert self.client.program is not None
        self.programs = [self.client.program]

    def places(self, x: XServer) -> list[Place] | None:
        """Where the layout puts the pictures; found by the gap at which marks can be read."""
        screen = x.screen()
        best: list[Place] = []
        most = 0
        for gap in _GAPS:
            found = self._with_gap(x, gap)
            readable = sum(mark_at(screen, place) is not None for place in found[:8])
            if readable > most:
                best, most = found, readable
        return best if most >= min(3, len(self.feeds)) else None

    def _with_gap(self, x: XServer, gap: int) -> list[Place]:
        boxes = tile_boxes(Grid(self.columns, self.rows), x.width, x.height, gap)[: len(self.feeds)]
        fitted = (fit(*self._made_for(box.width, box.height), box) for box in boxes)
        return [Place(box.x, box.y, box.width, box.height) for box in fitted]

    def _made_for(self, width: int, height: int) -> tuple[int, int]:
        """The size to which a picture is scaled for a tile of that size."""
        scale = min(width / self.plan.width, height / self.plan.height)
        return round(self.plan.width * scale), round(self.plan.height * scale)

    def bar_rows(self) -> int:
        """The title bar lies over the top of the picture."""
        return round(self.plan.height * _BAR_SHARE)

    def begin_window(self) -> None:
        """Nothing: its health holds figures of the last seconds."""

    def end_window(self, seconds: float) -> dict[str, Any]:
        """Its own health: pictures shown per tile, longest gap of the UI, torn pictures, memory, states."""
        health = self.client.health() or {}
        tiles = [tile for tile in health.get("tiles", []) if tile.get("camera")]
        ui = health.get("ui", {})
        return {
            "own_fps": [tile["shown_fps"] for tile in tiles],
            "received_fps": [tile["received_fps"] for tile in tiles],
            "longest_gap_ms": ui.get("longest_stall_ms_60s"),
            "gaps_over_100ms": ui.get("stalls_over_100ms"),
            "torn": sum(tile["torn"] for tile in tiles),
            "replaced": sum(tile["replaced"] for tile in tiles),
            "states": sorted({tile["state"] for tile in tiles}),
            "first_picture_ms": [tile["first_picture_ms"] for tile in tiles],
            "pictures_mb": health.get("pictures_mb"),
            "processes": [[p["role"], p["pss_mb"]] for p in health.get("processes", [])],
        }

    def end(self) -> None:
        """End it and remove its profile."""
        super().end()
        self.client.close()
