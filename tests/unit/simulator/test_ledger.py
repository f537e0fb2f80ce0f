"""Connections are counted from their beginning to their end, whatever happens in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.simulator.ledger import Ledger


def test_from_connection_to_close() -> None:
    ledger = Ledger(["a", "b"])
    ledger.connected()
    assert (ledger.total.opening, ledger.total.opens) == (1, 1)
    ledger.asked("a")
    ledger.played("a")
    ledger.connected()
    ledger.asked("a")
    facts = ledger.to_json()["cameras"]
    assert isinstance(facts, dict)
    assert facts["a"] == {
        "opening": 1,
        "open": 1,
        "opens": 2,
        "plays": 1,
        "peak_opening": 1,
        "peak_open": 1,
    }
    ledger.closed("a", playing=True)
    ledger.closed("a", playing=False)
    assert (ledger.total.open, ledger.total.opening, ledger.total.peak_opening) == (0, 0, 1)


def test_peaks_begin_anew() -> None:
    ledger = Ledger(["a"])
    for _ in range(3):
        ledger.connected()
    ledger.closed(None, playing=False)
    assert ledger.total.peak_opening == 3
    ledger.reset_peaks()
    assert ledger.total.peak_opening == 2


@given(st.lists(st.sampled_from(["never asked", "asked", "played"]), max_size=30))
def test_nothing_is_left_when_all_have_gone(lives: list[str]) -> None:
    ledger = Ledger(["a"])
    for life in lives:
        ledger.connected()
        if life != "never asked":
            ledger.asked("a")
        if life == "played":
            ledger.played("a")
    for life in lives:
        ledger.closed(None if life == "never asked" else "a", life == "played")
    assert (ledger.total.open, ledger.total.opening) == (0, 0)
    assert ledger.total.opens == len(lives) and ledger.total.plays == lives.count("played")
