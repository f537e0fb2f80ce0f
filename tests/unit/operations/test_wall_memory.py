"""What stands on the wall is kept by a thread of its own, the newest of it; its troubles are said once."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from hanoi_wall.domain.wall import Grid, MonitorScene
from hanoi_wall.operations import wall_memory as room
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
def memory(folders: Folders) -> Iterator[Callable[[], WallMemory]]:
    made: list[WallMemory] = []

    def open_one() -> WallMemory:
        made.append(WallMemory(folders, remembered(folders) or {}, set("abcdefgh")))
        return made[-1]

    yield open_one
    for each in made:
        each.close()


def test_what_is_kept_is_remembered_after_the_end(folders: Folders, memory: Callable[[], WallMemory]) -> None:
    assert remembered(folders) == {}
    first = memory()
    first.keep({"left": scene("a")})
    first.keep({"left": scene("a", "b"), "right": scene("c")})
    first.close()
    first.close()
    assert remembered(folders) == {"left": scene("a", "b"), "right": scene("c")}


def test_nothing_is_written_that_is_there_already(
    folders: Folders, memory: Callable[[], WallMemory], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = memory()
    first.keep({"left": scene("a")})
    first.close()
    monkeypatch.setattr(WallStore, "put", lambda *_: pytest.fail("written again"))
    second = memory()
    second.keep({"left": scene("a")})
    second.close()


def test_of_many_changes_while_the_disk_is_slow_the_last_is_written(
    folders: Folders, memory: Callable[[], WallMemory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "END_S", 30.0)
    go_on, written, real = threading.Event(), [], WallStore.put

    def slow(self: WallStore, scenes: Mapping[str, MonitorScene]) -> None:
        written.append(dict(scenes))
        assert go_on.wait(10)
        real(self, scenes)

    monkeypatch.setattr(WallStore, "put", slow)
    keeping = memory()
    for number in range(50):
        keeping.keep({"left": scene(f"c{number}")})
    go_on.set()
    keeping.close()
    assert written[-1] == remembered(folders) == {"left": scene("c49")}
    assert len(written) <= 3


def test_a_profile_that_cannot_be_written_is_said_once_and_tried_again(
    folders: Folders,
    memory: Callable[[], WallMemory],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    until: Callable[..., None],
) -> None:
    monkeypatch.setattr(room, "AGAIN_S", 0.05)
    keeping = memory()
    folders.database.parent.mkdir(parents=True)
    folders.database.mkdir()
    tried: list[Path] = []
    real = WallStore.open.__func__

    def counted(path: Path, **how: bool) -> WallStore:
        tried.append(path)
        return real(WallStore, path, **how)

    monkeypatch.setattr(WallStore, "open", counted)
    with caplog.at_level(logging.ERROR, logger=ROOM):
        keeping.keep({"left": scene("a")})
        until(lambda: len(tried) >= 3, what="three tries")
        shutil.rmtree(folders.database)
        until(lambda: folders.database.is_file(), what="the next try")
        keeping.close()
    assert caplog.text.count("what stands on the wall is not kept") == 1
    assert remembered(folders) == {"left": scene("a")}


def test_a_damaged_profile_is_said_and_is_not_written_over(
    folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    folders.database.parent.mkdir(parents=True)
    folders.database.write_bytes(b"no database at all" * 100)
    with caplog.at_level(logging.WARNING, logger=ROOM):
        assert remembered(folders) is None
    assert "what stood on the wall is not known" in caplog.text


def test_a_camera_that_a_wrong_catalogue_lacks_for_a_day_is_not_lost(
    folders: Folders, memory: Callable[[], WallMemory]
) -> None:
    first = memory()
    first.keep({"left": scene("a", "gone", "b")})
    first.close()
    second = memory()
    second.keep({"left": scene("c"), "right": scene("d")})
    second.close()
    assert remembered(folders) == {"left": scene("c", "gone"), "right": scene("d")}
    third = memory()
    third.keep({"right": scene("e")})
    third.close()
    assert remembered(folders) == {"left": scene("c", "gone"), "right": scene("e")}, (
        "one that is away is kept"
    )
