"""The slots experiment in miniature: it finds nothing wrong with readers that claim, and would find it."""

from __future__ import annotations

from tests.bench.experiments.slots import torture


def test_no_picture_is_torn() -> None:
    found = torture(2.0, seed=3)
    assert (found["torn"], found["mixed"], found["wrong_number"], found["backwards"]) == (0, 0, 0, 0)
    assert found["least_read"] > 10


def test_readers_that_claim_nothing_are_caught() -> None:
    found = torture(2.0, seed=4, claims=False)
    assert found["mixed"] > 0
    assert found["torn"] >= found["mixed"]
