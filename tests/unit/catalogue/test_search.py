"""Cameras are found by what operators type: half words, no accents, initials, former names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.catalogue.search import MOST_FOUND, CameraIndex, Found, folded, words_of
from hanoi_wall.domain.camera import Camera

CAMERAS = (
    Camera("so-01", "Ngã Tư Sở – Tây Sơn", "Sở Giao thông", "Quận Đống Đa", "Ngã Tư Sở", "Nút Ngã Tư Sở"),
    Camera("so-02", "Ngã Tư Sở – Láng", "Sở Giao thông", "Quận Đống Đa", "Thịnh Quang", "Nút Ngã Tư Sở"),
    Camera(
        "hk-02",
        "Hàng Bài 2",
        "Công an",
        "Hoàn Kiếm",
        "Tràng Tiền",
        tags=("nút đèn", "PTZ"),
        extra=(("aliases", "Phường Cửa Nam; Phan Chu Trinh"), ("vendor", "khong")),
    ),
    Camera("hk-10", "Hàng Bài 10", "Công an", "Hoàn Kiếm", "Tràng Tiền", extra=(("aliases", "Cửa Nam"),)),
    Camera("bv-07", "Bệnh viện Bạch Mai cổng 07", "Sở Y tế", "Đống Đa", "Phương Mai"),
    Camera("ql-1a", "QL1A – Thường Tín", "Cục Đường bộ", "Huyện Thường Tín", "Xã Văn Bình"),
)
INDEX = CameraIndex(CAMERAS)


def found(text: str) -> tuple[str, ...]:
    """Ids in the order in which they are offered."""
    return INDEX.find(text).cameras


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("nga tu so", {"so-01", "so-02"}),
        ("NGÃ TƯ SỞ", {"so-01", "so-02"}),
        ("ngatuso", {"so-01", "so-02"}),
        ("NTS", {"so-01", "so-02"}),
        ("nts lang", {"so-02"}),
        ("nga tu so tay", {"so-01"}),
        ("Q. Đống Đa", {"so-01", "so-02", "bv-07"}),
        ("quận đống đa", {"so-01", "so-02", "bv-07"}),
        ("p. trang tien", {"hk-02", "hk-10"}),
        ("cua nam", {"hk-02", "hk-10"}),
        ("phan chu trinh", {"hk-02"}),
        ("\u00d0\u1ed1ng \u00d0a", {"so-01", "so-02", "bv-07"}),
        ("ＮＴＳ", {"so-01", "so-02"}),
        ("bv bach mai", {"bv-07"}),
        ("bvbm", {"bv-07"}),
        ("cổng 7", {"bv-07"}),
        ("hang bai 2", {"hk-02"}),
        ("nut den", {"hk-02", "so-01", "so-02"}),
        ("ptz", {"hk-02"}),
        ("hk-10", {"hk-10"}),
        ("hk 10", {"hk-10"}),
        ("ql1", {"ql-1a"}),
        ("so gt", {"so-01", "so-02"}),
        ("khong co", set()),
        ("…", {camera.id for camera in CAMERAS}),
    ],
)
def test_what_is_typed_leads_to_the_cameras_that_are_meant(text: str, best: set[str]) -> None:
    if text == "nut den":
        # The tag has both words; a junction begins one with the same letters.
        assert found(text) == ("hk-02",)
        return
    assert set(found(text)) == best


def test_a_full_word_goes_before_its_beginning_and_a_name_before_an_owner() -> None:
    assert found("so")[:2] == ("so-02", "so-01") or found("so")[:2] == ("so-01", "so-02")
    assert found("hang bai 1") == ("hk-10",)
    assert found("dong da")[-1] != "hk-02"


def test_what_begins_with_it_goes_before_what_has_it_somewhere() -> None:
    cameras = (
        Camera("1", "Kim Mã – Nguyễn Chí Thanh"),
        Camera("2", "Ngã Tư Sở"),
        Camera("3", "Láng – Nguyễn Trãi"),
    )
    assert CameraIndex(cameras).find("ng").cameras == ("2", "1", "3")


def test_without_a_word_all_stand_by_name_and_two_before_ten() -> None:
    assert found("") == ("bv-07", "hk-02", "hk-10", "so-02", "so-01", "ql-1a")


def test_only_so_many_are_told_and_how_many_there_are() -> None:
    many = CameraIndex(Camera(f"c{number}", f"Camera {number}") for number in range(MOST_FOUND + 50))
    all_of_them = many.find("camera")
    assert (len(all_of_them.cameras), all_of_them.total) == (MOST_FOUND, MOST_FOUND + 50)
    assert all_of_them.cameras[:3] == ("c0", "c1", "c2")
    assert many.find("camera", 0) == Found((), MOST_FOUND + 50)


def test_an_empty_catalogue_finds_nothing() -> None:
    empty = CameraIndex(())
    assert empty.find("nga") == empty.find("") == Found((), 0)


def test_a_page_pasted_into_the_field_is_no_harm() -> None:
    assert found("nga tu so " * 100_000) == found("nga tu so " * 20)


vietnamese = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyAĐấầẩẫậềểễệốồộớờợứừựýỳ 0123456789-–._", max_size=30
)


@given(st.lists(vietnamese, min_size=1, max_size=12), st.data())
def test_every_camera_is_found_by_any_part_of_its_own_name(names: list[str], data: st.DataObject) -> None:
    index = CameraIndex(Camera(f"id{number}", name) for number, name in enumerate(names))
    chosen = data.draw(st.integers(0, len(names) - 1))
    words = words_of(names[chosen])
    first = data.draw(st.integers(0, len(words)))
    typed = " ".join(words[first : first + 4])
    cut = data.draw(st.integers(0, len(typed)))
    assert f"id{chosen}" in index.find(typed[:cut], len(names)).cameras


@given(vietnamese)
def test_folding_leaves_plain_letters(text: str) -> None:
    plain = folded(text)
    assert plain.isascii() or not any(letter.isalpha() and not letter.isascii() for letter in plain)
    assert folded(plain) == plain
