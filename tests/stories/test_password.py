"""Somebody changed a camera's password: the wall does not lock the account, and says what to do."""

from __future__ import annotations

from tests.stories.desk import Desk
from tests.stories.look import lines_of_text
from tests.stories.pretend_cameras import PretendCameras

MOST_TRIES = 3


def test_three_tries_then_refused_with_the_next_step_in_words(desk: Desk, sixteen: PretendCameras) -> None:
    before = sixteen.sessions("cam-09")["opens"]
    with sixteen.broken("cam-09", "unauthorized"):
        desk.until_painted("cam-09", "refused", 15)
        tile = desk.tile("cam-09")
        assert (tile["state"], tile["cause"], tile["next_retry_s"]) == ("refused", "wrong_password", None)
        assert desk.look(9).red > 0
        assert lines_of_text(desk.pixels, desk.place(9)) >= 3, "since when, why, and whom to ask"
        tries = sixteen.sessions("cam-09")["opens"] - before
        assert tries == MOST_TRIES
        desk.until(lambda: desk.look(9).hatched, 6, "the last picture to grow old under the words")
        desk.settle(3.0)
        assert sixteen.sessions("cam-09")["opens"] - before == tries, "it asks no more"
        desk.press("r")
        desk.until(lambda: sixteen.sessions("cam-09")["opens"] - before > tries, 5, "a try when asked")
        desk.until_painted("cam-09", "refused", 15)
    others = [tile for camera, tile in desk.tiles().items() if camera != "cam-09"]
    assert {(tile["painted_state"], tile["reconnects"]) for tile in others} == {("live", 0)}
    desk.press("r")
    assert desk.until_live("cam-09", seconds=10) < 4.0
