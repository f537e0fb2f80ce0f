"""What a tile without a camera shows: a clock, or a text to read. Device pixels; main thread."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QRect, Qt
from PySide6.QtGui import QPainter

from hanoi_wall.assets import Words
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.content import ClockFace, Hotspot, Note, Sequence
from hanoi_wall.domain.wall import TilePlace
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.tile_words import Moment
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import font, metrics, text_width

Face = ClockFace | Note
_STRONG = 600
_WIDEST_PART, _HIGHEST_PART = 0.86, 0.4
_DATE_PART = 0.3
_TEXT_ROWS = 8
"""A short text is written as large as if it had so many rows."""
_WRAP = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


def face_of(place: TilePlace) -> Face | None:
    """What a tile shows in place of a camera, None where it is for cameras."""
    return place.content if isinstance(place.content, ClockFace | Note) else None


def mark_of(place: TilePlace, words: Words) -> str:
    """The short word before a camera's name that says who chose it, "" for the operator."""
    match place.content:
        case Hotspot():
            return words("content.hotspot")
        case Sequence(steps, paused):
            cameras = [step.camera for step in steps]
            at = cameras.index(place.camera) + 1 if place.camera in cameras else 1
            return words("content.paused" if paused else "content.sequence", at=at, of=len(steps))
    return ""


def paint_face(painter: QPainter, box: Box, top: int, face: Face, style: Style, now: Moment) -> int | None:
    """Draw it into `box` below its first `top` pixels; returns when it must be drawn again (monotonic ns), or
    None.
    """
    room = QRect(box.x, box.y + top, box.width, max(1, box.height - top))
    if isinstance(face, Note):
        _paint_note(painter, room, face, style)
        return None
    _paint_clock(painter, room, style, now)
    return now.monotonic_ns + SECOND - now.wall_ns % SECOND


def _paint_clock(painter: QPainter, room: QRect, style: Style, now: Moment) -> None:
    moment = QDateTime.fromMSecsSinceEpoch(now.wall_ns // 1_000_000)
    time = moment.toString("HH:mm:ss")
    date = QLocale(style.words.language).toString(moment.date(), QLocale.FormatType.LongFormat)
    px = max(8, min(round(room.height() * _HIGHEST_PART), _fitting(time, room.width() * _WIDEST_PART)))
    small = max(7, min(round(px * _DATE_PART), _fitting(date, room.width() * _WIDEST_PART)))
    high = round(px * 1.1)
    first = room.y() + (room.height() - high - 2 * small) // 2
    painter.setPen(style.theme.text)
    painter.setFont(font(px, _STRONG))
    painter.drawText(QRect(room.x(), first, room.width(), high), int(Qt.AlignmentFlag.AlignCenter), time)
    painter.setPen(style.theme.text_secondary)
    painter.setFont(font(small))
    below = QRect(room.x(), first + high, room.width(), 2 * small)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), date)


def _fitting(text: str, width: float) -> int:
    """The largest type in which a line is so wide at most."""
    return int(100 * width / max(1, text_width(text, 100, _STRONG)))


def _paint_note(painter: QPainter, room: QRect, note: Note, style: Style) -> None:
    margin = max(4, room.width() // 24)
    inside = room.adjusted(margin, margin // 2, -margin, -margin // 2)
    px = max(8, inside.height() // _TEXT_ROWS)
    while px > 8:
        needed = metrics(px).boundingRect(inside, _WRAP, note.text)
        if needed.height() <= inside.height() and needed.width() <= inside.width():
            break
        px = max(8, px * 9 // 10)
    painter.setPen(style.theme.text)
    painter.setFont(font(px))
    painter.setClipRect(inside)
    painter.drawText(inside, _WRAP, note.text)
    painter.setClipping(False)
