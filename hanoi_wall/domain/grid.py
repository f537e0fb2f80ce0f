"""How a monitor is divided: columns and rows, and tiles that go over several of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

LARGEST_GRID = 12
_GRID = re.compile(r"grid:(\d{1,3})x(\d{1,3})")
_SPAN = re.compile(r"(\d{1,3})x(\d{1,3})@(\d{1,3})\.(\d{1,3})")
_LONGEST = 2000


class SceneError(ValueError):
    """A scene that cannot be shown; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns x rows of equal tiles, 1..12 each."""

    columns: int
    rows: int

    def __post_init__(self) -> None:
        if not (1 <= self.columns <= LARGEST_GRID and 1 <= self.rows <= LARGEST_GRID):
            raise SceneError(f"grid {self.columns}x{self.rows}: columns and rows must be 1..{LARGEST_GRID}")

    def __str__(self) -> str:
        return f"grid:{self.columns}x{self.rows}"

    @property
    def tiles(self) -> int:
        """How many tiles the grid has."""
        return self.columns * self.rows

    @classmethod
    def parse(cls, text: str) -> Grid:
        """`grid:4x3` -> Grid(4, 3); raises SceneError."""
        match = _GRID.fullmatch(text)
        if match is None:
            raise SceneError(f"scene {text!r} is not grid:CxR, for example grid:4x4")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where one tile stands: its first row and column, from 0, and over how many of each it goes."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def __post_init__(self) -> None:
        if self.row < 0 or self.column < 0 or self.rows < 1 or self.columns < 1:
            raise SceneError(f"a tile over {self.columns}x{self.rows} at {self.column + 1}.{self.row + 1}")

    def squares(self) -> Iterator[tuple[int, int]]:
        """Every (row, column) of the grid that the tile takes."""
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                yield row, column


@dataclass(frozen=True)
class Layout:
    """A grid, and the tiles of it that go over more than one square. What is left are tiles of one square.

    Written `grid:4x4` or, with spans as COLUMNSxROWS@COLUMN.ROW counted from 1, `grid:3x3/2x2@1.1`; those of
    PRESETS by their name, `1+5`.
    """

    grid: Grid
    spans: tuple[Cell, ...] = ()

    def __post_init__(self) -> None:
        spans = tuple(sorted(each for each in self.spans if each.rows * each.columns > 1))
        object.__setattr__(self, "spans", spans)
        taken: set[tuple[int, int]] = set()
        for span in spans:
            where = f"the tile {_span_text(span)}"
            if span.row + span.rows > self.grid.rows or span.column + span.columns > self.grid.columns:
                raise SceneError(f"{where} reaches beyond {self.grid}")
            squares = set(span.squares())
            if taken & squares:
                raise SceneError(f"{where} lies over another one")
            taken |= squares

    @classmethod
    def of(cls, shape: Grid | Layout) -> Layout:
        """A grid as a layout without spans; a layout as it is."""
        return cls(shape) if isinstance(shape, Grid) else shape

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every tile, in reading order of their first squares."""
        inside = {square for span in self.spans for square in span.squares()}
        singles = (
            Cell(row, column)
            for row in range(self.grid.rows)
            for column in range(self.grid.columns)
            if (row, column) not in inside
        )
        return tuple(sorted((*self.spans, *singles)))

    @property
    def tiles(self) -> int:
        """How many tiles there are."""
        return len(self.cells)

    def __str__(self) -> str:
        for name, layout in PRESETS.items():
            if layout == self:
                return name
        return "/".join((str(self.grid), *map(_span_text, self.spans)))

    @classmethod
    def parse(cls, text: str) -> Layout:
        """What `str` writes, or the name of a preset; raises SceneError."""
        if text in PRESETS:
            return PRESETS[text]
        if len(text) > _LONGEST:
            raise SceneError(f"a scene's layout has at most {_LONGEST} characters")
        first, *rest = text.split("/")
        if not first.startswith("grid:"):
            names = ", ".join(PRESETS)
            raise SceneError(
                f"scene {first[:40]!r} is not grid:CxR, for example grid:4x4, nor one of {names}"
            )
        spans = []
        for part in rest:
            match = _SPAN.fullmatch(part)
            if match is None:
                raise SceneError(f"{part[:40]!r} is not COLUMNSxROWS@COLUMN.ROW, for example 2x2@1.1")
            columns, rows, column, row = map(int, match.groups())
            spans.append(Cell(row - 1, column - 1, rows, columns))
        return cls(Grid.parse(first), tuple(spans))


def _span_text(span: Cell) -> str:
    return f"{span.columns}x{span.rows}@{span.column + 1}.{span.row + 1}"


def _large(columns: int, rows: int, *spans: Cell) -> Layout:
    return Layout(Grid(columns, rows), spans)


PRESETS: dict[str, Layout] = {}
"""Layouts that have a name in the field: large tiles + small ones."""
PRESETS.update(
    {
        "1+2": _large(3, 2, Cell(0, 0, 2, 2)),
        "1+3": _large(4, 3, Cell(0, 0, 3, 3)),
        "1+5": _large(3, 3, Cell(0, 0, 2, 2)),
        "1+7": _large(4, 4, Cell(0, 0, 3, 3)),
        "1+9": _large(5, 5, Cell(0, 0, 4, 4)),
        "1+12": _large(4, 4, Cell(1, 1, 2, 2)),
        "2+4": _large(4, 3, Cell(0, 0, 2, 2), Cell(0, 2, 2, 2)),
        "2+8": _large(4, 4, Cell(0, 0, 2, 2), Cell(0, 2, 2, 2)),
        "3+4": _large(4, 4, Cell(0, 0, 2, 2), Cell(0, 2, 2, 2), Cell(2, 0, 2, 2)),
        "4+9": _large(5, 5, *(Cell(r, c, 2, 2) for r in (0, 2) for c in (0, 2))),
    }
)


def layout_of(text: str) -> Layout:
    """A layout as people type it: `4x4` as well as `grid:4x4`; raises SceneError."""
    text = text.strip().lower().replace("×", "x")
    digits = text.replace("x", "", 1)
    return Layout.parse(f"grid:{text}" if digits.isdecimal() and digits.isascii() else text)
