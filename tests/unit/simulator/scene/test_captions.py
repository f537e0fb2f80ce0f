"""Names in pictures keep their marks where a font has them."""

from __future__ import annotations

import numpy
import pytest

from hanoi_wall.simulator.scene import captions


def test_a_caption_is_white_with_a_dark_rim() -> None:
    luma, mask = captions.caption("Ô Chợ Dừa", 20)
    assert luma.size == mask.size and luma.width % 2 == luma.height % 2 == 0
    ink, cover = numpy.asarray(luma), numpy.asarray(mask)
    assert ink.max() > 220 and ink.min() < 30 and cover.max() > 200
    assert not cover[:, 0].any() and not cover[:, -1].any(), "a letter is cut off"


def test_marks_make_a_difference() -> None:
    with_marks, without = (captions.caption(text, 40)[0] for text in ("Cầu Giấy", "Cau Giay"))
    assert numpy.asarray(with_marks).sum() != numpy.asarray(without).sum()


def test_without_a_font_the_marks_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "_face", lambda: None)
    captions._sized.cache_clear()
    assert captions.spelled("Ngã Tư Sở – Đống Đa") == "Nga Tu So - Dong Da"
    assert captions.caption("Ngã Tư Sở", 20)[0].width > 20
    captions._sized.cache_clear()
