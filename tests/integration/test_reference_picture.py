"""The judge of pictures is judged: colours by the book, averages by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import numpy
import pytest

from tests.integration.peers.clips import CLIPS
from tests.integration.reference_picture import fits, psnr, resized, to_rgb

# BT.601 and BT.709, 8 bits, as the standards' own tables have them: (Y, Cb, Cr) of pure colours.
PURE = {
    ("601", False): {"white": (235, 128, 128), "black": (16, 128, 128), "red": (81, 90, 240)},
    ("709", False): {"white": (235, 128, 128), "black": (16, 128, 128), "red": (63, 102, 240)},
    ("601", True): {"white": (255, 128, 128), "black": (0, 128, 128), "red": (76, 85, 255)},
}
RGB = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0)}


def flat(values: tuple[int, int, int], pixels: str) -> av.VideoFrame:
    frame = av.VideoFrame(16, 16, pixels)
    unit, kind = (4, numpy.uint16) if pixels.endswith("10le") else (1, numpy.uint8)
    for plane, value in zip(frame.planes, values, strict=True):
        plane.update(
            numpy.full(plane.buffer_size // numpy.dtype(kind).itemsize, value * unit, kind).tobytes()
        )
    return frame


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
@pytest.mark.parametrize(("matrix", "full"), PURE)
def test_pure_colours_are_pure(matrix: str, full: bool, pixels: str) -> None:
    clip = replace(CLIPS["h264"], matrix=matrix, full=full)
    for colour, values in PURE[matrix, full].items():
        if full and pixels.endswith("10le"):
            values = tuple(min(value, 255) for value in values)  # type: ignore[assignment]
        shown = to_rgb(flat(values, pixels), clip)
        assert shown.shape == (16, 16, 3)
        assert numpy.abs(shown - RGB[colour]).max() < 3, colour


def test_chroma_rises_evenly_between_its_samples() -> None:
    frame = flat((128, 128, 128), "yuv420p")
    plane = frame.planes[2]
    row = numpy.repeat(128 + numpy.arange(8), 1).astype(numpy.uint8)
    padded = numpy.zeros((plane.height, plane.line_size), numpy.uint8)
    padded[:, :8] = row
    plane.update(padded.tobytes())
    red = to_rgb(frame, CLIPS["h264"])[0, :, 0]
    steps = numpy.diff(red[:15])
    assert numpy.allclose(steps, steps[0])
    assert steps[0] > 0


def test_sizes_are_averages() -> None:
    picture = numpy.random.default_rng(1).random((6, 8, 3)) * 255
    assert numpy.allclose(resized(picture, 4, 3), picture.reshape(3, 2, 4, 2, 3).mean((1, 3)))
    assert numpy.allclose(resized(picture, 8, 6), picture)
    assert numpy.allclose(resized(picture, 16, 12), picture.repeat(2, 0).repeat(2, 1))
    assert numpy.allclose(resized(picture, 5, 4).mean((0, 1)), picture.mean((0, 1)))


def test_likeness_falls_with_the_error() -> None:
    picture = numpy.full((4, 4, 3), 100.0)
    assert psnr(picture, picture) == 99
    assert psnr(picture, picture + 1) == pytest.approx(48.13, abs=0.01)
    assert psnr(picture, picture + 10) == pytest.approx(28.13, abs=0.01)


@pytest.mark.parametrize(
    ("width", "height", "shown", "box", "right"),
    [
        (480, 270, Fraction(16, 9), (480, 270), True),
        (480, 269, Fraction(16, 9), (480, 270), False),
        (300, 169, Fraction(16, 9), (300, 300), True),
        (300, 168, Fraction(16, 9), (300, 300), False),
        (299, 168, Fraction(16, 9), (300, 300), False),
        (481, 270, Fraction(16, 9), (480, 270), False),
        (360, 270, Fraction(4, 3), (480, 270), True),
    ],
)
def test_a_size_fits_its_box_and_shape(
    width: int, height: int, shown: Fraction, box: tuple[int, int], right: bool
) -> None:
    assert fits(width, height, shown, *box) == right
