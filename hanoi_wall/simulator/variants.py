"""Which loop a stream has to play under its faults. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from hanoi_wall.simulator.faults import ActiveFault
from hanoi_wall.simulator.playout import Timetable
from hanoi_wall.simulator.reel import Codec
from hanoi_wall.simulator.studio import ReelJob

_OTHER = {Codec.H264: Codec.H265, Codec.H265: Codec.H264, Codec.MJPEG: Codec.H264}


def variant(job: ReelJob, faults: Mapping[str, ActiveFault], timetable: Timetable) -> ReelJob:
    """The stream's own job, changed by every fault in force that shows in the picture."""
    if "codec_change" in faults:
        job = replace(job, codec=_OTHER[job.codec])
    for kind in ("resolution_change", "sps_without_idr"):
        if kind in faults:
            part = faults[kind].number("percent") / 100
            step = 8 if job.codec is Codec.MJPEG else 2
            width, height = (_whole(length * part, step) for length in (job.width, job.height))
            job = replace(job, width=width, height=height)
    if "black" in faults:
        return replace(job, black=True)
    if "frozen" in faults:
        number = timetable.number_at(faults["frozen"].since_ns)
        return replace(job, still=number % job.loop // job.gop * job.gop)
    if "slow_fps" in faults:
        rate = Fraction(faults["slow_fps"].number("fps")).limit_denominator(100)
        if rate < job.rate:
            job = replace(job, shown_rate=rate)
    return job


def plays_from_its_start(job: ReelJob) -> bool:
    """Whether the loop is not in step with the camera: it begins with its first picture, at once."""
    return job.black or job.still >= 0


def _whole(length: float, step: int) -> int:
    return max(96, round(length / step) * step)
