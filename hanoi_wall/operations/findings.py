"""What a doctor found: one line each with its level and the next step, for a person and for a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hanoi_wall.operations.refusals import MISSING


class Level(StrEnum):
    """How bad a finding is. BAD: the wall cannot do its work; WARN: it can, but not as well or for long."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: what was looked at; text: what was found; next_step: what to do, "" when nothing."""

    subject: str
    level: Level
    text: str
    next_step: str = ""

    def plain(self) -> dict[str, str]:
        """For a script."""
        return {"subject": self.subject, "level": self.level, "text": self.text, "next_step": self.next_step}

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"{self.level.upper():4}  {self.subject}: {self.text}"
        if self.next_step:
            yield f"      -> {self.next_step}"


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one examination."""

    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Level:
        """The worst level of all findings."""
        levels = list(Level)
        return max((finding.level for finding in self.findings), key=levels.index, default=Level.OK)

    @property
    def exit_code(self) -> int:
        """0, or 4 when something needed is missing."""
        return MISSING if self.worst is Level.BAD else 0

    def plain(self) -> dict[str, Any]:
        """For a script."""
        return {"worst": self.worst, "findings": [finding.plain() for finding in self.findings]}

    def lines(self) -> Iterator[str]:
        """For a person: every finding, then how many need something done."""
        for finding in self.findings:
            yield from finding.lines()
        bad, warn = (
            sum(finding.level is level for finding in self.findings) for level in (Level.BAD, Level.WARN)
        )
        yield f"{bad} bad, {warn} to look at, {len(self.findings) - bad - warn} in order"
