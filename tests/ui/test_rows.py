"""A row of the camera list: what stands at its right never covers the name."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPainter

from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase
from hanoi_wall.ui.desk.look import ROW
from tests.ui.desk import Desk
from tests.ui.operators_desk import CITY, call_desk, choose


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn as text from now on."""
    texts: list[str] = []
    real = QPainter.drawText

    def noted(self: QPainter, *arguments: object) -> object:
        texts.extend(each for each in arguments if isinstance(each, str))
        return real(self, *arguments)

    monkeypatch.setattr(QPainter, "drawText", noted)
    return texts


def test_names_counts_and_what_is_wrong_are_written(desk: Desk, written: list[str]) -> None:
    made = call_desk(desk, *CITY)
    desk.wall.assign(desk.window.monitor, 4, "nts")
    desk.feeds.session("nts", Phase.WAITING, Cause.TIMEOUT, retry_in_s=60)
    desk.wait(1)
    choose(made, "nts")
    written.clear()
    made.cameras.tree.viewport().repaint()
    assert {"Ngã Tư Sở", "Sở GTVT", "6"} <= set(written)
    assert made.parts.look.words("desk.not_live", count=1) in written


def test_what_was_found_says_where_it_is(desk: Desk, written: list[str]) -> None:
    made = call_desk(desk, *CITY)
    made.cameras.line.setText("cong a")
    written.clear()
    made.cameras.found.viewport().repaint()
    assert "Cổng A" in written and any("Ba Đình" in text or "…" in text for text in written)


def test_all_rows_are_of_one_height(desk: Desk) -> None:
    made = call_desk(desk, *CITY)
    choose(made, "nts", "hb2")
    tree = made.cameras.tree
    index = tree.cameras.index(0)
    heights = set()
    while index.isValid():
        heights.add(tree.visualRect(index).height())
        index = tree.indexBelow(index)
    assert heights == {ROW}
