"""Tiles without a camera: a clock that goes, a text that fits; and who chose a camera."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from hanoi_wall.assets import words
from hanoi_wall.domain.content import LONGEST_TEXT, ClockFace, Filling, Hotspot, Note, Sequence, Step
from hanoi_wall.domain.wall import TilePlace
from hanoi_wall.operations.focus import Focus
from hanoi_wall.ui.tile_face import face_of, mark_of
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """2 x 2 tiles where nothing moves; the fourth is empty."""
    return open_desk("2x2", "abc", motion=False)


def put(desk: Desk, number: int, filling: Filling) -> None:
    desk.wall.put(Focus(desk.window.monitor, number), filling)
    desk.tick()


def test_a_clock_goes_by_the_second_and_by_itself(desk: Desk) -> None:
    put(desk, 4, Filling(None, ClockFace()))
    first = desk.of_tile(4)
    assert (first[..., :3].max(axis=-1) > 180).any(), "large and light"
    desk.wait(0.2)
    desk.wait(1.0)
    assert (desk.of_tile(4) != first).any()


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
@pytest.mark.parametrize("size", [(960, 540), (320, 180), (1920, 1080)])
def test_a_clock_stays_inside_its_tile(open_desk: OpenDesk, language: str, size: tuple[int, int]) -> None:
    desk = open_desk("3x3", "a", size=size, language=language)
    other = desk.of_tile(6)
    put(desk, 5, Filling(None, ClockFace()))
    assert (desk.of_tile(6) == other).all()
    clock = desk.of_tile(5)[..., :3].max(axis=-1)
    assert (clock[:, :2] < 120).all() and (clock[:, -3:-1] < 120).all(), "nothing is cut at its sides"


@pytest.mark.parametrize(
    "text", ["Họp lúc 9 giờ", "Ưu tiên: Ngã Tư Sở\nGọi 113 nếu kẹt xe", "Ệ" * LONGEST_TEXT, "từ " * 600]
)
def test_a_text_of_any_length_is_legible_and_inside(desk: Desk, text: str) -> None:
    beside, below = desk.of_tile(2), desk.of_tile(3)
    put(desk, 1, Filling(None, Note(text)))
    assert (desk.of_tile(1)[..., :3].max(axis=-1) > 150).any()
    assert (desk.of_tile(2) == beside).all() and (desk.of_tile(3) == below).all()


def test_a_tile_that_gets_a_camera_again_forgets_its_text(desk: Desk) -> None:
    put(desk, 1, Filling(None, Note("Họp")))
    put(desk, 1, Filling("a"))
    assert desk.tile(1).face is None and desk.tile(1).mark == ""


def test_who_chose_the_camera_stands_before_its_name() -> None:
    vi = words("vi")
    sequence = Sequence((Step("a"), Step("b")))
    assert mark_of(TilePlace(1, 0, 0, "b", content=sequence), vi) == "2/2"
    assert mark_of(TilePlace(1, 0, 0, "a", content=Sequence(sequence.steps, paused=True)), vi) == "1/2 dừng"
    assert mark_of(TilePlace(1, 0, 0, "a", content=Hotspot()), vi) == "Theo dõi"
    assert mark_of(TilePlace(1, 0, 0, "a"), vi) == ""
    assert face_of(TilePlace(1, 0, 0, "a", content=Hotspot())) is None
    assert face_of(TilePlace(1, 0, 0, content=ClockFace())) == ClockFace()


def test_a_hotspot_follows_the_focus_and_says_that_it_does(desk: Desk) -> None:
    put(desk, 4, Filling(None, Hotspot()))
    empty = desk.of_tile(4)
    assert np.ptp(empty[:40, :, :3]) > 50, "its bar says what it is before anything is chosen"
    for number, camera in ((1, "a"), (3, "c"), (4, "c"), (2, "b")):
        desk.wall.focus_on(desk.window.monitor, number)
        QApplication.processEvents()
        assert desk.wall.camera_at(Focus(desk.window.monitor, 4)) == camera
    assert desk.tile(4).camera_id == "b"
