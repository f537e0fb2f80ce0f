"""The wall by keyboard alone, on one screen; several screens are in test_screens.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.operations.actions import Context, actions
from hanoi_wall.operations.focus import Focus
from hanoi_wall.ui.keymap import combined
from hanoi_wall.ui.screens import present
from hanoi_wall.ui.theme import theme
from hanoi_wall.ui.title_bar import TitleMode
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain

RED = plain(480, 270, 20, 30, 220)
CTRL = Qt.KeyboardModifier.ControlModifier


def press(
    desk: Desk, *keys: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press keys one after the other, as a person does."""
    for key in keys:
        QTest.keyClick(desk.window, key, modifiers)
    desk.tick()


def focus(desk: Desk) -> int | None:
    return desk.wall.focus.tile if desk.wall.focus is not None else None


def enlarged(desk: Desk) -> int | None:
    return desk.wall.monitor(desk.window.monitor).scene.enlarged


def test_arrows_move_the_focus(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Right)
    assert focus(desk) == 1, "the first arrow shows where the focus is"
    press(desk, Qt.Key.Key_Right)
    assert focus(desk) == 2
    press(desk, Qt.Key.Key_Down)
    assert focus(desk) == 4
    press(desk, Qt.Key.Key_Left, Qt.Key.Key_Up)
    assert focus(desk) == 1
    press(desk, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert focus(desk) == 1


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_enlarges_and_enter_brings_back(desk: Desk, enter: Qt.Key) -> None:
    desk.feeds.draw("b", RED)
    press(desk, enter)
    assert enlarged(desk) is None, "nothing is in focus"
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Right, enter)
    assert enlarged(desk) == 2
    assert (desk.tile(2).painted.box or desk.tile(1).box).width == 960
    assert (desk.pixels()[100:500, 100:900, 2] > 200).all(), "the picture fills the window"
    press(desk, enter)
    assert enlarged(desk) is None
    assert len(desk.states()) == 4


def test_escape_always_returns(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Question)
    assert desk.window.sheet.isVisible()
    press(desk, Qt.Key.Key_Escape)
    assert not desk.window.sheet.isVisible()
    assert enlarged(desk) == 1
    press(desk, Qt.Key.Key_Escape)
    assert enlarged(desk) is None and focus(desk) == 1
    press(desk, Qt.Key.Key_Escape)
    assert focus(desk) is None
    press(desk, Qt.Key.Key_Escape)
    assert desk.quits == []


def test_r_retries_the_focused_tile(desk: Desk) -> None:
    for camera in "ab":
        desk.feeds.session(camera, Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.tick()
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_R)
    assert desk.feeds.retried == ["b"]


def test_r_without_focus_retries_every_tile_that_says_it_has_no_live_picture(desk: Desk) -> None:
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.feeds.draw("b", RED, age_s=9)
    desk.feeds.draw("c", RED)
    desk.tick()
    press(desk, Qt.Key.Key_R)
    assert desk.feeds.retried == ["a", "b"]


def test_t_goes_round_the_titles(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    bars = {TitleMode.TITLE: desk.of_tile(1)[:40].copy()}
    assert desk.walls.titles is TitleMode.TITLE
    for mode in (TitleMode.STATE, TitleMode.NONE, TitleMode.TITLE):
        press(desk, Qt.Key.Key_T)
        assert desk.walls.titles is mode
        bars.setdefault(mode, desk.of_tile(1)[:40].copy())
    assert (bars[TitleMode.NONE][:, :479, :3] == RED[:40, :479, :3]).all()
    assert (bars[TitleMode.STATE] != bars[TitleMode.TITLE]).any()
    assert (desk.of_tile(1)[:40] == bars[TitleMode.TITLE]).all()


def test_hidden_titles_hide_no_truth(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    desk.feeds.draw("a", RED, age_s=3)
    desk.feeds.session("b", Phase.WAITING, Cause.TIMEOUT, retry_in_s=3)
    desk.feeds.draw("c", RED, age_s=9)
    desk.tick()
    assert [desk.tile(number).painted.told for number in (1, 2, 3)] == [True, True, True]


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_F11])
def test_f_goes_to_full_screen_and_back(desk: Desk, key: Qt.Key) -> None:
    assert not desk.window.isFullScreen()
    press(desk, key)
    assert desk.window.isFullScreen()
    assert desk.window.geometry() == desk.window.screen().geometry()
    assert desk.pixels().shape[:2] == (desk.window.height(), desk.window.width())
    press(desk, key)
    assert not desk.window.isFullScreen()
    assert desk.window.width() < desk.window.screen().geometry().width()


def test_digits_and_enter_choose_a_tile(desk: Desk) -> None:
    press(desk, Qt.Key.Key_3)
    assert desk.window.entry.isVisible()
    assert desk.window.entry.text.startswith("Ô 3")
    press(desk, Qt.Key.Key_Return)
    assert focus(desk) == 3 and enlarged(desk) is None
    assert not desk.window.entry.isVisible()


def test_two_digits_are_one_number(open_desk: OpenDesk) -> None:
    desk = open_desk("4x4", "abcdefghijklmnop")
    press(desk, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Enter)
    assert focus(desk) == 12


def test_a_digit_can_be_taken_back(desk: Desk) -> None:
    press(desk, Qt.Key.Key_2, Qt.Key.Key_9, Qt.Key.Key_Backspace, Qt.Key.Key_Return)
    assert focus(desk) == 2
    press(desk, Qt.Key.Key_4, Qt.Key.Key_Escape)
    assert not desk.window.entry.isVisible() and focus(desk) == 2


def test_a_number_that_no_tile_has_is_said(desk: Desk) -> None:
    press(desk, Qt.Key.Key_9, Qt.Key.Key_Return)
    assert focus(desk) is None
    assert desk.window.entry.text == "Không có ô 9"
    press(desk, Qt.Key.Key_2)
    assert desk.window.entry.text.startswith("Ô 2")
    press(desk, Qt.Key.Key_Right)
    assert not desk.window.entry.isVisible()


@pytest.mark.parametrize("keys", [(Qt.Key.Key_2,), (Qt.Key.Key_9, Qt.Key.Key_Return)])
def test_a_number_that_nobody_goes_on_with_goes(desk: Desk, keys: tuple[Qt.Key, ...]) -> None:
    """A stray digit, or the word that there is no such tile, covers pictures no longer than it is read."""
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    before = desk.pixels()
    press(desk, *keys)
    desk.wait(2.9)
    assert desk.window.entry.isVisible()
    place = desk.window.entry.geometry()
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.wait(0.2)
    assert not desk.window.entry.isVisible()
    covered = (slice(place.top(), place.bottom() + 1), slice(place.left(), place.right() + 1))
    assert (desk.pixels()[covered] == before[covered]).all(), "what it covered is drawn again"
    press(desk, Qt.Key.Key_3, Qt.Key.Key_Return)
    assert focus(desk) == 3, "the stray digit is forgotten"


def test_each_digit_begins_the_time_anew(desk: Desk) -> None:
    press(desk, Qt.Key.Key_0, Qt.Key.Key_1)
    desk.wait(2.5)
    press(desk, Qt.Key.Key_2)
    desk.wait(2.5)
    assert desk.window.entry.text.startswith("Ô 12")


@pytest.mark.parametrize("keys", [(Qt.Key.Key_2,), (Qt.Key.Key_9, Qt.Key.Key_Return)])
def test_escape_closes_the_number_and_nothing_else(desk: Desk, keys: tuple[Qt.Key, ...]) -> None:
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_Return, *keys)
    assert enlarged(desk) == 1 and desk.window.entry.isVisible()
    press(desk, Qt.Key.Key_Escape)
    assert enlarged(desk) == 1 and focus(desk) == 1 and not desk.window.entry.isVisible()
    press(desk, Qt.Key.Key_Escape)
    assert enlarged(desk) is None and focus(desk) == 1


def test_the_sheet_of_keys_comes_and_goes(desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, RED)
    desk.tick()
    before = desk.pixels()
    press(desk, Qt.Key.Key_Question)
    assert desk.window.sheet.isVisible()
    assert (desk.pixels() != before).any()
    for _ in range(3):
        desk.feeds.draw("a", RED)
        desk.tick()
    sheet = desk.window.sheet.geometry()
    ground = desk.window.tile_style.theme.surface_3
    corner = desk.pixels()[sheet.top() + 2, sheet.left() + 2, :3]
    assert corner.tolist() == [ground.blue(), ground.green(), ground.red()], "it stays above new pictures"
    press(desk, Qt.Key.Key_Question)
    assert not desk.window.sheet.isVisible()
    assert (desk.pixels() == before).all(), "what it covered is drawn again"


def test_ctrl_q_quits(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Q)
    assert desk.quits == []
    press(desk, Qt.Key.Key_Q, modifiers=CTRL)
    assert desk.quits == [True]


def test_a_key_that_means_nothing_does_nothing(desk: Desk) -> None:
    before = (desk.wall.focus, enlarged(desk), desk.walls.titles)
    press(desk, Qt.Key.Key_X, Qt.Key.Key_Tab, Qt.Key.Key_F5)
    assert (desk.wall.focus, enlarged(desk), desk.walls.titles) == before


def test_the_whole_wall_by_keyboard(open_desk: OpenDesk) -> None:
    """Choose a failing camera by its number, try again, look at it large, go back to the quiet wall."""
    desk = open_desk("3x3", "abcdefghi")
    for camera in "abcdefghi":
        desk.feeds.draw(camera, plain(320, 180, 0, 128, 0))
    desk.feeds.session("e", Phase.WAITING, Cause.CONNECTION_LOST, retry_in_s=3)
    desk.tick()
    assert desk.states()[5] is TileState.OFFLINE
    press(desk, Qt.Key.Key_5, Qt.Key.Key_Return)
    assert desk.wall.focus == Focus(desk.window.monitor, 5)
    press(desk, Qt.Key.Key_R)
    assert desk.feeds.retried == ["e"]
    desk.feeds.session("e", Phase.PLAYING)
    desk.feeds.draw("e", plain(320, 180, 0, 128, 0))
    press(desk, Qt.Key.Key_Return)
    assert enlarged(desk) == 5 and desk.states() == {5: TileState.LIVE}
    press(desk, Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert desk.wall.focus is None
    assert set(desk.states().values()) == {TileState.LIVE}


def test_stop_may_be_called_twice(desk: Desk) -> None:
    desk.walls.stop()
    desk.walls.stop()
    assert desk.walls.windows == {}


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_F11])
def test_a_kiosk_stays_full_screen_and_says_so(open_desk: OpenDesk, key: Qt.Key) -> None:
    kiosk = open_desk(windowed=False, kiosk=True)
    press(kiosk, key)
    assert kiosk.window.isFullScreen() and kiosk.window.entry.isVisible()
    kiosk.wait(4)
    assert not kiosk.window.entry.isVisible()
    QTest.keyClick(kiosk.window, Qt.Key.Key_Q, CTRL)
    assert kiosk.quits == [True], "a supervisor leaves as ever"


def test_a_wall_that_was_brought_back_says_so_until_a_key_is_pressed(open_desk: OpenDesk) -> None:
    for key in (None, Qt.Key.Key_Right):
        kiosk = open_desk(windowed=False, kiosk=True, restarted=True)
        assert kiosk.window.entry.isVisible()
        kiosk.wait(10)
        assert kiosk.window.entry.isVisible(), "for who looked away"
        if key is None:
            kiosk.wait(11)
        else:
            press(kiosk, key)
        assert not kiosk.window.entry.isVisible()
        kiosk.close()


def test_every_action_of_the_table_is_reached_by_each_of_its_keys(desk: Desk) -> None:
    asked: list[str] = []
    desk.window._on_action = lambda action, window: asked.append(action)
    for each in actions():
        for key in each.keys if each.context is not Context.DESK else ():
            if "…" in key:
                continue
            number = combined(key)
            held = Qt.KeyboardModifier(number & Qt.KeyboardModifier.KeyboardModifierMask.value)
            pressed = Qt.Key(number & ~Qt.KeyboardModifier.KeyboardModifierMask.value)
            QTest.keyClick(desk.window, pressed, held)
            assert asked[-1:] == [each.id], f"{key} asks for {each.id}"
            asked.clear()
    by_verb = {each.id for each in actions() if each.context is not Context.DESK}
    assert by_verb - {"wall.number", "scene.number"} == set(desk.walls._verbs)


def test_other_words_and_colours_while_the_pictures_stand(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.feeds.session("b", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.tick()
    shown, picture = desk.tile(1).shown, desk.of_tile(1)[160:240, 20:400, :3].copy()
    assert desk.window.windowTitle() == f"Hanoi Wall · {present()[0].name}"
    preferences = desk.walls.preferences
    preferences.set("language", "en")
    preferences.set("theme", "light")
    preferences.set("text_distance_m", 2.0)
    preferences.set("title_bar", "title_state")
    desk.tick()
    assert desk.window.accessibleName().startswith("Video wall")
    style = desk.window.tile_style
    assert (style.words.language, style.distance_m, desk.walls.titles) == ("en", 2.0, TitleMode.STATE)
    assert style.theme is theme("light")
    assert desk.tile(1).shown == shown, "the picture that stood there stands there"
    assert (desk.of_tile(1)[160:240, 20:400, :3] == picture).all()
    assert desk.states()[1] is TileState.LIVE and desk.feeds.retried == []
    ground = style.theme.surface_1
    assert (desk.of_tile(4)[200, 200, :3] == (ground.blue(), ground.green(), ground.red())).all()


def test_titles_by_key_outlive_another_language(desk: Desk) -> None:
    press(desk, Qt.Key.Key_T)
    desk.walls.preferences.set("language", "fr")
    assert desk.walls.titles is TitleMode.STATE and desk.window.tile_style.titles is TitleMode.STATE


def test_a_changed_key_is_heard_and_shown_everywhere(desk: Desk) -> None:
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.tick()
    before = desk.of_tile(1).copy()
    assert desk.walls.preferences.set_keys("tile.retry", ["F9"]) is None
    assert desk.walls.preferences.set_keys("wall.keys", ["F8"]) is None
    desk.tick()
    assert (desk.of_tile(1) != before).any(), "the tile names the new key"
    press(desk, Qt.Key.Key_Right, Qt.Key.Key_R)
    assert desk.feeds.retried == []
    press(desk, Qt.Key.Key_F9)
    assert desk.feeds.retried == ["a"]
    assert "F8" in desk.window.accessibleDescription() or desk.wall.focus is not None
    press(desk, Qt.Key.Key_F8)
    assert desk.window.sheet.isVisible()
    assert ("F9", desk.window.tile_style.words("action.tile.retry")) in desk.window.sheet.rows()


def test_enter_ends_a_number_whatever_it_is_the_key_of(desk: Desk) -> None:
    assert desk.walls.preferences.set_keys("tile.enlarge", ["E"]) is None
    press(desk, Qt.Key.Key_3, Qt.Key.Key_Return)
    assert focus(desk) == 3 and enlarged(desk) is None
    press(desk, Qt.Key.Key_Return)
    assert enlarged(desk) is None
    press(desk, Qt.Key.Key_E)
    assert enlarged(desk) == 3


def test_an_open_search_speaks_the_new_language(desk: Desk, until: Callable[..., None]) -> None:
    press(desk, Qt.Key.Key_Slash)
    until(lambda: desk.walls._finder is not None and desk.walls._finder.ready, what="the index")
    desk.window.palette_.line.setText("hoan tac")
    assert [entry.id for entry in desk.window.palette_.entries] == ["wall.undo"]
    desk.walls.preferences.set("language", "en")
    assert desk.window.palette_.entries == ()
    desk.window.palette_.line.setText("undo")
    assert [entry.id for entry in desk.window.palette_.entries] == ["wall.undo"]
