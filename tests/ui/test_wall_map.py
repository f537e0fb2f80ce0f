"""Cameras are dropped onto the walls in miniature, and what would happen is seen before."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.operations.filling import Filled
from tests.ui.desk import Desk
from tests.ui.operators_desk import CITY, Drag, call_desk, middle_of, standing


def test_the_monitor_is_drawn_to_scale_with_all_its_tiles(desk: Desk) -> None:
    made = call_desk(desk)
    (place,) = made.map.places()
    lies = place.monitor.desktop
    assert abs(place.surface.width() / place.surface.height() - lies.width / lies.height) < 0.1
    assert sorted(place.tiles) == [1, 2, 3, 4]
    assert all(place.surface.contains(box) for box in place.tiles.values())
    desk.wall.enlarge(desk.window.monitor, 2)
    assert sorted(made.map.places()[0].tiles) == [1, 2, 3, 4], "all of it stays to be worked on"


def test_a_click_takes_the_focus_and_a_double_click_enlarges(desk: Desk) -> None:
    made = call_desk(desk)
    QTest.mouseClick(made.map, Qt.MouseButton.LeftButton, pos=middle_of(made, 3))
    assert desk.wall.focus is not None and desk.wall.focus.tile == 3
    QTest.mouseDClick(made.map, Qt.MouseButton.LeftButton, pos=middle_of(made, 2))
    assert desk.wall.monitors[0].scene.enlarged == 2


def test_one_camera_takes_the_tile_it_is_dropped_on(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    drag = Drag(made, made.cameras.index_of("ca"))
    drag.over(middle_of(made, 2))
    assert made.map.preview is not None and made.map.preview.filling == Filled(((2, "ca"),))
    assert standing(desk)[1] == "b", "not yet"
    drag.drop(middle_of(made, 2))
    assert standing(desk) == ["a", "ca", "c", None] and made.map.preview is None
    desk.wall.undo()
    assert standing(desk) == ["a", "b", "c", None]


def test_a_folder_fills_free_tiles_as_it_was_shown_and_undo_is_one_step(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    desk.wall.assign(desk.window.monitor, 2, None)
    model = made.cameras.tree.cameras
    owner = model.parent(model.parent(model.parent(made.cameras.index_of("nts"))))
    drag = Drag(made, owner)
    drag.over(middle_of(made, 1))
    assert made.map.preview is not None
    assert made.map.preview.filling == Filled(((2, "nts"), (4, "hb2")), there=2, left=2)
    desk.settle()
    drag.drop(middle_of(made, 1))
    assert standing(desk) == ["a", "nts", "c", "hb2"]
    assert made.parts.look.words("desk.fits_not", left=2) in made.said.text()
    desk.wall.undo()
    assert standing(desk) == ["a", None, "c", None]


def test_free_tiles_before_the_cursor_stay_free(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    desk.wall.assign(desk.window.monitor, 1, None)
    Drag(made, made.cameras.index_of("hb2"), made.cameras.index_of("hb10")).drop(middle_of(made, 3))
    assert standing(desk) == [None, "b", "c", "hb2"]


def test_beside_the_monitors_and_with_other_things_nothing_happens(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    drag = Drag(made, made.cameras.index_of("ca"))
    assert not drag.over(QPoint(1, 1)).isAccepted()
    drag.over(middle_of(made, 4))
    QApplication.sendEvent(made.map, QDragLeaveEvent())
    assert made.map.preview is None
    drag.data = QMimeData()
    drag._how = (drag._how[0], drag.data, *drag._how[2:])
    drag.drop(middle_of(made, 4))
    assert standing(desk) == ["a", "b", "c", None]


def test_a_camera_that_left_the_catalogue_is_not_put_anywhere(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    drag = Drag(made, made.cameras.index_of("ca"))
    del desk.cameras["ca"]
    drag.drop(middle_of(made, 4))
    assert standing(desk) == ["a", "b", "c", None]
