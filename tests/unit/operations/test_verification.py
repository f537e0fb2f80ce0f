"""What `verify` tells a person and a script, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanoi_wall.operations.refusals import Missing
from hanoi_wall.operations.verification import VerificationReport, verify_path
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.signing_key import keep_own
from tests.unit.evidence.taken import CARD, MAIN, OURS, STEM, THEIRS, TILE, load, take, write


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A profile that has signed before."""
    made = folders_of(tmp_path / "profile")
    keep_own(made, OURS.public_key)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "snapshots"
    made.mkdir()
    return made


def lines(report: VerificationReport) -> tuple[int, list[str]]:
    return report.exit_code, report.lines()


def test_intact_by_this_device_and_by_another(folders: Folders, place: Path) -> None:
    take(place)
    assert lines(verify_path(folders, place)) == (
        0,
        [f"intact: {CARD}: 2 pictures, signed by this device {OURS.fingerprint}"],
    )
    take(place, THEIRS)
    assert lines(verify_path(folders, place / TILE)) == (
        0,
        [f"intact: {CARD}: 2 pictures, signed by an unknown device {THEIRS.fingerprint}"],
    )


def test_unsigned_fails_unless_that_is_allowed(folders: Folders, place: Path) -> None:
    card = take(place, None)
    code, (line,) = lines(verify_path(folders, card))
    assert code == 3 and line.startswith(f"unsigned: {CARD}: 2 pictures as the card says, but nobody")
    code, (line,) = lines(verify_path(folders, card, allow_unsigned=True))
    assert code == 0 and line.endswith("nobody signed it")
    (place / MAIN).write_bytes(b"forged")
    assert verify_path(folders, card, allow_unsigned=True).exit_code == 3


def test_what_failed_is_named(folders: Folders, place: Path) -> None:
    card = take(place)
    data = (place / MAIN).read_bytes()
    (place / MAIN).write_bytes(data[:-1] + b"!")
    assert lines(verify_path(folders, card)) == (
        3,
        [f"tampered: {MAIN} ({CARD}): is not the picture of the card: it was changed"],
    )
    (place / MAIN).unlink()
    assert lines(verify_path(folders, card)) == (4, [f"missing: {MAIN} ({CARD}): is not there"])
    (place / MAIN).write_bytes(data)
    made = load(card)
    made["camera"]["name"] = "Ngã Tư Vọng"
    write(card, made)
    assert lines(verify_path(folders, card)) == (
        3,
        [f"tampered: {CARD}: camera.name: was changed after the card was signed"],
    )
    card.write_text("{")
    code, (line,) = lines(verify_path(folders, card))
    assert code == 3 and line.startswith(f"bad: {CARD}: is not JSON (line 1")


def test_of_a_folder_the_worst_counts(folders: Folders, place: Path) -> None:
    take(place)
    (place / "b.png").write_bytes(b"b")
    assert lines(verify_path(folders, place))[0] == 4
    assert lines(verify_path(folders, place))[1][1] == "missing: b.png: no card names it"
    (place / "c.json").write_text("{}")
    report = verify_path(folders, place)
    assert report.exit_code == 3
    plain = report.plain()
    assert (plain["verdict"], plain["exit_code"]) == ("bad", 3)
    verdicts = [(each["card"], each["verdict"], each["signed_by"]) for each in plain["cards"]]
    assert verdicts == [(CARD, "intact", "this device"), ("c.json", "bad", None), (None, "missing", None)]
    assert plain["cards"][0]["pictures"] == [TILE, MAIN] and STEM in plain["cards"][0]["card"]
    assert plain["cards"][1]["failures"] == [
        {"verdict": "bad", "file": "c.json", "field": "format", "text": 'expected "hanoi-wall evidence card"'}
    ]


def test_nothing_to_verify_is_missing(folders: Folders, place: Path) -> None:
    with pytest.raises(Missing, match="no evidence card"):
        verify_path(folders, place)
