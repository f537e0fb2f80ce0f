"""Scene files from anywhere: what is wrong is said with file, line and key; nothing else ever happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.scene import Scene
from hanoi_wall.operations import scene_reading as room
from hanoi_wall.operations.scene_reading import SceneFileError, read_scene

WHOLE = '{"hanoi_wall_scene": 1, "name": "Sáng", "monitors": []}'


def refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(SceneFileError) as refused:
        read_scene(path)
    text = str(refused.value)
    assert text.startswith(str(path)) and "\n" not in text
    return text.removeprefix(str(path))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_read_with_and_without_a_mark(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(mark + WHOLE.encode())
    assert read_scene(path) == Scene("Sáng", ())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ":1: is not JSON"),
        (b'{\n "name": }', ":2: is not JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"name": "a", "name": "b"}', "'name': stands there twice"),
        (b'{"hanoi_wall_scene": NaN}', "NaN: expected a number"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"hanoi_wall_scene": ' + b"9" * 5000 + b"}", "a number too long"),
        (b"[]", "a scene: expected an object"),
        (b'{"hanoi_wall_scene": 2, "name": "a", "monitors": []}', "newer version"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, data: bytes, told: str) -> None:
    assert told in refusal(tmp_path / "s.json", data)


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_BYTES", 1024)
    assert "is larger than" in refusal(tmp_path / "s.json", b" " * 1025)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SceneFileError, match="cannot be read: No such file"):
        read_scene(tmp_path / "none.json")
    with pytest.raises(SceneFileError, match="no regular file"):
        read_scene(tmp_path)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)


@given(
    plain,
    plain,
    st.sampled_from(["name", "monitors", "hanoi_wall_scene", "layout", "tiles", "monitor", "place"]),
    st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_file_brings_anything_but_a_scene_or_a_sentence(
    tmp_path: Path, first: object, second: object, key: str, deep: bool
) -> None:
    part = {"monitor": "a", "layout": "grid:1x1", "tiles": [{}]}
    whole = {"hanoi_wall_scene": 1, "name": "a", "monitors": [part, first]}
    (part if deep else whole)[key] = second
    path = tmp_path / "s.json"
    path.write_text(json.dumps(whole))
    try:
        assert isinstance(read_scene(path), Scene)
    except SceneFileError as error:
        assert "\n" not in str(error)
