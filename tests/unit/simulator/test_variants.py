"""Faults that show in the picture become loops of another kind."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.simulator.faults import ActiveFault, FaultTable
from hanoi_wall.simulator.playout import Timetable
from hanoi_wall.simulator.reel import Codec
from hanoi_wall.simulator.studio import ReelJob
from hanoi_wall.simulator.variants import plays_from_its_start, variant

JOB = ReelJob(0, "Cầu Giấy", Codec.H264, 640, 360, Fraction(25), 250, 25)
TABLE = Timetable(0, Fraction(25))


def faults(*wishes: dict[str, object]) -> dict[str, ActiveFault]:
    clock = ManualClock(monotonic_ns=13 * SECOND)
    table = FaultTable(frozenset({"cam-01"}), clock)
    for wish in wishes:
        table.add(table.parse({"camera": "cam-01", **wish}))
    return table.of("cam-01")


def test_no_fault_and_faults_of_the_line_change_nothing() -> None:
    assert variant(JOB, {}, TABLE) is JOB
    assert variant(JOB, faults({"kind": "stall"}, {"kind": "udp_loss"}), TABLE) == JOB


def test_the_other_codec() -> None:
    assert variant(JOB, faults({"kind": "codec_change"}), TABLE).codec is Codec.H265


@pytest.mark.parametrize("kind", ["resolution_change", "sps_without_idr"])
def test_another_size_is_even(kind: str) -> None:
    job = variant(JOB, faults({"kind": kind, "percent": 77}), TABLE)
    assert (job.width % 2, job.height % 2) == (0, 0)
    assert job.width == pytest.approx(493, abs=2) and job.height == pytest.approx(277, abs=2)


@pytest.mark.parametrize("percent", [37, 50, 77, 120])
def test_another_size_of_jpeg_is_one_that_its_packets_can_name(percent: int) -> None:
    jpeg = replace(JOB, codec=Codec.MJPEG)
    job = variant(jpeg, faults({"kind": "resolution_change", "percent": percent}), TABLE)
    assert (job.width % 8, job.height % 8) == (0, 0) and job.codec is Codec.MJPEG
    assert variant(jpeg, faults({"kind": "codec_change"}), TABLE).codec is Codec.H264


def test_frozen_at_the_group_that_was_shown() -> None:
    job = variant(JOB, faults({"kind": "frozen"}), TABLE)
    assert job.still == 13 * 25 % 250 // 25 * 25
    assert plays_from_its_start(job) and job.pictures == 25
    assert {job.frame(n) for n in range(25)} == {job.still}


def test_black_is_black_whatever_else() -> None:
    job = variant(JOB, faults({"kind": "black"}, {"kind": "frozen"}), TABLE)
    assert job.black and job.still == -1 and plays_from_its_start(job)


@pytest.mark.parametrize(("fps", "pictures"), [(5, 50), (1, 10), (0.5, 5), (0.05, 1)])
def test_slow(fps: float, pictures: int) -> None:
    job = variant(JOB, faults({"kind": "slow_fps", "fps": fps}), TABLE)
    assert job.pictures == pictures and job.group == 1
    assert [job.frame(n) for n in range(pictures)] == [round(n * 25 / fps) for n in range(pictures)]
    assert not plays_from_its_start(job)


def test_slow_that_is_not_slower() -> None:
    assert variant(JOB, faults({"kind": "slow_fps", "fps": 30}), TABLE) == JOB


def test_faults_add_up() -> None:
    job = variant(JOB, faults({"kind": "codec_change"}, {"kind": "resolution_change", "percent": 50}), TABLE)
    assert (job.codec, job.width) == (Codec.H265, 320)
