"""The command line of the simulator: what it gives, and what it refuses with one line."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import pytest

from hanoi_wall.simulator.arguments import from_arguments
from hanoi_wall.simulator.options import SimulateOptions
from hanoi_wall.simulator.reel import Codec


def test_nothing_said() -> None:
    assert from_arguments([]) == SimulateOptions()


def test_everything_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sen hồng\nmore\n"))
    words = "--cameras 64 --port 8554 --port-each --control-port 8553 --seconds 9 --digest operator"
    words += " --size 640x360 --sub-size 320x180 --fps 12.5 --codec h265 --gop-s 2 --loop-s 8 --cache x"
    options = from_arguments([*words.split(), "--with-parent", "4711", "--wait-for-all"])
    assert options == SimulateOptions(
        cameras=64,
        port=8554,
        control_port=8553,
        seconds=9,
        user="operator",
        password="sen hồng",
        size=(640, 360),
        sub_size=(320, 180),
        fps=Fraction(25, 2),
        codec=Codec.H265,
        gop_s=2,
        loop_s=8,
        cache=Path("x"),
        with_parent=4711,
        port_each=True,
        wait_for_all=True,
    )
    assert from_arguments(["--with-parent", "--cameras", "2"]).with_parent == 0
    assert (options.gop, options.loop) == (25, 100)
    assert from_arguments(["--fps", "30000/1001"]).fps == Fraction(30000, 1001)
    assert "hồng" not in repr(options)


@pytest.mark.parametrize(
    "words",
    [
        "--cameras 0",
        "--cameras 513",
        "--size 321x180",
        "--size big",
        "--size 64x64",
        "--sub-size 640x361",
        "--fps 0",
        "--fps 1000",
        "--fps 1/0",
        "--fps 1e400",
        "--fps nan",
        "--seconds nan",
        "--seconds inf",
        "--seconds 1e9",
        "--seconds 0",
        "--seconds -5",
        "--seconds=-5",
        "--gop-s nan",
        "--loop-s nan",
        "--codec mpeg2",
        "--loop-s 0.1",
        "--gop-s 0",
        "--port -1",
        "--port 70000",
        "--digest operator",
        "--what",
    ],
)
def test_refused_with_two(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(SystemExit) as ended:
        from_arguments(words.split())
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("loop_s", "gop_s", "pictures"), [(10, 1, 250), (2, 0.4, 50), (1, 0.3, 24), (5, 5, 125)]
)
def test_a_loop_is_whole_groups(loop_s: float, gop_s: float, pictures: int) -> None:
    options = SimulateOptions(loop_s=loop_s, gop_s=gop_s)
    assert options.loop == pictures and options.loop % options.gop == 0
