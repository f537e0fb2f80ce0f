"""Cameras that send JPEG pictures: our own decoder process shows what the camera drew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import numpy
import pytest
from PIL import Image

from hanoi_wall.domain.camera import StreamAddress, Transport
from hanoi_wall.simulator.mark import read_mark
from hanoi_wall.simulator.places import place
from hanoi_wall.simulator.reel import Codec, Reel, open_reel
from hanoi_wall.simulator.studio import ReelJob
from tests.integration.simulator_process import simulator
from tests.integration.viewer import Viewer

WIDTH, HEIGHT = 640, 360
LEAST_DB = 33.0
"""What is left of hard drawn edges when chroma goes from quarter to half size and back."""


@dataclass
class JpegCamera:
    """A pretend camera and the loop that it plays."""

    url: str
    reel: Reel


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JpegCamera]:
    cache = tmp_path_factory.mktemp("clips")
    words = ("--size", f"{WIDTH}x{HEIGHT}", "--sub-size", f"{WIDTH}x{HEIGHT}", "--loop-s", "1")
    with simulator("--cameras", "1", *words, "--codec", "mjpeg", "--cache", str(cache)) as running:
        job = ReelJob(0, place(0).name, Codec.MJPEG, WIDTH, HEIGHT, Fraction(25), 25, 25)
        yield JpegCamera(running.url(), open_reel(cache / job.file_name))


@pytest.mark.parametrize("transport", Transport)
def test_our_decoder_shows_what_the_camera_drew(
    viewer: Viewer, camera: JpegCamera, transport: Transport
) -> None:
    with viewer.watch(StreamAddress(camera.url, transport), box=(WIDTH, HEIGHT)) as session:
        pictures = [session.next_picture() for _ in range(10)]
    for picture in pictures:
        assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
        mark = read_mark(picture.pixels.astype(numpy.uint8))
        assert mark is not None and mark.camera == 0
        with Image.open(BytesIO(bytes(camera.reel.units[mark.frame].nals[0]))) as drawn:
            wanted = numpy.asarray(drawn.convert("RGB"), numpy.float64)
        error = float(((picture.pixels - wanted) ** 2).mean())
        assert 10 * numpy.log10(255**2 / error) > LEAST_DB


def test_its_codec_and_rate_are_told(viewer: Viewer, camera: JpegCamera) -> None:
    with viewer.watch(StreamAddress(camera.url)) as session:
        while float(str(session.stats.get("received_fps", 0))) < 20:
            viewer.listen(1.0)
        header = session.next_picture().header
    assert session.stats["codec"] == "mjpeg"
    assert session.stats["size"] == [WIDTH, HEIGHT]
    assert 30_000_000 < header.interval_ns < 50_000_000
    # No picture waits for the next one to begin, as those of H.264 do.
    assert header.published_ns - header.arrival_ns < 200_000_000
