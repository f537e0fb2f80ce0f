"""The operator's desk over a wall whose clock is turned by hand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hanoi_wall.domain.camera import Camera
from hanoi_wall.ui.desk.desk_window import DeskWindow
from tests.ui.desk import Desk

NONE, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
CITY = (
    Camera("nts", "Ngã Tư Sở", "Sở GTVT", "Đống Đa", "Láng Hạ", tags=("ptz",)),
    Camera("hb2", "Hàng Bài 2", "Sở GTVT", "Hoàn Kiếm", "Hàng Bài", "Nút Hàng Bài"),
    Camera("hb10", "Hàng Bài 10", "Sở GTVT", "Hoàn Kiếm", "Hàng Bài", "Nút Hàng Bài"),
    Camera("ca", "Cổng A", "Công an", "Ba Đình"),
)


def call_desk(desk: Desk, *cameras: Camera) -> DeskWindow:
    """Add cameras to the catalogue, press F2, and wait for the tree."""
    desk.cameras.update({each.id: each for each in cameras})
    if cameras:
        desk.walls.stop()
        desk.walls.start()
        desk.walls.presenter.stop()
        desk.settle()
        desk.tick()
    QTest.keyClick(desk.window, Qt.Key.Key_F2)
    made, finder = desk.walls.desk, desk.walls._finder
    assert made is not None and finder is not None
    finder.wait()
    builder = made.cameras._builder
    if builder is not None:
        builder.wait()
    made.cameras._wait()
    made.resize(1200, 700)
    desk.settle()
    desk.tick()
    assert made.cameras.ready
    return made


def standing(desk: Desk) -> list[str | None]:
    """The camera of each tile of the first monitor."""
    return [place.camera for place in desk.wall.monitors[0].scene.tiles]


def choose(made: DeskWindow, *cameras: str) -> None:
    """Choose cameras in the tree; the last one is under the cursor."""
    view = made.cameras.tree
    view.setFocus()
    view.clearSelection()
    for camera in cameras:
        index = made.cameras.index_of(camera)
        view.setCurrentIndex(index)
    for camera in cameras:
        view.selectionModel().select(
            made.cameras.index_of(camera), view.selectionModel().SelectionFlag.Select
        )


def press(widget: QWidget, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
    """Keys, as a person presses them."""
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(widget, key, held)
        else:
            QTest.keyClick(widget, key, held)


class Drag:
    """Rows of the tree on their way to the map."""

    def __init__(self, made: DeskWindow, *indexes: object) -> None:
        self._made = made
        self.data = made.cameras.tree.cameras.mimeData(indexes)  # type: ignore[arg-type]
        self._how = (Qt.DropAction.CopyAction, self.data, Qt.MouseButton.LeftButton, NONE)

    def over(self, point: QPoint) -> QDragMoveEvent:
        """Into the map, to that point of it."""
        QApplication.sendEvent(self._made.map, QDragEnterEvent(point, *self._how))
        move = QDragMoveEvent(point, *self._how)
        QApplication.sendEvent(self._made.map, move)
        return move

    def drop(self, point: QPoint) -> None:
        """And let go there."""
        self.over(point)
        QApplication.sendEvent(self._made.map, QDropEvent(QPointF(point), *self._how))


def middle_of(made: DeskWindow, tile: int) -> QPoint:
    """A point of the map inside a tile of the first monitor."""
    return made.map.places()[0].tiles[tile].center()
