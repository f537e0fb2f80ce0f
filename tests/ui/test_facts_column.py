"""The right column: what is known, or what to do to know it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.camera import Camera, StreamAddress
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.desk_facts import TileFacts
from hanoi_wall.ui.desk.facts_column import FactsColumn
from hanoi_wall.ui.desk.look import Look
from hanoi_wall.ui.theme import theme

CAMERA = Camera(
    "cam-1",
    "Một cái tên rất dài của một nút giao ở rất xa trung tâm thành phố",
    main=StreamAddress("rtsp://10.0.0.1/Streaming/Channels/101?transportmode=unicast&profile=Profile_1"),
)


def column(qtbot: QtBot, language: str = "vi") -> FactsColumn:
    made = FactsColumn(Look(theme(), words(language)))
    qtbot.addWidget(made)
    return made


def test_it_says_how_to_choose_and_what_an_empty_tile_is_good_for(qtbot: QtBot) -> None:
    made = column(qtbot)
    assert made.camera.hint.text() == words()("desk.choose")
    assert made.tile.hint.text() == words()("desk.no_focus")
    made.show_tile(TileFacts("m", 3, TileState.IDLE), None)
    assert made.tile.hint.text() == words()("desk.empty_tile") and "3" in made.tile.name.text()


def test_lines_that_are_not_needed_any_more_go(qtbot: QtBot) -> None:
    made = column(qtbot)
    made.show_camera(CAMERA)
    before = len(made.camera.facts)
    made.show_camera(Camera("b", "B"))
    assert 0 < len(made.camera.facts) < before
    shown = [what for what, _ in made.camera._lines if not what.isHidden()]
    assert len(shown) == len(made.camera.facts)
    assert made.camera.hint.isHidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_addresses_and_names_are_broken_not_cut(qtbot: QtBot, language: str) -> None:
    made = column(qtbot, language)
    made.resize(QSize(260, 700))
    made.show()
    made.show_camera(CAMERA)
    made.show_tile(TileFacts("m", 1, TileState.OFFLINE), CAMERA)
    qtbot.wait(1)
    inside = made.area.widget()
    assert inside.width() <= made.area.viewport().width()
    for _, text in made.camera._lines:
        widest = max(
            text.fontMetrics().horizontalAdvance(part)
            for line in text.text().split(" ")
            for part in line.split("\N{ZERO WIDTH SPACE}")
        )
        assert widest <= text.width(), text.text()
