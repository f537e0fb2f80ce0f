"""A report is as bad as its worst finding."""

from __future__ import annotations

from hanoi_wall.operations.findings import Finding, Level, Report

OK = Finding("a", Level.OK, "fine")
WARN = Finding("b", Level.WARN, "so so", "do this")
BAD = Finding("c", Level.BAD, "broken", "do that")


def test_the_worst_finding_decides() -> None:
    assert (Report(()).worst, Report((OK,)).exit_code) == (Level.OK, 0)
    assert (Report((WARN, OK)).worst, Report((WARN, OK)).exit_code) == (Level.WARN, 0)
    assert (Report((OK, BAD, WARN)).worst, Report((OK, BAD, WARN)).exit_code) == (Level.BAD, 4)


def test_a_report_for_people_and_for_scripts() -> None:
    report = Report((OK, WARN, BAD))
    assert list(report.lines()) == [
        "OK    a: fine",
        "WARN  b: so so",
        "      -> do this",
        "BAD   c: broken",
        "      -> do that",
        "1 bad, 1 to look at, 1 in order",
    ]
    assert report.plain()["worst"] == "bad"
    assert report.plain()["findings"][1] == {
        "subject": "b",
        "level": "warn",
        "text": "so so",
        "next_step": "do this",
    }
