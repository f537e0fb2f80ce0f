"""A stranger finds each thing by the name of its room: tests mirror the source, rooms say what they are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import MADE_HERE, PACKAGE, ROOT, name_of, python_files, repository_files

TOP_LEVEL = {
    "hanoi_wall",
    "packaging",
    "resources",
    "tests",
    "translations",
    "LICENSE",
    "NOTICE",
    "README.md",
    "pyproject.toml",
}
"""Whatever else stands in the repository's root begins with a dot."""
NAMES_THAT_SAY_NOTHING = set(
    "common helper helpers lib manager managers misc service services shared stuff tools util utils".split()
)
MOST_DOCSTRING_LINES = 15

ELSEWHERE: dict[str, str] = {"hanoi_wall/app.py": "tests/stories/test_run.py"}
"""A source file → its test, where that is neither its mirror image nor its namesake."""


def has_code(text: str) -> bool:
    """Whether a source holds a function that does something (not `...`, a docstring or `pass` alone)."""

    def acts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any(
            not isinstance(line, ast.Pass)
            and not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            for line in node.body
        )

    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return any(acts(function) for function in functions)


def places_of_test(source: Path) -> list[Path]:
    """Where the test of a source file may be: its mirror image; a namesake for sockets or for the screen."""
    inside = source.relative_to(PACKAGE)
    name = f"test_{inside.name}"
    places = [ROOT / "tests" / "unit" / inside.parent / name]
    kinds = ("ui",) if inside.parts[0] == "ui" else ("integration",)
    if len(inside.parts) == 1:
        # app, cli and demo know everyone: the whole program is what tests them.
        kinds = ("integration", "ui", "stories")
    for kind in kinds:
        room = inside.parent.relative_to("ui") if inside.parts[0] == "ui" else inside.parent
        places += [ROOT / "tests" / kind / room / name, ROOT / "tests" / kind / name]
    if name_of(source) in ELSEWHERE:
        places = [ROOT / ELSEWHERE[name_of(source)]]
    return places


def sources_with_code() -> list[Path]:
    return [path for path in python_files("hanoi_wall") if has_code(path.read_text())]


def test_every_source_has_its_test() -> None:
    sources = sources_with_code()
    assert len(sources) > 10, "the package was not read"
    untested = [name_of(path) for path in sources if not any(test.is_file() for test in places_of_test(path))]
    assert untested == []


def test_the_list_of_tests_elsewhere_is_needed() -> None:
    needed = {name_of(path) for path in sources_with_code()}
    assert [name for name in ELSEWHERE if name not in needed] == []


def test_every_unit_test_has_its_source() -> None:
    tests = [path for path in python_files("tests") if path.is_relative_to(ROOT / "tests" / "unit")]
    orphans = [
        name_of(path)
        for path in tests
        if path.name.startswith("test_")
        and not (PACKAGE / path.relative_to(ROOT / "tests" / "unit").parent / path.name[5:]).is_file()
    ]
    assert orphans == []


def test_top_level_holds_what_the_map_says() -> None:
    """What git does not know, and what commands make and git ignores, is not looked at."""
    entries = {path.relative_to(ROOT).parts[0] for path in repository_files()}
    strangers = {name for name in entries if not name.startswith(".")} - TOP_LEVEL - MADE_HERE
    assert strangers == set()
    assert TOP_LEVEL - entries == set()


def test_no_folder_has_a_name_that_says_nothing() -> None:
    parents = {parent for path in repository_files() for parent in path.parents}
    folders = [name_of(parent) for parent in parents if ROOT in parent.parents]
    assert "hanoi_wall/domain" in folders
    assert [name for name in folders if name.rpartition("/")[2] in NAMES_THAT_SAY_NOTHING] == []


@pytest.mark.parametrize("room", sorted(path.parent for path in PACKAGE.glob("*/__init__.py")), ids=name_of)
def test_every_room_says_what_it_is(room: Path) -> None:
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text()), clean=False)
    assert docstring, "what it is, what it may import, which thread"
    assert len(docstring.splitlines()) <= MOST_DOCSTRING_LINES


def test_code_is_told_from_plain_values() -> None:
    assert not has_code("class Stats:\n    received: int = 0\n\n    def read(self) -> int: ...\n")
    assert has_code("class Stats:\n    def read(self) -> int:\n        return 1\n")
