"""A pretend camera's addresses and streams."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import parse_address
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.options import SimulateOptions
from hanoi_wall.simulator.places import place
from hanoi_wall.simulator.station import build_cameras


def cameras(**options: object) -> dict[str, PretendCamera]:
    clock = ManualClock()
    chosen = SimulateOptions(**options)  # type: ignore[arg-type]
    return build_cameras(chosen, Library(Path("nowhere"), 1, clock), clock)


def test_addresses_are_what_the_client_takes() -> None:
    camera = cameras(cameras=3)["cam-03"]
    camera.port = 8554
    assert camera.url("127.0.0.1", "sub") == "rtsp://127.0.0.1:8554/cam-03/sub"
    address, credentials = parse_address(camera.url("127.0.0.1", "main"))
    assert (address.host, address.port, credentials) == ("127.0.0.1", 8554, None)
    assert camera.place == place(2)


def test_equal_sizes_are_one_stream() -> None:
    one = cameras(cameras=1, size=(640, 360), sub_size=(640, 360))["cam-01"]
    assert one.main is one.sub and one.streams == (one.main,)
    two = cameras(cameras=1)["cam-01"]
    assert len(two.streams) == 2 and two.main.job.width > two.sub.job.width


def test_the_load_is_spread_over_the_interval() -> None:
    interval = 40_000_000
    starts = sorted(camera.main.timetable.start_ns % interval for camera in cameras(cameras=40).values())
    gaps = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert max(gaps) < interval // 10


@pytest.mark.parametrize("number", [16, 36, 64])
def test_key_pictures_of_many_cameras_never_come_together(number: int) -> None:
    """In each interval of a group of 25 pictures only a few cameras send their key picture."""
    times = [camera.main.timetable for camera in cameras(cameras=number).values()]
    now = max(each.start_ns for each in times) + 10_000_000_000
    at_key = Counter(each.number_at(now) % 25 for each in times)
    assert max(at_key.values()) <= 2 * number / 25 + 2
    assert len(at_key) >= min(number, 25) * 2 // 3


def test_both_streams_keep_the_same_time() -> None:
    camera = cameras(cameras=1, fps=Fraction(25, 2))["cam-01"]
    assert camera.main.timetable is camera.sub.timetable
    assert camera.main.job.loop == camera.sub.job.loop
