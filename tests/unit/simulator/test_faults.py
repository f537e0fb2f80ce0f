"""The table of faults: what may be asked for, for how long, and for whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.simulator.faults import KINDS, MOST_FAULTS, FaultError, FaultTable

WISHES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([*KINDS, "*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["camera", "kind", "for_s", "percent", "x"]), inner, max_size=4)
    ),
    max_leaves=6,
)


@pytest.fixture
def table(clock: ManualClock) -> FaultTable:
    return FaultTable(frozenset({"cam-01", "cam-02"}), clock)


def begin(table: FaultTable, **wish: object) -> str:
    return table.add(table.parse(wish)).id


def test_a_fault_ends_by_itself(table: FaultTable, clock: ManualClock) -> None:
    number = begin(table, camera="cam-01", kind="stall", for_s=2)
    assert set(table.of("cam-01")) == {"stall"} and table.of("cam-02") == {}
    clock.advance(1.9)
    assert table.expire() == []
    clock.advance(0.1)
    assert [fault.id for fault in table.expire()] == [number]
    assert table.of("cam-01") == {} and table.next_end_ns() is None


def test_its_time_runs_from_when_it_is_in_force(table: FaultTable, clock: ManualClock) -> None:
    fault = table.parse({"camera": "cam-01", "kind": "frozen", "for_s": 2})
    clock.advance(5)
    table.add(fault)
    clock.advance(1.5)
    assert table.expire() == []
    (shown,) = [fault.to_json(clock.monotonic_ns()) for fault in table.all()]
    assert shown["left_s"] == pytest.approx(0.5)


def test_without_a_time_it_stays_until_it_is_taken_back(table: FaultTable, clock: ManualClock) -> None:
    number = begin(table, camera="*", kind="black")
    clock.advance(1e6)
    assert table.expire() == [] and "black" in table.of("cam-02")
    assert table.remove(number) is not None
    assert table.remove(number) is None


def test_the_newest_of_a_kind_counts(table: FaultTable) -> None:
    begin(table, camera="*", kind="udp_loss", percent=1)
    begin(table, camera="cam-01", kind="udp_loss", percent=20)
    assert table.of("cam-01")["udp_loss"].number("percent") == 20
    assert table.of("cam-02")["udp_loss"].number("percent") == 1


def test_defaults_and_instants(table: FaultTable) -> None:
    fault = table.add(table.parse({"camera": "cam-01", "kind": "holdback"}))
    assert fault.number("seconds") == 20
    begin(table, camera="cam-01", kind="rst")
    assert [fault.kind.name for fault in table.all()] == ["holdback"]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (None, "expected an object"),
        ({"kind": "stall"}, "no camera None"),
        ({"camera": "cam-01"}, "no kind None"),
        ({"camera": "cam-01", "kind": ["stall"]}, "no kind"),
        ({"camera": "cam-01", "kind": "stall", "for_s": 0}, "for_s must be"),
        ({"camera": "cam-01", "kind": "stall", "for_s": True}, "for_s must be a number"),
        ({"camera": "cam-01", "kind": "stall", "for_s": float("nan")}, "for_s must be a number"),
        ({"camera": "cam-01", "kind": "udp_loss", "percent": 101}, "percent must be 0.01..100"),
        ({"camera": "cam-01", "kind": "hostile_sdp", "variant": "kind"}, "one of 100_streams"),
        ({"camera": "cam-01", "kind": "redirect", "to": 7}, "to must be a text"),
        ({"camera": "cam-01", "kind": "stall", "seconds": 7}, "no parameter 'seconds'"),
    ],
)
def test_what_is_wrong_is_said(table: FaultTable, wish: object, says: str) -> None:
    with pytest.raises(FaultError, match=says):
        table.parse(wish)


@given(WISHES)
def test_any_wish_is_a_fault_or_an_explanation(wish: object) -> None:
    table = FaultTable(frozenset({"cam-01"}), ManualClock())
    try:
        table.add(table.parse(wish))
    except FaultError as error:
        assert "\n" not in str(error)


def test_the_table_is_bounded(table: FaultTable) -> None:
    for _ in range(MOST_FAULTS):
        begin(table, camera="*", kind="stall")
    with pytest.raises(FaultError, match="too many"):
        begin(table, camera="*", kind="stall")


def test_every_kind_explains_itself() -> None:
    for kind in KINDS.values():
        facts = kind.to_json()
        assert facts["kind"] == kind.name and facts["description"]
