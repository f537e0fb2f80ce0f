"""The disk is full: what only shows goes on, what must write says so, and nothing is half done."""

from __future__ import annotations

from pathlib import Path

from tests.full_disk import no_file_may_grow
from tests.stories.program import Program

CSV = "id,name,main_url\na,A,rtsp://h/1\n"


def test_the_catalogue_is_shown_and_not_changed(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "cameras.csv"
    file.write_text(CSV)
    assert program("cameras", "import", file).code == 0
    file.write_text(CSV + "b,B,rtsp://h/2\n")
    with no_file_may_grow():
        listed = program("cameras", "list", "--json")
        imported = program("cameras", "import", file)
        exported = program("cameras", "export", tmp_path / "out.csv")
        asked = program("doctor", "camera", "nobody")
    assert listed.code == 0 and [camera["id"] for camera in listed.answer] == ["a"]
    assert imported.code == 4 and "hanoi-wall.sqlite" in imported.complaint
    assert exported.code == 4 and "out.csv cannot be written" in exported.complaint
    assert asked.code == 4 and "no camera nobody in the catalogue" in asked.complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cameras.csv", "profile"]
    assert program("cameras", "import", file, "--json").answer["added"] == 1


def test_no_password_is_kept_for_a_camera_that_did_not_come(program: Program, tmp_path: Path) -> None:
    file, secret = tmp_path / "cameras.csv", tmp_path / "secret.json"
    file.write_text(CSV)
    program("cameras", "import", file, "--credentials-file", secret)
    before = secret.read_bytes()
    file.write_text(CSV + "b,B,rtsp://op:Tr0ng@h/2\n")
    with no_file_may_grow():
        said = program("cameras", "import", file)
    assert said.code == 4 and said.complaint
    assert secret.read_bytes() == before
