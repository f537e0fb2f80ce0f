"""What must be kept is written by a thread of its own, the newest of it; its troubles are said once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanoi_wall.operations import keeper as room
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.store.database import StoreError

ROOM = "hanoi_wall.operations.keeper"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    made = Keeper(folders_of(tmp_path / "profile"))
    yield made
    made.close()


def test_orders_are_carried_out_in_turn_before_the_end(keeper: Keeper) -> None:
    done: list[str] = []
    for name in "abc":
        keeper.keep(name, lambda path, name=name: done.append(f"{name} {path.name}"))
    keeper.close()
    keeper.close()
    assert [each.split()[0] for each in done] == ["a", "b", "c"]
    assert len({each.split()[1] for each in done}) == 1


def test_of_many_orders_about_one_thing_the_last_is_carried_out(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "END_S", 30.0)
    begun, go_on, done = threading.Event(), threading.Event(), []

    def slow(path: Path) -> None:
        begun.set()
        assert go_on.wait(10)

    keeper.keep("other", slow)
    assert begun.wait(10)
    for number in range(50):
        keeper.keep("wall", lambda path, number=number: done.append(number))
    go_on.set()
    keeper.close()
    assert done == [49]


def test_a_disk_that_takes_nothing_is_said_once_and_tried_again(
    keeper: Keeper,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    until: Callable[..., None],
) -> None:
    monkeypatch.setattr(room, "AGAIN_S", 0.02)
    tried, room_again = [], threading.Event()

    def write(path: Path) -> None:
        tried.append(path)
        if not room_again.is_set():
            raise StoreError("no room on the disk")

    with caplog.at_level(logging.ERROR, logger=ROOM):
        keeper.keep("wall", write)
        until(lambda: len(tried) >= 3, what="three tries")
        assert keeper.trouble == "no room on the disk"
        room_again.set()
        until(lambda: keeper.trouble == "", what="the next try")
        keeper.close()
    assert caplog.text.count("what stands on the wall is not kept") == 1


def test_what_could_not_be_written_gives_way_to_a_newer_order(
    keeper: Keeper, caplog: pytest.LogCaptureFixture, until: Callable[..., None]
) -> None:
    done: list[str] = []

    def fails(path: Path) -> None:
        raise StoreError("the disk is read-only")

    with caplog.at_level(logging.ERROR, logger=ROOM):
        keeper.keep("wall", fails)
        until(lambda: bool(keeper.trouble), what="the trouble")
        keeper.keep("wall", lambda path: done.append("newer"))
        keeper.close()
    assert done == ["newer"] and keeper.trouble == ""
