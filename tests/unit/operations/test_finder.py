"""What the operator can choose from while typing: cameras, actions, what was chosen lately."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from hanoi_wall.assets import words
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations import finder as room
from hanoi_wall.operations.call_up import CameraNumbers
from hanoi_wall.operations.finder import MOST_RECENT, Finder
from hanoi_wall.operations.offers import Kind
from hanoi_wall.operations.scene_book import SceneBook

CAMERAS = {
    camera.id: camera
    for camera in (
        Camera("a", "Ngã Tư Sở", owner="Sở GTVT", district="Đống Đa", ward="Ngã Tư Sở", site="Ngã Tư Sở"),
        Camera("b", "Hàng Bài 2", owner="Công an", district="Hoàn Kiếm"),
        Camera("c", "Hàng Bài 10", owner="Công an", district="Hoàn Kiếm"),
    )
}


def finder_of(cameras: dict[str, Camera], language: str, book: SceneBook | None = None) -> Finder:
    book = book or SceneBook((), None, ManualClock())
    return Finder(cameras, words(language), book, CameraNumbers(cameras))


@pytest.fixture
def finder() -> Iterator[Finder]:
    made = finder_of(CAMERAS, "vi")
    made.wait()
    yield made
    made.close()


def ids(finder: Finder, text: str, most: int = 9) -> list[str]:
    return [entry.id for entry in finder.choice(text, most).entries]


def test_cameras_are_told_with_where_and_whose_they_are_but_nothing_twice(finder: Finder) -> None:
    (entry,) = finder.choice("nga tu so", 9).entries
    assert (entry.kind, entry.id, entry.title) == (Kind.CAMERA, "a", "Ngã Tư Sở")
    assert entry.detail == "Đống Đa · Sở GTVT"


def test_actions_are_found_by_their_names_in_the_operators_language(finder: Finder) -> None:
    (entry,) = finder.choice("hoan tac", 9).entries
    assert (entry.kind, entry.id, entry.detail) == (Kind.ACTION, "wall.undo", "Ctrl+Z")
    assert "wall.left" not in ids(finder, "o ben trai"), "what only makes sense as a key is not offered"


def test_actions_stand_behind_cameras_and_keep_their_place(finder: Finder) -> None:
    many = {f"t{n}": Camera(f"t{n}", f"Toàn cảnh {n}") for n in range(30)}
    crowded = finder_of(many, "vi")
    crowded.wait()
    entries = crowded.choice("toan", 9).entries
    assert len(entries) == 9
    kinds = [entry.kind for entry in entries]
    assert kinds == sorted(kinds, key=[Kind.CAMERA, Kind.ACTION].index) and kinds[-1] is Kind.ACTION


def test_without_a_word_what_was_chosen_lately_stands_on_top(finder: Finder) -> None:
    assert ids(finder, "  ") == ["b", "c", "a"]
    finder.chose("a")
    finder.chose("c")
    assert ids(finder, "") == ["c", "a", "b"]
    assert ids(finder, "", 2) == ["c", "a"]
    for number in range(MOST_RECENT + 3):
        finder.chose(f"gone-{number}")
    assert ids(finder, "") == ["c", "a", "b"], "a camera that is not in the catalogue is none"


def test_while_the_index_is_built_there_is_what_was_chosen_lately_and_nothing_to_do_by_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = threading.Event()
    real = room.CameraIndex

    def slow(cameras: object) -> object:
        assert built.wait(10)
        return real(cameras)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "CameraIndex", slow)
    finder = finder_of(CAMERAS, "en")
    try:
        finder.chose("b")
        assert (ids(finder, ""), finder.ready, finder.choice("hang", 9).total) == (["b"], False, None)
        assert ids(finder, "undo") == []
    finally:
        built.set()
        finder.close()
    assert finder.ready and finder.choice("hang", 9).total == 2


def test_a_wall_that_ends_does_not_wait_for_its_index() -> None:
    cameras = {f"c{n}": Camera(f"c{n}", f"Camera {n} Ngã Tư Sở") for n in range(50_000)}
    finder = finder_of(cameras, "en")
    finder.close()
    assert not finder.ready


def test_leaving_is_not_offered_by_name(finder: Finder) -> None:
    assert "app.quit" not in ids(finder, "thoat")


def test_scenes_and_layouts_can_be_looked_for_by_themselves() -> None:
    book = SceneBook((), None, ManualClock())
    for name in ("Giờ cao điểm", "Ban đêm"):
        book.save(Scene(name, ()))
    finder = finder_of(CAMERAS, "vi", book)
    finder.wait()
    assert [entry.id for entry in finder.choice("", 9, Kind.SCENE).entries] == ["Ban đêm", "Giờ cao điểm"]
    assert [entry.id for entry in finder.choice("cao", 9, Kind.SCENE).entries] == ["Giờ cao điểm"]
    assert [entry.id for entry in finder.choice("1+", 9, Kind.LAYOUT).entries][:2] == ["1+5", "1+7"]
    (entry,) = finder.choice("ban dem", 9).entries
    assert (entry.kind, entry.id) == (Kind.SCENE, "Ban đêm"), "beside cameras, too"
    (note,) = finder.choice(" Họp lúc 9 giờ ", 9, Kind.NOTE).entries
    assert (note.kind, note.id) == (Kind.NOTE, "Họp lúc 9 giờ")
    finder.close()
