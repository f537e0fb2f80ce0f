"""A bright room: the administrator chooses other colours, and the wall has them."""

from __future__ import annotations

import json

import pytest

from hanoi_wall.assets import resource
from hanoi_wall.settings.schema import RULES
from tests.bench.xserver import XServer
from tests.stories.desk import Desk

NOBODY = {"id": "cam-1", "name": "Cầu Chương Dương", "main_url": "rtsp://127.0.0.1:9/nobody"}


def colour_of(theme: str, role: str) -> tuple[int, int, int]:
    """Red, green, blue of a role."""
    red, green, blue = bytes.fromhex(json.loads(resource(f"theme/{theme}.json").read_text())[role][1:])
    return red, green, blue


@pytest.mark.parametrize("theme", RULES["theme"].choices)
def test_the_wall_has_the_colours_of_the_theme_in_the_settings(x_server: XServer, theme: str) -> None:
    desk = Desk(x_server, [NOBODY], 2, 1)
    desk.write_settings(theme=theme)
    with desk:
        ground = desk.place(2)
        middle = (slice(ground.y + ground.height // 2, None), slice(ground.x + ground.width // 2, None))

        def painted() -> tuple[int, int, int]:
            blue, green, red = (int(part) for part in desk.pixels[middle][0, 0, :3])
            return red, green, blue

        desk.until(lambda: painted() == colour_of(theme, "surface_1"), 20, f"an empty tile in {theme}")
