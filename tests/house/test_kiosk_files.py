"""What an administrator installs for a kiosk starts a command that there is, with options that it knows."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from hanoi_wall import cli
from hanoi_wall.settings.vault import KEY_VARIABLE
from tests.house.tree import ROOT

PACKAGING = ROOT / "packaging"
UNIT = PACKAGING / "hanoi-wall-kiosk.service"
ENTRY = PACKAGING / "hanoi-wall.desktop"


def entry() -> configparser.SectionProxy:
    """The desktop entry's one group."""
    file = configparser.ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    file.optionxform = str  # type: ignore[method-assign, assignment]
    file.read_string(ENTRY.read_text(encoding="utf-8"))
    assert file.sections() == ["Desktop Entry"]
    return file["Desktop Entry"]


def unit() -> dict[str, list[str]]:
    """Every key of the unit with its values, whatever group it stands in."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, equals, value = line.partition("=")
            assert equals and re.fullmatch(r"[A-Z][A-Za-z]+", key), line
            found.setdefault(key, []).append(value)
    return found


def test_the_desktop_entry_starts_the_wall() -> None:
    keys = entry()
    program, *words = shlex.split(keys["Exec"])
    assert program == keys["TryExec"] == "hanoi-wall"
    assert cli.parse(words).name == "run"
    assert (ROOT / "resources" / "icons" / f"{keys['Icon']}.svg").is_file()
    for key in ("GenericName", "Comment"):
        assert len({keys[key], keys[f"{key}[vi]"], keys[f"{key}[fr]"]}) == 3
    assert all(keys[key].endswith(";") for key in ("Categories", "Keywords"))


def test_the_unit_starts_a_kiosk_that_tells_systemd() -> None:
    keys = unit()
    (line,) = keys["ExecStart"]
    program, *words = shlex.split(line)
    chosen = cli.parse(words)
    assert chosen.name == "run" and chosen.kiosk
    assert program.startswith("/") and program.endswith("/hanoi-wall")
    assert keys["Type"] == ["notify"] and keys["KillMode"] == ["mixed"] and keys["OOMPolicy"] == ["continue"]
    assert float(keys["TimeoutStopSec"][0]) > 3, "the wall has 3 s to leave"
    name, _, _ = keys["LoadCredential"][0].partition(":")
    assert f"{KEY_VARIABLE}=%d/{name}" in keys["Environment"]


def test_the_read_me_names_what_is_installed() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (UNIT, ENTRY, ROOT / "resources" / "icons" / "hanoi-wall.svg"):
        assert path.relative_to(ROOT).as_posix() in text
    assert "ln -s /opt/hanoi-wall/bin/hanoi-wall /usr/local/bin/" in text
    assert unit()["ExecStart"][0].startswith("/usr/local/bin/hanoi-wall ")


@pytest.mark.parametrize(
    ("line", "file", "right", "wrong"),
    [
        (["desktop-file-validate"], ENTRY, "Type=Application", "Type=Aplication"),
        (["systemd-analyze", "verify", "--user"], UNIT, "KillMode=mixed", "KillMode=mixd"),
    ],
)
def test_the_systems_own_tools_find_nothing_wrong(
    line: list[str], file: Path, right: str, wrong: str, tmp_path: Path
) -> None:
    """Where they are installed; the program itself need not stand where the unit says."""
    if shutil.which(line[0]) is None:
        pytest.skip(f"{line[0]} is not installed")

    def found(path: Path) -> list[str]:
        done = subprocess.run([*line, path], capture_output=True, text=True, timeout=60)
        lines = (done.stdout + done.stderr).splitlines()
        return [each for each in lines if "hanoi-wall" in each and "is not executable" not in each]

    planted = tmp_path / file.name
    planted.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    assert found(planted), "it would be seen"
    assert found(file) == []
