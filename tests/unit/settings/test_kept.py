"""Credentials in memory and on their way to and from JSON."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.kept import (
    SIGNING,
    WORKSTATION,
    MemorySecrets,
    all_from_json,
    all_to_json,
    from_plain,
    merge,
    to_plain,
)

PARTS = {"main": Credentials("op", "x😀ê"), "sub": Credentials("", "")}


def test_memory_keeps_and_forgets() -> None:
    start = {"a": {"main": Credentials("op", "old")}}
    secrets = MemorySecrets(start)
    assert secrets.put({"a": {"main": Credentials("op", "new"), "sub": Credentials("op", "s")}}) == 2
    assert secrets.get("a") == {"main": Credentials("op", "new"), "sub": Credentials("op", "s")}
    assert start["a"]["main"].password == "old", "the file's own credentials were changed"
    secrets.delete(["a", "never"])
    assert secrets.get("a") == {}


def test_a_merge_counts_what_is_new_or_other() -> None:
    kept = {"a": dict(PARTS)}
    assert merge(kept, {"a": {"main": PARTS["main"]}, "b": {}}) == 0
    assert merge(kept, {"a": {"main": Credentials("op", "y")}, "c": {"sub": PARTS["sub"]}}) == 2
    assert kept["a"]["sub"] == PARTS["sub"]


def test_credentials_go_round_through_json() -> None:
    assert from_plain(to_plain(PARTS)) == PARTS
    assert all_from_json(all_to_json({"a": PARTS, "empty": {}})) == {"a": PARTS}


@pytest.mark.parametrize("value", [None, [], {"x": {}}, {"main": 1}, {"main": {"user": "a"}}])
def test_another_shape_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        from_plain(value)


def test_the_workstations_key_stands_beside_the_cameras() -> None:
    kept = {WORKSTATION: {SIGNING: Credentials("ed25519", "a2V5")}, "a": PARTS}
    assert all_from_json(all_to_json(kept)) == kept
    assert WORKSTATION != WORKSTATION.strip(), "no camera's id has a blank at its ends"
