"""A guarded client's signs of life, through a real pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.operations.life import VARIABLE, Guarded, LifeSign, guarded
from tests.ui.no_files import no_files


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends; whichever the test has not closed is closed after it."""
    ends = os.pipe()
    os.set_inheritable(ends[1], True)
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def test_what_the_guard_says_is_read_once(pipe: tuple[int, int]) -> None:
    said = Guarded(pipe[1], 3, arranged=True)
    environment = {VARIABLE: said.text(), "PATH": "x"}
    assert guarded(environment) == said
    assert environment == {"PATH": "x"}, "no child of the client thinks that it is guarded"
    assert not os.get_inheritable(pipe[1]) and not os.get_blocking(pipe[1])
    assert guarded(environment) is None


@pytest.mark.parametrize("text", ["", "7", "a:0:0", "0:1:0:1", "1048575:0:0", "9" * 20 + ":0:0", "²:0:0"])
def test_what_no_guard_says_is_no_guard(text: str) -> None:
    assert guarded({VARIABLE: text}) is None


def test_a_file_is_not_a_pipe_to_a_guard() -> None:
    with open(os.devnull) as file:
        assert guarded({VARIABLE: f"{file.fileno()}:0:0"}) is None


def test_one_sign_a_second_and_at_once_when_somebody_arranged_something(
    pipe: tuple[int, int], clock: ManualClock
) -> None:
    life = LifeSign(Guarded(pipe[1], 2))
    assert life.restarts == 2
    with no_files():
        for _ in range(150):
            assert life.tick(clock.monotonic_ns())
            clock.advance(0.02)
    assert os.read(pipe[0], 100) == b"..."
    life.arranged()
    assert life.tick(clock.monotonic_ns())
    assert os.read(pipe[0], 100) == b"a"
    life.arranged()
    assert life.tick(clock.monotonic_ns() + SECOND // 2)
    assert life.tick(clock.monotonic_ns() + SECOND)
    assert os.read(pipe[0], 100) == b"a", "from then on"


def test_a_pipe_that_nobody_empties_is_not_waited_for(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(pipe[1], bytes(4096))
    life = LifeSign(Guarded(pipe[1]))
    assert all(life.tick(second * SECOND) for second in range(1, 5))


def test_the_end_of_the_guard_is_told_once(pipe: tuple[int, int]) -> None:
    life = LifeSign(Guarded(pipe[1]))
    assert life.tick(1 * SECOND)
    os.close(pipe[0])
    assert [life.tick(second * SECOND) for second in range(2, 5)] == [False, True, True]
