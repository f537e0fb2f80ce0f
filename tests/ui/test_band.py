"""The words in the middle: as much as fits, never clipped, never too small to read before all is left out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, SessionFacts, TileState, judge
from hanoi_wall.operations.tile_words import Moment, Notice, Tone, notice
from hanoi_wall.ui.band import Band, make_band, tone_colour, wrap
from hanoi_wall.ui.theme import THEMES, theme

FULL = Notice(
    TileState.OFFLINE,
    "Mất tín hiệu",
    "offline",
    Tone.ALARM,
    headline="Mất\u00a0tín\u00a0hiệu 14:03:22",
    lines=("camera không trả lời", "thử lại sau 6 giây", "Kiểm tra nguồn điện và cáp mạng của camera"),
    key="R",
    offer="để thử ngay",
)


def alpha(image: QImage) -> np.ndarray:
    pixels = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(pixels.constBits(), np.uint8).reshape(pixels.height(), pixels.bytesPerLine())
    return rows[:, 3 : pixels.width() * 4 : 4].copy()


def make(width: int, height: int, px: int = 20, said: Notice = FULL, solid: bool = False) -> Band:
    return make_band(said, width, height, px, theme(), 1.0, solid)


def test_less_room_tells_less_and_at_last_only_a_shape(qtbot: QtBot) -> None:
    heights = [make(480, height).image.height() for height in (400, 150, 110, 80, 60)]
    assert heights == sorted(heights, reverse=True) and len(set(heights)) >= 4
    assert make(480, 400).button is not None
    assert make(480, 60).button is None and make(480, 60).told
    tiny = make(30, 14)
    assert not tiny.told and tiny.image.height() <= 14
    assert (alpha(tiny.image) > 100).sum() > 10, "a shape is there"


@pytest.mark.parametrize("solid", [False, True])
@pytest.mark.parametrize("width", [60, 90, 160, 240, 480, 960, 1920])
@pytest.mark.parametrize("height", [20, 45, 70, 110, 242, 500])
def test_a_band_fits_its_tile_and_clips_nothing(qtbot: QtBot, width: int, height: int, solid: bool) -> None:
    for px in (11, 13, 20, 38):
        band = make(width, height, px, solid=solid)
        assert band.image.width() <= width and band.image.height() <= height
        if not solid and band.told:
            ink = alpha(band.image) > 0
            assert not ink[:, 0].any() and not ink[:, -1].any(), "text touches the tile's edge"
            assert not ink[0].any() and not ink[-1].any()
        if band.button is not None:
            box = band.button
            assert box.x >= 0 and box.x + box.width <= width
            assert box.y >= 0 and box.y + box.height <= band.image.height()
            assert box.height >= 32


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_has_room_for_all_its_words_on_a_usual_tile(qtbot: QtBot, language: str) -> None:
    """480x270 at a desk: cause, next try, remedy and the button, in every language."""
    moment = Moment(1000 * SECOND, 1_790_000_000 * SECOND)
    for cause in Cause:
        facts = SessionFacts(Phase.WAITING, 990 * SECOND, Fault(cause, "c"), 1006 * SECOND)
        said = notice(words(language), facts, judge(facts, None, moment.monotonic_ns), None, moment)
        band = make(480, 242, 18, said)
        assert band.button is not None
        without_last = Notice(
            said.state,
            said.word,
            said.icon,
            said.tone,
            headline=said.headline,
            lines=said.lines[:-1],
            key="R",
            offer=said.offer,
        )
        assert make(480, 242, 18, without_last).image.height() < band.image.height(), (language, cause)


def test_text_breaks_where_it_is_meant_to(qtbot: QtBot) -> None:
    assert wrap("một hai", 1000, 20, 600) == ("một hai",)
    assert wrap("KHÔNG TRỰC TIẾP · hình cuối 14:03:22", 260, 20, 600) == (
        "KHÔNG TRỰC TIẾP",
        "hình cuối 14:03:22",
    )
    halves = wrap("Mất\u00a0tín\u00a0hiệu 14:03:22", 150, 20, 600)
    assert halves == ("Mất\u00a0tín\u00a0hiệu", "14:03:22")
    balanced = wrap("Kiểm tra nguồn điện và cáp mạng của camera", 260, 20, 600)
    assert balanced is not None and len(balanced) == 2
    assert abs(len(balanced[0]) - len(balanced[1])) <= 6
    assert wrap("Khôngcókhoảngtrắngnàoởđâycả", 50, 20, 600) is None


@pytest.mark.parametrize("name", THEMES)
def test_colour_is_for_what_needs_somebody(qtbot: QtBot, name: str) -> None:
    colours = theme(name)
    assert tone_colour(colours, Tone.QUIET) == colours.text_secondary
    assert tone_colour(colours, Tone.WARN) == colours.late
    assert tone_colour(colours, Tone.ALARM) == colours.alarm


def test_a_solid_band_covers_what_is_below(qtbot: QtBot) -> None:
    assert (alpha(make(480, 160, solid=True).image) >= 240).all()
