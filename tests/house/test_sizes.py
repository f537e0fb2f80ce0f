"""Files and functions stay small; the list of exceptions may only shrink."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.tree import name_of, python_files

MOST_FILE_LINES = 500
MOST_FUNCTION_LINES = 60

EXCEPTIONS: dict[str, int] = {}
"""`path` or `path::Class.function` → the lines it has today. Smaller or gone: lower or remove the entry."""


def sizes(path: Path, name: str) -> dict[str, int]:
    """Lines of a file (under its name) and of each function in it (`name::qualified.name`)."""
    text = path.read_text()
    found = {name: len(text.splitlines())}

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                qualified = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef) and child.end_lineno is not None:
                    found[f"{name}::{qualified}"] = child.end_lineno - child.lineno + 1
                walk(child, f"{qualified}.")
            else:
                walk(child, prefix)

    walk(ast.parse(text), "")
    return found


def faults(found: dict[str, int], exceptions: dict[str, int]) -> list[str]:
    """What is too large without an entry, grown beyond its entry, or entered without need."""
    lines = []
    for name, size in found.items():
        most = MOST_FUNCTION_LINES if "::" in name else MOST_FILE_LINES
        if size > exceptions.get(name, most):
            lines.append(f"{name} has {size} lines; at most {exceptions.get(name, most)}")
        elif name in exceptions and size <= most:
            lines.append(f"{name} has {size} lines: it needs no exception any more")
        elif size < exceptions.get(name, 0):
            lines.append(f"{name} has {size} lines: lower its exception from {exceptions[name]}")
    lines += [f"{name} is gone: remove its exception" for name in exceptions if name not in found]
    return lines


def test_files_and_functions_are_small() -> None:
    found: dict[str, int] = {}
    for path in python_files("hanoi_wall", "tests", "packaging"):
        found |= sizes(path, name_of(path))
    assert len(found) > 100, "the tree was not read"
    assert faults(found, EXCEPTIONS) == []


def test_a_long_function_is_found_with_its_class(tmp_path: Path) -> None:
    source = tmp_path / "long.py"
    body = "\n".join(f"        x = {number}" for number in range(60))
    source.write_text(f"class Wall:\n    def paint(self):\n{body}\n\n    def small(self):\n        pass\n")
    found = sizes(source, "long.py")
    assert found == {"long.py": 65, "long.py::Wall.paint": 61, "long.py::Wall.small": 2}
    assert faults(found, {}) == ["long.py::Wall.paint has 61 lines; at most 60"]


def test_an_exception_may_only_shrink() -> None:
    found = {"a.py": 600, "b.py": 510, "c.py": 400, "d.py::f": 70}
    allowed = {"a.py": 590, "b.py": 520, "c.py": 501, "d.py::f": 70, "e.py": 700}
    assert faults(found, allowed) == [
        "a.py has 600 lines; at most 590",
        "b.py has 510 lines: lower its exception from 520",
        "c.py has 400 lines: it needs no exception any more",
        "e.py is gone: remove its exception",
    ]
