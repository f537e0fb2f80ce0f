"""One monotonic clock: times of pictures are compared across processes, so all must take the same one."""

from __future__ import annotations

import ast
import time

import pytest

from hanoi_wall.domain.clock import SystemClock, now_ns
from tests.house.tree import PACKAGE

OF_PICTURES = ("domain", "video", "operations", "ui", "app.py")
"""The simulator is another program: it tells its times as CLOCK_MONOTONIC (contract of `/sent`)."""


def taken(tree: ast.AST) -> list[int]:
    """Lines that ask for the clock that stands still while the machine sleeps, in nanoseconds."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "monotonic_ns"
        and ast.unparse(node.value) == "time"
    ]


def test_a_suspended_machine_makes_pictures_older() -> None:
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    asked = (now_ns(), SystemClock().monotonic_ns())
    assert before <= asked[0] <= asked[1] <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)


@pytest.mark.parametrize("room", OF_PICTURES)
def test_no_room_takes_another_clock(room: str) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] == room]
    assert files
    assert {str(path): lines for path in files if (lines := taken(ast.parse(path.read_text())))} == {}


def test_the_check_sees_what_it_must() -> None:
    assert taken(ast.parse("import time\nbegan = time.monotonic_ns()")) == [2]
