"""The guide is there in every language, says the same things, and names the keys that are true."""

from __future__ import annotations

import re

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations.actions import actions, put_in_force
from hanoi_wall.operations.guide import actions_named, guide, prepare, source


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_the_same_actions_under_as_many_headings(language: str) -> None:
    prepare()
    here, first = source(language), source("vi")
    assert actions_named(here) == actions_named(first)
    assert actions_named(here) <= {each.id for each in actions()}
    assert len(re.findall("^## ", here, re.M)) == len(re.findall("^## ", first, re.M)) >= 6
    assert "{" not in guide(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_states_are_called_as_on_the_tiles(language: str) -> None:
    text = source(language).casefold()
    named = ("live", "late", "stale", "frozen", "offline", "refused", "busy", "unsupported")
    said = {state: words(language)(f"state.{state}").casefold() for state in named}
    missing = [word for word in said.values() if f"**{word}" not in text]
    assert missing == []


def test_keys_are_those_in_force() -> None:
    assert "**R**" in guide("en")
    put_in_force({"tile.retry": ("Ctrl+*",), "tile.clear": ()})
    assert "**Ctrl\\+\\***" in guide("en") and "**–**" in guide("en")
