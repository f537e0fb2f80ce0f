"""Sequences go on by the clock, are fetched ahead of their turn, stop, step and come apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import SECOND, ManualClock
from hanoi_wall.domain.content import Filling, Sequence, Step
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Focus, Monitor
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.sequences import AHEAD_NS, Sequences, unpacked

HERE = Focus("one", 1)


def monitor(sequence: Sequence, camera: str | None = "a") -> Monitor:
    scene = MonitorScene.holding(Grid(2, 1), (Filling(camera, sequence),))
    return Monitor("one", scene, Box(0, 0, 1, 1))


def abc(seconds: float = 10, *, paused: bool = False) -> Sequence:
    return Sequence(tuple(Step(camera, seconds) for camera in "abc"), paused)


@pytest.fixture
def sequences(clock: ManualClock) -> Sequences:
    return Sequences(clock)


def test_each_camera_stays_for_its_own_time(sequences: Sequences, clock: ManualClock) -> None:
    sequence = Sequence((Step("a", 5), Step("b", 20)))
    assert sequences.turns((monitor(sequence),)) == {}
    clock.advance(4.9)
    assert sequences.turns((monitor(sequence),)) == {}
    clock.advance(0.1)
    assert sequences.turns((monitor(sequence),)) == {HERE: "b"}
    clock.advance(19.9)
    assert sequences.turns((monitor(sequence, "b"),)) == {}
    clock.advance(0.1)
    assert sequences.turns((monitor(sequence, "b"),)) == {HERE: "a"}


def test_the_next_camera_is_fetched_ahead(sequences: Sequences, clock: ManualClock) -> None:
    sequences.turns((monitor(abc()),))
    assert sequences.coming() == {}
    assert sequences.due_ns == clock.monotonic_ns() + 10 * SECOND - AHEAD_NS
    clock.advance(10.1 - AHEAD_NS / SECOND)
    assert sequences.due_ns is not None and sequences.due_ns < clock.monotonic_ns(), "however late one asks"
    assert sequences.coming() == {HERE: "b"}
    clock.advance(AHEAD_NS / SECOND - 0.1)
    assert sequences.due_ns == clock.monotonic_ns()


def test_a_sequence_that_is_paused_stays_and_then_begins_its_time_anew(
    sequences: Sequences, clock: ManualClock
) -> None:
    sequences.turns((monitor(abc()),))
    clock.advance(9)
    assert sequences.turns((monitor(abc(paused=True)),)) == {}
    clock.advance(60)
    assert sequences.turns((monitor(abc(paused=True)),)) == {}
    assert sequences.due_ns is None and sequences.coming() == {}
    assert sequences.turns((monitor(abc()),)) == {}
    clock.advance(9.9)
    assert sequences.turns((monitor(abc()),)) == {}
    clock.advance(0.1)
    assert sequences.turns((monitor(abc()),)) == {HERE: "b"}


def test_an_operator_steps_forth_and_back(sequences: Sequences, clock: ManualClock) -> None:
    sequences.turns((monitor(abc()),))
    sequences.step(HERE, -1)
    assert sequences.turns((monitor(abc()),)) == {HERE: "c"}
    sequences.step(HERE, 1)
    assert sequences.turns((monitor(abc(), "c"),)) == {HERE: "a"}
    sequences.step(Focus("one", 2), 1)


def test_a_sequence_goes_on_with_the_camera_that_stands_there(
    sequences: Sequences, clock: ManualClock
) -> None:
    assert sequences.turns((monitor(abc(), "b"),)) == {}
    clock.advance(10)
    assert sequences.turns((monitor(abc(), "b"),)) == {HERE: "c"}
    assert sequences.turns(()) == {} and sequences.due_ns is None, "one that is gone is forgotten"


def test_one_camera_alone_is_never_due(sequences: Sequences, clock: ManualClock) -> None:
    sequences.turns((monitor(Sequence((Step("a"),))),))
    assert sequences.due_ns is None and sequences.coming() == {}
    clock.advance(100)
    assert sequences.turns((monitor(Sequence((Step("a"),))),)) == {}


@given(st.integers(1, 9), st.lists(st.booleans(), min_size=1, max_size=9), st.data())
def test_no_camera_is_lost_or_doubled_when_a_sequence_comes_apart(
    steps: int, taken: list[bool], data: st.DataObject
) -> None:
    cameras = [f"s{number}" for number in range(steps)]
    at = data.draw(st.integers(1, len(taken)))
    held = [Filling(f"t{number}") if full else Filling() for number, full in enumerate(taken)]
    held[at - 1] = Filling(cameras[0], Sequence(tuple(map(Step, cameras))))
    scene = MonitorScene.holding(Grid(len(taken), 1), tuple(held))
    after, moved = unpacked(scene, at)
    assert after.cameras() == scene.cameras()
    alone = [place.camera for place in after.tiles if place.camera in cameras and place.content is None]
    free = sum(each.empty for each in held)
    assert moved == min(steps - 1, free)
    assert len(alone) == moved + (moved == steps - 1)
    assert [each.camera for each in after.tiles if each.camera and each.camera[0] == "t"] == [
        each.camera for each in held if each.camera and each.camera[0] == "t"
    ]
