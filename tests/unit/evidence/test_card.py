"""The card says all there is to know in whole numbers and text, and the signature covers every bit of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hanoi_wall.evidence import card as cards
from hanoi_wall.evidence.canonical import BadJson, canonical, leaves
from hanoi_wall.evidence.signing import from_text, is_signed
from tests.unit.evidence.taken import OURS, unsigned


def is_true(made: dict[str, Any]) -> bool:
    """Whether the signature in a card fits it."""
    value = from_text(made["signature"]["value"], 64)
    return value is not None and is_signed(OURS.public_key, value, cards.signed_bytes(made))


def altered(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, the card with another value there) for every value in it."""
    for path, _ in leaves(made):
        other = copy.deepcopy(made)
        at: Any = other
        *way, last = path.replace("[", ".[").split(".")
        if path.startswith("signature.fields."):
            way, last = ["signature", "fields"], path.removeprefix("signature.fields.")
        for step in way:
            at = at[int(step[1:-1])] if step.startswith("[") else at[step]
        at[last] = {"another": at[last]}
        yield path, other


def test_a_card_that_is_not_signed_says_so() -> None:
    made = unsigned({"a.png": b"x"})
    assert made["signature"] is None and made["camera"]["clock_offset_ms"] is None
    assert made["format"] == "hanoi-wall evidence card" and made["version"] == 1
    assert made["pictures"][0]["bytes"] == 1


def test_every_field_is_under_the_signature() -> None:
    made = cards.signed(unsigned({"a.png": b"x", "b.png": b"y"}), OURS)
    assert is_true(made)
    paths = []
    for path, other in altered(made):
        paths.append(path)
        assert not is_true(other), path
    assert {"camera.name", "pictures[1].sha256", "signature.public_key", "taken.operator"} <= set(paths)
    assert is_true({key: made[key] for key in reversed(made)}), "the order of keys means nothing"


def test_what_was_changed_is_named() -> None:
    made = cards.signed(unsigned({"a.png": b"x"}), OURS)
    assert cards.changed_fields(made) == []
    for path, other in altered(made):
        if not path.startswith("signature."):
            assert any(each.startswith(path) for each in cards.changed_fields(other)), path
    del made["camera"]["owner"]
    made["purpose"] = "none"
    assert set(cards.changed_fields(made)) == {"camera.owner", "purpose"}
    assert cards.changed_fields({**made, "signature": None}) == []
    assert cards.changed_fields({**made, "signature": {"fields": 7}}) == []


def test_a_signature_under_other_bytes_is_of_no_use() -> None:
    made = cards.signed(unsigned({"a.png": b"x"}), OURS)
    bare = {**made, "signature": {k: v for k, v in made["signature"].items() if k != "value"}}
    assert cards.signed_bytes(made) == cards.PREFIX + canonical(bare)


def test_a_name_that_is_no_text_is_no_card() -> None:
    with pytest.raises(BadJson, match="camera.name"):
        cards.card(
            (),
            cards.CameraFacts("a", "\ud800", ""),
            cards.TileFacts("m", 1, "grid:1x1", "live", "clear", None, 0),
            None,
            cards.TakenFacts("", "", "", "", "", "", "", None),
        )


def test_times_are_whole_milliseconds() -> None:
    ns = 1_795_399_262_345_999_999
    assert cards.utc(ns) == "2026-11-23T02:01:02.345Z"
    here = cards.local(ns)
    assert here.microsecond == 345_000
    assert (here - timedelta(0)).timestamp() == 1_795_399_262.345
    assert here.tzinfo is not None
