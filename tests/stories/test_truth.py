"""A camera fails before the operator's eyes: the tile says so in time, and it says when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.stories.desk import Desk
from tests.stories.look import Look, lines_of_text
from tests.stories.machine_watch import MachineWatch
from tests.stories.pretend_cameras import PretendCameras

NS = 1_000_000_000
LATE_S, HATCHED_S = 2.2, 5.2
"""After the source has stopped: 2 s and 5 s of the picture's age, and what painting it may take."""


def seen_s(desk: Desk, number: int, what: Callable[[Look], bool], t0_ns: int, name: str) -> float:
    """How long after t0 a tile first looked like that."""
    at = 0

    def looks_so() -> bool:
        nonlocal at
        at = time.monotonic_ns()
        return what(desk.look(number))

    desk.until(looks_so, 10, name)
    return (at - t0_ns) / NS


def test_a_camera_stops_sending_and_the_tile_says_so_and_says_when_it_is_back(
    desk: Desk, sixteen: PretendCameras
) -> None:
    with MachineWatch() as watch:
        with sixteen.broken("cam-06", "stall") as fault:
            t0 = fault.t0_ns
            clear = desk.look(6)
            assert clear.mark is not None and not clear.hatched and not clear.amber
            late = seen_s(desk, 6, lambda look: look.amber > 0, t0, "a word of being late")
            assert not desk.look(6).hatched, "the picture stays as it is while it may still be of use"
            hatched = seen_s(desk, 6, lambda look: look.hatched and look.red > 0, t0, "a hatched picture")
            desk.until_painted("cam-06", "stale", 2)
            margin = watch.longest_s(t0, time.monotonic_ns())
            assert desk.look(6).saturation < 1, "no colour is left"
            assert late <= LATE_S + margin
            assert hatched <= HATCHED_S + margin
            others = [tile for camera, tile in desk.tiles().items() if camera != "cam-06"]
            assert {tile["painted_state"] for tile in others} == {"live"}
            desk.until_painted("cam-06", "offline", 8)
            assert desk.tile("cam-06")["cause"] == "stalled"
        back = desk.until_live("cam-06", seconds=10)
        assert back < 6.0
    look = desk.look(6)
    assert look.mark is not None and look.mark.camera == 5
    assert not look.hatched and look.saturation > 4 and look.amber == look.red == 0


def test_the_operator_presses_r_and_does_not_wait_for_the_countdown(
    desk: Desk, sixteen: PretendCameras
) -> None:
    with sixteen.broken("cam-11", "busy_453"):
        desk.until_painted("cam-11", "busy", 6)
        assert desk.tile("cam-11")["next_retry_s"] > 20
        assert lines_of_text(desk.pixels, desk.place(11)) >= 3, "what, why, next try"
    desk.settle(1.0)
    assert desk.tile("cam-11")["painted_state"] == "busy", "the camera is free again, the wall waits"
    desk.press("r")
    assert desk.until_live("cam-11", seconds=10) < 4.0


def test_the_button_on_the_tile_does_what_r_does(desk: Desk, sixteen: PretendCameras) -> None:
    """On an enlarged tile, where there is room for it, below the words."""
    with sixteen.broken("cam-11", "busy_503"):
        desk.until_painted("cam-11", "busy", 6)
        desk.press("1", "1", "Return", "Return")
        desk.until(lambda: lines_of_text(desk.pixels, desk.screens[0]) >= 4, 5, "words over the whole screen")
    whole = desk.screens[0]
    middle = whole.x + whole.width // 2
    for y in range(whole.y + whole.height // 2, whole.y + whole.height * 3 // 4, 12):
        desk.click(middle, y)
    assert desk.until_live("cam-11", seconds=10) < 4.0


def test_all_cameras_drop_and_return_in_the_same_second(desk: Desk, sixteen: PretendCameras) -> None:
    sixteen.ask("/sessions", "DELETE")
    with sixteen.broken("*", "outage"):

        def all_gone() -> bool:
            tiles = desk.tiles().values()
            return all((t["painted_state"], t["cause"]) == ("offline", "connection_refused") for t in tiles)

        desk.until(all_gone, 8, "sixteen times why")
        desk.settle(3.0)
        assert all(
            tile["next_retry_s"] is None or tile["next_retry_s"] <= 3 for tile in desk.tiles().values()
        )
    took = desk.until_live(seconds=15)
    assert took < 6.0, "at most 3 s of waiting, then a session and a key picture"
    assert sixteen.sessions()["peak_opening"] <= 8
