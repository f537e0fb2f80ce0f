"""The line low on the window: numbers as they are typed, sentences for as long as they take to be read."""

from __future__ import annotations

from hanoi_wall.operations.said import Said
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk
from tests.ui.test_overlays import assert_whole


def test_the_number_fits_a_narrow_window(open_desk: OpenDesk) -> None:
    desk = open_desk(size=(200, 400), language="fr", text_distance_m=10.0)
    desk.window.entry.show_text("Vignette 144  ·  Entrée pour choisir")
    desk.settle()
    assert_whole(desk, desk.window.entry)


def test_the_panel_follows_its_text(desk: Desk) -> None:
    desk.window.entry.show_text("Ô 1")
    narrow = desk.window.entry.width()
    desk.window.entry.show_text("Ô 144  ·  Enter để chọn")
    assert desk.window.entry.width() > narrow
    middle = desk.window.entry.geometry().center().x()
    assert abs(middle - desk.window.width() / 2) <= 1


def test_a_sentence_goes_when_it_has_been_read_and_several_stay_longer(desk: Desk) -> None:
    desk.window.say(Said("scene.recalled", {"name": "Sáng"}))
    assert desk.window.entry.text == "Cảnh «Sáng»"
    desk.wait(3.1)
    assert not desk.window.entry.isVisible()
    desk.window.say(Said("scene.recalled", {"name": "Sáng"}), Said("scene.waiting", {"monitors": "DP-2"}))
    desk.wait(3.1)
    assert desk.window.entry.text.count("\n") == 1 and desk.window.entry.isVisible()
    desk.wait(2.0)
    assert not desk.window.entry.isVisible()


def test_a_sentence_ends_what_was_being_typed(desk: Desk) -> None:
    desk.window.entry.type("1.2")
    desk.window.say(Said("scene.none_approved"))
    assert desk.window.entry.typed == ""
    desk.window.entry.type("3")
    assert desk.window.entry.text.startswith("Ô 3")


def test_many_lines_fit_a_small_window(open_desk: OpenDesk) -> None:
    desk = open_desk(size=(320, 200), language="vi", text_distance_m=3.0)
    names = ", ".join(f"camera-quan-khac-{number}" for number in range(3))
    desk.window.say(*[Said("scene.unknown", {"cameras": names, "more": 0})] * 3)
    desk.settle()
    assert_whole(desk, desk.window.entry)
