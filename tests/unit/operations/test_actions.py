"""One table of actions: no key twice, a word for each."""

from __future__ import annotations

from collections import Counter

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations.actions import ACTIONS, Context, action


def test_no_key_and_no_id_stands_twice() -> None:
    keys = Counter((each.context is Context.DESK, key) for each in ACTIONS for key in each.keys)
    assert [key for key, times in keys.items() if times > 1] == []
    assert len({each.id for each in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_own_name(language: str) -> None:
    named = [words(language)(each.words) for each in ACTIONS]
    assert all(named)
    assert len(set(named)) == len(named)


def test_an_action_is_found_by_its_id() -> None:
    assert action("tile.retry").keys == ("R",)
    assert action("tile.retry").context is Context.FAULTY_TILE
    with pytest.raises(KeyError):
        action("tile.nothing")
