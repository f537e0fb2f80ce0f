"""Names that people read and every file system takes, whatever a camera is called."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.evidence.names import is_bare, safe, stem

TAKEN = datetime(2026, 11, 23, 9, 1, 2, 345_678)


def test_who_where_when_and_the_cameras_clock() -> None:
    name = stem("CSGT Hà Nội", "Ngã Tư Sở / cột 3", TAKEN, None)
    assert name == "CSGT-Hà-Nội_Ngã-Tư-Sở-cột-3_2026-11-23T09-01-02.345+unknown"
    assert stem("", "Cổng A", TAKEN, 120) == "Cổng-A_2026-11-23T09-01-02.345+120ms"
    assert stem("", "..", TAKEN, -47_000) == "camera_2026-11-23T09-01-02.345-47000ms"


def test_accents_are_composed_and_marks_that_turn_writing_round_are_gone() -> None:
    assert safe("Nga\u0303 Tu\u031b\u202egnp.exe", 96) == "Ngã-Tư-gnp.exe"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_name_becomes_one_that_every_file_system_takes(owner: str, camera: str) -> None:
    name = stem(owner, camera, TAKEN, None) + ".main.png"
    assert not re.search(r'[<>:"/\\|?*\x00-\x20\x7f]', name)
    assert len(name.encode()) <= 220 and is_bare(name)
    assert name.split("_")[-1] == "2026-11-23T09-01-02.345+unknown.main.png"
    assert not name.startswith(("-", "."))


@pytest.mark.parametrize(
    "name", ["", "..", ".x", "../x.png", "/etc/passwd", "a\\b", "c:x", "a\0b", "a\nb", "x" * 256, None, 7]
)
def test_what_could_point_elsewhere_is_not_bare(name: object) -> None:
    assert not is_bare(name)
