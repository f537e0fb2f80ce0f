"""The command line of `hanoi-wall simulate`, so that every entry to the simulator has the same one."""

from __future__ import annotations

import argparse
import math
import re
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from hanoi_wall.simulator.options import SimulateOptions
from hanoi_wall.simulator.reel import Codec

_FRACTION = re.compile(r"\d{1,6}(\.\d{1,6}|/\d{1,6})?", re.ASCII)
_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Every option of the command; from_namespace reads them back."""
    default = SimulateOptions()
    parser.add_argument("--cameras", type=int, default=default.cameras, metavar="N", help="how many (16)")
    parser.add_argument("--port", type=int, default=0, metavar="P", help="RTSP port (a free one)")
    parser.add_argument("--port-each", action="store_true", help="a port per camera, from --port on")
    parser.add_argument(
        "--control-port", type=int, default=0, metavar="P", help="HTTP control port (a free one)"
    )
    parser.add_argument("--seconds", type=_number, metavar="S", help="end after S seconds")
    parser.add_argument(
        "--digest", default="", metavar="USER", help="ask for USER; password on standard input"
    )
    parser.add_argument("--size", type=_size, default=default.size, metavar="WxH", help="main (1280x720)")
    parser.add_argument(
        "--sub-size", type=_size, default=default.sub_size, metavar="WxH", help="sub (640x360)"
    )
    parser.add_argument(
        "--fps", type=_fraction, default=default.fps, metavar="F", help="pictures per second (25)"
    )
    parser.add_argument(
        "--codec", type=Codec, choices=list(Codec), default=default.codec, help="h264, h265 or mjpeg"
    )
    parser.add_argument(
        "--gop-s", type=_number, default=default.gop_s, metavar="S", help="key frame every S s (1)"
    )
    parser.add_argument(
        "--loop-s", type=_number, default=default.loop_s, metavar="S", help="length of the loop (10)"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where encoded loops are kept")
    parser.add_argument(
        "--with-parent",
        type=int,
        nargs="?",
        const=0,
        metavar="PID",
        help="end when the starting process ends",
    )
    parser.add_argument(
        "--wait-for-all", action="store_true", help="announce when main streams are encoded too"
    )


def from_namespace(chosen: argparse.Namespace, cache: Path | None = None) -> SimulateOptions:
    """The options chosen; reads the password from standard input when --digest is given.

    cache: the folder used when --cache is not given. Raises ValueError with what is wrong.
    """
    password = sys.stdin.readline().rstrip("\r\n") if chosen.digest else ""
    if chosen.digest and not password:
        raise ValueError("--digest needs the password as a line on standard input")
    return SimulateOptions(
        cameras=chosen.cameras,
        port=chosen.port,
        control_port=chosen.control_port,
        seconds=chosen.seconds,
        user=chosen.digest,
        password=password,
        size=chosen.size,
        sub_size=chosen.sub_size,
        fps=chosen.fps,
        codec=chosen.codec,
        gop_s=chosen.gop_s,
        loop_s=chosen.loop_s,
        cache=chosen.cache or cache,
        with_parent=chosen.with_parent,
        port_each=chosen.port_each,
        wait_for_all=chosen.wait_for_all,
    )


def from_arguments(arguments: list[str]) -> SimulateOptions:
    """Parse a command line; exits with 2 and one line when it is wrong."""
    parser = argparse.ArgumentParser(prog="hanoi-wall simulate", description="Pretend cameras over RTSP.")
    add_arguments(parser)
    try:
        return from_namespace(parser.parse_args(arguments))
    except ValueError as error:
        parser.error(str(error))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _fraction(text: str) -> Fraction:
    """`25`, `12.5` or `30000/1001`."""
    with suppress(ZeroDivisionError):
        if _FRACTION.fullmatch(text):
            return Fraction(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of pictures such as 25 or 30000/1001")


def _size(text: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not WxH, for example 1280x720")
    return int(match[1]), int(match[2])
