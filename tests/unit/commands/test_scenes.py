"""`hanoi-wall scene`: check, import, list, export; what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hanoi_wall import cli
from tests.unit.domain.test_scene import whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scene.json"
    path.write_text(json.dumps(whole()))
    return path


def run(tmp_path: Path, *words: object) -> int:
    return cli.main(["scene", *map(str, words), "--profile", str(tmp_path / "profile")])


def test_a_scene_goes_in_and_out(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "list") == 0
    assert "no scenes yet" in capsys.readouterr().out
    assert run(tmp_path, "check", file) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Giờ cao điểm: 1 monitors, 6 tiles, 3 cameras"
    assert run(tmp_path, "import", file) == 0
    assert run(tmp_path, "list", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (listed["name"], listed["revision"], listed["monitors"]) == ("Giờ cao điểm", 1, ["DP-1"])
    out = tmp_path / "out.json"
    assert run(tmp_path, "export", "Giờ cao điểm", out) == 0
    assert json.loads(out.read_text())["name"] == "Giờ cao điểm"


def test_a_bad_file_ends_with_3_and_names_its_key(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(json.dumps(whole() | {"name": 7}))
    for word in ("check", "import"):
        assert run(tmp_path, word, file) == 3
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and "scene.json: name: expected text" in told


def test_a_scene_that_is_not_there_ends_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "export", "Đêm", tmp_path / "x.json") == 4
    assert "no scene 'Đêm'; there are: none yet" in capsys.readouterr().err
