"""Chosen keys never leave an action out of reach, nor let one press mean two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.operations.actions import ACTIONS, DIGITS, Context
from hanoi_wall.operations.key_choice import (
    FIXED,
    KeyFault,
    canonical,
    choose,
    collisions,
    is_reserved,
    key_text,
    overlap,
    problem_of,
)

IDS = [each.id for each in ACTIONS]
KEYS = st.sampled_from(
    ["F", "R", "T", "Del", "Esc", "7", "Ctrl+Z", "ctrl+k", "F9", "Shift+?", "?", "nix", "", "Left"]
)
FOUND = st.dictionaries(
    st.sampled_from([*IDS, "wall.nothing"]),
    st.one_of(st.lists(KEYS, max_size=6), st.integers(), KEYS),
    max_size=8,
)


def faults(found: dict[str, object]) -> list[tuple[KeyFault, str]]:
    return [(each.fault, each.action) for each in choose(found).problems]


@given(FOUND)
def test_whatever_is_chosen_every_press_means_one_thing_and_nothing_is_out_of_reach(
    found: dict[str, object],
) -> None:
    choice = choose(found)
    assert list(choice.keys) == IDS
    assert list(collisions(ACTIONS, choice.keys)) == []
    for each in ACTIONS:
        assert each.offered or choice.keys[each.id]
        assert each.id not in FIXED or choice.keys[each.id] == each.keys
        assert all(key == DIGITS or each.id in FIXED or not is_reserved(key) for key in choice.keys[each.id])
    told = {problem.action for problem in choice.problems}
    for identity, value in found.items():
        if identity in IDS and identity not in told:
            assert isinstance(value, list)
            assert list(choice.keys[identity]) == list(dict.fromkeys(canonical(key) for key in value))
    # What stands is chosen again as it is.
    again = choose(choice.chosen())
    assert (again.keys, again.problems) == (choice.keys, ())


@given(FOUND, st.sampled_from(IDS), st.lists(KEYS, max_size=5))
def test_a_key_is_refused_for_what_would_make_it_give_way(
    found: dict[str, object], identity: str, wanted: list[str]
) -> None:
    choice = choose(found)
    problem = problem_of(choice, identity, wanted)
    after = choose({**choice.chosen(), identity: wanted})
    assert (problem is None) == (after.problems == ())


@given(st.text(max_size=12))
def test_a_keys_one_name_is_its_own(text: str) -> None:
    name = canonical(text)
    assert name is None or canonical(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("r", "R"),
        ("ctrl+shift+z", "Ctrl+Shift+Z"),
        ("Shift+Ctrl+z", "Ctrl+Shift+Z"),
        ("Shift+?", "?"),
        ("Shift+Space", "Shift+Space"),
        ("+", "+"),
        ("Ctrl++", "Ctrl++"),
        ("Ctrl+,", "Ctrl+,"),
        ("delete", "Del"),
        ("page up", "PgUp"),
        ("F11", "F11"),
        ("F99", None),
        ("Ctrl+", None),
        ("Ctrl", None),
        ("Ctrl+Ctrl+A", None),
        ("Hyper+A", None),
        ("Ctrl+K, Ctrl+S", None),
        ("ê", None),
        ("", None),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, name: str | None) -> None:
    assert canonical(text) == name


def test_what_is_wrong_is_told_with_what_it_collides_with() -> None:
    assert faults({"wall.nix": ["X"]}) == [(KeyFault.UNKNOWN_ACTION, "wall.nix")]
    assert faults({"tile.retry": "R"}) == [(KeyFault.NOT_KEYS, "tile.retry")]
    assert faults({"tile.retry": ["Esc"]}) == [(KeyFault.RESERVED, "tile.retry")]
    assert faults({"tile.retry": ["5"]}) == [(KeyFault.RESERVED, "tile.retry")]
    assert faults({"tile.retry": ["Ctrl+5"]}) == [(KeyFault.RESERVED, "tile.retry")], "a scene's"
    assert faults({"tile.retry": ["Alt+5"]}) == []
    assert faults({"desk.favour": ["F"]}) == [] and faults({"desk.favour": ["F2"]}) != []
    assert faults({"wall.back": ["F9"]}) == [(KeyFault.FIXED, "wall.back")]
    assert faults({"app.quit": []}) == [(KeyFault.NEEDED, "app.quit")]
    assert faults({"tile.retry": []}) == [], "it can still be found by its name"
    (problem,) = choose({"tile.retry": ["F"]}).problems
    assert (problem.key, problem.other) == ("F", "wall.full_screen")
    assert problem.expected == "another key than F, which wall.full_screen has"


def test_keys_may_be_exchanged() -> None:
    choice = choose({"wall.titles": ["R"], "tile.retry": ["T"]})
    assert choice.problems == ()
    assert (choice.keys["wall.titles"], choice.keys["tile.retry"]) == (("R",), ("T",))


def test_one_that_gives_way_takes_those_along_who_had_its_key() -> None:
    choice = choose({"wall.titles": ["F"], "tile.retry": ["T"]})
    assert [each.action for each in choice.problems] == ["wall.titles", "tile.retry"]
    assert choice.chosen() == {}


@given(st.sampled_from(Context), st.sampled_from(Context))
def test_overlapping_has_no_direction(one: Context, other: Context) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, one) and overlap(one, Context.EVERYWHERE)


def test_keys_are_shown_as_people_know_them() -> None:
    assert [key_text(key) for key in ("Left", "Ctrl+Return", "Ctrl++", "F11")] == [
        "←",
        "Ctrl+Enter",
        "Ctrl++",
        "F11",
    ]
