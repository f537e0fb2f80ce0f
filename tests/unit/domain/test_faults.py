"""Faults: every cause stands in the tree that people read."""

from __future__ import annotations

import re

from hanoi_wall.domain import faults
from hanoi_wall.domain.faults import Cause, Fault


def test_the_tree_in_the_docstring_names_every_cause_once() -> None:
    assert faults.__doc__ is not None
    tree = [line for line in faults.__doc__.splitlines() if re.match(r"\s+[├└]── ", line)]
    named = [word for line in tree for word in re.split(r"\s{2,}", line.strip())[-1].split()]
    assert sorted(named) == sorted(cause.value for cause in Cause)


def test_a_fault_is_a_value() -> None:
    assert Fault(Cause.TIMEOUT, "cam-01") == Fault(Cause.TIMEOUT, "cam-01", "")
    assert Fault(Cause.TIMEOUT, "cam-01") != Fault(Cause.TIMEOUT, "cam-02")
    assert f"{Cause.TIMEOUT}" == "timeout"
