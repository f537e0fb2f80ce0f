"""The bar over a tile: number first, the state's word before the name, the clock when there is room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hanoi_wall.operations.tile_words import Tone
from hanoi_wall.ui.theme import theme
from hanoi_wall.ui.title_bar import Bar, BarText, TitleMode, bar_height, clock_image, make_bar

NAME = "Ngã tư Khuất Duy Tiến – Nguyễn Trãi"


def pixels(image: QImage) -> np.ndarray:
    """Height x width x 4: red, green, blue, alpha."""
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    return rows[:, : rgba.width() * 4].reshape(rgba.height(), rgba.width(), 4).copy()


def bar(text: BarText, width: int = 480, px: int = 18) -> Bar:
    return make_bar(text, width, px, theme(), 1.0)


def live(**more: object) -> BarText:
    return BarText(12, NAME, clock=True, **more)  # type: ignore[arg-type]


def test_the_ground_is_black_at_55_percent(qtbot: QtBot) -> None:
    made = pixels(bar(live()).image)
    assert made.shape == (bar_height(18), 480, 4)
    assert made[1, 1].tolist() == [0, 0, 0, 140]
    assert round(140 / 255, 2) == 0.55


def test_an_empty_tile_has_a_number_and_no_ground(qtbot: QtBot) -> None:
    made = pixels(bar(BarText(7, "", vacant=True)).image)
    assert made[1, 1, 3] == 0
    assert 0 < (made[..., 3] > 0).sum() < 200


def test_the_clock_has_room_on_a_usual_tile_and_none_on_a_small_one(qtbot: QtBot) -> None:
    wide = bar(live())
    assert wide.clock_x is not None
    assert wide.clock_x + clock_image("23:59:59", 18, theme()).width() <= 480
    assert bar(live(), width=160, px=13).clock_x is None


def test_nothing_is_drawn_where_the_clock_will_stand(qtbot: QtBot) -> None:
    made = bar(live(note=("1 hình / 3 s",)))
    assert made.clock_x is not None
    place = pixels(made.image)[:, made.clock_x :]
    assert (place == place[0, 0]).all()


def test_figures_are_of_one_width_so_the_clock_stands_still(qtbot: QtBot) -> None:
    assert {clock_image(text, 18, theme()).width() for text in ("11:11:11", "00:00:00", "20:48:36")} == {
        clock_image("00:00:00", 18, theme()).width()
    }


@pytest.mark.parametrize("width", [160, 240, 320, 480, 960])
def test_the_state_s_word_comes_before_the_name(qtbot: QtBot, width: int) -> None:
    px = 13 if width < 240 else 18
    text = live(chip=("chậm 3 s",), icon="late", tone=Tone.WARN)
    made = bar(text, width, px)
    assert made.told
    late = theme().late
    amber = (pixels(made.image)[..., :3] == (late.red(), late.green(), late.blue())).all(axis=-1)
    assert amber.sum() > 200


def test_a_chip_takes_the_fullest_form_that_leaves_room(qtbot: QtBot) -> None:
    forms = ("Nghi đứng hình: không đổi 34 giây", "Nghi đứng hình 34 s", "Nghi đứng hình")

    def amber_columns(width: int) -> int:
        made = bar(live(chip=forms, icon="frozen", tone=Tone.WARN), width)
        late = theme().late
        amber = (pixels(made.image)[..., :3] == (late.red(), late.green(), late.blue())).all(axis=-1)
        return int(amber.any(axis=0).sum())

    widths = [amber_columns(width) for width in (960, 400, 240, 60)]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 4
    assert not bar(live(chip=forms, icon="frozen", tone=Tone.WARN), 60).told


def test_a_word_beside_a_band_gives_way_to_the_name(qtbot: QtBot) -> None:
    text = BarText(3, NAME, word="Mất tín hiệu", icon="offline", tone=Tone.ALARM)
    assert bar(text, 480).told
    assert not bar(text, 240).told


def test_hidden_titles_leave_the_chip_alone(qtbot: QtBot) -> None:
    made = pixels(bar(BarText(3, NAME, chip=("chậm 3 s",), icon="late", tone=Tone.WARN, titled=False)).image)
    assert (made[:, :200, 3] == 0).all()
    assert (made[:, 300:, 3] > 0).any()


def test_facts_are_a_second_line(qtbot: QtBot) -> None:
    one, two = bar(live()), bar(live(facts="Trực tiếp · luồng phụ · 640×360 · 25 hình/s"))
    assert two.image.height() > one.image.height()
    assert (pixels(two.image)[one.image.height() :, :, :3] > 150).any()


@pytest.mark.parametrize("width", [20, 40, 80, 160, 480])
def test_any_width_can_be_painted(qtbot: QtBot, width: int) -> None:
    made = bar(
        live(chip=("chậm 3 s",), note=("1 hình / 3 s",), icon="late", facts="x", owner="Sở GTVT"), width, 13
    )
    assert made.image.width() == width


def test_one_key_goes_round_the_modes() -> None:
    seen = [TitleMode.NONE]
    for _ in range(3):
        seen.append(seen[-1].next())
    assert seen == [TitleMode.NONE, TitleMode.TITLE, TitleMode.STATE, TitleMode.NONE]


@pytest.mark.parametrize("titled", [True, False])
def test_a_zoom_is_a_chip_whose_place_is_known(qtbot: QtBot, titled: bool) -> None:
    assert bar(live(titled=titled)).zoom is None
    made = bar(live(titled=titled, zoom="2,4x"))
    assert made.zoom is not None and made.clock_x is not None
    left, wide = made.zoom
    assert 240 < left < left + wide <= made.clock_x
    changed = (pixels(made.image) != pixels(bar(live(titled=titled)).image)).any(axis=(0, 2)).nonzero()[0]
    assert abs(changed[-1] - (left + wide - 1)) <= 1, "and nothing to the right of it"


def test_the_state_comes_before_the_zoom_and_the_zoom_before_the_name(qtbot: QtBot) -> None:
    late = {"chip": ("chậm 3 s",), "icon": "late", "tone": Tone.WARN}
    made = bar(live(zoom="2,4x", **late), width=200, px=13)
    assert made.told and made.zoom is not None
    assert bar(live(zoom="2,4x", **late), width=40, px=13).zoom is None
