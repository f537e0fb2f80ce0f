"""The opening budget as the cameras see it: connections counted on the wire, whatever the operator does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from hanoi_wall.video.opening import MOST, MOST_PER_DEVICE
from tests.integration.rude_servers import RudeServer, Tally, silent
from tests.integration.wall_of_feeds import Wall, camera

Walls = Callable[..., Wall]
Until = Callable[..., None]
FLIP_S = 0.35


@pytest.fixture
def silent_cameras() -> Iterator[Callable[..., RudeServer]]:
    """`silent_cameras(tally, …)` is one more camera that takes every connection and never answers."""
    with ExitStack() as stack:
        yield lambda *tallies: stack.enter_context(RudeServer(silent, *tallies))


def test_no_more_than_eight_cameras_are_opened_at_once_however_fast_scenes_change(
    wall: Walls, silent_cameras: Callable[..., RudeServer], until: Until
) -> None:
    """A session that nobody wants any more is still connecting: its place is taken until it has ended."""
    everywhere = Tally()
    servers = {f"cam-{number:02}": silent_cameras(everywhere) for number in range(2 * MOST)}
    shown = wall({name: camera(name, server.address) for name, server in servers.items()})
    pause = shown.roster._thread.join
    names = sorted(servers)
    for turn in range(10):
        shown.show(*(names[:MOST] if turn % 2 else names[MOST:]))
        pause(FLIP_S)
    assert everywhere.peak <= MOST
    assert shown.roster.facts().opens_now <= MOST
    until(lambda: all(server.connections for server in servers.values()), 30, "every camera to be tried")
    assert everywhere.peak <= MOST


def test_a_camera_that_comes_and_goes_has_two_connections_at_most(
    wall: Walls, silent_cameras: Callable[..., RudeServer], until: Until
) -> None:
    here = Tally()
    server = silent_cameras(here)
    shown = wall({"cam": camera("cam", server.address)})
    for _ in range(6):
        shown.show("cam")
        until(lambda: shown.roster.view("cam") is not None, what="the camera to be wanted")
        shown.roster._thread.join(FLIP_S)
        shown.show()
        until(lambda: shown.roster.view("cam") is None, what="the camera to be left")
    assert here.peak == MOST_PER_DEVICE
    until(lambda: shown.roster.facts().opens_now == 0, 20, "abandoned sessions to end")


def test_the_places_of_a_process_that_dies_are_free_again(
    wall: Walls,
    silent_cameras: Callable[..., RudeServer],
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    servers = {f"cam-{number}": silent_cameras() for number in range(4)}
    shown = wall({name: camera(name, server.address) for name, server in servers.items()})
    shown.show(*servers)
    until(lambda: all(server.connections for server in servers.values()), 20, "four connections")
    shown.show()
    until(lambda: not shown.roster._lives.running, what="all cameras to be left")
    facts = shown.roster.facts()
    assert facts.opens_now == 4, "four cameras are still waited for"
    place = shown.roster._pool.places[0]
    assert place.process is not None
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.pool"):
        place.process.kill()
        until(lambda: shown.roster.facts().opens_now == 0, 5, "their places")
