"""Draws the rows of the camera list: state, name, counts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.tile_words import TONES, Tone
from hanoi_wall.ui.desk.look import (
    GRID,
    ICON,
    INSIDE,
    PLAIN,
    ROW,
    SMALL,
    STRONG,
    TEXT,
    Look,
    paint_icon,
    write,
)
from hanoi_wall.ui.desk.tree_model import CameraTreeModel, Row
from hanoi_wall.ui.theme import text_width

_DETAIL = 96
"""Pixels that a name leaves to where its camera is."""


class RowPainter(QStyledItemDelegate):
    """One row of a CameraTreeModel. Main thread."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are of one height."""
        return QSize(8 * ROW, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, icon, name, and at the right what counts."""
        model = index.model()
        assert isinstance(model, CameraTreeModel)
        row, theme = model.row(index), self._look.theme
        # The stubs do not know the fields of an option.
        place: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_MouseOver and not state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, theme.surface_2)
        tone = TONES[row.state] if row.state is not None else Tone.QUIET
        colour = {Tone.QUIET: theme.text_secondary, Tone.WARN: theme.late, Tone.ALARM: theme.alarm}[tone]
        x, middle = place.x() + INSIDE, place.y() + (place.height() - ICON) // 2
        paint_icon(painter, row.icon, x, middle, colour)
        x += ICON + INSIDE
        end = self._right(painter, row, place)
        weight = STRONG if row.bold else PLAIN
        room = QRect(x, place.y(), max(0, end - x), place.height())
        if row.detail:
            room.setWidth(max(room.width() * 3 // 5, room.width() - _DETAIL))
        wide = write(painter, row.name, room, theme.text, TEXT, weight)
        if row.detail:
            rest = QRect(x + wide + INSIDE, place.y(), end - x - wide - INSIDE, place.height())
            write(painter, row.detail, rest, theme.text_secondary, SMALL)

    def _right(self, painter: QPainter, row: Row, place: QRect) -> int:
        """What stands at the right edge; where the name must end."""
        theme, end = self._look.theme, place.right() - INSIDE
        if row.count:
            wide = text_width(row.count, SMALL)
            write(painter, row.count, QRect(end - wide, place.y(), wide, ROW), theme.text_secondary, SMALL)
            end -= wide + INSIDE
        if row.wrong:
            # The name comes first; the number and the sign are enough beside it.
            needed = text_width(row.name, TEXT, STRONG) + text_width(row.wrong, SMALL) + 2 * ICON + 5 * INSIDE
            said = row.wrong if needed <= end - place.x() else row.wrong_short
            wide = text_width(said, SMALL)
            write(painter, said, QRect(end - wide, place.y(), wide, ROW), theme.alarm, SMALL)
            end -= wide + GRID + ICON
            paint_icon(painter, TileState.OFFLINE.value, end, place.y() + (ROW - ICON) // 2, theme.alarm)
            end -= INSIDE
        if row.starred:
            end -= ICON
            paint_icon(painter, "star", end, place.y() + (ROW - ICON) // 2, theme.text)
            end -= INSIDE
        return end
