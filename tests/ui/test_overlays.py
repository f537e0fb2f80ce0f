"""What lies over the wall for a moment lets nothing shine through and tells every key."""

from __future__ import annotations

import pytest

from hanoi_wall.operations.actions import ACTIONS
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import plain


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_the_sheet_names_every_action_and_fits_its_window(open_desk: OpenDesk, language: str) -> None:
    desk = open_desk(size=(960, 540), language=language)
    rows = desk.window.sheet.rows()
    assert len(rows) == len(ACTIONS)
    assert ("Enter", desk.window.tile_style.words("action.tile.enlarge")) in rows
    desk.window.toggle_sheet()
    desk.settle()
    sheet = desk.window.sheet.geometry()
    assert desk.window.rect().contains(sheet)
    last = desk.pixels()[sheet.top() : sheet.bottom() + 1, sheet.left() : sheet.right() + 1, :3]
    ground = last[1, 1]
    ink = (last != ground).any(axis=-1)
    assert ink.any(axis=1).nonzero()[0].max() < sheet.height() - 3, "the last line is whole"
    assert ink.any(axis=0).nonzero()[0].max() < sheet.width() - 3


def test_a_panel_is_opaque(desk: Desk) -> None:
    for camera in "abc":
        desk.feeds.draw(camera, plain(480, 270, 255, 255, 255))
    desk.tick()
    desk.window.entry.show_text("Ô 12")
    desk.settle()
    panel = desk.window.entry.geometry()
    inside = desk.pixels()[panel.top() : panel.bottom() + 1, panel.left() : panel.right() + 1]
    ground = desk.window.tile_style.theme.surface_3
    share = (inside[..., :3] == (ground.blue(), ground.green(), ground.red())).all(axis=-1).mean()
    assert share > 0.5
    desk.window.entry.show_text("")
    assert not desk.window.entry.isVisible()


def test_the_panel_follows_its_text(desk: Desk) -> None:
    desk.window.entry.show_text("Ô 1")
    narrow = desk.window.entry.width()
    desk.window.entry.show_text("Ô 144  ·  Enter để chọn")
    assert desk.window.entry.width() > narrow
    middle = desk.window.entry.geometry().center().x()
    assert abs(middle - desk.window.width() / 2) <= 1
