"""What an experiment is: a name, how long it takes, what must hold, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. what: in words with its limit; found: the figure; held: whether it was kept."""

    what: str
    found: Any
    held: bool


@dataclass
class Outcome:
    """What an experiment found. figures: everything measured, for the JSON file."""

    checks: list[Check] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def at_most(self, what: str, found: float | None, limit: float) -> None:
        """Promise: `found` <= `limit`; None (nothing measured) breaks it."""
        self.checks.append(Check(f"{what} <= {limit:g}", found, found is not None and found <= limit))

    def at_least(self, what: str, found: float | None, limit: float) -> None:
        """Promise: `found` >= `limit`; None (nothing measured) breaks it."""
        self.checks.append(Check(f"{what} >= {limit:g}", found, found is not None and found >= limit))

    def equal(self, what: str, found: Any, wanted: Any) -> None:
        """Promise: exactly this."""
        self.checks.append(Check(f"{what} = {wanted}", found, found == wanted))

    @property
    def held(self) -> bool:
        """Whether every promise was kept; an outcome without promises is not held."""
        return bool(self.checks) and all(check.held for check in self.checks)


Run = Callable[[bool], Outcome]


@dataclass(frozen=True, slots=True)
class Experiment:
    """One entry of the register. seconds, short_seconds: about how long the full and the short form run."""

    name: str
    seconds: int
    short_seconds: int
    run: Run

    @property
    def promise(self) -> str:
        """What must hold: its docstring."""
        return (self.run.__doc__ or "").strip()


REGISTER: dict[str, Experiment] = {}


def experiment(*, seconds: int, short_seconds: int) -> Callable[[Run], Run]:
    """Put a function into the register under its own name; it is given True for the short form."""

    def put(run: Run) -> Run:
        REGISTER[run.__name__] = Experiment(run.__name__, seconds, short_seconds, run)
        return run

    return put
