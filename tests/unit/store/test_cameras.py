"""Cameras go in and come out as they were, in order; what changed is told and what did not is not written."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Camera, StreamAddress, Transport
from hanoi_wall.store.cameras import CameraStore, Changes, changes_of
from hanoi_wall.store.database import StoreError

FULL = Camera(
    id="c1",
    name="Ngã tư Sở",
    owner="Sở GTVT",
    district="Đống Đa",
    ward="Ngã Tư Sở",
    site="N1",
    main=StreamAddress("rtsps://h/1", fingerprint="ab" * 32),
    sub=StreamAddress("rtsp://h/2", Transport.UDP),
    onvif_url="http://h/onvif",
    ptz=True,
    lat=21.0031,
    lon=-0.0,
    tags=("a b", 'c"'),
    extra=(("note", "two\nlines"), ("số", "1")),
)


def plain(*names: str) -> tuple[Camera, ...]:
    return tuple(Camera(name, name.upper(), main=StreamAddress(f"rtsp://h/{name}")) for name in names)


def ids(store: CameraStore) -> list[str]:
    return [camera.id for camera in store.all()]


def test_cameras_come_out_as_they_went_in(tmp_path: Path) -> None:
    cameras = (FULL, *plain("b", "a"), Camera("none", "No stream"))
    with CameraStore.open(tmp_path / "x.sqlite") as store:
        assert store.put(cameras) == Changes(added=("c1", "b", "a", "none"))
        assert store.all() == cameras
    with CameraStore.open(tmp_path / "x.sqlite", write=False) as store:
        assert store.all() == cameras
        assert store.get("c1") == FULL and store.get("C1") is None


def test_the_same_cameras_twice_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with CameraStore.open(path) as store:
        store.put((FULL, *plain("a", "b")))
    before = path.read_bytes()
    with CameraStore.open(path) as store:
        assert store.put((FULL, *plain("a", "b"))) == Changes(unchanged=("c1", "a", "b"))
        assert store.put(plain("b", "a")) == Changes(unchanged=("b", "a"))
    assert path.read_bytes() == before


def test_a_merge_keeps_the_others_and_their_places(tmp_path: Path) -> None:
    with CameraStore.open(tmp_path / "x.sqlite") as store:
        store.put(plain("a", "b", "c"))
        (b,) = plain("b")
        changes = store.put((replace(b, name="new"), *plain("a", "z", "y")))
        assert changes == Changes(added=("z", "y"), changed=("b",), unchanged=("a",))
        assert ids(store) == ["a", "b", "c", "z", "y"]
        assert store.all()[1].name == "new"


def test_a_replacement_removes_the_others_and_takes_the_order(tmp_path: Path) -> None:
    with CameraStore.open(tmp_path / "x.sqlite") as store:
        store.put(plain("a", "b", "c"))
        assert store.put(plain("c", "d", "a"), replace=True) == Changes(
            added=("d",), unchanged=("c", "a"), removed=("b",)
        )
        assert ids(store) == ["c", "d", "a"]
        assert store.put((), replace=True).removed == ("c", "d", "a")


def test_addresses_may_change_hands_in_one_import(tmp_path: Path) -> None:
    a, b = plain("a", "b")
    with CameraStore.open(tmp_path / "x.sqlite") as store:
        store.put((a, b))
        swapped = (replace(a, main=b.main), replace(b, main=a.main))
        assert store.put(swapped).changed == ("a", "b")
        assert store.all() == swapped


def test_what_fails_together_with_an_import_undoes_it(tmp_path: Path) -> None:
    with CameraStore.open(tmp_path / "x.sqlite") as store:
        store.put(plain("a"))
        with pytest.raises(LookupError), store.putting(plain("b"), replace=True) as changes:
            assert changes == Changes(added=("b",), removed=("a",))
            raise LookupError
        assert ids(store) == ["a"]


def test_a_camera_that_somebody_else_wrote_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with CameraStore.open(path) as store:
        store.put((FULL,))
    other = sqlite3.connect(path)
    other.execute("UPDATE cameras SET extra = '[1]'")
    other.commit()
    other.close()
    with CameraStore.open(path) as store, pytest.raises(StoreError, match="holds a camera that is none"):
        store.all()


CAMERAS = st.lists(
    st.builds(Camera, id=st.sampled_from("abcd"), name=st.sampled_from(["x", "y"])),
    unique_by=lambda camera: camera.id,
)


@given(CAMERAS, CAMERAS, st.booleans())
def test_what_changes_adds_up(before: list[Camera], given: list[Camera], replace: bool) -> None:
    changes = changes_of(before, given, replace=replace)
    parts = (changes.added, changes.changed, changes.unchanged)
    assert sorted(sum(parts, ())) == sorted(camera.id for camera in given)
    after = {camera.id: camera for camera in ([] if replace else before)} | {each.id: each for each in given}
    again = changes_of(after.values(), given, replace=replace)
    assert again == Changes(unchanged=tuple(camera.id for camera in given))
    assert set(changes.removed) == ({camera.id for camera in before} - set(after) if replace else set())
