"""Options that cannot be served are refused when they are made."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from hanoi_wall.simulator.options import SimulateOptions
from hanoi_wall.simulator.reel import Codec


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"cameras": 0}, "cameras"),
        ({"size": (641, 360)}, "size must be even"),
        ({"sub_size": (640, 4000)}, "sub size"),
        ({"size": (648, 364), "codec": Codec.MJPEG}, "size must be divisible by 8"),
        ({"sub_size": (3840, 2160), "codec": Codec.MJPEG}, "sub size must be divisible by 8"),
        ({"fps": Fraction(61)}, "fps"),
        ({"seconds": -1.0}, "seconds must be above 0"),
        ({"seconds": float("nan")}, "seconds must be above 0"),
        ({"loop_s": 0.5}, "loop"),
        ({"gop_s": 20.0}, "loop"),
        ({"port": -1}, "ports"),
        ({"port": 65_530, "port_each": True}, "ports"),
        ({"control_port": 65_536}, "ports"),
    ],
)
def test_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SimulateOptions(**wrong)


def test_sizes_that_jpeg_packets_can_name() -> None:
    sizes = {"size": (1920, 1080), "sub_size": (640, 360)}
    assert SimulateOptions(codec=Codec.MJPEG, **sizes).size == (1920, 1080)


def test_the_password_is_not_shown() -> None:
    assert "canary" not in repr(SimulateOptions(user="operator", password="canary"))
