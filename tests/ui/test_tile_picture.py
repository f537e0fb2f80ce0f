"""How a tile's pictures are drawn: from the buffer that is claimed now, and never from memory of before."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.domain.crop import Look
from hanoi_wall.domain.tile import Treatment
from hanoi_wall.operations.layout import Box
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import theme
from hanoi_wall.ui.tile_picture import TilePicture
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingReader, RingWriter, stride_of

WIDE, HIGH = 64, 36
BOX = Box(0, 0, WIDE, HIGH)


def write(writer: RingWriter, grey: int, width: int = WIDE, height: int = HIGH) -> None:
    """Publish a picture of one grey."""
    index = writer.begin()
    stride = stride_of(width)
    writer.ring.pixels[index][: stride * height] = bytes([grey]) * (stride * height)
    writer.commit(index, PictureHeader(0, width, height, stride, 0, 1, 1, 40_000_000, 0, 1))


def painted(picture: TilePicture, reader: RingReader, treatment: Treatment = Treatment.CLEAR) -> QImage:
    """A surface of the tile's size after painting the newest picture."""
    surface = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    surface.fill(0xFF0000FF)
    with reader.newest() as held, QPainter(surface) as painter:
        assert held is not None
        picture.paint(painter, held[0], reader.held, reader.ring, treatment)
    return surface


def greys(surface: QImage) -> set[int]:
    """The different values of green on the surface."""
    return {surface.pixelColor(x, y).green() for x in range(0, WIDE, 3) for y in range(0, HIGH, 3)}


@pytest.fixture
def picture(qtbot: QtBot) -> Iterator[TilePicture]:
    """Of a tile that is all picture."""
    made = TilePicture(Style(theme(), words("en")))
    made.stand(BOX, BOX)
    yield made
    made.forget()


def test_each_buffer_shows_what_was_written_last(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    for grey in range(10, 200, 10):
        write(writer, grey)
        assert greys(painted(picture, reader)) == {grey}


def test_pictures_of_changing_size_in_one_ring(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    for grey, (width, height) in enumerate(
        [(WIDE, HIGH), (WIDE, 20), (32, 18), (20, HIGH), (WIDE, HIGH)] * 3
    ):
        write(writer, 100 + grey, width, height)
        assert surface_centre(painted(picture, reader)) == 100 + grey


def surface_centre(surface: QImage) -> int:
    """Green in the middle."""
    return surface.pixelColor(WIDE // 2, HIGH // 2).green()


def test_two_rings_in_turn(picture: TilePicture) -> None:
    writers = [RingWriter(Ring.create(WIDE, HIGH)) for _ in range(3)]
    readers = [RingReader(writer.ring) for writer in writers]
    for grey in range(10, 130, 10):
        for number, (writer, reader) in enumerate(zip(writers, readers, strict=True)):
            write(writer, grey + number)
            assert greys(painted(picture, reader)) == {grey + number}


def test_a_stale_picture_is_grey_and_kept_but_not_beyond_a_live_one(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    write(writer, 200)
    assert greys(painted(picture, reader, Treatment.STALE)) != {200}
    assert greys(painted(picture, reader)) == {200}
    write(writer, 60)
    assert max(greys(painted(picture, reader, Treatment.STALE))) < 120


def test_a_dark_tile_shows_nothing_of_it(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    write(writer, 200)
    assert greys(painted(picture, reader, Treatment.DARK)) == {theme().surface_1.green()}


def test_what_is_forgotten_holds_no_memory(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    for grey in range(5):
        write(writer, grey)
        painted(picture, reader)
    gone = weakref.ref(writer.ring)
    mapping = writer.ring.map
    del writer, reader
    picture.forget()
    gc.collect()
    assert gone() is None
    mapping.close()


def test_a_part_is_drawn_from_the_buffer_that_is_claimed_now(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    picture.see(Look(4.0, 0.9, 0.1))
    for grey in range(10, 200, 10):
        write(writer, grey)
        assert greys(painted(picture, reader)) == {grey}
    assert picture.size == (WIDE, HIGH)
    write(writer, 60)
    assert max(greys(painted(picture, reader, Treatment.STALE))) < 120
    assert greys(painted(picture, reader, Treatment.DARK)) == {theme().surface_1.green()}


def test_each_movement_counts_once(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    write(writer, 60)
    for look in (Look(2.0), Look(2.0, 0.3), Look(2.0, 0.4)):
        picture.see(look)
        painted(picture, reader)
        painted(picture, reader)
    assert picture.moves == 3


def test_nothing_is_drawn_beside_a_narrow_part(picture: TilePicture) -> None:
    writer = RingWriter(Ring.create(WIDE, HIGH))
    reader = RingReader(writer.ring)
    write(writer, 200)
    picture.stand(BOX, Box(0, 0, WIDE - 2, HIGH - 3))
    picture.see(Look(2.0, turns=1))
    surface = painted(picture, reader)
    beyond = {surface.pixel(x, y) for x in range(WIDE) for y in (HIGH - 3, HIGH - 1)}
    beyond |= {surface.pixel(x, y) for x in (WIDE - 2, WIDE - 1) for y in range(HIGH)}
    assert beyond == {0xFF0000FF}, "what stood there before"
    picture.see(Look())
    assert surface_centre(painted(picture, reader)) == 200
