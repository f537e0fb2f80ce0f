"""A picture's header gives the tile's truth what it needs."""

from __future__ import annotations

from hanoi_wall.domain.tile import PictureFacts
from hanoi_wall.video.picture import PictureHeader


def test_the_facts_of_a_picture() -> None:
    header = PictureHeader(
        sequence=1,
        width=2,
        height=3,
        stride=64,
        pts_us=5,
        arrival_ns=6,
        capture_ns=7,
        interval_ns=8,
        frozen_since_ns=9,
        published_ns=10,
    )
    assert header.facts() == PictureFacts(capture_ns=7, interval_ns=8, frozen_since_ns=9)
    assert header.behind_ns == 0
