"""Both ways of scaling against a floating-point reference: colours, shape, and no byte out of place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy
import pytest
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hanoi_wall.video.scaler import THUMBNAIL, PictureScaler, colour_of, fit, load_libyuv
from hanoi_wall.video.slots import stride_of
from tests.integration.reference_picture import psnr, resized, to_rgb

LEAST_DB = 32.0
GUARD = 4096
WAYS = {"swscale": None} | ({"libyuv": load_libyuv()} if load_libyuv() else {})
"""libyuv is optional on a workstation; packaging/libraries.sh brings it where the checks run."""
SPACES = {"601": Colorspace.ITU601, "709": Colorspace.ITU709}
SUBSAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}


@dataclass(frozen=True)
class Colours:
    """What the reference wants to know of a picture."""

    matrix: str = "601"
    full: bool = False


@cache
def scenery(width: int, height: int, seed: int) -> NDArray[numpy.float64]:
    """A plane with as much detail at every scale as a street has, 0 to 1: softer in colour than in light."""
    source = numpy.random.default_rng(seed)
    across, down = numpy.fft.rfftfreq(width)[None, :], numpy.fft.fftfreq(height)[:, None]
    frequency = numpy.maximum(numpy.hypot(across, down), 1 / max(width, height))
    noise = numpy.fft.rfft2(source.standard_normal((height, width))) / frequency ** (
        1.3 if seed == 0 else 1.8
    )
    picture = numpy.fft.irfft2(noise, s=(height, width))
    low, high = picture.min(), picture.max()
    return (picture - low) / (high - low if high > low else 1)


def frame_of(
    width: int, height: int, pixels: str = "yuv420p", colours: Colours | None = None
) -> av.VideoFrame:
    """A frame with that scenery in each plane; unmarked unless colours are given."""
    frame = av.VideoFrame(width, height, pixels)
    deep = pixels.endswith("10le")
    across, down = SUBSAMPLING[pixels.removeprefix("yuvj").removeprefix("yuv")[:3]]
    for number, plane in enumerate(frame.planes):
        columns = width if number == 0 else -(-width // across)
        lines = height if number == 0 else -(-height // down)
        full = pixels.startswith("yuvj") or (colours is not None and colours.full)
        low, high = (88, 168) if number else (0, 255) if full else (16, 235)
        values = low + scenery(columns, lines, number) * (high - low)
        kind = numpy.uint16 if deep else numpy.uint8
        rows = numpy.zeros((plane.height, plane.line_size // numpy.dtype(kind).itemsize), kind)
        rows[:lines, :columns] = numpy.rint(values * (4 if deep else 1))
        plane.update(rows.tobytes())
    if colours is not None:
        frame.colorspace = int(SPACES[colours.matrix])
        frame.color_range = int(ColorRange.JPEG if colours.full else ColorRange.MPEG)
    return frame


def scaled(way: str, frame: av.VideoFrame, width: int, height: int) -> NDArray[numpy.float64]:
    """height x width x (R, G, B) as it lies in a slot; the bytes round the picture must not have changed."""
    stride = stride_of(width)
    length = stride * height
    memory = bytearray(b"\xa5" * (GUARD + length + GUARD))
    into = memoryview(memory)[GUARD : GUARD + length]
    PictureScaler(WAYS[way]).scale(frame, width, height, into, stride)
    into.release()
    assert memory[:GUARD] == b"\xa5" * GUARD, "bytes before the picture were written"
    assert memory[GUARD + length :] == b"\xa5" * GUARD, "bytes behind the picture were written"
    rows = numpy.frombuffer(memory, numpy.uint8)[GUARD : GUARD + length].reshape(height, stride)
    return rows[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1].astype(numpy.float64)


@cache
def reference(frame: av.VideoFrame, colours: Colours) -> NDArray[numpy.float64]:
    """The frame at its own size, by the book."""
    return to_rgb(frame, colours)  # type: ignore[arg-type]


def likeness(way: str, frame: av.VideoFrame, colours: Colours, width: int, height: int) -> float:
    """PSNR against the reference, in dB."""
    return psnr(scaled(way, frame, width, height), resized(reference(frame, colours), width, height))


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
@pytest.mark.parametrize("way", WAYS)
def test_every_size_and_sampling_is_like_the_reference(way: str, pixels: str) -> None:
    frame = frame_of(640, 360, pixels)
    for box in [(480, 270), (479, 269), (320, 180), (161, 91), (640, 360), (300, 360)]:
        assert likeness(way, frame, Colours(), *box) >= LEAST_DB, box


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", SPACES)
@pytest.mark.parametrize("way", WAYS)
def test_matrix_and_range_are_the_frames_own(way: str, matrix: str, full: bool) -> None:
    colours = Colours(matrix, full)
    frame = frame_of(320, 180, "yuv420p", colours)
    assert colour_of(frame) == (matrix, full)
    right = likeness(way, frame, colours, 240, 135)
    assert right >= LEAST_DB
    wrong = [Colours(other, r) for other in SPACES for r in (False, True) if (other, r) != (matrix, full)]
    assert right > max(likeness(way, frame, each, 240, 135) for each in wrong) + 3


@pytest.mark.parametrize("way", WAYS)
def test_what_is_unmarked_goes_by_its_height_and_full_formats_are_full(way: str) -> None:
    assert colour_of(frame_of(1280, 720)) == ("709", False)
    assert colour_of(frame_of(704, 576)) == ("601", False)
    assert likeness(way, frame_of(1280, 720), Colours("709"), 480, 270) >= LEAST_DB
    full = frame_of(320, 180, "yuvj420p")
    assert colour_of(full) == ("601", True)
    assert likeness(way, full, Colours("601", True), 240, 135) >= LEAST_DB


@pytest.mark.parametrize("source", [(641, 361), (639, 359), (640, 361)])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p"])
@pytest.mark.parametrize("way", WAYS)
def test_odd_sizes(way: str, pixels: str, source: tuple[int, int]) -> None:
    frame = frame_of(*source, pixels)
    for box in [(480, 270), (479, 269), (240, 135), (641, 361)]:
        assert likeness(way, frame, Colours(), *box) >= LEAST_DB, box


@pytest.mark.parametrize("source", [(640, 360), (1, 1), (2, 2), (3, 5), (16, 1), (1, 16), (481, 271)])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p"])
@pytest.mark.parametrize("way", WAYS)
def test_absurd_sizes_stay_within_their_bytes(way: str, pixels: str, source: tuple[int, int]) -> None:
    """A picture of one colour with wild bytes behind each row: whatever is read beyond a row is seen."""
    frame = av.VideoFrame(*source, pixels)
    across, down = SUBSAMPLING[pixels[3:6]]
    for number, (plane, value) in enumerate(zip(frame.planes, (120, 90, 170), strict=True)):
        columns = source[0] if number == 0 else -(-source[0] // across)
        lines = source[1] if number == 0 else -(-source[1] // down)
        rows = numpy.full((plane.height, plane.line_size), 255, numpy.uint8)
        rows[:lines, :columns] = value
        plane.update(rows.tobytes())
    expected = reference(frame, Colours())[0, 0]
    for box in [(1, 1), (1, 40), (40, 1), (2, 3), (5, 5), (16, 16), (31, 17), (1000, 3)]:
        assert numpy.abs(scaled(way, frame, *box) - expected).max() <= 5


@pytest.mark.parametrize("way", WAYS)
def test_enlarging_keeps_the_picture(way: str) -> None:
    assert likeness(way, frame_of(320, 180), Colours(), 640, 360) >= 28


@pytest.mark.parametrize(
    "pixels", ["gray", "nv12", "yuv440p", "rgb24", "yuv410p", "yuyv422", "gbrp", "yuva420p"]
)
@pytest.mark.parametrize("way", WAYS)
def test_other_formats_are_taken_too(way: str, pixels: str) -> None:
    frame = frame_of(640, 360).reformat(format=pixels)
    expected = scaled("swscale", frame.reformat(format="yuv444p"), 480, 270)
    assert psnr(scaled(way, frame, 480, 270), expected) >= 30


@pytest.mark.parametrize("way", WAYS)
def test_one_scaler_takes_whatever_comes_next(way: str) -> None:
    """Sizes, formats and boxes change within a session; nothing of the last one may be left."""
    scaler = PictureScaler(WAYS[way])
    for source, pixels, box in [
        ((640, 360), "yuv420p", (480, 270)),
        ((320, 180), "yuv422p", (64, 36)),
        ((1280, 720), "yuv420p", (480, 270)),
        ((640, 360), "yuv420p10le", (480, 270)),
        ((640, 360), "yuv444p", (100, 56)),
        ((640, 360), "yuv420p", (480, 270)),
    ]:
        frame, stride = frame_of(*source, pixels), stride_of(box[0])
        memory = bytearray(stride * box[1])
        scaler.scale(frame, *box, memoryview(memory), stride)
        rows = numpy.frombuffer(memory, numpy.uint8).reshape(box[1], stride)[:, : box[0] * 4]
        picture = rows.reshape(box[1], box[0], 4)[:, :, 2::-1].astype(numpy.float64)
        assert psnr(picture, scaled(way, frame, *box)) == 99.0


def interlaced(height: int = 360) -> av.VideoFrame:
    """White lines above, black lines below: two fields of two moments."""
    frame = frame_of(640, height)
    for number, plane in enumerate(frame.planes):
        rows = numpy.full((plane.height, plane.line_size), 128, numpy.uint8)
        if number == 0:
            rows[0::2], rows[1::2] = 235, 16
        plane.update(rows.tobytes())
    graph = av.filter.Graph()
    source = graph.add_buffer(width=640, height=height, format=frame.format, time_base=Fraction(1, 25))
    mark, sink = graph.add("setfield", "tff"), graph.add("buffersink")
    source.link_to(mark)
    mark.link_to(sink)
    graph.configure()
    frame.pts = 0
    graph.push(frame)
    marked = graph.pull()
    assert isinstance(marked, av.VideoFrame)
    assert marked.interlaced_frame
    return marked


@pytest.mark.parametrize("height", [360, 361, 8, 9])
@pytest.mark.parametrize("way", [way for way in WAYS if way == "libyuv"])
def test_of_an_interlaced_picture_one_field_is_shown(way: str, height: int) -> None:
    picture = scaled(way, interlaced(height), 480, 270)
    assert picture.min() > 250, "the other field shines through"


# ---------------------------------------------------------------------------------------------------------
# Shape

lengths = st.integers(1, 8192)
aspects = st.fractions(Fraction(1, 8), 8, max_denominator=255)


@given(lengths, lengths, aspects, lengths, lengths)
def test_a_picture_fills_its_box_and_keeps_its_shape(
    width: int, height: int, aspect: Fraction, box_width: int, box_height: int
) -> None:
    got_width, got_height = fit(width, height, aspect, box_width, box_height)
    assert 1 <= got_width <= box_width and 1 <= got_height <= box_height
    assert got_width == box_width or got_height == box_height
    shown = width * aspect / height
    by_width = got_width == box_width and abs(got_height - max(1, box_width / shown)) <= Fraction(1, 2)
    by_height = got_height == box_height and abs(got_width - max(1, box_height * shown)) <= Fraction(1, 2)
    assert by_width or by_height


@pytest.mark.parametrize(
    ("source", "aspect", "box", "shown"),
    [
        ((640, 360), Fraction(1), (480, 270), (480, 270)),
        ((704, 576), Fraction(12, 11), (480, 270), (360, 270)),
        ((704, 576), Fraction(16, 11), (480, 270), (480, 270)),
        ((352, 576), Fraction(24, 11), (480, 270), (360, 270)),
        ((1080, 1920), Fraction(1), (480, 270), (152, 270)),
        ((640, 480), Fraction(0), (480, 270), (360, 270)),
        ((640, 480), Fraction(1000), (480, 270), (360, 270)),
        ((640, 480), Fraction(-1), (480, 270), (360, 270)),
    ],
)
def test_the_shape_of_pixels_counts_unless_it_is_absurd(
    source: tuple[int, int], aspect: Fraction, box: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert fit(*source, aspect, *box) == shown


# ---------------------------------------------------------------------------------------------------------
# Thumbnails


@pytest.mark.parametrize("source", [(640, 360), (1, 1), (2, 2), (33, 17), (1921, 1081)])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "gray", "rgb24", "yuyv422", "nv12"])
def test_a_thumbnail_is_the_same_for_the_same_picture_only(pixels: str, source: tuple[int, int]) -> None:
    scaler = PictureScaler()
    frame = frame_of(*source).reformat(format=pixels)
    points = scaler.thumbnail(frame)
    assert len(points) == THUMBNAIL[0] * THUMBNAIL[1]
    assert scaler.thumbnail(frame) == points
    if source == (640, 360):
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        assert scaler.thumbnail(frame) != points
