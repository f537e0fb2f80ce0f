"""Jobs travel as lines and name their files; pictures carry the number of their frame."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from hanoi_wall.simulator.mark import Mark, read_mark
from hanoi_wall.simulator.reel import Codec
from hanoi_wall.simulator.studio import ReelJob, in_words, pictures

JOB = ReelJob(5, "Ô Chợ Dừa", Codec.H264, 320, 180, Fraction(25), 50, 10)
OTHERS = [
    replace(JOB, camera=6),
    replace(JOB, name="Cầu Giấy"),
    replace(JOB, codec=Codec.H265),
    replace(JOB, codec=Codec.MJPEG),
    replace(JOB, width=640),
    replace(JOB, rate=Fraction(30_000, 1001)),
    replace(JOB, shown_rate=Fraction(1, 5)),
    replace(JOB, still=7),
    replace(JOB, black=True),
]


@pytest.mark.parametrize("job", [JOB, *OTHERS])
def test_jobs_travel_as_lines(job: ReelJob) -> None:
    assert "\n" not in job.to_json()
    assert ReelJob.from_json(job.to_json()) == job


def test_every_difference_is_another_file() -> None:
    assert len({job.file_name for job in [JOB, *OTHERS]}) == len(OTHERS) + 1


@pytest.mark.parametrize(
    ("job", "frames"),
    [
        (replace(JOB, loop=6), [0, 1, 2, 3, 4, 5]),
        (replace(JOB, still=30, gop=4), [30] * 4),
        (replace(JOB, shown_rate=Fraction(5)), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]),
    ],
)
def test_every_picture_carries_its_number(job: ReelJob, frames: list[int]) -> None:
    marks = [read_mark(picture[: job.height].copy()) for picture in pictures(job)]
    assert marks == [Mark(5, frame) for frame in frames]


def test_what_is_missing_is_told_with_how_to_get_it() -> None:
    none = ModuleNotFoundError("No module named 'PIL'", name="PIL")
    assert in_words(none) == "Pillow, which draws them, is missing: pip install 'hanoi-wall[simulator]'"
    broken = ImportError("libjpeg.so.62: cannot open shared object file", name="PIL._imaging")
    assert "cannot be loaded: pip install" in in_words(broken)
    assert in_words(ImportError("x", name="numpy")) == "ImportError: x"
    assert in_words(OSError(28, "No space left on device")) == "OSError: [Errno 28] No space left on device"


def test_black_is_black_but_for_its_mark() -> None:
    picture = next(pictures(replace(JOB, black=True)))
    assert picture[:170].max() == 16
    assert picture[180:].min() == picture[180:].max() == 128
