"""The right column of the desk: the chosen camera, and how the tile in focus does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from hanoi_wall.domain.camera import Camera
from hanoi_wall.operations.desk_facts import Fact, TileFacts, camera_facts, tile_facts
from hanoi_wall.ui.desk.look import BETWEEN, GRID, INSIDE, MEDIUM, SMALL, STRONG, TEXT, TITLE, Look, label

_BREAK = "\N{ZERO WIDTH SPACE}"
_LABEL = 112
_LONG = 20
"""Words of more letters, addresses above all, may be broken at their signs."""


class FactList(QWidget):
    """A heading, a name, and lines of label and text. Main thread."""

    def __init__(self, look: Look, heading: str) -> None:
        super().__init__()
        self._look = look
        self._lines: list[tuple[QLabel, QLabel]] = []
        self.facts: tuple[Fact, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(label(look, heading, px=SMALL, weight=MEDIUM, quiet=True))
        self.name = label(look, px=TITLE, weight=STRONG)
        self.name.setWordWrap(True)
        self.name.setMinimumWidth(1)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        rows.addWidget(self.name)
        self.hint = label(look, px=TEXT, quiet=True)
        self.hint.setWordWrap(True)
        rows.addWidget(self.hint)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, GRID, 0, 0)
        self._grid.setHorizontalSpacing(INSIDE)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        rows.addLayout(self._grid)

    def tell(self, name: str, facts: Sequence[Fact], hint: str = "") -> None:
        """Show these; hint: what to do, where there is nothing to be told."""
        for line, said in ((self.name, name), (self.hint, hint)):
            if line.text() != said:
                line.setText(said)
            line.setVisible(bool(said))
        if tuple(facts) == self.facts:
            return
        self.facts = tuple(facts)
        while len(self._lines) < len(facts):
            self._add_line()
        for number, (what, text) in enumerate(self._lines):
            there = number < len(facts)
            what.setVisible(there)
            text.setVisible(there)
            if there:
                what.setText(facts[number].label)
                text.setText(_breakable(facts[number].text))
                text.setAccessibleName(facts[number].text)

    def _add_line(self) -> None:
        what = label(self._look, px=SMALL, quiet=True)
        text = label(self._look, px=TEXT)
        for each in (what, text):
            each.setTextFormat(Qt.TextFormat.PlainText)
            each.setWordWrap(True)
            each.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        what.setFixedWidth(_LABEL)
        text.setMinimumWidth(1)
        row = len(self._lines)
        self._grid.addWidget(what, row, 0)
        self._grid.addWidget(text, row, 1)
        self._lines.append((what, text))


def _breakable(text: str) -> str:
    """Long words with places to break them at."""
    words = (
        re.sub(r"([/?&=_.:@-])", rf"\1{_BREAK}", word) if len(word) > _LONG else word
        for word in text.split(" ")
    )
    return " ".join(words)


class FactsColumn(QFrame):
    """Camera and tile. Main thread."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("column", True)
        self._look = look
        words = look.words
        self.tile = FactList(look, words("desk.tile_part"))
        self.camera = FactList(look, words("desk.camera_part"))
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, INSIDE, 0)
        rows.setSpacing(2 * BETWEEN)
        rows.addWidget(self.tile)
        rows.addWidget(self.camera)
        rows.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(words("desk.facts"))
        self.area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        lines.setSpacing(INSIDE)
        lines.addWidget(label(look, words("desk.facts"), px=TITLE, weight=STRONG))
        lines.addWidget(self.area, 1)
        self.show_camera(None)
        self.show_tile(None, None)

    def show_camera(self, camera: Camera | None) -> None:
        """Tell all of a camera; None: how to choose one."""
        words = self._look.words
        if camera is None:
            self.camera.tell("", (), words("desk.choose"))
        else:
            self.camera.tell(camera.name, camera_facts(words, camera))

    def show_tile(self, tile: TileFacts | None, camera: Camera | None) -> None:
        """Tell how a tile does; None: how to choose one; camera: None where it is empty."""
        words = self._look.words
        if tile is None:
            self.tile.tell("", (), words("desk.no_focus"))
        elif camera is None:
            self.tile.tell(words("desk.tile", number=tile.tile), (), words("desk.empty_tile"))
        else:
            name = f"{words('desk.tile', number=tile.tile)} · {camera.name}"
            self.tile.tell(name, tile_facts(words, tile))
