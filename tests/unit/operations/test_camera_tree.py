"""Twenty thousand cameras find their folder, and a folder knows how its cameras do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.camera_tree import (
    FAVOURITES,
    ROOT,
    Branch,
    CameraTree,
    Tally,
    TreeBuilder,
    build_tree,
    states_of,
)

PLACES = st.sampled_from(["", "Đống Đa", "đống đa ", "Ba Đình", "10", "9"])
CAMERAS = st.builds(
    Camera,
    st.text("abc", min_size=1, max_size=3),
    st.text("xyz 12", max_size=4),
    owner=PLACES,
    district=PLACES,
    ward=PLACES,
    site=PLACES,
    tags=st.lists(st.sampled_from(["ptz", "PTZ", "cổng", ""]), max_size=2).map(tuple),
)


def outline(tree: CameraTree, number: int = ROOT) -> list[object]:
    """The rows of a folder: names with what is in them, and cameras."""
    folder = tree.folders[number]
    return [(tree.folders[each].name, outline(tree, each)) for each in folder.folders] + list(folder.cameras)


def test_owner_district_ward_site_camera() -> None:
    cameras = [
        Camera("c", "Cổng 10", "Sở GTVT", "Đống Đa", "Láng Hạ", "Ngã Tư Sở"),
        Camera("b", "Cổng 9", "Sở GTVT", "Đống Đa", "Láng Hạ", "Ngã Tư Sở"),
        Camera("alone", "Một mình", "Sở GTVT", "Đống Đa", "Láng Hạ", "Chợ"),
        Camera("old", "Cũ", "sở  gtvt", "", "", ""),
        Camera("nobody", "Không ai"),
    ]
    tree = build_tree(cameras, ["old", "gone"])
    assert outline(tree) == [
        ("", ["old"]),
        ("Sở GTVT", [("Đống Đa", [("Láng Hạ", [("Ngã Tư Sở", ["b", "c"]), "alone"])]), "old"]),
        "nobody",
    ]
    owner = tree.folders[2]
    assert (owner.kind, owner.total, tree.folders[ROOT].total) == (Branch.OWNER, 4, 5)
    assert list(tree.below(owner.number)) == ["b", "c", "alone", "old"]


def test_what_is_tagged_stands_under_its_tags_too() -> None:
    tree = build_tree([Camera("a", "A", tags=("ptz", "PTZ")), Camera("b", "B", tags=("ptz", "cổng"))])
    tags = tree.folders[2]
    assert (tags.kind, tags.total) == (Branch.TAGS, 2)
    assert outline(tree, 2) == [("cổng", ["b"]), ("ptz", ["a", "b"])]


def test_a_folder_counts_what_is_on_the_wall_and_what_is_wrong_with_it() -> None:
    cameras = {each: Camera(each, each, "Sở", "Đống Đa", tags=("ptz",)) for each in "abc"}
    cameras["d"] = Camera("d", "d", "Sở", "Ba Đình")
    tree = build_tree(cameras.values(), ["a"])
    standing = [cameras[each] for each in "abd"]
    told = tree.tallies(standing, {"a": TileState.OFFLINE, "b": TileState.LIVE, "d": TileState.OPENING})
    named = {tree.folders[number].name or tree.folders[number].kind: tally for number, tally in told.items()}
    assert named["Sở"] == Tally(3, 1)
    assert named["Đống Đa"] == named["ptz"] == Tally(2, 1)
    assert named["Ba Đình"] == Tally(1, 0)
    assert told[FAVOURITES] == Tally(1, 1)


@pytest.mark.parametrize(
    ("tiles", "state"),
    [
        ([TileState.STOPPED, TileState.LIVE], TileState.LIVE),
        ([TileState.OFFLINE, TileState.STOPPED], TileState.OFFLINE),
        ([TileState.STOPPED], TileState.STOPPED),
    ],
)
def test_the_tile_that_can_be_seen_tells_a_camera_s_state(tiles: list[TileState], state: TileState) -> None:
    assert states_of([("a", each) for each in tiles] + [(None, TileState.IDLE)]) == {"a": state}


@given(
    st.lists(CAMERAS, max_size=12), st.lists(st.text("abc", min_size=1, max_size=3), max_size=4, unique=True)
)
def test_every_camera_has_one_home_and_every_folder_its_true_total(
    cameras: list[Camera], favourites: list[str]
) -> None:
    listed = {each.id: each for each in cameras}
    tree = build_tree(listed.values(), favourites)
    assert tree.home.keys() == listed.keys()
    assert tree.folders[FAVOURITES].cameras == [each for each in favourites if each in listed]
    for folder in tree.folders:
        assert folder.number == tree.folders.index(folder)
        assert folder.total == len(set(tree.below(folder.number))) or folder.number == ROOT
        if folder.number != ROOT:
            assert tree.folders[folder.parent].folders[folder.row] == folder.number
        names = [(tree.folders[each].kind, tree.folders[each].name.casefold()) for each in folder.folders]
        assert len(set(names)) == len(names)
    assert tree.folders[ROOT].total == len(listed)
    for camera in listed.values():
        assert all(camera.id in tree.folders[number].cameras for number in tree.places(camera))


def test_it_is_built_beside_everything_else_and_can_be_called_off() -> None:
    cameras = [Camera(f"c{number}", f"Camera {number}") for number in range(500)]
    builder = TreeBuilder(cameras)
    builder.wait()
    assert builder.tree is not None and builder.tree.folders[ROOT].total == 500
    builder.close()
    TreeBuilder(cameras * 40).close()


def test_what_was_found_is_a_tree_without_folders() -> None:
    tree = CameraTree.listed(["b", "a"])
    assert outline(tree) == ["b", "a"]
    assert list(tree.places(Camera("a", "A", tags=("ptz",)))) == [ROOT]
