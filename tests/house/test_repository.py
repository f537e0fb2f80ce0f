"""What a stranger is given: licences, a Qt that works, and nothing of anybody's machine or secrets."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of, repository_files

DOT = r"\."
FOREIGN = {
    "a package index": re.compile(
        "|".join(
            (
                f"pypi{DOT}org",
                f"pythonhosted{DOT}org",
                f"npmjs{DOT}(org|com)",
                f"(deb|ftp){DOT}debian{DOT}org",
            )
        )
    ),
    "a folder of somebody's machine": re.compile(r"(?<![\w.~$}*/-])/(home/[a-z]|root/|work/|Users/[A-Za-z])"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a token": re.compile(
        r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[bp]-[0-9A-Za-z-]{20,}|eyJ[\w-]{20,}\.ey)"
    ),
}
"""What may stand in no file → how it looks."""


def read(path: Path) -> str:
    """A file's text; "" for one that is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names_it(what: str) -> None:
    files = repository_files()
    assert len(files) > 50, "the repository was not read"
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(read(path).splitlines(), 1)
        if FOREIGN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a package index", "pip install --index-url https://" + "pypi" + ".org/simple x"),
        ("a folder of somebody's machine", "open('/" + "home/linh/wall.json')"),
        ("a folder of somebody's machine", "cd /" + "root/wall"),
        ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
        ("a token", "AKIA" + "ABCDEFGHIJKLMNOP"),
    ],
)
def test_it_would_be_seen(what: str, line: str) -> None:
    assert FOREIGN[what].search(line)


def test_qt_is_pinned_below_the_release_that_aborts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    qt = [need for need in project["dependencies"] if need.startswith("PySide6")]
    assert any("<6.12" in need and "python_version < '3.12'" in need for need in qt)
    assert all("python_version" in need for need in qt), "one line without a marker would undo the pin"


def test_licence_and_notice_say_what_a_bundle_is_under() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    for file in ("NOTICE", "README.md"):
        text = (ROOT / file).read_text()
        for word in ("GPL-3.0-or-later", "x264", "x265", "LGPL", "libyuv"):
            assert word in text, f"{file} does not name {word}"
