"""An operator saves what is to be seen; months later anybody can find out whether it is still that."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hanoi_wall.simulator.mark import read_mark
from tests.bench.xserver import XServer
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras
from tests.stories.program import KEY_STORE, NO_STORE, Program

TILE = 3


@pytest.fixture
def store(tmp_path: Path) -> dict[str, str]:
    """The environment of a workstation with a key store."""
    return {"PYTHON_KEYRING_BACKEND": KEY_STORE, "HANOI_WALL_TEST_KEY_STORE": str(tmp_path / "entries")}


@pytest.fixture
def desk(x_server: XServer, sixteen: PretendCameras, tmp_path: Path, store: dict[str, str]) -> Iterator[Desk]:
    """A wall of 4 x 4 whose passwords are in the key store, all of it live."""
    file = write_catalogue(tmp_path / "danh-muc.csv", sixteen.rows())
    with Desk(x_server, [], 4, 4) as wall:
        done = hanoi_wall("cameras", "import", str(file), profile=wall.profile, **store)
        assert done.returncode == 0, done.stderr
        wall.write_settings(snapshots_folder=str(tmp_path / "ảnh"))
        wall.start(**store)
        wall.until_live(*(row["id"] for row in sixteen.rows()))
        yield wall


def pixels(path: Path) -> NDArray[np.uint8]:
    """Height x width x 4: B, G, R, nothing."""
    with Image.open(path) as image:
        colours = np.asarray(image.convert("RGB"))
    return np.dstack([colours[..., ::-1], np.zeros(colours.shape[:2], np.uint8)])


def verified(desk: Desk, *words: str | Path, **more: str) -> tuple[int, Any]:
    """Exit code and answer of `hanoi-wall verify … --json`."""
    done = hanoi_wall("verify", *map(str, words), "--json", **{"profile": desk.profile, **more})  # type: ignore[arg-type]
    return done.returncode, json.loads(done.stdout or done.stderr)


def snap(desk: Desk, folder: Path, tile: int = TILE, count: int = 1) -> Path:
    """Choose a tile, press S, wait for the card; returns the newest."""
    desk.press(*str(tile), "Return", "s")
    desk.until(lambda: len(list(folder.glob("*.json"))) == count, 10, f"card {count} in {folder}")
    return max(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)


def test_what_is_saved_is_found_signed_and_every_change_is_found_out(
    desk: Desk, sixteen: PretendCameras, tmp_path: Path, store: dict[str, str]
) -> None:
    folder = tmp_path / "ảnh"
    card = snap(desk, folder)
    made = json.loads(card.read_text(encoding="utf-8"))
    row = sixteen.rows()[TILE - 1]
    assert made["camera"]["id"] == row["id"] and made["camera"]["name"] == row["name"]
    assert made["tile"]["state"] == "live" and made["taken"]["best_stream_missing"] is None
    shows = {picture["shows"]: picture for picture in made["pictures"]}
    tile, main = (pixels(folder / shows[kind]["file"]) for kind in ("tile", "stream"))
    assert (shows["stream"]["stream"], main.shape) == ("main", (360, 640, 4)), "larger than the tile"
    place = desk.place(TILE)
    assert tile.shape[0] in (place.height, place.height - 1) and tile.shape[1] in (
        place.width,
        place.width - 1,
    )
    mark = read_mark(main)
    assert mark is not None and mark.camera == TILE - 1
    assert made["pictures"][0]["stream"] == "sub"

    # The wall goes on as before, with the small stream.
    desk.until(lambda: desk.tile(row["id"]).get("stream") == "sub", 10, "the sub-stream again")
    assert desk.tile(row["id"])["painted_state"] == "live"

    done = hanoi_wall("verify", str(card), profile=desk.profile)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"intact: {card.name}: 2 pictures, signed by this device SHA256:")
    # The key is in the key store, and nowhere in the profile or the log.
    entries = json.loads(Path(store["HANOI_WALL_TEST_KEY_STORE"]).read_text())
    (kept,) = (text for name, text in entries.items() if name.endswith("/ workstation"))
    secret = json.loads(kept)["signing"]["password"]
    written = b"".join(path.read_bytes() for path in desk.profile.rglob("*") if path.is_file())
    assert secret.encode() not in written

    # Another workstation does not know who signed, and says so.
    code, answer = verified(desk, folder, profile=str(tmp_path / "other"))
    assert (code, answer["cards"][0]["signed_by"]) == (0, "an unknown device")

    picture = folder / shows["stream"]["file"]
    data = bytearray(picture.read_bytes())
    data[len(data) // 2] ^= 1
    picture.write_bytes(data)
    code, answer = verified(desk, folder)
    assert (code, answer["verdict"]) == (3, "tampered")
    assert [(each["file"], each["field"]) for each in answer["cards"][0]["failures"]] == [
        (picture.name, "pictures[1].sha256")
    ]
    picture.unlink()
    assert verified(desk, card)[0] == 4


def test_what_cannot_be_verified_is_one_line(program: Program, tmp_path: Path) -> None:
    said = program("verify", tmp_path / "không-có.json")
    assert said.code == 4 and "không-có.json cannot be read: No such file" in said.complaint
    said = program("verify", tmp_path, "--json")
    assert (said.code, said.error["kind"]) == (4, "missing")
    for text, what in {
        '{"a":' * 50_000: "is nested deeper",
        '{"version": NaN}': "holds the number NaN",
        '{"version": 1, "version": 1}': "holds the key version twice",
        "x" * 300_000: "is larger than 256 KiB",
        "{}": 'format: expected "hanoi-wall evidence card"',
    }.items():
        (tmp_path / "x.json").write_text(text)
        said = program("verify", tmp_path / "x.json")
        assert said.code == 3 and said.out.count("\n") == 1 and not said.err
        assert said.out.startswith(f"bad: x.json: {what}")


def test_without_a_key_store_it_is_saved_and_unsigned(
    x_server: XServer, sixteen: PretendCameras, tmp_path: Path
) -> None:
    with Desk(x_server, [], 4, 4) as desk:
        desk.rows = sixteen.rows()
        desk.catalogue = write_catalogue(desk.folder / "cameras.csv", desk.rows)
        desk.start(PYTHON_KEYRING_BACKEND=NO_STORE)
        desk.until_live()
        folder = desk.profile / "data" / "snapshots"
        card = snap(desk, folder)
        done = hanoi_wall("verify", str(card), profile=desk.profile)
        assert done.returncode == 3 and done.stdout.startswith(f"unsigned: {card.name}: 2 pictures")
        assert hanoi_wall("verify", str(card), "--allow-unsigned", profile=desk.profile).returncode == 0
        assert "snapshots are not signed: no key store" in desk.log()
        # Somebody takes the folder away: the wall goes on, and the next one is saved all the same.
        shutil.rmtree(folder)
        folder.write_text("a file in the way")
        desk.press("s")
        desk.until(lambda: "a snapshot is not saved" in desk.log(), 10, "the failure in the log")
        assert desk.tile(sixteen.rows()[TILE - 1]["id"])["painted_state"] == "live"
        folder.unlink()
        desk.settle(0.2)
        snap(desk, folder)
        # The shift ends while one more is under way: it is saved with what there is.
        desk.press("s")
        code, seconds = desk.leave()
        assert (code, seconds < 3.0) == (0, True)
        assert len(list(folder.glob("*.json"))) == 2
        assert hanoi_wall("verify", str(folder), "--allow-unsigned", profile=desk.profile).returncode == 0
