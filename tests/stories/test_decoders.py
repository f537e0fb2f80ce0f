"""A decoder process dies or hangs: its tiles say so and come back, and nobody else notices."""

from __future__ import annotations

import os
import signal
import time

from tests.stories.desk import Desk
from tests.stories.vigil import Vigil

NS = 1_000_000_000


def shown(desk: Desk) -> dict[str, int]:
    """How often each camera was connected anew."""
    return {camera: tile["reconnects"] for camera, tile in desk.tiles().items()}


def strike(
    desk: Desk, vigil: Vigil, quiet: tuple[int, int], by: signal.Signals, which: int, back_s: float
) -> tuple[set[str], str]:
    """Do that to this decoder process and look for so long: the cameras that were hit, and why.

    Asserts that all are live at the end, and that the others stayed so, kept their sessions and the rate of
    the quiet time before.
    """
    connected, pids = shown(desk), desk.decoders()
    assert len(pids) == 2
    began = time.monotonic_ns()
    victim, other = pids[which], pids[1 - which]
    os.kill(victim, by)
    after = vigil.keep(back_s)
    hit = {camera for camera, count in shown(desk).items() if count > connected[camera]}
    spared = set(connected) - hit
    assert hit and spared, "one process of two"
    assert victim not in desk.decoders() and other in desk.decoders()
    for camera in spared:
        assert {glance.state for glance in vigil.between(camera, began, after[1])} == {"live"}, camera
        assert vigil.rate(camera, *after) >= 0.95 * vigil.rate(camera, *quiet), camera
    told = set()
    for camera in hit:
        glances = vigil.between(camera, began, after[1])
        assert glances[-1].state == "live", vigil.story(camera, began, after[1])
        told |= {glance.said["cause"] for glance in glances if glance.state == "offline"} - {None}
    assert len(told) == 1, told
    _, own = vigil.stalls(began, after[1])
    assert own == 0, "the UI stood still"
    return hit, told.pop()


def test_the_other_tiles_go_on(desk: Desk) -> None:
    vigil = Vigil(desk)
    quiet = vigil.keep(4.0)
    # Not the same one twice: feeds that lose two processes within half a minute are suspected of it.
    for which, by in enumerate((signal.SIGSEGV, signal.SIGKILL)):
        hit, cause = strike(desk, vigil, quiet, by, which, 6.0)
        assert (len(hit), cause) == (8, "decoder_crashed"), by.name
    log = desk.log()
    assert "SIGSEGV" in log and "SIGKILL" in log
    hit, cause = strike(desk, vigil, quiet, signal.SIGSTOP, 0, 12.0)
    assert (len(hit), cause) == (8, "decoder_hung")
    restarts = [each["restarts"] for each in desk.health()["processes"] if each["role"] == "decoder"]
    assert sum(restarts) == 3
    code, took = desk.leave()
    assert (code, took < 3.0) == (0, True)
