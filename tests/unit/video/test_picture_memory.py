"""Rings within a bound: as large as asked while there is room, smaller when there is not."""

from __future__ import annotations

import logging
import resource

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.video.picture_memory import LEAST_BYTES, PictureMemory, fitting
from hanoi_wall.video.slots import PAGE, Ring, stride_of

MB = 1_000_000
sides = st.integers(16, 1200)


def memory(megabytes: int = 256) -> PictureMemory:
    return PictureMemory(megabytes * MB, 1, ManualClock())


def test_while_there_is_room_a_ring_is_as_large_as_its_box() -> None:
    maker = memory()
    first, second = maker.make((640, 360), 0), maker.make((640, 360), 0)
    assert first is not None and second is not None
    assert fitting(first, (640, 360)) == (640, 360)
    assert second.generation == first.generation + 1
    assert first.size == PAGE + 3 * first.buffer_bytes


@settings(max_examples=40)
@given(sides, sides, st.integers(0, 40))
def test_when_memory_is_short_pictures_shrink_and_keep_their_shape(
    width: int, height: int, others_mb: int
) -> None:
    ring = memory(20).make((width, height), others_mb * MB)
    assert ring is not None
    room = max(LEAST_BYTES, (20 - others_mb) * MB)
    # Rows are padded to 64 bytes and buffers to pages, which is little but not nothing.
    assert ring.size <= room * 1.1 + 3 * (64 * 1200) + 4 * PAGE
    fit_width, fit_height = fitting(ring, (width, height))
    assert stride_of(fit_width) * fit_height <= ring.buffer_bytes
    assert fit_width <= width and fit_height <= height
    if min(fit_width, fit_height) > 32:
        assert abs(fit_width / fit_height - width / height) < 0.15 * width / height


def test_a_box_grows_into_a_ring_that_is_too_small_by_shrinking() -> None:
    ring = Ring.create(320, 180)
    width, height = fitting(ring, (1920, 1080))
    assert stride_of(width) * height <= ring.buffer_bytes
    assert width * height > 0.7 * 320 * 180


def test_a_machine_without_memory_is_not_asked_all_the_time(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    maker = PictureMemory(256 * MB, 1, clock)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.picture_memory"):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        try:
            assert [maker.make((64, 64), 0) for _ in range(50)] == [None] * 50
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert maker.make((64, 64), 0) is None
    assert len(caplog.records) == 1
    assert "pictures of 64x64: no memory for pictures" in caplog.text
    clock.advance(1)
    assert maker.make((64, 64), 0) is not None
