"""An operator before the wall: starts it, works it with keys and mouse, and sees what was asked for."""

from __future__ import annotations

import time

from tests.bench.xserver import XServer
from tests.stories.desk import Desk
from tests.stories.look import is_framed
from tests.stories.pretend_cameras import PretendCameras

HONEST_S = 2.3
"""A picture without any sign is not older than 2 s; the rest is for reading it off the screen."""


def shows(desk: Desk, cameras: PretendCameras, number: int) -> bool:
    """Whether tile `number` shows a new picture of the camera of that number, and nothing else."""
    look = desk.look(number)
    if look.mark is None or look.hatched or look.amber or look.red:
        return False
    age = cameras.age_s(f"cam-{number:02d}", look.mark.frame, time.monotonic_ns())
    return look.mark.camera == number - 1 and age < HONEST_S


def test_the_wall_starts_and_shows_sixteen_live_cameras(x_server: XServer, sixteen: PretendCameras) -> None:
    with Desk(x_server, sixteen.rows(), 4, 4) as desk:
        desk.until_live()
        desk.until(
            lambda: all(shows(desk, sixteen, number) for number in range(1, 17)), 5, "sixteen true pictures"
        )
        before = [desk.look(number).mark for number in range(1, 17)]
        desk.until(
            lambda: all(desk.look(n + 1).mark != mark for n, mark in enumerate(before)), 5, "moving pictures"
        )
        health = desk.health()
        tiles = desk.tiles().values()
        assert [tile["camera"] for tile in tiles] == [row["id"] for row in desk.rows]
        assert {(tile["state"], tile["cause"], tile["stream"]) for tile in tiles} == {("live", None, "sub")}
        assert all(tile["size"] == [320, 180] and tile["torn"] == 0 for tile in tiles)
        assert {tile["why"] for tile in tiles} == {"tile 320x180, sub is the smallest that covers it"}
        assert all(0 < tile["first_picture_ms"] < 30_000 for tile in tiles)
        assert [screen["window_visible"] for screen in health["screens"]] == [True]
        assert health["opens"]["now"] == 0
        # One decoded stream per camera, whatever the start needed on its way.
        desk.until(lambda: sixteen.sessions()["open"] == 16, 15, "one session per camera")
        assert desk.errors() == desk.output() == ""


def test_a_tile_is_enlarged_by_its_number_and_esc_brings_everything_back(
    desk: Desk, sixteen: PretendCameras
) -> None:
    desk.press("7", "Return")
    desk.until(lambda: is_framed(desk.pixels, desk.place(7)), 5, "the frame round tile 7")
    desk.press("Return")
    dark = 0

    def enlarged() -> bool:
        nonlocal dark
        look = desk.look_whole()
        dark += look.flat
        return look.mark is not None and look.mark.camera == 6

    desk.until(enlarged, 5, "camera 7 over the whole screen")
    desk.until(lambda: desk.tile("cam-07")["stream"] == "main", 10, "the main stream")
    assert desk.tile("cam-07")["size"] == [640, 360]
    assert desk.tile("cam-07")["why"] == "tile 1280x720, sub is too small for it"
    hidden = {
        (tile["state"], tile["painted_state"]) for name, tile in desk.tiles().items() if name != "cam-07"
    }
    assert hidden == {("stopped", "live")}, "nobody sees them, though their feeds go on for a while"
    assert dark == 0, "the screen went dark on the way"
    look = desk.look_whole()
    assert look.mark is not None
    assert sixteen.age_s("cam-07", look.mark.frame, time.monotonic_ns(), "main") < HONEST_S
    reconnects = {camera: tile["reconnects"] for camera, tile in desk.tiles().items() if camera != "cam-07"}
    desk.press("Escape")
    took = desk.until(
        lambda: all(shows(desk, sixteen, number) for number in range(1, 17)), 5, "all sixteen again"
    )
    assert took < 2.0, "what was left less than 10 s ago is still there"
    assert is_framed(desk.pixels, desk.place(7)), "where the operator has been"
    after = {camera: tile["reconnects"] for camera, tile in desk.tiles().items() if camera != "cam-07"}
    assert after == reconnects
    desk.press("Escape")
    desk.until(lambda: not is_framed(desk.pixels, desk.place(7)), 5, "the quiet wall")
    assert {tile["painted_state"] for tile in desk.tiles().values()} == {"live"}


def test_arrows_move_the_focus_and_the_mouse_does_the_same(desk: Desk) -> None:
    desk.point(6, "click", "1")
    desk.until(lambda: is_framed(desk.pixels, desk.place(6)), 5, "the frame round the clicked tile")
    for key, number in (("Right", 7), ("Down", 11), ("Left", 10), ("Up", 6)):
        desk.press(key)
        desk.until(lambda number=number: is_framed(desk.pixels, desk.place(number)), 5, f"{key} to {number}")
    desk.point(3, "click", "--repeat", "2", "--delay", "60", "1")

    def camera_of_the_screen() -> int | None:
        mark = desk.look_whole().mark
        return None if mark is None else mark.camera

    desk.until(lambda: camera_of_the_screen() == 2, 5, "camera 3 over the whole screen")
    desk.point(3, "click", "--repeat", "2", "--delay", "60", "1")
    desk.until(lambda: camera_of_the_screen() is None, 5, "the grid again")
    desk.until_live(seconds=5)


def test_what_nobody_sees_is_not_fetched(desk: Desk, sixteen: PretendCameras) -> None:
    """Ten seconds after a tile was enlarged the others' sessions end; Esc fetches them again."""
    desk.press("2", "Return", "Return")
    desk.until(lambda: sixteen.sessions()["open"] <= 2, 16, "the sessions of the others to end")
    assert sixteen.sessions("cam-02")["open"] >= 1
    desk.press("Escape")
    took = desk.until_live(seconds=10)
    assert took < 6.0
