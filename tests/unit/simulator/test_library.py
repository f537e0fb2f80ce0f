"""Loops are made once, found again, made anew when damaged, and their makers leave nothing behind."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.simulator.library import LARGEST_CACHE, Library
from hanoi_wall.simulator.reel import Codec, Reel
from hanoi_wall.simulator.studio import ReelJob

JOB = ReelJob(0, "Cầu Giấy", Codec.H264, 192, 108, Fraction(25), 4, 2)


def fetch(folder: Path, *jobs: ReelJob) -> tuple[list[Reel | None], str]:
    """Ask a library for loops and wait for its answers; and the last error it had."""

    async def body() -> tuple[list[Reel | None], str]:
        library = Library(folder, 2, SystemClock())
        library.prepare()
        loop = asyncio.get_running_loop()
        waits = []
        for job in jobs:
            done: asyncio.Future[Reel | None] = loop.create_future()
            library.get(job, done.set_result)
            waits.append(done)
        try:
            return await asyncio.wait_for(asyncio.gather(*waits), 60), library.last_error
        finally:
            await library.close()
            assert library.pending == 0

    return asyncio.run(body())


def test_made_once_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "clips"
    (first, twice, other), _ = fetch(folder, JOB, JOB, replace(JOB, camera=1))
    assert first is not None and twice is not None and other is not None
    assert (first.codec, first.width, [unit.frame for unit in first.units]) == (Codec.H264, 192, [0, 1, 2, 3])
    assert [unit.key for unit in first.units] == [True, False, True, False]
    made = {path: path.stat().st_ino for path in folder.iterdir()}
    assert len(made) == 2
    assert fetch(folder, JOB)[0][0] is not None
    assert {path: path.stat().st_ino for path in folder.iterdir()} == made


def test_a_damaged_loop_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fetch(tmp_path, JOB)
    path = tmp_path / JOB.file_name
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] + b"???")
    with caplog.at_level(logging.WARNING, logger="hanoi_wall.simulator"):
        assert fetch(tmp_path, JOB)[0][0] is not None
    assert "damaged" in caplog.text
    assert path.read_bytes() == whole, "the same job is the same loop, to the octet"


def test_a_loop_that_cannot_be_made_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.simulator"):
        (bad, good), error = fetch(tmp_path, replace(JOB, width=-2), JOB)
    assert bad is None and good is not None
    assert error


def test_closing_answers_who_still_waits(tmp_path: Path) -> None:
    async def body() -> list[Reel | None]:
        library = Library(tmp_path, 1, SystemClock())
        library.prepare()
        answers: list[Reel | None] = []
        library.get(replace(JOB, width=1280, height=720, loop=250), answers.append)
        library.get(replace(JOB, camera=7), answers.append)
        await asyncio.sleep(0)
        await library.close()
        assert answers == [None, None]
        library.get(JOB, answers.append)
        return answers

    assert asyncio.run(body()) == [None, None, None]


def test_the_longest_unused_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    for age in range(4):
        path = tmp_path / f"{age}.reel"
        path.write_bytes(bytes(1000))
        os.utime(path, (now - age, now - age))
    (tmp_path / ".torn.reel.x").write_bytes(b"x")
    os.utime(tmp_path / ".torn.reel.x", (now - 90_000, now - 90_000))
    assert LARGEST_CACHE > 10**9
    monkeypatch.setattr("hanoi_wall.simulator.library.LARGEST_CACHE", 2500)
    Library(tmp_path, 1, SystemClock()).prepare()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.reel", "1.reel"]
