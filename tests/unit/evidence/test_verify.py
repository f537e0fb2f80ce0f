"""Whatever is done to a card or its pictures is found out, and it is said where."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanoi_wall.evidence import card as cards
from hanoi_wall.evidence.canonical import canonical
from hanoi_wall.evidence.signing import fingerprint
from hanoi_wall.evidence.verify import Found, NothingToVerify, Verdict, check_card, verify
from tests.unit.evidence.taken import CARD, MAIN, OURS, THEIRS, TILE, load, take, write

KEYS = (OURS.public_key,)


def verdict(card: Path) -> Verdict:
    """What is said of one card."""
    (found,) = verify(card, KEYS)
    return found


def said(card: Path) -> list[tuple[str, str, str]]:
    """(verdict, file, field) of each thing that is wrong."""
    return [(str(each.found), each.file, each.field) for each in verdict(card).failures]


def test_an_untouched_snapshot_is_intact_whichever_of_its_files_is_asked_for(tmp_path: Path) -> None:
    card = take(tmp_path)
    for path in (card, tmp_path, tmp_path / TILE, tmp_path / MAIN):
        (found,) = verify(path, KEYS)
        assert (found.found, found.card, found.pictures) == (Found.INTACT, CARD, (TILE, MAIN))
        assert found.known and found.fingerprint == OURS.fingerprint


def test_an_unknown_key_is_told_from_our_own(tmp_path: Path) -> None:
    found = verdict(take(tmp_path, THEIRS))
    assert (found.found, found.known, found.fingerprint) == (Found.INTACT, False, THEIRS.fingerprint)


@pytest.mark.parametrize("at", [0, 777, -1])
@pytest.mark.parametrize(("name", "index"), [(TILE, 0), (MAIN, 1)])
def test_one_byte_of_a_picture(tmp_path: Path, name: str, index: int, at: int) -> None:
    card = take(tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    data[at] ^= 1
    (tmp_path / name).write_bytes(data)
    assert said(card) == [("tampered", name, f"pictures[{index}].sha256")]
    assert verdict(card).found is Found.TAMPERED


@pytest.mark.parametrize("change", [b"", b"m", b"main" * 901])
def test_a_picture_of_another_length(tmp_path: Path, change: bytes) -> None:
    card = take(tmp_path)
    (tmp_path / MAIN).write_bytes(change)
    assert said(card) == [("tampered", MAIN, "pictures[1].bytes")]


def test_a_picture_and_its_hash_in_the_card(tmp_path: Path) -> None:
    """The forger knows how cards are made, but has not our key."""
    card = take(tmp_path)
    (tmp_path / MAIN).write_bytes(b"forged")
    made = load(card)
    made["pictures"][1] |= {"sha256": hashlib.sha256(b"forged").hexdigest(), "bytes": 6}
    write(card, made)
    assert said(card) == [("tampered", CARD, "pictures[1].sha256"), ("tampered", CARD, "pictures[1].bytes")]


def test_editing_the_card_and_recomputing_all_its_hashes_is_found_out(tmp_path: Path) -> None:
    card = take(tmp_path)
    (tmp_path / MAIN).write_bytes(b"forged")
    made = load(card)
    made["pictures"][1] |= {"sha256": hashlib.sha256(b"forged").hexdigest(), "bytes": 6}
    made["taken"]["operator"] = "somebody else"
    made["signature"]["fields"] = cards.field_hashes(made)
    write(card, made)
    assert said(card) == [("tampered", CARD, "signature")]


def test_each_field_of_a_card_is_named_when_it_is_edited(tmp_path: Path) -> None:
    card = take(tmp_path)
    made = load(card)
    made["camera"]["name"] = "Ngã Tư Vọng"
    made["taken"]["at"] = "2026-11-24T02:01:02.385Z"
    write(card, made)
    assert said(card) == [("tampered", CARD, "camera.name"), ("tampered", CARD, "taken.at")]


def test_very_many_edits_are_counted(tmp_path: Path) -> None:
    card = take(tmp_path)
    made = load(card)
    made["camera"] = {f"x{number}": number for number in range(30)}
    write(card, made)
    found = verdict(card).failures
    assert len(found) == 6 and found[-1].text == "29 more fields were changed"


def test_the_key_that_signed_cannot_be_exchanged(tmp_path: Path) -> None:
    card = take(tmp_path)
    made = load(card)
    made["signature"]["public_key"] = base64.b64encode(THEIRS.public_key).decode()
    write(card, made)
    assert said(card) == [("tampered", CARD, "signature.fingerprint")]
    made["signature"]["fingerprint"] = THEIRS.fingerprint
    write(card, made)
    assert said(card) == [("tampered", CARD, "signature")]


def test_whoever_signs_anew_is_an_unknown_device(tmp_path: Path) -> None:
    card = take(tmp_path)
    made = load(card)
    made["taken"]["operator"] = "somebody else"
    write(card, cards.signed(made, THEIRS))
    found = verdict(card)
    assert (found.found, found.known) == (Found.INTACT, False)
    assert found.fingerprint == fingerprint(THEIRS.public_key)


def test_a_card_without_its_signature_is_unsigned(tmp_path: Path) -> None:
    card = take(tmp_path)
    made = load(card)
    for change in ({**made, "signature": None}, {k: v for k, v in made.items() if k != "signature"}):
        write(card, change)
        assert verdict(card).found is Found.UNSIGNED
    (tmp_path / TILE).write_bytes(b"x" * 2000)
    assert said(card) == [("tampered", TILE, "pictures[0].sha256")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signature": "yes"}, "signature"),
        ({"signature": {}}, "signature.algorithm"),
        ({"algorithm": "none"}, "signature.algorithm"),
        ({"public_key": 7}, "signature.public_key"),
        ({"public_key": "AAAA"}, "signature.public_key"),
        ({"value": None}, "signature.value"),
        ({"value": "AAAA"}, "signature.value"),
        ({"fields": []}, "signature"),
        ({"more": 1}, "signature"),
    ],
)
def test_a_signature_that_is_none(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    card = take(tmp_path)
    made = load(card)
    if "signature" in change:
        made |= change
    else:
        made["signature"] |= change
    write(card, made)
    assert said(card) == [("tampered", CARD, field)]


def test_a_picture_that_is_not_there(tmp_path: Path) -> None:
    card = take(tmp_path)
    (tmp_path / MAIN).unlink()
    assert said(card) == [("missing", MAIN, "pictures[1].file")]
    (tmp_path / MAIN).symlink_to(tmp_path)
    assert said(card) == [("missing", MAIN, "pictures[1].file")]
    (tmp_path / TILE).write_bytes(b"forged")
    assert verdict(card).found is Found.TAMPERED, "the worst is what is said"


def test_a_renamed_card_is_found_by_its_pictures(tmp_path: Path) -> None:
    card = take(tmp_path)
    card.rename(tmp_path / "ho-so.json")
    for path in (tmp_path / "ho-so.json", tmp_path / TILE, tmp_path):
        (found,) = verify(path, KEYS)
        assert (found.found, found.card) == (Found.INTACT, "ho-so.json")


def test_a_renamed_picture_is_missing_and_belongs_to_no_card(tmp_path: Path) -> None:
    card = take(tmp_path)
    (tmp_path / MAIN).rename(tmp_path / "khac.png")
    assert said(card) == [("missing", MAIN, "pictures[1].file")]
    with pytest.raises(NothingToVerify, match="no card beside .*khac.png names it"):
        verify(tmp_path / "khac.png", KEYS)
    last = verify(tmp_path, KEYS)[-1]
    assert (last.found, last.card, last.failures[0].file) == (Found.MISSING, "", "khac.png")


def test_a_card_that_was_taken_away_leaves_pictures_without_one(tmp_path: Path) -> None:
    take(tmp_path).unlink()
    with pytest.raises(NothingToVerify, match="no evidence card"):
        verify(tmp_path, KEYS)
    other = tmp_path / "b.json"
    (tmp_path / "b.png").write_bytes(b"b")
    made = load(take(tmp_path))
    (tmp_path / CARD).unlink()
    made["pictures"] = [made["pictures"][0] | {"file": "b.png", "bytes": 1}]
    made["pictures"][0]["sha256"] = hashlib.sha256(b"b").hexdigest()
    write(other, cards.signed(made, OURS))
    found = verify(tmp_path, KEYS)
    assert [(each.card, str(each.found)) for each in found] == [
        ("b.json", "intact"),
        ("", "missing"),
        ("", "missing"),
    ]


BROKEN = {
    "empty": b"",
    "cut": b'{"format": "hanoi-wall evidence card", "version": 1, "pic',
    "huge": b"[" + b" " * 300_000 + b"]",
    "deep": b'{"a":' * 100_000,
    "twice": b'{"version": 1, "version": 2}',
    "nan": b'{"version": NaN}',
    "fraction": b'{"version": 1.5}',
    "bytes": bytes(range(256)),
    "list": b"[]",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_no_card_is_bad(tmp_path: Path, data: bytes) -> None:
    card = take(tmp_path)
    card.write_bytes(data)
    assert said(card) == [("bad", CARD, "")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": "another"}, "format"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 2}, "version"),
        ({"pictures": []}, "pictures"),
        ({"pictures": {}}, "pictures"),
        ({"pictures": [{}] * 17}, "pictures"),
        ({"pictures": [7]}, "pictures[0]"),
        ({"pictures": [{"file": "../x.png"}]}, "pictures[0].file"),
        ({"pictures": [{"file": "x.png", "bytes": -1}]}, "pictures[0].bytes"),
        ({"pictures": [{"file": "x.png", "bytes": True}]}, "pictures[0].bytes"),
        ({"pictures": [{"file": "x.png", "bytes": 1, "sha256": "A" * 64}]}, "pictures[0].sha256"),
    ],
)
def test_a_field_that_cannot_be_right_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    card = take(tmp_path)
    write(card, load(card) | change)
    assert said(card) == [("bad", CARD, field)]


def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    card = take(tmp_path)
    (tmp_path / MAIN).unlink()
    os.mkfifo(tmp_path / MAIN)
    found: list[Verdict] = []
    thread = threading.Thread(target=lambda: found.append(check_card(tmp_path, CARD, KEYS)))
    thread.start()
    thread.join(5)
    assert [each.text for each in found[0].failures] == ["is no regular file"]
    assert card.exists()


def test_where_there_is_nothing(tmp_path: Path) -> None:
    for path, text in (
        (tmp_path / "none.json", "No such file"),
        (tmp_path, "no evidence card"),
        (tmp_path / "x\0.json", "no name of a file"),
    ):
        with pytest.raises(NothingToVerify, match=text):
            verify(path, KEYS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_of_a_card_can_be_another_one_unseen(tmp_path: Path, data: st.DataObject) -> None:
    """Intact is only what says exactly the same: a blank more between two words of JSON is no other card."""
    card = take(tmp_path)
    whole = card.read_bytes()
    before = canonical(json.loads(whole))
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] = data.draw(st.integers(0, 255))
    card.write_bytes(changed)
    if verdict(card).found is Found.INTACT:
        assert canonical(json.loads(bytes(changed))) == before
