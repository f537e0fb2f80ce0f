"""The wall: monitors, the tiles on each, and what stands in them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from hanoi_wall.domain.content import Content, Filling, Sequence
from hanoi_wall.domain.grid import Cell, Grid, Layout, SceneError


@dataclass(frozen=True, slots=True)
class TilePlace:
    """One tile of one monitor: number from 1 in reading order, where it stands (see Cell), what is in it.

    camera: what it shows now, or None; content: what decides that, None: nobody but the operator.
    """

    number: int
    row: int
    column: int
    camera: str | None = None
    rows: int = 1
    columns: int = 1
    content: Content | None = None

    @property
    def cell(self) -> Cell:
        """Where it stands."""
        return Cell(self.row, self.column, self.rows, self.columns)

    @property
    def filling(self) -> Filling:
        """What is in it."""
        return Filling(self.camera, self.content)

    def filled(self, filling: Filling) -> TilePlace:
        """The same tile with something else in it."""
        return replace(self, camera=filling.camera, content=filling.content)


@dataclass(frozen=True, slots=True)
class MonitorScene:
    """What one monitor shows: a grid, its tiles, and the tile that is enlarged (its number) or None.

    beyond: what found no tile when the layout became smaller, in order; a larger one shows it again.
    """

    grid: Grid
    tiles: tuple[TilePlace, ...]
    enlarged: int | None = None
    beyond: tuple[Filling, ...] = ()

    @classmethod
    def filled(cls, layout: Grid | Layout, cameras: Iterable[str | None]) -> MonitorScene:
        """The first cameras in reading order; the tiles left over stay empty."""
        return cls.holding(layout, tuple(map(Filling, cameras)))

    @classmethod
    def holding(cls, layout: Grid | Layout, fillings: tuple[Filling, ...]) -> MonitorScene:
        """What there is in reading order; the tiles left over stay empty, what is left over is beyond."""
        shape = Layout.of(layout)
        cells = shape.cells
        given = (*fillings[: len(cells)], *([Filling()] * (len(cells) - len(fillings))))
        places = tuple(
            TilePlace(number, cell.row, cell.column, filling.camera, cell.rows, cell.columns, filling.content)
            for number, (cell, filling) in enumerate(zip(cells, given, strict=True), start=1)
        )
        beyond = fillings[len(cells) :]
        while beyond and beyond[-1].empty:
            beyond = beyond[:-1]
        return cls(shape.grid, places, None, beyond)

    @property
    def layout(self) -> Layout:
        """How the tiles stand."""
        return Layout(self.grid, tuple(place.cell for place in self.tiles))

    @property
    def fillings(self) -> tuple[Filling, ...]:
        """What is in the tiles, in their order, and behind them what is beyond."""
        return (*(place.filling for place in self.tiles), *self.beyond)

    def shaped(self, layout: Layout) -> MonitorScene:
        """The same things in another layout, in their order. Gaps stay where there is room for them."""
        fillings = list(self.fillings)
        while fillings and fillings[-1].empty:
            fillings.pop()
        if len(fillings) > layout.tiles:
            fillings = [each for each in fillings if not each.empty]
        return MonitorScene.holding(layout, tuple(fillings))

    def having(self, number: int, filling: Filling) -> MonitorScene:
        """The same scene with something else in that tile; raises SceneError for a tile that is not there."""
        self._demand(number)
        tiles = list(self.tiles)
        tiles[number - 1] = tiles[number - 1].filled(filling)
        return replace(self, tiles=tuple(tiles))

    def cameras(self) -> frozenset[str]:
        """Every camera that this scene can show, now or later."""
        fillings = self.fillings
        steps = (each.content.steps for each in fillings if isinstance(each.content, Sequence))
        shown = (each.camera for each in fillings if each.camera is not None)
        return frozenset((*shown, *(step.camera for sequence in steps for step in sequence)))

    def only(self, known: Container[str]) -> MonitorScene:
        """The same scene without the cameras that are not known (any more): their tiles are empty."""
        tiles = (each.filled(_known(each.filling, known)) for each in self.tiles)
        beyond = (_known(each, known) for each in self.beyond)
        return replace(self, tiles=tuple(tiles), beyond=tuple(each for each in beyond if not each.empty))

    def keeping(self, before: MonitorScene | None, known: Container[str]) -> MonitorScene:
        """The same scene, where a tile is empty with what `before` had there that is not known (any more).

        So what a wrong catalogue hid for a day is not lost.
        """
        if before is None or before.layout != self.layout:
            return self
        tiles = (
            now.filled(was.filling) if now.filling.empty and _known(was.filling, known).empty else now
            for now, was in zip(self.tiles, before.tiles, strict=True)
        )
        return replace(self, tiles=tuple(tiles))

    def enlarge(self, number: int | None) -> MonitorScene:
        """The same scene with that tile filling the monitor, or none."""
        if number is not None:
            self._demand(number)
        return replace(self, enlarged=number)

    def visible(self) -> tuple[TilePlace, ...]:
        """The tiles that can be seen."""
        if self.enlarged is None:
            return self.tiles
        return (self.tiles[self.enlarged - 1],)

    def at(self, row: int, column: int) -> TilePlace | None:
        """The tile that takes this square of the grid, None beyond it."""
        for place in self.tiles:
            if place.row <= row < place.row + place.rows:
                if place.column <= column < place.column + place.columns:
                    return place
        return None

    def _demand(self, number: int) -> None:
        if not 1 <= number <= len(self.tiles):
            raise SceneError(f"no tile {number}: the grid has {len(self.tiles)}")


def _known(filling: Filling, known: Container[str]) -> Filling:
    """What is left of it without the cameras that are not known."""
    content = filling.content
    if isinstance(content, Sequence):
        steps = tuple(step for step in content.steps if step.camera in known)
        if not steps:
            return Filling()
        camera = filling.camera if filling.camera in known else steps[0].camera
        return Filling(camera, replace(content, steps=steps))
    if filling.camera is not None and filling.camera not in known:
        return Filling(None, content)
    return filling
