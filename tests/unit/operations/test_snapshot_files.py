"""Onto the disk: readable names, nothing written over, all or nothing, signed where there is a key."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hanoi_wall import __version__
from hanoi_wall.domain.faults import Cause
from hanoi_wall.evidence.signing import KEY_BYTES, Signer
from hanoi_wall.evidence.verify import Found, verify
from hanoi_wall.operations import snapshot_files as room
from hanoi_wall.operations.snapshot import Missing, Outcome, Snapshot, Trouble
from hanoi_wall.operations.snapshot_files import SnapshotFiles, folder_of
from hanoi_wall.operations.workstation import ClockState
from hanoi_wall.operations.workstation_key import WorkstationKey
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.kept import SecretStoreMissing
from hanoi_wall.settings.schema import Settings
from hanoi_wall.video.stats import FeedStats
from tests.full_disk import no_file_may_grow
from tests.unit.operations.snapshots import of_main, seen, snapshot

ROOM = "hanoi_wall.operations.snapshot_files"
SIGNER = Signer(b"k" * KEY_BYTES)
Save = Callable[..., Outcome]


def no_key() -> Signer:
    raise SecretStoreMissing("no key store that keeps secrets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ảnh" / "ca 1"


@pytest.fixture
def save(folder: Path, until: Callable[..., None]) -> Iterator[Save]:
    """`save(snapshot, fetch=no_key)` is what became of it."""
    opened: list[SnapshotFiles] = []

    def one(what: Snapshot, fetch: Callable[[], Signer] = lambda: SIGNER) -> Outcome:
        files = SnapshotFiles(folder, WorkstationKey(fetch))
        opened.append(files)
        files.put(what)
        done: list[Outcome] = []
        until(lambda: done.extend(files.done()) or done)
        return done[0]

    yield one
    for each in opened:
        each.close()
        each.close()


def card(folder: Path, outcome: Outcome) -> dict[str, Any]:
    """The card that was written."""
    found: dict[str, Any] = json.loads((folder / outcome.card).read_text(encoding="utf-8"))
    return found


def test_pictures_and_card_lie_in_a_private_folder_and_are_intact(folder: Path, save: Save) -> None:
    outcome = save(snapshot(best=of_main()))
    assert outcome.trouble is None
    names = sorted(os.listdir(folder))
    assert [name.split("+")[1] for name in names] == ["unknown.json", "unknown.main.png", "unknown.tile.png"]
    assert all(name.startswith("CSGT_Ngã-Tư-Sở_") for name in names)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names} == {0o600}
    (found,) = verify(folder, (SIGNER.public_key,))
    assert (found.found, found.known, len(found.pictures)) == (Found.INTACT, True, 2)
    for picture, width, value in (("tile", 8, 7), ("main", 16, 9)):
        data = next(folder.glob(f"*.{picture}.png")).read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            assert image.width == width and (np.asarray(image) == value).all()


def test_what_the_card_tells(folder: Path, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "clock_state", lambda: ClockState(True, 0.0123))
    stats = FeedStats(decoded=100, corrupt=3, jumps=1, skipped=2, size=(640, 360), codec="h264")
    what = seen(cause=Cause.STALLED, stats=stats)
    made = card(folder, save(snapshot(what, best=of_main())))
    tile, main = made["pictures"]
    assert tile["shows"] == "tile" and main["shows"] == "stream" and main["stream"] == "main"
    assert (tile["sequence"], tile["stream_width"], tile["width"]) == (7, 640, 8)
    assert tile["captured_at"] == "2026-11-23T02:01:02.345Z"
    assert tile["received_at"] == "2026-11-23T02:01:02.365Z"
    assert main["captured_at"] == "2026-11-23T02:01:03.345Z"
    assert made["camera"] == {
        "id": "cam-01",
        "name": "Ngã Tư Sở",
        "owner": "CSGT",
        "clock_offset_ms": None,
    }
    assert made["tile"] == {
        "monitor": "DP-1",
        "number": 3,
        "grid": "grid:2x2",
        "state": "live",
        "treatment": "clear",
        "cause": "stalled",
        "picture_age_ms": 40,
    }
    assert made["decoder"] | {"x": 0} == {
        "codec": "h264",
        "pictures": 100,
        "corrupt_pictures": 3,
        "time_stamp_jumps": 1,
        "skipped_packets": 2,
        "errors_of_last_seconds": None,
        "x": 0,
    }
    taken = made["taken"]
    assert taken["at"] == "2026-11-23T02:01:02.385Z" and taken["program_version"] == __version__
    assert taken["operator"] and taken["operator_from"] == "system user" and taken["workstation"]
    assert taken["best_stream_missing"] is None
    assert (taken["clock_synchronised"], taken["clock_error_ms"]) == (True, 12)
    assert made["signature"]["fingerprint"] == SIGNER.fingerprint


def test_a_tile_without_a_picture_says_so(folder: Path, save: Save) -> None:
    made = card(folder, save(snapshot(seen(capture_ns=0), missing=Missing.NOT_CONNECTED)))
    (tile,) = made["pictures"]
    assert (tile["stream"], tile["captured_at"], tile["received_at"]) == (None, None, None)
    assert made["tile"]["picture_age_ms"] is None and made["tile"]["state"] == "opening"
    assert made["decoder"] is None and made["taken"]["best_stream_missing"] == "not_connected"


def test_nothing_is_ever_written_over(folder: Path, save: Save) -> None:
    first = save(snapshot())
    before = {path: path.read_bytes() for path in folder.iterdir()}
    others = [save(snapshot()) for _ in range(2)]
    assert len({first.card, *(each.card for each in others)}) == 3
    assert others[0].card.endswith("+unknown_2.json")
    assert {path: path.read_bytes() for path in before} == before
    assert [each.found for each in verify(folder, (SIGNER.public_key,))] == [Found.INTACT] * 3


def test_without_a_key_the_card_is_unsigned_and_that_is_said(
    folder: Path, save: Save, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="hanoi_wall.operations.workstation_key"):
        outcome = save(snapshot(), fetch=no_key)
    assert outcome.card and outcome.trouble is Trouble.UNSIGNED
    assert card(folder, outcome)["signature"] is None
    (found,) = verify(folder, ())
    assert found.found is Found.UNSIGNED


def test_a_full_disk_is_said_and_leaves_nothing(
    folder: Path, save: Save, caplog: pytest.LogCaptureFixture
) -> None:
    folder.mkdir(parents=True)
    with caplog.at_level(logging.WARNING, logger=ROOM):
        with no_file_may_grow():
            outcome = save(snapshot(best=of_main()))
    assert (outcome.card, outcome.trouble) == ("", Trouble.DISK_FULL)
    assert list(folder.iterdir()) == []
    assert save(snapshot()).trouble is None, "the next one is saved"


def test_a_disk_that_fills_between_two_files_leaves_nothing(
    folder: Path, save: Save, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = room.write_whole

    def until_the_card(path: Path, data: bytes, **more: Any) -> None:
        if path.suffix == ".json":
            raise OSError(28, "No space left on device")
        real(path, data, **more)

    monkeypatch.setattr(room, "write_whole", until_the_card)
    with caplog.at_level(logging.WARNING, logger=ROOM):
        assert save(snapshot(best=of_main())).trouble is Trouble.DISK_FULL
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_had_is_said(
    folder: Path, save: Save, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.write_text("a file in the way")
    with caplog.at_level(logging.WARNING, logger=ROOM):
        outcome = save(snapshot())
    assert (outcome.card, outcome.trouble) == ("", Trouble.NOT_WRITABLE)


def test_a_bug_is_said_too_and_ends_no_thread(
    folder: Path, save: Save, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR, logger=ROOM):
        broken.setattr(room, "png", lambda pixels: {}["none"])
        assert save(snapshot()).trouble is Trouble.FAILED
    assert "KeyError" in caplog.text
    assert save(snapshot()).trouble is None


def test_the_folder_is_the_profiles_unless_another_is_chosen(tmp_path: Path) -> None:
    folders = folders_of(tmp_path)
    assert folder_of(folders, Settings()) == tmp_path / "data" / "snapshots"
    assert folder_of(folders, Settings(snapshots_folder=str(tmp_path / "x"))) == tmp_path / "x"
    assert folder_of(folders, Settings(snapshots_folder="~/x")) == Path.home() / "x"
    assert folder_of(folders, Settings(snapshots_folder="x")).is_absolute()
