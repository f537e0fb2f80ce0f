"""The book of scenes: saved as revisions, locked, approved, removed, and there again after a restart."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.scene import MonitorPart, Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations import scene_book as room
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.operations.scene_book import SceneBook, SceneLocked, TooManyScenes, saved_scenes
from hanoi_wall.settings.folders import folders_of


def scene(name: str, *cameras: str) -> Scene:
    return Scene(name, (MonitorPart("one", "DP-1", (0, 0, 9, 9), MonitorScene.filled(Grid(2, 1), cameras)),))


@pytest.fixture
def book(clock: ManualClock) -> SceneBook:
    return SceneBook((), None, clock)


def test_saving_again_is_the_next_revision_but_not_without_a_change(book: SceneBook) -> None:
    assert book.save(scene("Sáng", "a")).revision == 1
    assert book.save(scene("Sáng", "a")).revision == 1
    assert book.save(scene("Sáng", "b")).revision == 2
    assert [each.name for each in book.scenes] == ["Sáng"]


def test_scenes_stand_in_the_order_in_which_people_look_for_them(book: SceneBook) -> None:
    for name in ("Đêm", "ban ngày", "Ánh sáng yếu", "chiều"):
        book.save(scene(name))
    assert [each.name for each in book.scenes] == ["Ánh sáng yếu", "ban ngày", "chiều", "Đêm"]


def test_a_locked_scene_is_neither_changed_nor_removed(book: SceneBook) -> None:
    book.save(scene("Sáng", "a"))
    book.lock("Sáng", locked=True)
    with pytest.raises(SceneLocked, match="Sáng"):
        book.save(scene("Sáng", "b"))
    with pytest.raises(SceneLocked):
        book.remove("Sáng")
    book.lock("Sáng", locked=False)
    assert book.save(scene("Sáng", "b")).revision == 2
    book.remove("Sáng")
    assert book.scenes == () and book.get("Sáng") is None


def test_one_scene_is_the_approved_wall_and_stays_it_when_saved_again(book: SceneBook) -> None:
    assert book.approved is None
    book.save(scene("Sáng", "a"))
    book.save(scene("Đêm", "b"))
    book.approve("Sáng")
    book.approve("Đêm")
    book.save(scene("Đêm", "c"))
    assert [each.name for each in book.scenes if each.approved] == ["Đêm"]
    with pytest.raises(KeyError):
        book.approve("none")


def test_there_are_not_too_many(book: SceneBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_SCENES", 1)
    book.save(scene("Sáng", "a"))
    with pytest.raises(TooManyScenes):
        book.save(scene("Đêm"))
    book.save(scene("Sáng", "b"))


def test_everything_is_there_again_after_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    folders = folders_of(tmp_path / "profile")
    assert saved_scenes(folders) == ()
    keeper = Keeper(folders)
    book = SceneBook((), keeper, clock)
    book.save(scene("Sáng", "a"))
    book.save(scene("Sáng", "b"))
    book.save(scene("Đêm", "c"))
    book.save(scene("Cũ", "d"))
    book.approve("Sáng")
    book.approve("Đêm")
    book.lock("Sáng", locked=True)
    book.remove("Cũ")
    keeper.close()
    again = SceneBook(saved_scenes(folders), None, clock)
    assert again.scenes == book.scenes
    assert [(each.name, each.revision, each.locked, each.approved) for each in again.scenes] == [
        ("Đêm", 1, False, True),
        ("Sáng", 2, True, False),
    ]


def test_scenes_that_cannot_be_read_are_told_and_the_wall_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folders = folders_of(tmp_path / "profile")
    folders.database.parent.mkdir(parents=True)
    folders.database.write_bytes(b"no database at all" * 100)
    with caplog.at_level(logging.WARNING, logger="hanoi_wall.operations.scene_book"):
        assert saved_scenes(folders) == ()
    assert "the scenes are not known" in caplog.text
