"""The command line: what each command is asked to do, and one line for what cannot be meant."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from hanoi_wall import cli
from hanoi_wall.domain.grid import Grid, Layout
from hanoi_wall.operations.options import RunOptions


def options(*words: str) -> RunOptions:
    return cli.run_options(cli.parse(list(words)))


def test_run_is_meant_when_nothing_else_is() -> None:
    for words in ((), ("--windowed",), ("run",), ("--profile", "p"), ("--json", "--profile=p", "--windowed")):
        assert cli.parse(list(words)).name == "run"
    assert options() == RunOptions()


def test_every_option_of_run() -> None:
    words = (
        "run --cameras c.csv --scene grid:4x3 --windowed --seconds 2.5 --health 0.0.0.0:9000"
        " --language fr --text-distance 3 --profile p"
    )
    assert options(*words.split()) == RunOptions(
        profile=Path("p"),
        cameras=Path("c.csv"),
        grid=Layout(Grid(4, 3)),
        windowed=True,
        seconds=2.5,
        health=("0.0.0.0", 9000),
        language="fr",
        text_distance_m=3.0,
    )
    assert options("run", "--json") == RunOptions(json=True)


def test_a_kiosk_is_not_in_a_window_and_knows_the_words_it_was_started_with() -> None:
    chosen = cli.parse(["--profile", "p", "--kiosk", "--language", "vi"])
    assert cli.run_options(chosen) == RunOptions(profile=Path("p"), kiosk=True, language="vi")
    assert chosen.words == ["--profile", "p", "run", "--kiosk", "--language", "vi"]
    with pytest.raises(cli.WrongLine, match="not allowed with argument --kiosk"):
        cli.parse(["run", "--kiosk", "--windowed"])


def test_what_every_command_takes_may_stand_before_and_behind_it() -> None:
    for words in (
        ["--profile", "p", "--json", "cameras", "list"],
        ["cameras", "list", "--json", "--profile=p"],
    ):
        chosen = cli.parse(words)
        assert (chosen.profile, chosen.json, chosen.name) == (Path("p"), True, "cameras")
    chosen = cli.parse(["--profile", "a", "cameras", "list", "--profile", "b"])
    assert (chosen.profile, chosen.json) == (Path("b"), False)


def test_a_sub_command_does_something_else_than_its_command() -> None:
    doctor, camera = cli.parse(["doctor"]), cli.parse(["doctor", "camera", "x"])
    assert doctor.command is not camera.command and camera.camera == "x"


def test_verify() -> None:
    chosen = cli.parse(["verify", "ảnh/x.json", "--allow-unsigned"])
    assert (chosen.path, chosen.allow_unsigned) == (Path("ảnh/x.json"), True)
    assert cli.parse(["verify", "x"]).allow_unsigned is False


def test_demo_and_simulate() -> None:
    demo = cli.parse(["demo", "--cameras", "9", "--seconds", "5", "--health", "0"])
    assert (demo.cameras, demo.seconds, demo.health) == (9, 5.0, 0)
    assert cli.parse(["simulate", "--cameras", "3", "--port", "8554"]).port == 8554


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("walk", "hanoi-wall: argument COMMAND: invalid choice: 'walk'"),
        ("--profile", "hanoi-wall run: argument --profile: expected one argument"),
        ("--profile --json", "hanoi-wall: argument --profile: expected"),
        (
            "run --scene grid:99x1",
            "hanoi-wall run: argument --scene: grid 99x1: columns and rows must be 1..12",
        ),
        ("run --second 3", "unrecognized arguments: --second 3"),
        ("run --language de", "hanoi-wall run: argument --language: invalid choice: 'de'"),
        (
            "demo --cameras 145",
            "hanoi-wall demo: argument --cameras: '145' is not a whole number from 1 to 144",
        ),
        ("cameras", "hanoi-wall cameras: expected import, list, find or export"),
        ("cameras import", "hanoi-wall cameras import: the following arguments are required: FILE"),
        ("cameras import f --without-credentials --credentials-file c", "not allowed with argument"),
        ("schema wall", "hanoi-wall schema: argument what: invalid choice: 'wall'"),
        ("doctor walk", "hanoi-wall doctor: argument camera: invalid choice: 'walk'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    line: str, expected: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    try:
        chosen = cli.parse(line.split())
        with pytest.raises(cli.WrongLine) as caught:
            chosen.command(argparse.Namespace(profile=tmp_path))
    except cli.WrongLine as error:
        caught_text = str(error)
    else:
        caught_text = str(caught.value)
    assert expected in caught_text and caught_text.endswith("--help)")
    assert "\n" not in caught_text
    assert capsys.readouterr() == ("", "")
