"""What stands on the wall is remembered, and what a wrong catalogue hides for a day is not lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.keeper import Keeper
from hanoi_wall.operations.wall_memory import WallMemory, remembered
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.store.wall import WallStore

ROOM = "hanoi_wall.operations.wall_memory"


def scene(*cameras: str) -> MonitorScene:
    return MonitorScene.filled(Grid(2, 2), cameras)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_of(tmp_path / "profile")


@pytest.fixture
def keepers(folders: Folders) -> Iterator[Callable[[], Keeper]]:
    made: list[Keeper] = []

    def open_one() -> Keeper:
        made.append(Keeper(folders))
        return made[-1]

    yield open_one
    for each in made:
        each.close()


def memory(folders: Folders, keeper: Keeper) -> WallMemory:
    return WallMemory(keeper, remembered(folders) or {}, set("abcdefgh"))


def test_what_is_kept_is_remembered_after_the_end(folders: Folders, keepers: Callable[[], Keeper]) -> None:
    assert remembered(folders) == {}
    keeper = keepers()
    first = memory(folders, keeper)
    first.keep({"left": scene("a")})
    first.keep({"left": scene("a", "b"), "right": scene("c")})
    keeper.close()
    assert remembered(folders) == {"left": scene("a", "b"), "right": scene("c")}


def test_nothing_is_written_that_is_there_already(
    folders: Folders, keepers: Callable[[], Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keepers()
    memory(folders, keeper).keep({"left": scene("a")})
    keeper.close()
    monkeypatch.setattr(WallStore, "put", lambda *_: pytest.fail("written again"))
    keeper = keepers()
    memory(folders, keeper).keep({"left": scene("a")})
    keeper.close()


def test_a_damaged_profile_is_said_and_is_not_written_over(
    folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    folders.database.parent.mkdir(parents=True)
    folders.database.write_bytes(b"no database at all" * 100)
    with caplog.at_level(logging.WARNING, logger=ROOM):
        assert remembered(folders) is None
    assert "what stood on the wall is not known" in caplog.text


def test_a_camera_that_a_wrong_catalogue_lacks_for_a_day_is_not_lost(
    folders: Folders, keepers: Callable[[], Keeper]
) -> None:
    def kept(scenes: dict[str, MonitorScene]) -> dict[str, MonitorScene] | None:
        keeper = keepers()
        memory(folders, keeper).keep(scenes)
        keeper.close()
        return remembered(folders)

    kept({"left": scene("a", "gone", "b")})
    assert kept({"left": scene("c"), "right": scene("d")}) == {
        "left": scene("c", "gone"),
        "right": scene("d"),
    }
    assert kept({"right": scene("e")}) == {"left": scene("c", "gone"), "right": scene("e")}, (
        "one that is away is kept"
    )
