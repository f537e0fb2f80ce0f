"""Hostile descriptions are hostile, each in its own way."""

from __future__ import annotations

import pytest

from hanoi_wall.simulator.faults import HOSTILE_SDP
from hanoi_wall.simulator.hostile_sdp import LONG_LINE, compose


def test_every_variant_is_another() -> None:
    assert len({compose(variant) for variant in HOSTILE_SDP}) == len(HOSTILE_SDP)


def test_what_each_does() -> None:
    assert compose("100_streams").count("m=video") == 100
    assert "-1280" in compose("negative_size") and "framerate:-25" in compose("negative_size")
    assert len(max(compose("long_lines").split("\r\n"), key=len)) > LONG_LINE
    assert "H264/0\r\n" in compose("zero_clock_rate")
    assert "\x00" in compose("garbage")


def test_an_unknown_variant() -> None:
    with pytest.raises(KeyError):
        compose("polite")
