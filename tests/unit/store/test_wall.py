"""What stands on the monitors comes back as it was; what somebody else wrote there harms nothing."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.store import wall as room
from hanoi_wall.store.wall import WallStore

ROOM = "hanoi_wall.store.wall"
names = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
scenes = st.builds(
    lambda columns, rows, cameras: MonitorScene.filled(Grid(columns, rows), tuple(cameras)),
    st.integers(1, 12),
    st.integers(1, 12),
    st.lists(st.one_of(st.none(), names), max_size=8),
)


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(names, scenes, max_size=6))
def test_scenes_come_back_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, MonitorScene]
) -> None:
    path = tmp_path_factory.mktemp("wall") / "wall.db"
    with WallStore.open(path) as store:
        store.put(kept)
    with WallStore.open(path, write=False) as store:
        back = store.all()
    assert list(back.items()) == list(kept.items())


def test_what_is_put_takes_the_place_of_all_before(tmp_path: Path) -> None:
    one, two = MonitorScene.filled(Grid(1, 1), ("a",)), MonitorScene.filled(Grid(2, 1), ("b", "c"))
    with WallStore.open(tmp_path / "wall.db") as store:
        store.put({"left": one, "right": one})
        store.put({"right": two})
        assert store.all() == {"right": two}


def test_the_longest_unseen_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_MONITORS", 2)
    scene = MonitorScene.filled(Grid(1, 1), ("a",))
    with WallStore.open(tmp_path / "wall.db") as store:
        store.put({"old": scene, "newer": scene, "newest": scene})
        assert list(store.all()) == ["newer", "newest"]


@pytest.mark.parametrize(
    ("grid", "cameras"),
    [
        ("grid:2x1", '["a", 7]'),
        ("grid:2x1", '[{"film": "a"}]'),
        ("grid:2x1", '{"a": "b"}'),
        ("grid:99x99", "[]"),
        ("4x4", "[]"),
        ("grid:1x1", "["),
        ("grid:1x1", "[" * 100_000),
    ],
)
def test_a_row_that_is_no_scene_is_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, grid: str, cameras: str
) -> None:
    path = tmp_path / "wall.db"
    good = MonitorScene.filled(Grid(1, 1), ("a",))
    with WallStore.open(path) as store:
        store.put({"good": good})
    other = sqlite3.connect(path)
    other.execute("INSERT INTO wall VALUES ('bad', 5, ?, ?)", (grid, cameras))
    other.commit()
    other.close()
    with caplog.at_level(logging.WARNING, logger=ROOM), WallStore.open(path, write=False) as store:
        assert store.all() == {"good": good}
    assert "what stood on monitor 'bad' is not known" in caplog.text


def test_what_version_2_kept_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wall.db"
    with WallStore.open(path):
        pass
    older = sqlite3.connect(path)
    older.execute("INSERT INTO wall VALUES ('left', 0, 'grid:2x2', '[\"a\", null, \"b\", null]')")
    older.commit()
    older.close()
    with WallStore.open(path, write=False) as store:
        assert store.all() == {"left": MonitorScene.filled(Grid(2, 2), ("a", None, "b"))}


def test_a_profile_of_the_version_before_is_brought_up_and_keeps_its_cameras(tmp_path: Path) -> None:
    path = tmp_path / "wall.db"
    with WallStore.open(path):
        pass
    older = sqlite3.connect(path)
    older.execute("DROP TABLE wall")
    older.execute("DROP TABLE scenes")
    older.execute("PRAGMA user_version=1")
    older.execute(
        "INSERT INTO cameras (id, position, name, owner, district, ward, site, onvif_url, ptz, tags, extra)"
        " VALUES ('a', 1, 'A', '', '', '', '', '', 0, '[]', '[]')"
    )
    older.commit()
    older.close()
    with WallStore.open(path, write=False) as store:
        assert store.all() == {}
    with WallStore.open(path) as store:
        store.put({"left": MonitorScene.filled(Grid(1, 1), ("a",))})
    looking = sqlite3.connect(path)
    assert looking.execute("SELECT id FROM cameras").fetchall() == [("a",)]
    looking.close()
