"""The model of twenty thousand cameras keeps Qt's rules, and every row leads home."""

from __future__ import annotations

import json

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hanoi_wall.assets import words
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.camera_tree import FAVOURITES, CameraTree, build_tree
from hanoi_wall.operations.favourites import Favourites
from hanoi_wall.ui.desk.look import Look
from hanoi_wall.ui.desk.tree_model import CAMERAS_MIME, CameraTreeModel, dragged_cameras
from hanoi_wall.ui.theme import theme
from tests.bench.search import catalogue


def model_of(cameras: list[Camera], *marked: str) -> CameraTreeModel:
    known = {each.id: each for each in cameras}
    model = CameraTreeModel(known, Favourites(None, marked), Look(theme(), words("en")))
    model.show(build_tree(cameras, marked))
    return model


def test_twenty_thousand_cameras(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    cameras = catalogue(20_000)
    model = model_of(cameras, "cam-00003", "cam-00001")
    qtmodeltester.check(model)
    model.stand(frozenset({"cam-00001", "cam-00002"}), {"cam-00001": TileState.OFFLINE})
    model.favour(["cam-00001", "cam-19999"])
    for camera in cameras[::997]:
        for index in model.indexes_of(camera.id):
            assert model.camera_at(index) == camera.id
            assert model.index(index.row(), 0, model.parent(index)) == index
    favourites = model.index_of_folder(FAVOURITES)
    rows = [model.camera_at(model.index(row, 0, favourites)) for row in range(model.rowCount(favourites))]
    assert rows == ["cam-00001", "cam-19999"]
    model.show(CameraTree.listed(["cam-00007"]))
    assert model.rowCount() == 1 and not model.hasChildren(model.index(0))


def test_only_what_changed_is_drawn_again(qtbot: QtBot) -> None:
    model = model_of([Camera(each, each, "Sở") for each in "abc"] + [Camera("d", "d", "Công an")])
    changed: list[str] = []
    model.dataChanged.connect(lambda first, last: changed.append(model.row(first).name))
    model.stand(frozenset("ab"), {})
    assert sorted(changed) == ["Sở", "a", "b"]
    changed.clear()
    model.stand(frozenset("ab"), {"a": TileState.STALE})
    assert sorted(changed) == ["Sở", "a"]
    changed.clear()
    model.stand(frozenset("ab"), {"a": TileState.STALE})
    assert changed == []


def test_a_row_says_its_state_in_words(qtbot: QtBot) -> None:
    model = model_of([Camera("a", "Cổng A", "Sở"), Camera("b", "Cổng B", "Sở")], "a")
    model.stand(frozenset("a"), {"a": TileState.OFFLINE})
    said = model.data(model.indexes_of("a")[0], Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Cổng A · on the wall · No signal · favourite"
    owner = model.parent(model.indexes_of("a")[0])
    assert model.data(owner, Qt.ItemDataRole.ToolTipRole) == "Sở · 2 cameras · 1 not live"


def test_folders_and_cameras_are_dragged_each_camera_once(qtbot: QtBot) -> None:
    model = model_of([Camera(each, each, "Sở") for each in "abc"] + [Camera("d", "d")])
    one, lone = model.indexes_of("b")[0], model.indexes_of("d")[0]
    data = model.mimeData([lone, one, model.parent(one)])
    assert dragged_cameras(data) == ("a", "b", "c", "d"), "in the order of the tree"
    assert model.cameras_of([QModelIndex()]) == ()


def test_what_others_drag_here_is_nothing(qtbot: QtBot) -> None:
    for text in (b"", b"{}", b"\xff", json.dumps([1, "a", "a"]).encode()):
        data = QMimeData()
        data.setData(CAMERAS_MIME, QByteArray(text))
        assert dragged_cameras(data) in ((), ("a",))
