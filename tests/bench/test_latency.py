"""When pictures reached the screen, from notes of a watch."""

from __future__ import annotations

import numpy

from hanoi_wall.simulator.mark import Mark, luma_strip, strip_height
from tests.bench.latency import Watched, _strip
from tests.bench.pixels import Bytes, Place

MS = 1_000_000
PLACE = Place(100, 50, 320, 180)


def _strip_of(mark: Mark, place: Place, torn: Mark | None = None) -> Bytes:
    """What the watch copies of a picture with this mark; torn: the mark still standing on the right half."""
    picture = numpy.zeros((place.height, place.width, 4), numpy.uint8)
    high = strip_height(place.height)
    picture[-high:] = luma_strip(mark, place.width, place.height)[..., None]
    if torn is not None:
        half = place.width // 2
        picture[-high:, half:] = luma_strip(torn, place.width, place.height)[:, half:, None]
    part = _strip(place)
    top = part.y - place.y
    return picture[top : top + part.height]


def _watched(notes: list[tuple[int, int, int]], strips: list[Bytes]) -> Watched:
    return Watched([PLACE, PLACE], 2.0, numpy.array(notes, numpy.int64), strips)


def test_each_new_mark_is_one_sighting() -> None:
    marks = [Mark(3, frame) for frame in (7, 8, 8, 9)]
    notes = [(0, 0, 3 * MS), (0, 40 * MS, 43 * MS), (0, 44 * MS, 46 * MS), (0, 80 * MS, 83 * MS)]
    watched = _watched(notes, [_strip_of(mark, PLACE) for mark in marks])
    assert [sighting.mark.frame for sighting in watched.sightings] == [7, 8, 9]
    assert watched.painted_fps() == [1.5, 0.0]
    assert watched.resolution_ms() == 3.0


def test_a_picture_caught_while_being_painted_counts_when_it_is_whole() -> None:
    notes = [(0, 0, 3 * MS), (0, 40 * MS, 43 * MS), (0, 43 * MS, 46 * MS)]
    strips = [
        _strip_of(Mark(3, 7), PLACE),
        _strip_of(Mark(3, 900), PLACE, torn=Mark(3, 7)),
        _strip_of(Mark(3, 900), PLACE),
    ]
    watched = _watched(notes, strips)
    assert watched.unreadable == 1
    assert [(s.mark.frame, s.at_ns) for s in watched.sightings] == [(7, 3 * MS), (900, 46 * MS)]


def test_latency_is_from_the_last_byte_to_the_middle_between_two_looks() -> None:
    notes = [(0, 0, 4 * MS), (1, 0, 4 * MS), (0, 40 * MS, 44 * MS), (1, 50 * MS, 54 * MS)]
    strips = [_strip_of(Mark(0, 1), PLACE), _strip_of(Mark(1, 1), PLACE)]
    strips += [_strip_of(Mark(0, 2), PLACE), _strip_of(Mark(1, 2), PLACE)]
    sent = {(0, 2): 10 * MS, (1, 2): None}
    watched = _watched(notes, strips)
    # The first picture of a place stood there before the watch began: it says nothing.
    assert watched.latencies_ms(lambda place, frame: sent[place, frame]) == [32.0]
