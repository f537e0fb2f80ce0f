"""Words of a command line become values, or say what was expected."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.domain.grid import PRESETS, Grid, Layout
from hanoi_wall.operations import arguments


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (arguments.folder, "a/b", Path("a/b")),
        (arguments.file, "a b/ngã tư@home.csv", Path("a b/ngã tư@home.csv")),
        (arguments.file, "/srv/x=1?pass=2.csv", Path("/srv/x=1?pass=2.csv")),
        (arguments.file, "./op:pw@h", Path("op:pw@h")),
        (arguments.file, "C:/cameras.csv", Path("C:/cameras.csv")),
        (arguments.seconds, "2.5", 2.5),
        (arguments.scene, "grid:4x3", Layout(Grid(4, 3))),
        (arguments.scene, "1+5", PRESETS["1+5"]),
        (arguments.scene, "Giờ cao điểm", "Giờ cao điểm"),
        (arguments.scene, "night.json", "night.json"),
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
        (arguments.scene, ["grid:0x1", "grid:4", "", "a\x07", "grid:13x1"]),
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


@pytest.mark.parametrize("read", [arguments.file, arguments.folder])
@pytest.mark.parametrize(
    "text",
    [
        "rtsp://op:S3cret@10.0.0.1/1",
        "rtsp:/op:S3cret@10.0.0.1/1",
        "RTSPS://h/x",
        "http://h/?token=S3cret",
        "op:S3cret@10.0.0.1",
        "op:S3/cret@h/1",
        ":S3cret@h",
        "//op:S3cret@h/1",
        "10.0.0.1/live?pwd=S3cret",
    ],
)
def test_an_address_where_a_file_belongs_is_refused_without_repeating_it(
    read: Callable[[str], Path], text: str
) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not an address or password") as caught:
        read(text)
    assert "S3" not in str(caught.value) and text not in str(caught.value)


def test_a_complaint_keeps_words_with_passwords_to_itself() -> None:
    words = ["--seconds", "op:S3cret@h", "--health=op:S3cret@k", "x?pwd=S3cret", "7"]
    text = "argument --seconds: 'op:S3cret@h' is wrong; unrecognized arguments: op:S3cret@k x?pwd=S3cret 7"
    assert arguments.without_secrets(text, words) == (
        "argument --seconds: *** is wrong; unrecognized arguments: *** *** 7"
    )
