"""Zoom, quarter turns, fit and fill: never beyond the picture's edge, and what is looked at stays."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hanoi_wall.domain.crop import MOST_ZOOM, PLAIN, STEP, Look, Part, Point, Size

NEARLY = pytest.approx
PICTURE, BOX = (640.0, 360.0), (480.0, 270.0)
sides = st.integers(1, 4000).map(float)
sizes = st.tuples(sides, sides)
places = st.floats(0, 1)
factors = st.floats(0.05, 20)
turns = st.integers(0, 3)
LOOKS = st.builds(Look, st.floats(1, MOST_ZOOM), places, places, turns, st.booleans())


def corners(part: Part) -> tuple[float, float, float, float]:
    """left, top, right, bottom"""
    return part.left, part.top, part.left + part.width, part.top + part.height


def under(look: Look, at: Point, picture: Size, box: Size) -> Point:
    """The point of the picture (as it stands in the tile) that is shown at a pixel of the box."""
    part = look.part(picture, box)
    wide, high = (picture[1], picture[0]) if look.sideways else picture
    scales = box[0] / wide, box[1] / high
    scale = (max(scales) if look.fill else min(scales)) * look.zoom
    middle = part.left + part.width / 2, part.top + part.height / 2
    return (
        middle[0] + (at[0] - box[0] / 2) / (wide * scale),
        middle[1] + (at[1] - box[1] / 2) / (high * scale),
    )


# Never beyond the edge


@given(LOOKS, sizes, sizes, factors, places, places, st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_whatever_is_done_only_the_picture_is_shown(
    look: Look,
    picture: Size,
    box: Size,
    factor: float,
    across: float,
    down: float,
    right: float,
    low: float,
) -> None:
    at = (across * box[0], down * box[1])
    done = look.zoomed(factor, at, picture, box).moved(right, low, picture, box).turned()
    for each in (look, done, done.filled(), done.stepped(1, -1, picture, box)):
        assert 1.0 <= each.zoom <= MOST_ZOOM
        for part in (each.part(picture, box), each.source(picture, box)):
            assert all(-1e-9 <= edge <= 1 + 1e-9 for edge in corners(part))
            assert part.width > 0 and part.height > 0


@given(
    LOOKS,
    st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
    st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
)
def test_nothing_stands_outside_the_box(look: Look, picture: tuple[int, int], box: tuple[int, int]) -> None:
    x, y, wide, high = look.place(picture, box)
    assert x >= 0 and y >= 0 and wide >= 1 and high >= 1
    assert x + wide <= box[0] and y + high <= box[1]
    if look.fill:
        assert (wide, high) == box, "filled to the last pixel"


# Zoom


@given(places, places, st.floats(1, 4), st.floats(1, 2), places, places)
def test_what_is_under_the_cursor_stays_there(
    x: float, y: float, zoom: float, factor: float, across: float, down: float
) -> None:
    look = Look(zoom, x, y).inside(PICTURE, BOX)
    at = (across * BOX[0], down * BOX[1])
    assert under(look.zoomed(factor, at, PICTURE, BOX), at, PICTURE, BOX) == NEARLY(
        under(look, at, PICTURE, BOX), abs=1e-6 if zoom * factor > 1.02 else 0.02
    )


@given(LOOKS, sizes, sizes, st.floats(1.1, 3), places, places)
def test_in_and_out_again_is_as_before(
    look: Look, picture: Size, box: Size, factor: float, across: float, down: float
) -> None:
    assume(look.zoom * factor <= MOST_ZOOM and (look.zoom == 1.0 or look.zoom > 1.05))
    look = look.inside(picture, box)
    at = (across * box[0], down * box[1])
    back = look.zoomed(factor, at, picture, box).zoomed(1 / factor, at, picture, box)
    assert (back.zoom, back.x, back.y) == NEARLY((look.zoom, look.x, look.y), abs=1e-6)


def test_nine_notches_are_the_most_and_back_is_whole() -> None:
    look = PLAIN
    for _ in range(12):
        look = look.zoomed(STEP, (10, 10), PICTURE, BOX)
    assert look.zoom == MOST_ZOOM
    assert look.part(PICTURE, BOX).width == NEARLY(1 / 8)
    for _ in range(12):
        look = look.zoomed(1 / STEP, (470, 260), PICTURE, BOX)
    assert look == PLAIN


def test_a_picture_with_margins_grows_into_them_first() -> None:
    """A tall picture in a wide tile: the margins at its sides go before a pixel of its width does."""
    tall = (270.0, 270.0)
    twice = PLAIN.zoomed(1.5, (240, 135), tall, BOX)
    assert twice.part(tall, BOX) == Part(0.0, NEARLY(1 / 6), 1.0, NEARLY(2 / 3))
    assert twice.place(tall, (480, 270)) == (37, 0, 405, 270)


def test_a_smaller_and_a_larger_stream_show_the_same_part() -> None:
    look = PLAIN.zoomed(3.0, (400, 60), PICTURE, BOX)
    assert look.part(PICTURE, BOX) == look.part((1920.0, 1080.0), BOX)


# Move


def test_the_picture_goes_with_the_hand() -> None:
    look = PLAIN.zoomed(4.0, (240, 135), PICTURE, BOX)
    before = under(look, (240, 135), PICTURE, BOX)
    moved = look.moved(30, -20, PICTURE, BOX)
    assert under(moved, (270, 115), PICTURE, BOX) == NEARLY(before)
    assert look.moved(9_999, 9_999, PICTURE, BOX).part(PICTURE, BOX) == Part(0.0, 0.0, 0.25, 0.25)


def test_a_step_is_an_eighth_of_what_is_shown() -> None:
    look = PLAIN.zoomed(4.0, (240, 135), PICTURE, BOX)
    stepped = look.stepped(1, 0, PICTURE, BOX)
    assert stepped.part(PICTURE, BOX).left == NEARLY(look.part(PICTURE, BOX).left + 1 / 32)
    assert stepped.part(PICTURE, BOX).top == look.part(PICTURE, BOX).top


def test_a_whole_picture_cannot_be_moved() -> None:
    assert PLAIN.moved(100, 100, PICTURE, BOX) == PLAIN


# Turn and fill


def turned_point(x: float, y: float, quarters: int) -> Point:
    """Where a point of the picture goes when it is turned clockwise."""
    for _ in range(quarters):
        x, y = 1 - y, x
    return x, y


@given(turns, places, places, st.floats(1, MOST_ZOOM))
def test_what_is_shown_turned_is_the_same_part_of_the_picture(
    quarters: int, x: float, y: float, zoom: float
) -> None:
    look = Look(zoom, x, y, quarters)
    shown, source = look.part(PICTURE, BOX), look.source(PICTURE, BOX)
    left, top, right, bottom = corners(source)
    seen = [turned_point(*corner, quarters) for corner in ((left, top), (right, bottom))]
    found = (
        min(seen[0][0], seen[1][0]),
        min(seen[0][1], seen[1][1]),
        max(seen[0][0], seen[1][0]),
        max(seen[0][1], seen[1][1]),
    )
    assert found == NEARLY(corners(shown))


@given(LOOKS)
def test_four_quarters_are_none(look: Look) -> None:
    again = look.turned().turned().turned().turned()
    assert (again.zoom, again.x, again.y, again.turns) == NEARLY((look.zoom, look.x, look.y, look.turns))


def test_what_was_in_the_middle_stays_there_when_turned() -> None:
    look = Look(8.0, 0.25, 0.75)
    source = look.turned().source(PICTURE, BOX)
    assert (source.left + source.width / 2, source.top + source.height / 2) == NEARLY((0.25, 0.75))


def test_turned_by_a_quarter_the_picture_stands_upright_between_margins() -> None:
    upright = PLAIN.turned()
    assert upright.place((640, 360), (480, 270)) == (164, 0, 152, 270)
    assert upright.part(PICTURE, BOX) == Part(0.0, 0.0, 1.0, 1.0)


def test_filling_cuts_the_picture_at_its_middle() -> None:
    square = (300.0, 300.0)
    filled = PLAIN.filled()
    assert filled.part(square, BOX) == Part(0.0, NEARLY((1 - 270 / 480) / 2), 1.0, NEARLY(270 / 480))
    assert filled.place((300, 300), (480, 270)) == (0, 0, 480, 270)
    assert filled.filled() == PLAIN


def test_plain_is_only_what_nobody_touched() -> None:
    assert PLAIN.plain
    assert not any(each.plain for each in (Look(2.0), Look(turns=1), Look(fill=True)))
    assert Look(3.0, 0.1, 0.9, 2, True).unzoomed() == Look(turns=2, fill=True)
