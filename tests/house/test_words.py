"""Every word is there in every language, with the same places to fill, under the key the code asks for."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanoi_wall.assets import DEFAULT_LANGUAGE, LANGUAGES, words
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import TileState
from hanoi_wall.operations.actions import ACTIONS
from hanoi_wall.operations.key_choice import KeyFault
from hanoi_wall.operations.offers import Kind
from hanoi_wall.operations.snapshot import Trouble
from hanoi_wall.operations.tile_words import Blame
from hanoi_wall.settings.schema import RULES, sections
from hanoi_wall.video.stream_choice import REASONS
from tests.house.tree import ROOT, name_of, python_files

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")
NO_WORDS: set[str] = {"keys.toml"}
"""Literals that look like the key of a word (same first part) and are something else."""
SOUGHT = [kind.value for kind in Kind if kind not in (Kind.CAMERA, Kind.ACTION)]
"""What can be searched for by itself."""
FAMILIES: dict[str, list[str]] = {
    "state": [state.value for state in TileState],
    "cause": [cause.value for cause in Cause],
    "remedy": [cause.value for cause in Cause],
    "action": [action.id for action in ACTIONS],
    "why": list(REASONS),
    "blame": [blame.value for blame in Blame],
    **{f"find_{part}": SOUGHT for part in ("hint", "title", "none")},
    "shot": [trouble.value for trouble in Trouble],
    "setting": [*RULES, *(f"{key}.help" for key in RULES)],
    "choice": [f"{key}.{choice}" for key, rule in RULES.items() for choice in rule.choices],
    "section": [*sections(), "keys"],
    "keyfault": [fault.value for fault in KeyFault],
}
"""Keys that are made of a first part and a code: one for each code."""


def placeholders(text: str) -> frozenset[str]:
    """The `{names}` in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def texts(language: str) -> dict[str, str]:
    """Key → text as it stands, nothing filled in."""
    return {key: words(language)(key) for key in words(language).keys()}


KEYS = texts(DEFAULT_LANGUAGE)


class Uses(ast.NodeVisitor):
    """The words a source asks for: in calls of `words`, and as literals that can be nothing else."""

    def __init__(self, families: set[str]) -> None:
        self.families = families
        self.literals: set[str] = set()
        self.beginnings: set[str] = set()
        self.filled: list[tuple[str, frozenset[str]]] = []

    def visit_Call(self, node: ast.Call) -> None:
        """`words("key", name=…)`, also as `self._words(…)`."""
        function = node.func
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        first = node.args[0] if node.args else None
        if called.lstrip("_") == "words" and isinstance(first, ast.Constant) and "." in str(first.value):
            self.literals.add(first.value)
            names = [keyword.arg for keyword in node.keywords]
            if None not in names:
                self.filled.append((first.value, frozenset(name for name in names if name)))
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """`f"state.{state}"`: some key must begin like this."""
        first = node.values[0] if node.values else None
        if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z][a-z0-9_]*\.", str(first.value)):
            if first.value[:-1] in self.families:
                self.beginnings.add(first.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Any literal whose first part is a family of words."""
        if isinstance(node.value, str) and KEY.fullmatch(node.value) and node.value not in NO_WORDS:
            if node.value.partition(".")[0] in self.families:
                self.literals.add(node.value)


def uses_of(source: str) -> Uses:
    """What one source asks for."""
    uses = Uses({key.partition(".")[0] for key in KEYS})
    uses.visit(ast.parse(source))
    return uses


def faults(source: str) -> Iterator[str]:
    """Each key that no translation has, and each call that fills other places than the text has."""
    uses = uses_of(source)
    for key in sorted(uses.literals):
        # An action's id ("tile.enlarge") looks like a key too; its word stands under action.<id>.
        if key not in KEYS and f"action.{key}" not in KEYS:
            yield f"no word {key}"
    for beginning in sorted(uses.beginnings):
        if not any(key.startswith(beginning) for key in KEYS):
            yield f"no word begins with {beginning}"
    for key, names in uses.filled:
        if key in KEYS and names != placeholders(KEYS[key]):
            yield f"{key} has {sorted(placeholders(KEYS[key]))}, is given {sorted(names)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    here = texts(language)
    assert set(KEYS) ^ set(here) == set()
    assert {key for key in KEYS if placeholders(KEYS[key]) != placeholders(here[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_key_stands_once_and_composed(language: str) -> None:
    file = ROOT / "translations" / f"{language}.ts"
    counted = Counter(message.get("id") for message in ElementTree.parse(file).iter("message"))
    assert [key for key, times in counted.items() if times > 1] == []
    text = file.read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", text) == text, (
        "decomposed accents: fonts and searches stumble on them"
    )


@pytest.mark.parametrize("path", python_files("hanoi_wall"), ids=name_of)
def test_the_code_asks_for_words_that_are_there(path: Path) -> None:
    assert list(faults(path.read_text())) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_has_its_word(family: str) -> None:
    assert [code for code in FAMILIES[family] if f"{family}.{code}" not in KEYS] == []


def test_a_wrong_key_and_a_wrong_place_are_found() -> None:
    assert list(faults('words("tile.behind", second=3)')) == [
        "tile.behind has ['seconds'], is given ['second']"
    ]
    assert list(faults('key = "tile.nowhere"')) == ["no word tile.nowhere"]
    assert list(faults('self._words("nothing.known")')) == ["no word nothing.known"]
    assert list(faults('words("tile.behind", seconds=3)')) == []
