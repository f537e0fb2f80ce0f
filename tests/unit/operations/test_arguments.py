"""Words of a command line become values, or say what was expected."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.domain.wall import Grid
from hanoi_wall.operations import arguments


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (arguments.folder, "a/b", Path("a/b")),
        (arguments.seconds, "2.5", 2.5),
        (arguments.scene, "grid:4x3", Grid(4, 3)),
        (arguments.port, "0", 0),
        (arguments.port, "65535", 65535),
        (arguments.health, "8080", ("127.0.0.1", 8080)),
        (arguments.health, "0.0.0.0:1", ("0.0.0.0", 1)),
        (arguments.health, "[::1]:8080", ("::1", 8080)),
        (arguments.metres, "2.5", 2.5),
        (arguments.count(5), "5", 5),
    ],
)
def test_good_words(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (arguments.folder, ["", "--json"]),
        (arguments.seconds, ["0", "-1", "nan", "inf", "x", "1e99", ""]),
        (arguments.scene, ["grid:0x1", "grid:4", "wall", "grid:13x1"]),
        (arguments.port, ["65536", "-1", "x", "٣", "000000", ""]),
        (arguments.health, ["x", "h:", ":80", "h:99999", "a b:1", "::1:80"]),
        (arguments.metres, ["0", "31", "nan", "x"]),
        (arguments.count(5), ["0", "6", "1.0", "+1", "x", "9" * 5000]),
    ],
)
def test_bad_words(read: Callable[[str], object], texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)
