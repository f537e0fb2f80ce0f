"""The operator's desk by keyboard alone: call up, fill, undo, mark, and back to the wall."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt

from hanoi_wall.assets import LANGUAGES
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.ui.theme import THEMES
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain
from tests.ui.no_files import no_files
from tests.ui.operators_desk import ALT, CITY, SHIFT, call_desk, choose, press, standing

CTRL = Qt.KeyboardModifier.ControlModifier
RED = plain(480, 270, 20, 30, 220)


def test_typing_and_enter_put_a_camera_into_the_tile_in_focus(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    desk.wall.focus_on(desk.window.monitor, 2)
    with no_files():
        press(made.cameras.line, "nga tu so", Qt.Key.Key_Return)
        desk.settle()
    assert standing(desk) == ["a", "nts", "c", None]
    assert "Ngã Tư Sở" in made.said.text() and "2" in made.said.text()
    assert desk.wall.undo() and standing(desk) == ["a", "b", "c", None]


def test_without_a_focus_it_goes_into_the_first_free_tile(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "ca")
    press(made.cameras.tree, Qt.Key.Key_Enter)
    assert standing(desk) == ["a", "b", "c", "ca"]


def test_shift_enter_fills_free_tiles_with_a_whole_folder_and_undo_takes_one_step(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    desk.wall.assign(desk.window.monitor, 1, None)
    model = made.cameras.tree.cameras
    ward = model.parent(model.parent(made.cameras.index_of("hb2")))
    made.cameras.tree.setCurrentIndex(ward)
    press(made.cameras.tree, Qt.Key.Key_Return, held=SHIFT)
    assert standing(desk) == ["hb2", "b", "c", "hb10"]
    press(made.cameras.tree, Qt.Key.Key_Z, held=CTRL)
    assert standing(desk) == [None, "b", "c", None]


def test_what_finds_no_free_tile_is_said(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "hb2", "hb10", "nts")
    press(made.cameras.tree, Qt.Key.Key_Return, held=SHIFT)
    assert standing(desk)[:3] == ["a", "b", "c"] and standing(desk)[3] is not None
    assert made.parts.look.words("desk.fits_not", left=2) in made.said.text()
    desk.wait(10)
    assert made.said.text() == "", "not for ever"


def test_alt_and_arrows_move_the_focus_of_the_wall_while_one_types(desk: Desk) -> None:
    made = call_desk(desk)
    press(made.cameras.line, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, held=ALT)
    assert desk.wall.focus is not None and desk.wall.focus.tile == 4
    press(made.map, Qt.Key.Key_Up)
    assert desk.wall.focus.tile == 2
    press(made.map, Qt.Key.Key_Delete)
    assert standing(desk) == ["a", None, "c", None]


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Escape])
def test_the_desk_goes_by_a_key_and_comes_back_as_it_was(desk: Desk, key: Qt.Key) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "ca")
    press(made.cameras.tree, key)
    assert not made.isVisible()
    press(desk.window, Qt.Key.Key_F2)
    assert desk.walls.desk is made and made.isVisible()
    assert made.cameras.current() == "ca"


def test_escape_empties_the_search_first(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    press(made.cameras.line, "hang", Qt.Key.Key_Escape)
    assert made.isVisible() and made.cameras.line.text() == ""
    press(made.cameras.line, Qt.Key.Key_Escape)
    assert not made.isVisible()


def test_tab_goes_through_the_columns_and_back(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    made.activateWindow()
    desk.settle()
    order = [made.cameras.line, made.cameras.tree, made.map, made.facts.area]
    for one, other in zip(order, order[1:], strict=False):
        press(one, Qt.Key.Key_Tab)
        assert made.focusWidget() is other
    press(made.facts.area, Qt.Key.Key_Backtab, held=SHIFT)
    assert made.focusWidget() is made.map


def test_slash_leads_to_the_search_line(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    made.activateWindow()
    choose(made, "ca")
    press(made.map, "/")
    assert made.focusWidget() is made.cameras.line


def test_bold_follows_the_wall_and_states_are_told(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    model = made.cameras.tree.cameras

    def bold(camera: str) -> bool:
        return bool(model.data(made.cameras.index_of(camera), Qt.ItemDataRole.FontRole).bold())

    assert not bold("ca")
    desk.wall.assign(desk.window.monitor, 4, "ca")
    assert bold("ca")
    desk.feeds.session("ca", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.wait(1)
    assert model.row(made.cameras.index_of("ca")).state is TileState.OFFLINE
    owner = model.parent(made.cameras.index_of("ca"))
    assert "1" in model.row(model.parent(owner)).wrong
    desk.wall.undo()
    assert not bold("ca")
    desk.wait(1)
    assert model.row(model.parent(owner)).wrong == ""


def test_the_tile_in_focus_tells_its_figures_three_times_a_second(desk: Desk) -> None:
    made = call_desk(desk)
    desk.feeds.draw("a", RED)
    desk.wall.focus_on(desk.window.monitor, 1)
    desk.tick()
    desk.wait(0.4)
    said = {fact.label: fact.text for fact in made.facts.tile.facts}
    words = made.parts.look.words
    assert said[words("desk.state")] == words("state.live")
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.wait(0.4)
    said = {fact.label: fact.text for fact in made.facts.tile.facts}
    assert said[words("desk.cause")] == words("cause.timeout")


def test_a_desk_that_nobody_sees_costs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = call_desk(desk)
    made.close()
    monkeypatch.setattr(made, "_stand", lambda: pytest.fail("looked at"))
    desk.wait(1)


def test_favourites_are_marked_by_a_key(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "ca")
    press(made.cameras.tree, "*")
    model = made.cameras.tree.cameras
    favourites = model.index(0, 0, QModelIndex())
    assert model.rowCount(favourites) == 1
    assert model.camera_at(model.index(0, 0, favourites)) == "ca"
    assert desk.walls.favourites.cameras == ("ca",)
    press(made.cameras.tree, "*")
    assert model.rowCount(favourites) == 0


def test_an_empty_catalogue_says_what_to_do(open_desk: OpenDesk) -> None:
    made = call_desk(open_desk("2x2", ""))
    assert "cameras import" in made.hint.text()


def test_the_keys_are_the_wall_s_again_after_the_desk(desk: Desk) -> None:
    made = call_desk(desk)
    made.close()
    press(desk.window, Qt.Key.Key_Right)
    assert desk.wall.focus is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", THEMES)
def test_nothing_is_clipped_at_the_smallest_size(open_desk: OpenDesk, language: str, look: str) -> None:
    desk = open_desk("4x4", "abc", language=language, theme=look)
    made = call_desk(desk, Camera("long", "Một cái tên rất dài của một nút giao ở rất xa trung tâm", "Sở"))
    made.resize(made.minimumSize())
    desk.settle()
    assert made.status.sizeHint().width() <= made.status.width() + 1
    assert made.watch.sizeHint().width() <= made.watch.width() + 1
    for each in (made.hint, made.facts.tile.hint, made.facts.camera.hint):
        assert not each.isVisible() or each.heightForWidth(each.width()) <= each.height()
