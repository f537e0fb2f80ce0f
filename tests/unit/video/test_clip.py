"""Clips: what is encoded decodes to the same pictures, in closed groups, with the colours that were meant."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy
import pytest
from PIL import Image

from hanoi_wall.video.clip import ClipError, CodecName, Encoding, Pixels, decode, encode, is_bt709, probe


def pictures(count: int, width: int = 320, height: int = 180) -> Iterator[Pixels]:
    """A bright bar that moves by 8 pixels a picture over grey, in one array that is reused."""
    picture = numpy.full((height * 3 // 2, width), 128, dtype=numpy.uint8)
    for number in range(count):
        picture[:height] = 90
        picture[:height, number * 8 : number * 8 + 8] = 220
        yield picture


def opened(data: list[bytes], codec: CodecName) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("hevc" if codec == "h265" else codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = [frame for octets in data for frame in decoder.decode(av.Packet(octets))]
    return frames + list(decoder.decode(None))


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_every_picture_comes_back_in_its_place(codec: CodecName) -> None:
    how = Encoding(codec, 320, 180, Fraction(25), 5)
    accesses = list(encode(pictures(12), how))
    assert [access.key for access in accesses] == [n % 5 == 0 for n in range(12)]
    frames = opened([access.data for access in accesses], codec)
    bars = [int(frame.to_ndarray(format="gray")[90].argmax()) // 8 for frame in frames]
    assert bars == list(range(12))


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_group_needs_nothing_before_it(codec: CodecName) -> None:
    how = Encoding(codec, 320, 180, Fraction(25), 5)
    accesses = list(encode(pictures(10), how))
    frames = opened([access.data for access in accesses[5:]], codec)
    assert [int(frame.to_ndarray(format="gray")[90].argmax()) // 8 for frame in frames] == [5, 6, 7, 8, 9]


def test_each_picture_comes_out_before_the_next_goes_in() -> None:
    given: list[int] = []

    def counted() -> Iterator[Pixels]:
        for number, picture in enumerate(pictures(4)):
            given.append(number)
            yield picture

    out = encode(counted(), Encoding("h264", 320, 180, Fraction(25), 2))
    for number in range(4):
        next(out)
        assert given == list(range(number + 1))


@pytest.mark.parametrize(("size", "matrix"), [((320, 180), 5), ((1280, 720), 1)])
def test_the_stream_says_what_its_colours_mean(size: tuple[int, int], matrix: int) -> None:
    how = Encoding("h264", *size, Fraction(25), 5)
    (frame,) = opened([next(encode(pictures(1, *size), how)).data], "h264")
    assert (int(frame.colorspace), int(frame.color_range)) == (matrix, 1)


@pytest.mark.parametrize("size", [(320, 184), (1280, 720)])
def test_jpeg_pictures_are_whole_files_with_the_colours_meant(size: tuple[int, int]) -> None:
    """Read by somebody else's decoder: full range, BT.601 whatever the size."""
    width, height = size
    assert not is_bt709(height, "mjpeg")
    orange = numpy.array([236, 120, 40], numpy.float64)
    luma = orange @ [0.299, 0.587, 0.114]
    levels = (luma, (orange[2] - luma) / 1.772 + 128, (orange[0] - luma) / 1.402 + 128)
    picture = numpy.empty((height * 3 // 2, width), numpy.uint8)
    picture[:height] = round(16 + levels[0] * 219 / 255)
    for place, level in enumerate(levels[1:]):
        quarter = height // 4
        picture[height + place * quarter : height + (place + 1) * quarter] = round(
            128 + (level - 128) * 224 / 255
        )
    accesses = list(encode([picture] * 2, Encoding("mjpeg", width, height, Fraction(25), 5)))
    assert [access.key for access in accesses] == [True, True]
    with Image.open(BytesIO(accesses[1].data)) as read:
        assert (read.format, read.size) == ("JPEG", size)
        middle = numpy.asarray(read.convert("RGB"), numpy.float64)[8:-8, 8:-8]
    assert numpy.abs(middle - orange).max() <= 4


def test_a_size_that_cannot_be(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ClipError, match="321x180"):
        list(
            encode(iter([numpy.zeros((270, 321), numpy.uint8)]), Encoding("h264", 321, 180, Fraction(25), 5))
        )


def test_probe_and_decode_a_file(street: Path) -> None:
    facts = probe(street)
    assert (facts.codec, facts.width, facts.height, facts.rate) == ("h264", 768, 432, 12.5)
    assert facts.duration_s == pytest.approx(30, abs=1)
    played = decode(street)
    (first, picture), (second, _) = next(played), next(played)
    assert picture.shape == (432, 768, 3) and picture.dtype == numpy.uint8
    assert second - first == pytest.approx(0.08)
    played.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["missing", "noise", "sound"])
def test_files_that_are_no_clips(tmp_path: Path, what: str) -> None:
    path = tmp_path / "clip.mp4"
    if what == "noise":
        path.write_bytes(bytes(range(256)) * 20)
    elif what == "sound":
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=8000)
            frame = av.AudioFrame.from_ndarray(
                numpy.zeros((1, 1024), numpy.float32), format="fltp", layout="mono"
            )
            frame.sample_rate = 8000
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(packet)
    with pytest.raises(ClipError, match=r"clip\.mp4"):
        probe(path)
    with pytest.raises(ClipError, match=r"clip\.mp4"):
        next(decode(path))
