"""How the desk looks: sizes, colours, the small stylesheet, made from the theme's roles. Main thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QLabel

from hanoi_wall.assets import Words
from hanoi_wall.ui.theme import Theme, font, icon, metrics

GRID = 4
INSIDE, BETWEEN = 2 * GRID, 4 * GRID
ROW = 28
LINE = 32
SMALL, TEXT, TITLE = 12, 14, 16
ICON = 16
PLAIN, MEDIUM, STRONG = 400, 500, 600


@dataclass(frozen=True)
class Look:
    """What every part of the desk is drawn with."""

    theme: Theme
    words: Words


def colours(theme: Theme) -> QPalette:
    """The theme's roles as Qt's."""
    role = QPalette.ColorRole
    made = QPalette()
    for each, colour in (
        (role.Window, theme.surface_1),
        (role.WindowText, theme.text),
        (role.Base, theme.surface_1),
        (role.AlternateBase, theme.surface_2),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.text_secondary),
        (role.Button, theme.surface_2),
        (role.ButtonText, theme.text),
        (role.Highlight, theme.surface_3),
        (role.HighlightedText, theme.text),
        (role.ToolTipBase, theme.surface_3),
        (role.ToolTipText, theme.text),
    ):
        made.setColor(each, colour)
    made.setColor(QPalette.ColorGroup.Disabled, role.Text, theme.text_disabled)
    return made


def sheet(theme: Theme) -> str:
    """What a palette cannot say: frames, corners, scroll bars; accent for what has the focus alone."""
    return f"""
        QWidget#desk {{ background: {_css(theme.wall)}; }}
        QFrame[column="true"] {{ background: {_css(theme.surface_1)}; border: none; }}
        QLineEdit {{
            background: {_css(theme.surface_2)}; color: {_css(theme.text)};
            border: 1px solid {_css(theme.surface_3)}; border-radius: {GRID}px;
            padding: 0 {INSIDE}px; min-height: {LINE - 2}px;
            selection-background-color: {_css(theme.accent)}; selection-color: {_css(theme.wall)};
        }}
        QLineEdit:focus {{ border: 1px solid {_css(theme.accent)}; }}
        QTreeView {{
            background: {_css(theme.surface_1)}; outline: none;
            border: 1px solid transparent; border-radius: {GRID}px;
        }}
        QTreeView:focus, QScrollArea:focus {{ border: 1px solid {_css(theme.accent)}; }}
        QTreeView::branch, QTreeView::branch:selected {{ background: transparent; border-image: none; }}
        QScrollArea {{ background: transparent; border: 1px solid transparent; border-radius: {GRID}px; }}
        QToolTip {{
            background: {_css(theme.surface_3)}; color: {_css(theme.text)};
            border: 1px solid {_css(theme.text_disabled)}; padding: {GRID}px;
        }}
        QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
        QScrollBar::handle:vertical {{
            background: {_css(theme.surface_3)}; border-radius: {GRID}px; min-height: {LINE}px; margin: 2px;
        }}
        QScrollBar::handle:vertical:hover {{ background: {_css(theme.text_disabled)}; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
        QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
        QSplitter::handle {{ background: {_css(theme.wall)}; }}
        QSplitter::handle:hover {{ background: {_css(theme.surface_3)}; }}
    """


def _css(colour: QColor) -> str:
    return colour.name()


def label(look: Look, text: str = "", *, px: int = TEXT, weight: int = PLAIN, quiet: bool = False) -> QLabel:
    """A line of text in one of the desk's sizes."""
    made = QLabel(text)
    made.setFont(font(px, weight))
    shades = made.palette()
    # Said here, because a stylesheet above it keeps a palette from being handed down.
    shades.setColor(QPalette.ColorRole.WindowText, look.theme.text_secondary if quiet else look.theme.text)
    made.setPalette(shades)
    return made


def paint_icon(painter: QPainter, name: str, x: int, y: int, colour: QColor, px: int = ICON) -> None:
    """An icon with sharp edges at any scale; x, y: its corner in logical pixels."""
    device = painter.device()
    scale = device.devicePixelRatio() if device is not None else 1.0
    painter.drawImage(QRect(x, y, px, px), icon(name, max(1, round(px * scale)), colour.rgba()))


def write(
    painter: QPainter, text: str, place: QRect, colour: QColor, px: int = TEXT, weight: int = PLAIN
) -> int:
    """One line from the left of its place, capitals centred; how wide it is.

    Where it is too long it loses its middle: the end of a camera's name tells it from its neighbours.
    """
    measure = metrics(px, weight)
    # A hair more than there is: eliding rounds the other way.
    shown = measure.elidedText(text, Qt.TextElideMode.ElideMiddle, max(0, place.width() + 1))
    painter.setFont(font(px, weight))
    painter.setPen(colour)
    painter.drawText(QPointF(place.x(), place.y() + (place.height() + measure.capHeight()) / 2), shown)
    return measure.horizontalAdvance(shown)
