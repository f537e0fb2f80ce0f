"""One line says what was saved and what is not as it should be, in every language."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.snapshot import Missing, Outcome, Trouble
from hanoi_wall.operations.snapshot_words import line_of
from tests.unit.operations.snapshots import CAMERA, WALL_NS, seen, snapshot

VI = words("vi")


def test_saved_and_signed() -> None:
    at = time.strftime("%H:%M:%S", time.localtime(WALL_NS // 1_000_000_000))
    assert line_of(VI, Outcome(snapshot(), "x.json")) == f"Đã lưu ảnh Ngã Tư Sở lúc {at} (đã ký)"


def test_what_is_missing_is_said_behind_it() -> None:
    line = line_of(VI, Outcome(snapshot(missing=Missing.DID_NOT_COME), "x.json", Trouble.UNSIGNED))
    assert line.endswith("· thẻ chưa ký: máy này chưa có khoá · không lấy được luồng nét nhất")


def test_a_tile_that_is_not_live_is_said_not_to_be() -> None:
    stale = replace(seen(), state=TileState.STALE)
    assert line_of(VI, Outcome(snapshot(stale), "x.json")).endswith("(đã ký) · Không trực tiếp")


def test_what_was_not_saved_says_why() -> None:
    assert line_of(VI, Outcome(snapshot(), "", Trouble.DISK_FULL)) == (
        "Không lưu được ảnh Ngã Tư Sở: đĩa đầy"
    )


def test_a_long_name_leaves_room_for_the_rest() -> None:
    long = snapshot(seen(camera=replace(CAMERA, name="Nút giao " * 30)))
    assert len(line_of(VI, Outcome(long, "", Trouble.DISK_FULL))) < 80
    nameless = snapshot(seen(camera=replace(CAMERA, name="")))
    assert "cam-01" in line_of(VI, Outcome(nameless, "x.json"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", [None, *Trouble])
def test_every_language_has_every_line(language: str, trouble: Trouble | None) -> None:
    line = line_of(words(language), Outcome(snapshot(missing=Missing.NOT_CONNECTED), "x.json", trouble))
    assert "Ngã Tư Sở" in line and "{" not in line
