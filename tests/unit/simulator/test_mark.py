"""The mark can be read off what an operator's screen shows, and nothing else is taken for one."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hanoi_wall.simulator.mark import (
    LARGEST_CAMERA,
    LARGEST_FRAME,
    Mark,
    cells,
    luma_strip,
    read_mark,
    strip_height,
)
from hanoi_wall.video.clip import Encoding, encode

MARKS = st.builds(Mark, st.integers(0, LARGEST_CAMERA), st.integers(0, LARGEST_FRAME))
SCALINGS = ("FAST_BILINEAR", "BILINEAR", "BICUBIC", "AREA", "LANCZOS")


def yuv(mark: Mark, width: int, height: int, seed: int = 0) -> numpy.ndarray:
    """A busy picture with the mark, planar YUV 4:2:0."""
    rng = numpy.random.default_rng(seed)
    coarse = rng.integers(16, 236, (height // 8 + 1, width // 8 + 1), dtype=numpy.uint8)
    picture = numpy.full((height * 3 // 2, width), 128, dtype=numpy.uint8)
    picture[:height] = numpy.kron(coarse, numpy.ones((8, 8), numpy.uint8))[:height, :width]
    strip = luma_strip(mark, width, height)
    picture[height - strip.shape[0] : height] = strip
    return picture


def painted(picture: numpy.ndarray, width: int, height: int, scaling: str) -> numpy.ndarray:
    """As libav would scale and convert it for a tile."""
    frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
    return frame.reformat(width, height, format="bgr24", interpolation=scaling).to_ndarray()


@settings(max_examples=80, deadline=None)
@given(
    MARKS,
    st.sampled_from([(640, 360), (1280, 720), (1920, 1080), (704, 576)]),
    st.integers(160, 700),
    st.sampled_from(SCALINGS),
)
def test_survives_scaling(mark: Mark, size: tuple[int, int], width: int, scaling: str) -> None:
    height = round(width * size[1] / size[0])
    assert read_mark(painted(yuv(mark, *size), width, height, scaling)) == mark


@settings(max_examples=60, deadline=None)
@given(MARKS, st.integers(0, 2**32 - 1), st.floats(0.35, 1.0), st.floats(0, 60))
def test_survives_noise_and_faint_pictures(mark: Mark, seed: int, contrast: float, lift: float) -> None:
    shown = painted(yuv(mark, 640, 360), 160, 90, "AREA").astype(float) * contrast + lift
    noise = numpy.random.default_rng(seed).normal(0, 10 * contrast, shown.shape)
    assert read_mark(numpy.clip(shown + noise, 0, 255).astype(numpy.uint8)) == mark


@settings(max_examples=10, deadline=None)
@given(MARKS, st.sampled_from([(640, 360), (1280, 720)]), st.sampled_from(["h264", "h265"]))
def test_survives_encoding(mark: Mark, size: tuple[int, int], codec: str) -> None:
    how = Encoding(codec, *size, Fraction(25), 25)  # type: ignore[arg-type]
    data = next(encode([yuv(mark, *size)], how)).data
    decoder = av.CodecContext.create("hevc" if codec == "h265" else codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frame = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
    for width, height in ((160, 90), (480, 270)):
        small = frame.reformat(width, height, format="rgb24", interpolation="AREA").to_ndarray()
        assert read_mark(small) == mark


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(numpy.uint8, (90, 160, 3)))
def test_any_picture_is_read_without_an_error(picture: numpy.ndarray) -> None:
    read_mark(picture)


def test_nothing_is_read_where_nothing_is() -> None:
    rng = numpy.random.default_rng(7)
    rows = rng.choice(numpy.array([0, 255], numpy.uint8), (6_000, 40))
    false = [row for row in rows if read_mark(numpy.tile(numpy.repeat(row, 4), (90, 1)))]
    # Random black and white cells pass the four calibrating ones (1/16) and the check (1/1024) by chance.
    assert len(false) <= 4
    for flat in (0, 16, 128, 235, 255):
        assert read_mark(numpy.full((90, 160, 3), flat, numpy.uint8)) is None


@pytest.mark.parametrize("shape", [(10, 160, 3), (90, 60, 3), (90,), (0, 0, 3)])
def test_too_small_to_read(shape: tuple[int, ...]) -> None:
    assert read_mark(numpy.zeros(shape, numpy.uint8)) is None


@given(MARKS)
def test_a_changed_cell_is_noticed(mark: Mark) -> None:
    row = numpy.array(cells(mark))
    for place in range(2, 38):
        flipped = row.copy()
        flipped[place] = not flipped[place]
        assert read_mark(numpy.tile(numpy.repeat(flipped * numpy.uint8(255), 4), (90, 1))) is None


def test_neighbouring_numbers_differ_in_one_cell_before_the_check() -> None:
    for frame in range(1000):
        here, there = cells(Mark(3, frame))[2:28], cells(Mark(3, frame + 1))[2:28]
        assert sum(a != b for a, b in zip(here, there, strict=True)) == 1


@pytest.mark.parametrize("mark", [Mark(-1, 0), Mark(LARGEST_CAMERA + 1, 0), Mark(0, LARGEST_FRAME + 1)])
def test_numbers_that_do_not_fit(mark: Mark) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        cells(mark)


def test_the_strip_is_small() -> None:
    assert strip_height(90) == 4 and strip_height(360) == 16 and strip_height(720) == 32
