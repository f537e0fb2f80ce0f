"""A supervisor brings a catalogue in, mistake and all, and the next shift sees its cameras."""

from __future__ import annotations

from pathlib import Path

from tests.bench.xserver import XServer
from tests.stories.conftest import PASSWORD
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras

NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def test_a_mistake_in_line_7_is_named_and_the_mended_file_fills_the_wall(
    x_server: XServer, sixteen: PretendCameras, tmp_path: Path
) -> None:
    rows = [sixteen.row(number) for number in range(1, 9)]
    right = rows[5]["main_url"]
    rows[5]["main_url"] = right.replace("rtsp://", "htp://")
    file = write_catalogue(tmp_path / "danh-muc.csv", rows)
    with Desk(x_server, [], 4, 2) as desk:
        keep = ("--credentials-file", str(tmp_path / "mat-khau.json"))
        first = hanoi_wall("cameras", "import", str(file), *keep, profile=desk.profile, **NO_STORE)
        assert first.returncode == 3
        assert first.stderr.count("\n") == 1, first.stderr
        assert all(word in first.stderr for word in (file.name, "line 7", "main_url", "rtsp"))
        assert PASSWORD not in first.stderr + first.stdout
        assert hanoi_wall("cameras", "list", profile=desk.profile, **NO_STORE).stdout.count("cam-") == 0
        rows[5]["main_url"] = right
        write_catalogue(file, rows)
        second = hanoi_wall("cameras", "import", str(file), *keep, profile=desk.profile, **NO_STORE)
        assert (second.returncode, second.stderr) == (0, "")
        assert "8 added" in second.stdout and "still holds passwords" in second.stdout
        desk.start(**NO_STORE)
        desk.until_live(*(row["id"] for row in rows))
        assert {tile["painted_state"] for tile in desk.tiles().values()} == {"live"}
