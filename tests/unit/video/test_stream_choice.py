"""Which stream a tile gets: the smallest that covers it, without flapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.video.stream_choice import BETWEEN_NS, REASONS, Choice, Size, choose

MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
NOW = 1_000 * SECOND
BOTH: dict[StreamKind, Size | None] = {MAIN: (1920, 1080), SUB: (640, 360)}


@pytest.mark.parametrize(
    ("tile", "kind", "why"),
    [
        ((480, 270), SUB, "smallest_covers"),
        ((640, 360), SUB, "smallest_covers"),
        ((641, 360), MAIN, "sub_too_small"),
        ((640, 361), MAIN, "sub_too_small"),
        ((3840, 2160), MAIN, "sub_too_small"),
    ],
)
def test_the_first_choice_covers_the_tile(tile: Size, kind: StreamKind, why: str) -> None:
    assert choose(None, tile, BOTH, NOW) == Choice(kind, why, NOW)


def test_sizes_that_nobody_knows_yet_are_guessed() -> None:
    unknown: dict[StreamKind, Size | None] = {MAIN: None, SUB: None}
    assert choose(None, (480, 270), unknown, NOW).stream is SUB
    assert choose(None, (960, 540), unknown, NOW).stream is MAIN


@pytest.mark.parametrize(("kind", "size"), [(MAIN, (480, 270)), (SUB, (3840, 2160))])
def test_a_camera_with_one_stream_shows_that(kind: StreamKind, size: Size) -> None:
    assert choose(None, size, {kind: None}, NOW) == Choice(kind, "only_stream", NOW)


@pytest.mark.parametrize(("broken", "kind"), [(SUB, MAIN), (MAIN, SUB)])
@pytest.mark.parametrize("tile", [(480, 270), (1920, 1080)])
def test_a_stream_that_cannot_be_had_gives_way_to_the_other(
    broken: StreamKind, kind: StreamKind, tile: Size
) -> None:
    before = choose(None, tile, BOTH, NOW)
    choice = choose(before, tile, BOTH, NOW + 1, broken=frozenset({broken}))
    assert (choice.stream, choice.why) == (kind, "other_broken")
    healed = choose(choice, tile, BOTH, NOW + 2)
    assert (healed.stream, healed.why) == (before.stream, before.why)


def test_when_neither_can_be_had_there_is_still_a_choice() -> None:
    assert choose(None, (480, 270), BOTH, NOW, broken=frozenset(StreamKind)).stream is MAIN


def test_up_from_a_third_more_than_the_stream_has() -> None:
    sub = choose(None, (640, 360), BOTH, NOW)
    assert choose(sub, (857, 482), BOTH, NOW + SECOND) == Choice(SUB, "nearly_covers", NOW)
    assert choose(sub, (858, 482), BOTH, NOW + SECOND) == Choice(MAIN, "sub_too_small", NOW + SECOND)


def test_down_after_a_second_below_and_five_since_the_last_switch() -> None:
    main = choose(None, (960, 540), BOTH, NOW)
    at_once = choose(main, (640, 360), BOTH, NOW + 10 * SECOND)
    assert (at_once.stream, at_once.why) == (MAIN, "held")
    assert choose(at_once, (640, 360), BOTH, NOW + 11 * SECOND - 1).stream is MAIN
    down = choose(at_once, (640, 360), BOTH, NOW + 11 * SECOND)
    assert (down.stream, down.why) == (SUB, "smallest_covers")
    again = choose(main, (640, 360), BOTH, NOW + SECOND)
    assert choose(again, (640, 360), BOTH, NOW + 5 * SECOND - 1).stream is MAIN
    assert choose(again, (640, 360), BOTH, NOW + 5 * SECOND).stream is SUB


def test_a_moment_below_does_not_count() -> None:
    main = choose(None, (960, 540), BOTH, NOW)
    below = choose(main, (640, 360), BOTH, NOW + 10 * SECOND)
    above = choose(below, (700, 360), BOTH, NOW + 11 * SECOND)
    assert (above.stream, above.below_ns, above.why) == (MAIN, 0, "sub_too_small")
    assert choose(above, (640, 360), BOTH, NOW + 11 * SECOND + 1).stream is MAIN


def test_a_pin_holds_whatever_the_size_and_leaves_the_choice_to_the_size_when_it_goes() -> None:
    pinned = choose(choose(None, (480, 270), BOTH, NOW), (480, 270), BOTH, NOW + 1, pin=MAIN)
    assert (pinned.stream, pinned.why) == (MAIN, "pinned")
    assert choose(pinned, (480, 270), BOTH, NOW + 2, pin=MAIN) == pinned
    free = choose(pinned, (480, 270), BOTH, NOW + 3)
    assert (free.stream, free.why) == (SUB, "smallest_covers")
    assert choose(None, (480, 270), {SUB: None}, NOW, pin=MAIN).stream is SUB
    broken = choose(None, (480, 270), BOTH, NOW, pin=MAIN, broken=frozenset({MAIN}))
    assert (broken.stream, broken.why) == (SUB, "other_broken")


sizes = st.tuples(st.integers(16, 4000), st.integers(16, 2200))


@given(st.lists(st.tuples(sizes, st.integers(0, 4 * SECOND)), min_size=1, max_size=60), sizes)
def test_it_does_not_flap(steps: list[tuple[Size, int]], sub: Size) -> None:
    """Never two ways down within 5 s, never down while the small one does not cover, and up when it must."""
    streams: dict[StreamKind, Size | None] = {MAIN: (4000, 2200), SUB: sub}
    choice, now, switched = None, NOW, 0
    for tile, waited in steps:
        now += waited
        before, choice = choice, choose(choice, tile, streams, now)
        assert choice.why in REASONS
        assert (choice.why == "smallest_covers") == (choice.stream is SUB and _covers(sub, tile))
        if before is not None and before.stream is not choice.stream:
            assert choice.switched_ns == now
            if choice.stream is SUB:
                assert now - switched >= BETWEEN_NS
        if choice.switched_ns == now:
            switched = now
        if choice.stream is SUB:
            assert tile[0] <= sub[0] * 1.34 and tile[1] <= sub[1] * 1.34
        elif before is not None and before.stream is SUB:
            assert tile[0] > sub[0] * 1.34 or tile[1] > sub[1] * 1.34


def _covers(stream: Size, tile: Size) -> bool:
    return tile[0] <= stream[0] and tile[1] <= stream[1]
