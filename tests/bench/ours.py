"""Hanoi Wall as a contestant."""

from __future__ import annotations

from typing import Any

from hanoi_wall.domain.grid import Grid
from hanoi_wall.operations.layout import fit, tile_boxes
from tests.bench.contestant import Contestant
from tests.bench.pixels import Place
from tests.bench.rig import Client, rows_of
from tests.bench.xserver import XServer

_EDGE = 2
_BAR_SHARE = 0.22
"""Share of a picture's height under which its title bar lies, whatever the size of its type."""


def tile_places(x: XServer, columns: int, rows: int, size: tuple[int, int], feeds: int) -> list[Place]:
    """Where the layout puts the pictures of feeds of that size, in reading order."""
    found = []
    for box in tile_boxes(Grid(columns, rows), x.width, x.height)[:feeds]:
        scale = min(box.width / size[0], box.height / size[1])
        fitted = fit(round(size[0] * scale), round(size[1] * scale), box)
        found.append(Place(fitted.x, fitted.y, fitted.width, fitted.height))
    return found


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
        """Where the layout puts the pictures."""
        size = self.plan.width, self.plan.height
        return tile_places(x, self.columns, self.rows, size, len(self.feeds))

    def covered(self, height: int) -> tuple[int, int]:
        """The title bar lies over the top of the picture, the line between tiles over its edge."""
        return round(height * _BAR_SHARE), _EDGE

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
