"""Keys of one's own: read at the start, told where they cannot stand, changed by pressing them."""

from __future__ import annotations

from tests.bench.xserver import XServer
from tests.stories.desk import Desk

NOBODY = {"id": "cam-9", "name": "Cầu Chương Dương", "main_url": "rtsp://127.0.0.1:9/nobody"}


def ended(desk: Desk) -> bool:
    assert desk.program is not None
    return not desk.program.running()


def test_a_wrong_key_is_told_and_a_right_one_is_heard(x_server: XServer) -> None:
    desk = Desk(x_server, [NOBODY], 1, 1)
    desk.write_settings()
    (desk.profile / "keys.toml").write_text('app.quit = ["F9"]\nwall.titles = ["F"]\n')
    with desk:
        desk.until_painted("cam-9", "offline", 30)
        assert desk.errors().count("\n") == 1, "one line, and the wall stands"
        assert (
            "keys.toml: wall.titles: expected another key than F, which wall.full_screen has" in desk.errors()
        )
        desk.press("ctrl+q")
        desk.settle(0.5)
        assert not ended(desk), "that key has no use any more"
        desk.press("F9")
        desk.until(lambda: ended(desk), 5, "the end")


def test_a_key_is_changed_by_pressing_it_and_is_there_after_a_restart(x_server: XServer) -> None:
    with Desk(x_server, [NOBODY], 1, 1) as desk:
        desk.until_painted("cam-9", "offline", 30)
        keys = desk.profile / "keys.toml"
        desk.press("ctrl+comma")
        desk.settle(2.0)
        desk.type("thoat")
        desk.press("Tab", "Tab", "space", "r")
        desk.settle(0.5)
        assert not keys.exists(), "R has another use, and keeps it"
        desk.press("space", "ctrl+F10")
        desk.until(lambda: keys.exists() and 'app.quit" = ["Ctrl+F10"]' in keys.read_text(), 5, "it is kept")
        desk.press("Escape")
        desk.settle(0.5)
        desk.press("ctrl+F10")
        desk.until(lambda: ended(desk), 5, "the end")
        desk.start()
        desk.until_painted("cam-9", "offline", 30)
        desk.press("ctrl+F10")
        desk.until(lambda: ended(desk), 5, "the end, by the same key")
        assert "a bug" not in desk.log() and desk.errors() == ""
