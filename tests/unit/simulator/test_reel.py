"""Loops on disk: what is written is read, what is damaged is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from hanoi_wall.simulator.reel import Codec, ReelError, open_reel, write_reel

PICTURES = [(0, True, [b"sps", b"pps", b"key" * 100]), (1, False, [b"p"]), (7, False, [b"q" * 5000])]


def reel(path: Path) -> Path:
    write_reel(path, Codec.H265, (640, 360), Fraction(25, 2), PICTURES)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    read = open_reel(reel(tmp_path / "a.reel"))
    assert (read.codec, read.width, read.height, read.rate) == (Codec.H265, 640, 360, Fraction(25, 2))
    assert [(u.frame, u.key, [bytes(nal) for nal in u.nals]) for u in read.units] == PICTURES
    assert read.bits_per_second == pytest.approx((6 + 300 + 1 + 5000) * 8 * 12.5 / 3)
    assert [path.name for path in tmp_path.iterdir()] == ["a.reel"]


@pytest.mark.parametrize("where", [0, 9, 20, 60, -1])
def test_a_changed_octet_is_noticed(tmp_path: Path, where: int) -> None:
    path = reel(tmp_path / "a.reel")
    data = bytearray(path.read_bytes())
    data[where] ^= 0x40
    path.write_bytes(data)
    with pytest.raises(ReelError, match="a.reel"):
        open_reel(path)


@pytest.mark.parametrize("size", [0, 5, 16, 100])
def test_a_cut_file_is_noticed(tmp_path: Path, size: int) -> None:
    path = reel(tmp_path / "a.reel")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ReelError, match="a.reel"):
        open_reel(path)


def test_a_loop_without_pictures_is_no_loop(tmp_path: Path) -> None:
    write_reel(tmp_path / "a.reel", Codec.H264, (2, 2), Fraction(25), [])
    with pytest.raises(ReelError, match="no pictures"):
        open_reel(tmp_path / "a.reel")


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    class Torn(list[bytes]):
        def __iter__(self) -> object:  # type: ignore[override]
            raise OSError("torn")

    with pytest.raises(OSError, match="torn"):
        write_reel(tmp_path / "a.reel", Codec.H264, (2, 2), Fraction(25), [(0, True, Torn([b"x"]))])
    assert list(tmp_path.iterdir()) == []
