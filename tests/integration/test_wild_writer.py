"""A decoder out of its mind writes anything into the slots' facts: no reader hangs or reads past a buffer."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.video.slots import PAGE, Ring, RingReader, RingWriter
from tests.unit.video.test_slots import HEADER, Meddled, put, shown


class Racing(Meddled):
    """A ring's words in which a newer picture is there whenever somebody has looked."""

    def __getitem__(self, key: int) -> int:
        if key == 5:
            self.words[5] += 256
        return self.words[key]


def test_a_writer_that_races_for_ever_does_not_hold_the_reader() -> None:
    ring = Ring.create(64, 32)
    put(RingWriter(ring), 1)
    words = ring.words
    ring.words = Racing(words, lambda: None)  # type: ignore[assignment]
    reader = RingReader(ring)
    assert shown(reader) is None
    assert reader.torn == 1
    assert words[16] == 0, "nothing is claimed"
    ring.words = reader._words = words
    assert shown(reader) == 1, "and all is well as soon as it stops"


@pytest.mark.parametrize(
    "wrong",
    [
        {"height": 200_000},
        {"height": 33},
        {"height": 0},
        {"height": -1},
        {"width": 65},
        {"width": 0},
        {"width": -64},
        {"width": 1 << 60},
        {"stride": 0},
        {"stride": 257},
        {"stride": -256},
        {"stride": 1 << 62},
        {"stride": 260, "height": 32},
        {"width": -(1 << 63), "height": -(1 << 63), "stride": -(1 << 63)},
    ],
)
def test_a_picture_that_does_not_lie_in_its_buffer_is_none(wrong: dict[str, int]) -> None:
    """Painted, it would be read from beyond the memory, and the whole wall would end by SIGSEGV."""
    ring = Ring.create(64, 32)
    assert ring.buffer_bytes == 256 * 32
    writer, reader = RingWriter(ring), RingReader(ring)
    put(writer, 7)
    assert shown(reader) == 7
    writer.commit(writer.begin(), HEADER._replace(**wrong))
    assert reader.fresh()
    assert shown(reader) is None
    assert (reader.torn, reader.fresh()) == (1, False), "looked at once"
    put(writer, 9)
    assert shown(reader) == 9
    assert reader.torn == 1


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from([2, 3, 4, 5, 16, *range(32, 80)]), st.integers(0, PAGE // 8 - 1)),
            st.one_of(st.integers(0, 1 << 12), st.integers(0, (1 << 64) - 1)),
        ),
        max_size=12,
    )
)
def test_whatever_is_written_over_the_facts_what_is_read_lies_in_its_buffer(
    words: list[tuple[int, int]],
) -> None:
    ring = Ring.create(64, 32)
    reader, writer = RingReader(ring), RingWriter(Ring(os.dup(ring.fd)))
    put(writer, 1)
    for word, value in words:
        ring.words[word] = value
        assert len(ring.newest_header()) == len(HEADER)
        with reader.newest() as held:
            if held is not None:
                header, pixels = held
                assert 0 < header.width * 4 <= header.stride and 0 < header.height
                assert header.stride * header.height <= len(pixels) == 256 * 32


def test_a_number_is_published_after_everything_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """x86 keeps the order by itself; where a processor does not, only the fence does."""
    ring = Ring.create(64, 32)
    writer, reader, seen = RingWriter(ring), RingReader(ring), list[tuple[int, int, int]]()
    put(writer, 1)
    index = writer.begin()

    def fence() -> None:
        seen.append((ring.words[32 + 16 * index + 1], ring.newest_sequence(), ring.words[16]))

    monkeypatch.setattr("hanoi_wall.video.slots._fence", fence)
    writer.commit(index, HEADER)
    assert seen == [(2, 1, 0)], "complete, not yet published"
    with reader.newest():
        assert seen[1:] == [(2, 2, index + 1)], "claimed, then looked at again"
    assert seen[2:] == [(2, 2, index + 1)], "read, not yet let go"
    monkeypatch.undo()  # it holds the ring
