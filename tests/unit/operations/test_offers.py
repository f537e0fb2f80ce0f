"""What can be chosen besides cameras, found as one types."""

from __future__ import annotations

import pytest

from hanoi_wall.assets import words
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.content import Note
from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations import offers
from hanoi_wall.operations.offers import Kind
from hanoi_wall.operations.scene_book import SceneBook

VI = words("vi")


@pytest.fixture
def book(clock: ManualClock) -> SceneBook:
    book = SceneBook((), None, clock)
    for name in ("Giờ cao điểm sáng", "Ban đêm", "Lễ hội"):
        book.save(Scene(name, ()))
    book.approve("Ban đêm")
    book.lock("Lễ hội", locked=True)
    return book


def test_scenes_say_their_revision_state_and_key(book: SceneBook) -> None:
    found = offers.scenes("", Kind.SCENE, book, VI)
    assert [(each.title, each.detail) for each in found] == [
        ("Ban đêm", "bản 1 · đã duyệt · Ctrl+1"),
        ("Giờ cao điểm sáng", "bản 1 · Ctrl+2"),
        ("Lễ hội", "bản 1 · đã khóa · Ctrl+3"),
    ]
    assert [each.id for each in offers.scenes("gio sang", Kind.LOCK, book, VI)] == ["Giờ cao điểm sáng"]


def test_a_new_name_can_be_saved_and_an_old_one_saved_again(book: SceneBook) -> None:
    (new, *others) = offers.scenes(" Ban đêm 2 ", Kind.SAVE, book, VI)
    assert (new.kind, new.id, new.detail, others) == (Kind.SAVE, "Ban đêm 2", "cảnh mới", [])
    (old,) = offers.scenes("Ban đêm", Kind.SAVE, book, VI)
    assert (old.id, old.detail[:5]) == ("Ban đêm", "bản 1")
    assert len(offers.scenes("", Kind.SAVE, book, VI)) == 3


def test_layouts_are_the_usual_ones_or_the_one_that_is_typed() -> None:
    assert "4x4" in [each.id for each in offers.layouts("", VI)]
    assert [each.id for each in offers.layouts("2+", VI)] == ["2+8", "2+4"], "what is asked for most first"
    (typed,) = offers.layouts("7x3", VI)
    assert (typed.kind, typed.id, typed.detail) == (Kind.LAYOUT, "7x3", "21 ô")
    assert offers.layouts("13x13", VI) == offers.layouts("lớn", VI) == ()


def test_a_text_is_offered_as_it_is() -> None:
    (entry,) = offers.note(" Gọi 113 ")
    assert (entry.kind, entry.id) == (Kind.NOTE, "Gọi 113")
    assert offers.note("  ") == ()
    (pasted,) = offers.note("Gọi\u00a0113\u200b" + "x" * 3000)
    assert Note(pasted.id).text.startswith("Gọi 113 x") and len(pasted.id) <= 2000
    assert all(sign.isprintable() for sign in pasted.id), "what is kept can be read again"


def test_actions_have_names_and_keys() -> None:
    (entry,) = offers.actions("hoan tac", VI)
    assert (entry.id, entry.detail) == ("wall.undo", "Ctrl+Z")
    assert offers.actions("", VI) == ()
