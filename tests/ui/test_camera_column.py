"""The left column: what is typed, what is found, and the tree as it was when nothing is typed any more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.domain.camera import Camera
from hanoi_wall.ui.desk.tree_model import dragged_cameras
from tests.ui.desk import Desk
from tests.ui.operators_desk import CITY, SHIFT, call_desk, choose, press, standing


def found(desk: Desk) -> list[str | None]:
    """The cameras that are listed for what is typed."""
    assert desk.walls.desk is not None
    model = desk.walls.desk.cameras.found.cameras
    return [model.camera_at(model.index(row)) for row in range(model.rowCount())]


def test_a_flat_list_while_one_types_and_the_tree_as_it_was_afterwards(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "hb2")
    opened = made.cameras.tree.isExpanded(made.cameras.index_of("hb2").parent())
    press(made.cameras.line, "hang bai")
    assert made.cameras.view is made.cameras.found and found(desk) == ["hb2", "hb10"]
    assert "2" in made.cameras.said.text()
    made.cameras.line.clear()
    assert made.cameras.view is made.cameras.tree and made.cameras.current() == "hb2"
    assert opened and made.cameras.tree.isExpanded(made.cameras.index_of("hb2").parent())


def test_the_arrows_lead_from_the_line_into_the_list(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    made.activateWindow()
    press(made.cameras.line, "hang bai", Qt.Key.Key_Down)
    assert made.focusWidget() is made.cameras.found and made.cameras.current() == "hb10"
    press(made.cameras.found, Qt.Key.Key_Up, Qt.Key.Key_Down, held=SHIFT)
    press(made.cameras.found, Qt.Key.Key_Return)
    assert "hb10" in standing(desk)


def test_nothing_found_says_how_to_find_more(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    press(made.cameras.line, "zzzz", Qt.Key.Key_Return)
    assert made.cameras.said.text() == made.parts.look.words("desk.nothing")
    assert standing(desk) == ["a", "b", "c", None]


def test_enter_in_an_empty_line_does_nothing(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "ca")
    press(made.cameras.line, Qt.Key.Key_Return)
    assert standing(desk) == ["a", "b", "c", None], "nobody looks at the tree while the keys are the line's"


def test_letters_that_an_input_method_still_holds_are_searched_too(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    QApplication.sendEvent(made.cameras.line, QInputMethodEvent("hang", []))
    desk.settle()
    assert found(desk) == ["hb2", "hb10"]


def test_a_star_is_a_letter_in_the_line(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    press(made.cameras.line, "*")
    assert made.cameras.line.text() == "*" and desk.walls.favourites.cameras == ()


def test_a_double_click_places_a_camera_and_opens_a_folder(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "ca")
    tree = made.cameras.tree
    place = tree.visualRect(made.cameras.index_of("ca")).center()
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "ca" in standing(desk)
    district = made.cameras.index_of("ca").parent()
    assert tree.isExpanded(district)
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(district).center())
    assert not tree.isExpanded(district)
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, tree.height() - 10))


def test_what_is_carried_says_how_many_cameras_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "hb2", "hb10")
    carried: list[QDrag] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(drag))
    made.cameras.tree.startDrag(Qt.DropAction.CopyAction)
    (drag,) = carried
    assert dragged_cameras(drag.mimeData()) == ("hb2", "hb10")
    assert not drag.pixmap().isNull()


def test_a_camera_marked_while_the_tree_is_built_is_among_the_favourites(desk: Desk) -> None:
    desk.walls.favourites.toggle("a")
    made = call_desk(desk, Camera("x", "X"))
    assert made.cameras.tree.cameras.tree.folders[1].cameras == ["a"]
