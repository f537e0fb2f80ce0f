"""Scenes are kept with their revisions; one of them is approved."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from hanoi_wall.domain.grid import PRESETS
from hanoi_wall.domain.scene import MonitorPart, Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.store.scenes import MOST_REVISIONS, SavedScene, SceneStore

ROOM = "hanoi_wall.store.scenes"


def saved(name: str, *cameras: str, revision: int = 1, approved: bool = False) -> SavedScene:
    shown = MonitorScene.filled(PRESETS["1+5"], cameras)
    part = MonitorPart("dell@DP-1", "DP-1", (0, 0, 1920, 1080), shown)
    return SavedScene(Scene(name, (part,)), revision, 1_700_000_000 * 10**9, False, approved)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wall.db"


def test_the_newest_revision_of_each_scene_is_read_as_it_was_put(path: Path) -> None:
    first, second, other = (
        saved("Sáng", "a"),
        saved("Sáng", "b", revision=2),
        saved("Đêm", "c", approved=True),
    )
    with SceneStore.open(path) as store:
        for each in (first, second, other):
            store.put(each)
    with SceneStore.open(path, write=False) as store:
        assert {each.name: each for each in store.newest()} == {"Sáng": second, "Đêm": other}
        assert store.revisions("Sáng") == (second, first)
        assert store.revisions("none") == ()


def test_one_scene_is_approved_at_a_time(path: Path) -> None:
    with SceneStore.open(path) as store:
        store.put(saved("Sáng", approved=True))
        store.put(saved("Đêm", approved=True))
        assert [each.name for each in store.newest() if each.approved] == ["Đêm"]


def test_old_revisions_go_first(path: Path) -> None:
    with SceneStore.open(path) as store:
        for revision in range(1, MOST_REVISIONS + 6):
            store.put(saved("Sáng", str(revision), revision=revision))
        kept = [each.revision for each in store.revisions("Sáng")]
    assert kept == list(range(MOST_REVISIONS + 5, 5, -1))


def test_a_scene_that_is_removed_is_gone_with_its_revisions(path: Path) -> None:
    with SceneStore.open(path) as store:
        store.put(saved("Sáng"))
        store.put(saved("Sáng", "a", revision=2))
        store.put(saved("Đêm"))
        store.remove("Sáng")
        store.remove("Sáng")
        assert [each.name for each in store.newest()] == ["Đêm"]
        assert store.revisions("Sáng") == ()


@pytest.mark.parametrize("plain", ["", "{", "7", "[" * 100_000, '{"hanoi_wall_scene": 9}'])
def test_a_row_that_is_no_scene_is_left_out_and_told(
    path: Path, plain: str, caplog: pytest.LogCaptureFixture
) -> None:
    with SceneStore.open(path) as store:
        store.put(saved("Sáng"))
    other = sqlite3.connect(path)
    other.execute("INSERT INTO scenes VALUES ('bad', 1, 0, 0, 0, ?)", (plain,))
    other.commit()
    other.close()
    with caplog.at_level(logging.WARNING, logger=ROOM), SceneStore.open(path, write=False) as store:
        assert [each.name for each in store.newest()] == ["Sáng"]
    assert "the scene 'bad' is not known" in caplog.text
