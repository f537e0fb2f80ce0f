"""Scenes go into a profile and out of it as files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.scene import scene_from_plain
from hanoi_wall.operations.refusals import Missing
from hanoi_wall.operations.scene_files import (
    check,
    export_scene,
    import_scene,
    list_scenes,
    scene_named,
)
from hanoi_wall.operations.scene_reading import SceneFileError
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.profile import ProfileInUse, ProfileLock
from hanoi_wall.store.scenes import SavedScene, SceneStore
from tests.unit.domain.test_scene import whole


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_of(tmp_path / "profile")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scene.json"
    path.write_text(json.dumps(whole()))
    return path


def test_a_file_comes_into_the_profile_and_out_of_it_as_it_was(
    folders: Folders, file: Path, tmp_path: Path, clock: ManualClock
) -> None:
    assert list_scenes(folders) == ()
    assert import_scene(folders, file, clock).revision == 1
    assert import_scene(folders, file, clock).revision == 1, "twice changes nothing"
    out = tmp_path / "out.json"
    export_scene(folders, "Giờ cao điểm", out)
    assert scene_from_plain(json.loads(out.read_text())) == scene_from_plain(whole())
    assert "Giờ cao điểm" in out.read_text(), "people can read it"
    changed = whole()
    changed["monitors"][0]["layout"] = "grid:4x4"
    file.write_text(json.dumps(changed))
    assert import_scene(folders, file, clock).revision == 2
    (saved,) = list_scenes(folders)
    assert saved.scene.parts[0].scene.grid == Grid(4, 4)


def test_a_locked_scene_is_not_replaced(folders: Folders, file: Path, clock: ManualClock) -> None:
    with SceneStore.open(folders.database) as store:
        store.put(SavedScene(scene_from_plain(whole() | {"monitors": []}), 1, 0, locked=True))
    with pytest.raises(Missing, match="is locked"):
        import_scene(folders, file, clock)


def test_a_profile_in_use_is_named(folders: Folders, file: Path, clock: ManualClock) -> None:
    with ProfileLock.take(folders), pytest.raises(ProfileInUse, match=str(os.getpid())):
        import_scene(folders, file, clock)


def test_what_a_file_shows_is_told_with_the_cameras_that_are_not_here(file: Path) -> None:
    report = check(file, ["a", "b"])
    assert report.unknown == ("c",)
    assert list(report.lines()) == [
        "Giờ cao điểm: 1 monitors, 6 tiles, 3 cameras",
        "  DP-1: 1+5",
        "not in the catalogue: c",
    ]
    assert report.plain()["unknown"] == ["c"]
    assert check(file, ()).unknown == (), "without a catalogue nobody knows"


def test_a_scene_is_named_by_its_name_or_its_file(folders: Folders, file: Path, clock: ManualClock) -> None:
    assert scene_named(folders, str(file)) == scene_from_plain(whole())
    import_scene(folders, file, clock)
    assert scene_named(folders, "Giờ cao điểm").name == "Giờ cao điểm"
    with pytest.raises(Missing, match="no scene 'Đêm' and no such file; scenes: Giờ cao điểm"):
        scene_named(folders, "Đêm")
    with pytest.raises(SceneFileError, match="cannot be read"):
        scene_named(folders, "night.json")


def test_what_cannot_be_exported_is_said(
    folders: Folders, tmp_path: Path, file: Path, clock: ManualClock
) -> None:
    with pytest.raises(Missing, match="there are: none yet"):
        export_scene(folders, "Đêm", tmp_path / "x.json")
    import_scene(folders, file, clock)
    with pytest.raises(Missing, match="no regular file"):
        export_scene(folders, "Giờ cao điểm", tmp_path)
    with pytest.raises(Missing, match="cannot be written"):
        export_scene(folders, "Giờ cao điểm", tmp_path / "none" / "x.json")
