"""The operator leaves: everything ends in good order, whatever the cameras do at that moment."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from tests.bench.processes import read_process, shared_memory_names
from tests.stories.desk import Desk
from tests.stories.pretend_cameras import PretendCameras

END_S = 3.0


def gone(pids: list[int]) -> bool:
    """Whether none of these processes runs any more."""
    found = [read_process(pid) for pid in pids]
    return all(process is None or process.state == "Z" for process in found)


def is_free(port: int) -> bool:
    """Whether somebody could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM", "ctrl+q"])
def test_everything_ends_within_three_seconds(desk: Desk, sixteen: PretendCameras, by: str) -> None:
    family = desk.processes()
    assert len(family) >= 3, "the wall and its decoders"
    names = shared_memory_names()
    if by == "ctrl+q":
        began = time.monotonic()
        desk.press("ctrl+q")
        assert desk.program is not None
        code, took = desk.program.process.wait(10), time.monotonic() - began
    else:
        code, took = desk.leave(signal.Signals[by])
    assert code == 0
    assert took < END_S
    assert gone(family)
    assert is_free(desk.port)
    assert shared_memory_names() <= names
    assert sixteen.sessions()["open"] == 0, "every camera was told"
    assert desk.errors() == desk.output() == ""


def test_cameras_that_do_not_answer_do_not_hold_it(desk: Desk, sixteen: PretendCameras) -> None:
    """Half of them accept and are silent: libav's calls cannot be broken from outside."""
    silent = [f"cam-{number:02d}" for number in range(1, 9)]
    faults = [sixteen.begin(camera, "silent_accept") for camera in silent]
    try:
        desk.until(lambda: sixteen.sessions()["opening"] >= 4, 8, "calls that hang")
        family = desk.processes()
        code, took = desk.leave(signal.SIGTERM)
        assert (code, took < END_S) == (0, True)
        assert gone(family)
    finally:
        for fault in faults:
            sixteen.end(fault)


def test_the_decoders_die_with_a_wall_that_is_killed(desk: Desk, sixteen: PretendCameras) -> None:
    family = desk.processes()
    os.kill(desk.pid, signal.SIGKILL)
    assert desk.program is not None
    desk.program.process.wait(5)
    end = time.monotonic() + END_S
    while not gone(family):
        assert time.monotonic() < end, "a decoder lives on without its wall"
        desk.settle(0.05)
