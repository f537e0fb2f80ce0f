"""What lies over the wall for a moment lets nothing shine through and tells every key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from hanoi_wall.operations.actions import ACTIONS, Context
from hanoi_wall.ui.theme import SMALLEST_PX
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.drawn_feeds import Pixels, plain

LANGUAGES = ["vi", "en", "fr"]
SIZES = [(1920, 1080), (1280, 720), (1080, 1920), (960, 540), (3840, 2160), (480, 270)]


def inside(desk: Desk, overlay: QWidget) -> Pixels:
    """The pixels of an overlay of the first window, BGR."""
    place = overlay.geometry()
    return desk.pixels()[place.top() : place.bottom() + 1, place.left() : place.right() + 1, :3]


def ink(desk: Desk, overlay: QWidget) -> Any:
    """Where an overlay is not of its ground's colour."""
    pixels = inside(desk, overlay)
    return (pixels != pixels[1, 1]).any(axis=-1)


def assert_whole(desk: Desk, overlay: Any) -> None:
    """The overlay has the size that its rows need, lies in the window, and no letter touches its edge."""
    assert desk.window.rect().contains(overlay.geometry())
    assert overlay._size(overlay.px) == (overlay.width(), overlay.height()), "nothing is cut off"
    marks, margin = ink(desk, overlay), max(2, overlay.px // 3)
    assert marks.any()
    assert not marks[:margin].any() and not marks[-margin:].any(), "the first and the last line are whole"
    assert not marks[:, :margin].any() and not marks[:, -margin:].any(), "the longest line is whole"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metres", [0.5, 1.0, 2.0, 3.0, 10.0])
def test_the_sheet_names_every_action_and_fits_every_window(
    open_desk: OpenDesk, language: str, metres: float
) -> None:
    desk = open_desk(size=SIZES[0], language=language, text_distance_m=metres)
    sheet = desk.window.sheet
    rows = sheet.rows()
    assert len(rows) == sum(each.context is not Context.DESK for each in ACTIONS)
    assert ("Enter", desk.window.tile_style.words("action.tile.enlarge")) in rows
    desk.window.toggle_sheet()
    for size in SIZES:
        # An open sheet follows its window.
        desk.window.resize(*size)
        desk.settle()
        assert_whole(desk, sheet)
        assert sheet.px >= SMALLEST_PX or size == SIZES[-1]
        if sheet.px < sheet._wished_px():
            larger = sheet._size(sheet.px + 2)
            assert larger[0] > size[0] or larger[1] > size[1], "no smaller than the window asks for"


def test_the_sheet_at_its_distance_is_as_large_as_the_tiles_words(open_desk: OpenDesk) -> None:
    desk = open_desk(size=(1920, 1080), text_distance_m=0.7)
    desk.window.toggle_sheet()
    desk.settle()
    assert desk.window.sheet.px == desk.window.sheet._wished_px()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metres", [0.5, 2.0, 10.0])
def test_a_wall_without_cameras_says_what_to_do(open_desk: OpenDesk, language: str, metres: float) -> None:
    desk = open_desk("1x1", "", size=(960, 540), language=language, text_distance_m=metres)
    empty = desk.window.empty
    assert empty.isVisible()
    text = " ".join(empty.lines())
    assert "Language · Langue: Ctrl+," in text, "the way to another language, in every language"
    assert "Ctrl+Q" in text and "hanoi-wall cameras import" in text and "hanoi-wall demo" in text
    assert desk.window.accessibleDescription() == ". ".join(empty.lines())
    for size in SIZES:
        desk.window.resize(*size)
        desk.settle()
        assert_whole(desk, empty)
    desk.window.toggle_sheet()
    desk.settle()
    assert_whole(desk, desk.window.sheet)


def test_a_wall_with_cameras_does_not(desk: Desk) -> None:
    assert not desk.window.empty.isVisible()


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
