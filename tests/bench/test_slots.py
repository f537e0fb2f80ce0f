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


def test_sessions_that_share_the_ring_of_a_late_one_are_caught() -> None:
    """And not only by what the ring calls torn: two writers can agree on a number."""
    found = torture(4.0, seed=5, shares=True)
    assert found["mixed"] + found["wrong_number"] + found["backwards"] > 0
