"""The files of the repository, as the house tests look at them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hanoi_wall"
MADE_HERE = {"build", "dist", "__pycache__"}
"""What commands write into the checkout, and git ignores."""


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is part of the repository or about to be; in an export without git, every file."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True,
    )
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _is_made_here(path.relative_to(ROOT))]
    return tuple(sorted(path for path in paths if path.is_file()))


def _is_made_here(path: Path) -> bool:
    """Whether a path (relative) is an environment, a cache or a build product."""
    return any(
        part in MADE_HERE
        or part.endswith((".egg-info", "_cache"))
        or part in (".git", ".venv", ".hypothesis")
        for part in path.parts
    )


def python_files(*folders: str) -> list[Path]:
    """The Python files of the repository under the given top-level folders."""
    return [
        path
        for path in repository_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


def name_of(path: Path) -> str:
    """A path as messages and tables write it: relative to the repository, with `/`."""
    return path.relative_to(ROOT).as_posix()
