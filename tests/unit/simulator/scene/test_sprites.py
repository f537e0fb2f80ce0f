"""Sprites: colours by the standard, one drawing for many sizes."""

from __future__ import annotations

import math

import av
import numpy
import pytest
from PIL import Image

from hanoi_wall.simulator.scene.sprites import (
    KINDS,
    Costumes,
    Look,
    Stamp,
    Wardrobe,
    make_actor,
    steps,
    to_planes,
    yuv_weights,
)


@pytest.mark.parametrize(("bt709", "name"), [(False, "ITU601"), (True, "ITU709")])
def test_colours_are_those_of_libav(bt709: bool, name: str) -> None:
    rng = numpy.random.default_rng(1)
    rgb = numpy.repeat(numpy.repeat(rng.integers(0, 256, (8, 8, 3), dtype=numpy.uint8), 8, 0), 8, 1)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    wanted = frame.reformat(format="yuv444p", dst_colorspace=name).to_ndarray()
    ours = to_planes(rgb.astype(numpy.float32), yuv_weights(bt709))
    for plane, expected in zip(ours, wanted, strict=True):
        assert numpy.abs(plane.astype(int) - expected).max() <= 2


def test_black_and_white() -> None:
    rgb = numpy.array([[[0, 0, 0], [255, 255, 255]]], dtype=numpy.float32)
    assert [plane.tolist() for plane in to_planes(rgb, yuv_weights(True))] == [
        [[16, 235]],
        [[128, 128]],
        [[128, 128]],
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_actor_can_be_drawn_from_everywhere(kind: str) -> None:
    wardrobe = Wardrobe(30.0)
    costumes = Costumes(wardrobe, (1.0, 1.0, 1.0), False)
    for variant in range(3):
        look = Look(kind, variant, variant, rain=variant == 1)
        assert make_actor(look).length > 0.4
        for turn in range(0, 24, 5):
            sprite = costumes.sprite(look, turn, 1, steps_of(20.0))
            assert sprite is not None
            assert sprite.luma.width >= 8 and sprite.luma.height >= 20


def steps_of(scale: float) -> int:
    return steps(numpy.zeros(1), numpy.zeros(1), numpy.array([scale]))[0][2]


def test_what_is_too_far_is_not_drawn() -> None:
    costumes = Costumes(Wardrobe(30.0), (1.0, 1.0, 1.0), False)
    assert costumes.sprite(Look("walker", 0), 0, 0, steps_of(0.5)) is None


def test_looks_are_told_apart() -> None:
    looks = [
        Look(kind, variant, step, rain)
        for kind in KINDS
        for variant in range(8)
        for step in range(4)
        for rain in (False, True)
    ]
    assert len({look.key for look in looks}) == len(looks)


def test_angles_fall_into_steps() -> None:
    angles = numpy.array([0.0, math.tau, -0.01, math.pi])
    turns = [turn for turn, _, _ in steps(angles, numpy.full(4, 0.3), numpy.full(4, 10.0))]
    assert turns[0] == turns[1] == turns[2] and turns[3] == 12


@pytest.mark.parametrize(("x", "y"), [(-5, -5), (15, 15), (-50, 0), (0, 300), (3, 4)])
def test_a_stamp_is_clipped_like_a_paste(x: int, y: int) -> None:
    rng = numpy.random.default_rng(2)
    what = Image.fromarray(rng.integers(0, 256, (10, 12), dtype=numpy.uint8))
    mask = Image.fromarray(rng.integers(0, 256, (10, 12), dtype=numpy.uint8))
    ours, theirs = Image.new("L", (20, 20), 90), Image.new("L", (20, 20), 90)
    Stamp(what, mask).onto(ours.im, x, y)
    theirs.paste(what, (x, y), mask)
    assert ours.tobytes() == theirs.tobytes()
