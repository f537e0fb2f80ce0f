"""The left column of the desk: the search line, and under it the tree of cameras or what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
)
from PySide6.QtGui import QDrag, QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QStackedWidget,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.camera_tree import FAVOURITES, ROOT, CameraTree, TreeBuilder
from hanoi_wall.operations.desk_facts import figure
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.operations.finder import Finder
from hanoi_wall.ui.desk.look import (
    BETWEEN,
    GRID,
    ICON,
    INSIDE,
    ROW,
    SMALL,
    STRONG,
    TEXT,
    TITLE,
    Look,
    colours,
    label,
    paint_icon,
    write,
)
from hanoi_wall.ui.desk.rows import RowPainter
from hanoi_wall.ui.desk.tree_model import CameraTreeModel, cameras_mime
from hanoi_wall.ui.keymap import desk_action_of
from hanoi_wall.ui.theme import font, text_width

MOST_FOUND = 200
_LOOK_AGAIN_MS = 50
_FROM_THE_LINE = frozenset({"desk.place", "desk.fill", "desk.left", "desk.right", "desk.up", "desk.down"})
"""What keys do while somebody types; `*` is a letter there."""


class CameraList(QTreeView):
    """Rows to choose from and to drag. Main thread. on_action: called with what the desk's keys mean."""

    def __init__(self, model: CameraTreeModel, look: Look, on_action: Callable[[str], None]) -> None:
        super().__init__()
        self.cameras, self._look = model, look
        self._on_action = on_action
        self.setModel(model)
        self.setPalette(colours(look.theme))
        self.setItemDelegate(RowPainter(look, self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setIndentation(BETWEEN)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)

    def chosen(self) -> tuple[str, ...]:
        """The cameras of all chosen rows, folders with all that is below them."""
        rows = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        return self.cameras.cameras_of(rows)

    def current(self) -> str | None:
        """The camera under the cursor, None on a folder."""
        return self.cameras.camera_at(self.currentIndex())

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The ground of a chosen row goes from edge to edge; the cursor is a bar before it."""
        place, theme = options.rect, self._look.theme
        if self.selectionModel().isSelected(index):
            painter.fillRect(0, place.y(), self.viewport().width(), place.height(), theme.surface_3)
        super().drawRow(painter, options, index)
        if index == self.currentIndex():
            colour = theme.accent if self.hasFocus() else theme.text_disabled
            painter.fillRect(0, place.y(), 3, place.height(), colour)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """An angle that points down where a folder is open, and at it where it is closed."""
        if not self.cameras.hasChildren(index):
            return
        x, y, half = rect.right() - INSIDE + 2, rect.center().y() + 1, GRID
        points = [QPoint(x - half // 2, y - half), QPoint(x + half // 2, y), QPoint(x - half // 2, y + half)]
        if self.isExpanded(index):
            points = [
                QPoint(x - half, y - half // 2),
                QPoint(x, y + half // 2),
                QPoint(x + half, y - half // 2),
            ]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.text_secondary, 1.5))
        painter.drawPolyline(points)
        painter.restore()

    def startDrag(self, actions: Qt.DropAction) -> None:
        """The cursor carries a sign of how many cameras it is."""
        cameras = self.chosen()
        if cameras:
            drag = QDrag(self)
            drag.setMimeData(cameras_mime(cameras))
            drag.setPixmap(self._carried(len(cameras)))
            drag.exec(Qt.DropAction.CopyAction)

    def _carried(self, count: int) -> QPixmap:
        theme, words = self._look.theme, self._look.words
        text = words("desk.count", total=figure(words, count))
        wide, scale = ICON + 3 * INSIDE + text_width(text, SMALL, STRONG), self.devicePixelRatioF()
        made = QPixmap(round(wide * scale), round(ROW * scale))
        made.setDevicePixelRatio(scale)
        made.fill(theme.surface_3)
        with QPainter(made) as painter:
            paint_icon(painter, "camera", INSIDE, (ROW - ICON) // 2, theme.text)
            room = QRect(ICON + 2 * INSIDE, 0, wide - ICON - 3 * INSIDE, ROW)
            write(painter, text, room, theme.text, SMALL, STRONG)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The desk's own keys before those of every tree."""
        action = desk_action_of(event)
        if action == "desk.place" and self.current() is None:
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
        elif action is not None:
            self._on_action(action)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A camera goes into its tile, a folder opens or closes."""
        index = self.indexAt(event.position().toPoint())
        if self.cameras.camera_at(index) is not None:
            self._on_action("desk.place")
        elif index.isValid():
            self.setExpanded(index, not self.isExpanded(index))


class CameraColumn(QFrame):
    """Search, tree, what was found. Main thread.

    on_action: called with an action of the desk; on_current: called when another camera is under the cursor.
    """

    def __init__(
        self,
        cameras: Mapping[str, Camera],
        finder: Finder,
        favourites: Favourites,
        look: Look,
        *,
        on_action: Callable[[str], None],
        on_current: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("column", True)
        self._finder, self._favourites, self._look = finder, favourites, look
        self._on_action = on_action
        self._composed = ""
        self._builder: TreeBuilder | None = TreeBuilder(cameras.values(), favourites.cameras)
        self.tree = CameraList(CameraTreeModel(cameras, favourites, look, parent=self), look, on_action)
        found = CameraTreeModel(cameras, favourites, look, detailed=True, parent=self)
        self.found = CameraList(found, look, on_action)
        self.found.setRootIsDecorated(False)
        self.found.setIndentation(0)
        self.line = QLineEdit()
        self.line.setPlaceholderText(look.words("desk.search"))
        self.line.setAccessibleName(look.words("desk.search"))
        self.line.setFont(font(TEXT))
        self.line.textChanged.connect(self._look_up)
        self.line.installEventFilter(self)
        self.said = label(look, px=SMALL, quiet=True)
        self.said.setWordWrap(True)
        self._pages = QStackedWidget()
        for view, name in ((self.tree, "desk.cameras"), (self.found, "desk.search")):
            view.setAccessibleName(look.words(name))
            view.selectionModel().currentChanged.connect(lambda *_: on_current())
            self._pages.addWidget(view)
        self._lay_out()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self._wait)

    def _lay_out(self) -> None:
        lines = QVBoxLayout(self)
        lines.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        lines.setSpacing(INSIDE)
        lines.addWidget(label(self._look, self._look.words("desk.cameras"), px=TITLE, weight=STRONG))
        lines.addWidget(self.line)
        lines.addWidget(self._pages, 1)
        lines.addWidget(self.said)

    # Getting ready

    def begin(self) -> None:
        """Show what there is, and the rest once it is ready."""
        self._wait()

    def _wait(self) -> None:
        """Take the tree over once it is built; what is typed before is searched once that can be done."""
        if self._builder is not None and self._builder.tree is not None:
            self._take(self._builder.tree)
            self._builder.close()
            self._builder = None
        self._look_up()
        if self._builder is not None or not self._finder.ready:
            self._again.start()

    def _take(self, tree: CameraTree) -> None:
        # Marked while it was being built.
        tree.favour(each for each in self._favourites.cameras if each in tree.home)
        self.tree.cameras.show(tree)
        top = tree.folders[ROOT].folders
        if tree.folders[FAVOURITES].cameras:
            self.tree.expand(self.tree.cameras.index_of_folder(FAVOURITES))
        if len(top) == 2:
            self.tree.expand(self.tree.cameras.index_of_folder(top[1]))
        self.tree.setCurrentIndex(self.tree.cameras.index(0))
        self.tree.clearSelection()

    @property
    def ready(self) -> bool:
        """Whether the tree stands there and cameras can be searched."""
        return self._builder is None and self._finder.ready

    def let_go(self) -> None:
        """Wait and build no more."""
        self._again.stop()
        if self._builder is not None:
            self._builder.close()
            self._builder = None

    # Searching

    @property
    def view(self) -> CameraList:
        """The list that is seen: the tree, or what was found."""
        return self.found if self._pages.currentIndex() else self.tree

    def _look_up(self) -> None:
        text, at = self.line.text(), self.line.cursorPosition()
        typed = text[:at] + self._composed + text[at:]
        words = self._look.words
        if not typed.strip():
            self._pages.setCurrentIndex(0)
            self._say(words("desk.loading") if self._builder is not None else "")
            return
        found = self._finder.cameras(typed, MOST_FOUND)
        self._pages.setCurrentIndex(1)
        if found is None:
            self._say(words("desk.loading"))
            return
        self.found.cameras.show(CameraTree.listed(found.cameras))
        if found.cameras:
            self.found.setCurrentIndex(self.found.cameras.index(0))
            shown, total = figure(words, len(found.cameras)), figure(words, found.total)
            self._say(words("desk.found", shown=shown, total=total))
        else:
            self._say(words("desk.nothing"))

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that are not about its text; letters that an input method still holds."""
        if isinstance(event, QInputMethodEvent):
            self._composed = event.preeditString()
            QTimer.singleShot(0, self._look_up)
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        action = desk_action_of(event)
        if action in _FROM_THE_LINE:
            if action not in ("desk.place", "desk.fill") or self.view is self.found:
                self._on_action(action)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            if self.view is self.found and event.key() == Qt.Key.Key_Down:
                self._step()
        elif event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
        else:
            return super().eventFilter(watched, event)
        return True

    def _step(self) -> None:
        """To the second row: the first was chosen already."""
        below = self.found.indexBelow(self.found.currentIndex())
        if below.isValid():
            self.found.selectionModel().setCurrentIndex(
                below, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    # For the desk

    def current(self) -> str | None:
        """The camera under the cursor."""
        return self.view.current()

    def chosen(self) -> tuple[str, ...]:
        """The chosen cameras."""
        return self.view.chosen()

    def toggle_favourite(self) -> None:
        """Mark the camera under the cursor, or take its mark away."""
        camera = self.current()
        if camera is None:
            return
        self._favourites.toggle(camera)
        self.tree.cameras.favour(self._favourites.cameras)
        for view in (self.tree, self.found):
            view.viewport().update()

    def stand(self, on_wall: frozenset[str], states: Mapping[str, TileState]) -> None:
        """These cameras stand on the wall, in these states."""
        for view in (self.tree, self.found):
            view.cameras.stand(on_wall, states)

    def index_of(self, camera: str) -> QModelIndex:
        """Where a camera stands in the tree; no index for one that is not there."""
        found = self.tree.cameras.indexes_of(camera)
        return found[0] if found else QModelIndex()

    def focus_order(self) -> tuple[QWidget, ...]:
        """What Tab goes through here."""
        return self.line, self.tree, self.found
