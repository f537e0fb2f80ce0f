"""What is wrong with a catalogue file, where, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass

MOST_PROBLEMS = 1000
"""As many are kept of one file; the rest are only counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. line: from 1, 0 for the file itself; column: of the contract, or ""; no cell in it."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (line, self.column, self.text) if part)


class CatalogueError(Exception):
    """A catalogue file of which nothing may be used. The text is one line and repeats no cell.

    name: the file as the user wrote it; problems: the first MOST_PROBLEMS of them; total: how many there are.
    """

    def __init__(self, name: str, problems: tuple[Problem, ...], total: int | None = None) -> None:
        self.name = name
        self.problems = problems
        self.total = len(problems) if total is None else total
        more = f" (and {self.total - 1} more)" if self.total > 1 else ""
        super().__init__(f"{name}: {problems[0]}{more}")
