"""The wall as a fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from pytestqt.qtbot import QtBot

from hanoi_wall.ui.wall_app import WallSettings
from tests.ui.desk import Desk

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[OpenDesk]:
    """`open_desk("2x2", "abc", language="en", size=(960, 540))`: a windowed wall; settings as keywords."""
    desks: list[Desk] = []

    def make(
        grid: str = "2x2",
        cameras: Sequence[str] = ("a", "b", "c"),
        size: tuple[int, int] = (960, 540),
        **choices: object,
    ) -> Desk:
        settings = WallSettings(**{"windowed": True, "text_distance_m": 0.5, **choices})  # type: ignore[arg-type]
        desks.append(Desk(grid, cameras, settings, size))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles of 480x270 with the cameras a, b, c; the fourth tile is empty."""
    return open_desk()
