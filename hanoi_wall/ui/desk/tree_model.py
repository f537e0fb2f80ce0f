"""The camera tree for Qt's views: rows made when they are looked at, out of plain folders and ids."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.camera_tree import FAVOURITES, ROOT, Branch, CameraTree, Folder, Tally
from hanoi_wall.operations.desk_facts import figure
from hanoi_wall.operations.finder import where
from hanoi_wall.ui.desk.look import PLAIN, STRONG, TEXT, Look
from hanoi_wall.ui.theme import font

CAMERAS_MIME = "application/x-hanoi-wall-cameras"
"""What is dragged: a JSON list of camera ids."""
_NOTHING = Tally()
_ICONS = {Branch.FAVOURITES: "star", Branch.TAGS: "tag", Branch.TAG: "tag"}

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is drawn. icon: of a camera's state or of the folder; state: of a camera on the wall;
    bold: it stands on the wall; starred: it is a favourite; count, wrong: texts of a folder;
    wrong_short: its number alone.
    """

    name: str
    icon: str
    detail: str = ""
    state: TileState | None = None
    bold: bool = False
    starred: bool = False
    count: str = ""
    wrong: str = ""
    wrong_short: str = ""


class CameraTreeModel(QAbstractItemModel):
    """Shows one CameraTree. Main thread. An index knows its row and the number of the folder it stands in."""

    def __init__(
        self,
        cameras: Mapping[str, Camera],
        favourites: Container[str],
        look: Look,
        *,
        detailed: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """detailed: cameras stand alone and say where they are."""
        super().__init__(parent)
        self._cameras, self._favourites = cameras, favourites
        self._look, self._detailed = look, detailed
        self.tree = CameraTree.listed(())
        self._on_wall: frozenset[str] = frozenset()
        self._states: Mapping[str, TileState] = {}
        self._tallies: Mapping[int, Tally] = {}

    # What is shown

    def show(self, tree: CameraTree) -> None:
        """Show another tree."""
        self.beginResetModel()
        self.tree = tree
        self._tally()
        self.endResetModel()

    def stand(self, on_wall: frozenset[str], states: Mapping[str, TileState]) -> None:
        """These cameras stand on the wall, in these states; only rows that changed are drawn again."""
        if on_wall == self._on_wall and states == self._states:
            return
        changed = {
            camera
            for camera in on_wall | self._on_wall
            if (camera in on_wall) is not (camera in self._on_wall)
            or states.get(camera) is not self._states.get(camera)
        }
        self._on_wall, self._states = on_wall, dict(states)
        before = self._tallies
        self._tally()
        for camera in changed:
            for index in self.indexes_of(camera):
                self.dataChanged.emit(index, index)
        for number in before.keys() | self._tallies.keys():
            if before.get(number) != self._tallies.get(number):
                index = self.index_of_folder(number)
                self.dataChanged.emit(index, index)

    def _tally(self) -> None:
        known = [self._cameras[each] for each in self._on_wall if each in self._cameras]
        self._tallies = self.tree.tallies(known, self._states)

    def favour(self, cameras: Sequence[str]) -> None:
        """These are the favourites: one more at the end, or one less."""
        if not self._has_favourites():
            return
        folder, holder = self.tree.folders[FAVOURITES], self.index_of_folder(FAVOURITES)
        for row in reversed([row for row, each in enumerate(folder.cameras) if each not in cameras]):
            self.beginRemoveRows(holder, row, row)
            self.tree.favour(each for at, each in enumerate(folder.cameras) if at != row)
            self.endRemoveRows()
        new = [each for each in cameras if each in self.tree.home and each not in folder.cameras]
        if new:
            first = len(folder.cameras)
            self.beginInsertRows(holder, first, first + len(new) - 1)
            self.tree.favour((*folder.cameras, *new))
            self.endInsertRows()
        self._tally()
        self.dataChanged.emit(holder, holder)

    def _has_favourites(self) -> bool:
        return FAVOURITES in self.tree.folders[ROOT].folders

    # Rows and what they are

    def folder_at(self, index: Index) -> Folder | None:
        """The folder that a row is, None for a camera; for no row the one that holds all."""
        if not index.isValid():
            return self.tree.folders[ROOT]
        holder = self.tree.folders[index.internalId()]
        if index.row() < len(holder.folders):
            return self.tree.folders[holder.folders[index.row()]]
        return None

    def camera_at(self, index: Index) -> str | None:
        """The camera that a row is, None for a folder or no row."""
        if not index.isValid():
            return None
        holder = self.tree.folders[index.internalId()]
        row = index.row() - len(holder.folders)
        return holder.cameras[row] if 0 <= row < len(holder.cameras) else None

    def cameras_of(self, indexes: Iterable[Index]) -> tuple[str, ...]:
        """The cameras of these rows and of all below them, each once, in the order of the tree."""
        found: dict[str, None] = {}
        for index in sorted(indexes, key=self._path):
            folder, camera = self.folder_at(index), self.camera_at(index)
            if camera is not None:
                found[camera] = None
            elif folder is not None and index.isValid():
                found.update(dict.fromkeys(self.tree.below(folder.number)))
        return tuple(found)

    def _path(self, index: Index) -> tuple[int, ...]:
        rows = [index.row()]
        for number in self.tree.path(index.internalId()):
            rows.append(self.tree.folders[number].row)
        return tuple(reversed(rows))

    def index_of_folder(self, number: int) -> QModelIndex:
        """Where a folder stands; no index for the one that holds all."""
        folder = self.tree.folders[number]
        return QModelIndex() if number == ROOT else self.createIndex(folder.row, 0, folder.parent)

    def indexes_of(self, camera: str) -> list[QModelIndex]:
        """All rows of a camera: at its place, under its tags, among the favourites."""
        known = self._cameras.get(camera)
        found = []
        for number in self.tree.places(known) if known is not None else ():
            holder = self.tree.folders[number]
            row = len(holder.folders) + holder.cameras.index(camera)
            found.append(self.createIndex(row, 0, number))
        return found

    def row(self, index: Index) -> Row:
        """What a row says."""
        camera = self.camera_at(index)
        if camera is not None:
            return self._camera_row(camera)
        folder, words = self.folder_at(index), self._look.words
        assert folder is not None
        names = {Branch.FAVOURITES: "desk.favourites", Branch.TAGS: "desk.tags_root"}
        name = words(names[folder.kind]) if folder.kind in names else folder.name
        tally = self._tallies.get(folder.number, _NOTHING)
        wrong = words("desk.not_live", count=tally.not_live) if tally.not_live else ""
        return Row(
            name,
            _ICONS.get(folder.kind, "folder"),
            bold=bool(tally.on_wall),
            count=figure(words, folder.total),
            wrong=wrong,
            wrong_short=str(tally.not_live),
        )

    def _camera_row(self, identity: str) -> Row:
        camera = self._cameras.get(identity) or Camera(identity, identity)
        shown = identity in self._on_wall
        state = self._states.get(identity) if shown else None
        starred = identity in self._favourites
        detail = where(camera) if self._detailed else ""
        return Row(camera.name, state.value if state else "camera", detail, state, shown, starred)

    def sentence(self, index: Index) -> str:
        """The row in words: for who points at it, and for who does not see it."""
        row, words = self.row(index), self._look.words
        folder = self.folder_at(index)
        said = [row.name]
        if self.camera_at(index) is None and folder is not None:
            said += [words("desk.count", total=row.count), row.wrong]
            if folder.kind is Branch.FAVOURITES and not folder.cameras:
                said.append(words("desk.favour_hint"))
        else:
            said += [row.detail, words("desk.on_wall") if row.bold else ""]
            said.append(words(f"state.{row.state}") if row.state is not None else "")
            said.append(words("desk.favourite") if row.starred else "")
        return " · ".join(each for each in said if each)

    # What Qt asks

    def index(self, row: int, column: int = 0, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a row in a folder; none beyond its ends."""
        folder = self.folder_at(parent)
        if folder is None or column or not 0 <= row < len(folder):
            return QModelIndex()
        return self.createIndex(row, 0, folder.number)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """The index of the folder in which a row stands."""
        return self.index_of_folder(index.internalId()) if index.isValid() else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows a folder has; a camera has none."""
        folder = self.folder_at(parent)
        return len(folder) if folder is not None and parent.column() <= 0 else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether a row is a folder that holds anything."""
        return self.rowCount(parent) > 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One."""
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        both = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return both | Qt.ItemFlag.ItemNeverHasChildren if self.folder_at(index) is None else both

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, type and words of a row; its looks are drawn by rows.py."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row(index).name
        if role == Qt.ItemDataRole.FontRole:
            return font(TEXT, STRONG if self.row(index).bold else PLAIN)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.sentence(index)
        return None

    def mimeTypes(self) -> list[str]:
        """What is dragged out of here."""
        return [CAMERAS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The cameras of the dragged rows."""
        return cameras_mime(self.cameras_of(indexes))


def cameras_mime(cameras: Sequence[str]) -> QMimeData:
    """Cameras on their way to a tile."""
    data = QMimeData()
    data.setData(CAMERAS_MIME, QByteArray(json.dumps(list(cameras)).encode()))
    return data


def dragged_cameras(data: QMimeData) -> tuple[str, ...]:
    """What `cameras_mime` made; nothing for anything else, whoever drags it here."""
    try:
        found = json.loads(bytes(data.data(CAMERAS_MIME).data()))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list):
        return ()
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str)))
