"""The settings file (TOML): read with every value checked, written with every key explained."""

from __future__ import annotations

import difflib
import json
import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path

from hanoi_wall.settings.folders import make
from hanoi_wall.settings.schema import RULES, Settings
from hanoi_wall.settings.writing import write_whole

MOST_BYTES = 256 * 1024


class SettingsError(Exception):
    """A settings file that cannot be used. key: which setting, "" for the file itself; expected: in words."""

    def __init__(self, file: Path, key: str, expected: str) -> None:
        self.file = file
        self.key = key
        self.expected = expected
        super().__init__(f"{file}: {key}: expected {expected}" if key else f"{file}: {expected}")


class SettingsUnreadable(SettingsError):
    """A settings file that this user cannot read: what stands in it may be right."""


def read_settings(path: Path) -> Settings:
    """The settings that stand in the file, defaults for the others; no file: all defaults.

    Raises SettingsError; the text never repeats a value.
    """
    return _checked(path, read_toml(path))


def read_toml(path: Path) -> dict[str, object]:
    """What stands in a file of choices, {} where there is none. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsUnreadable(path, "", f"cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise SettingsError(path, "", f"is larger than {MOST_BYTES // 1024} KiB; expected a settings file")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(path, "", "is not UTF-8; expected TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, "", f"is not TOML: {_where(str(error))}") from None
    except (RecursionError, ValueError):
        raise SettingsError(path, "", "is not TOML: nested too deep, or a number too long") from None


def write_settings(path: Path, settings: Settings) -> None:
    """Write all settings that are not as they would be anyway; raises OSError or FolderError."""
    make(path.parent)
    standard = asdict(Settings())
    lines = ["# Hanoi Wall. A line that begins with # is a setting as it is when nothing is said."]
    for key, value in asdict(settings).items():
        rule = RULES[key]
        comment = "# " if value == standard[key] else ""
        lines += ["", f"# {rule.help} ({rule.expected})", f"{comment}{key} = {_toml(value)}"]
    write_whole(path, ("\n".join(lines) + "\n").encode())


def change_settings(path: Path, **changes: object) -> Settings:
    """Read, change, write; returns what stands there now. Raises SettingsError, OSError or FolderError."""
    old = read_settings(path)
    for key, value in changes.items():
        if not RULES[key].allows(value):
            raise SettingsError(path, key, RULES[key].expected)
    new = replace(old, **changes)  # type: ignore[arg-type]
    if new != old:
        write_settings(path, new)
    return new


def _checked(path: Path, found: dict[str, object]) -> Settings:
    values: dict[str, object] = {}
    for key, value in found.items():
        rule = RULES.get(key)
        if rule is None:
            near = difflib.get_close_matches(key, RULES, 1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(RULES)}"
            raise SettingsError(path, key if key.isprintable() else "a key", f"a known setting ({hint})")
        if not rule.allows(value):
            raise SettingsError(path, key, rule.expected)
        values[key] = float(value) if rule.kind is float and isinstance(value, int) else value
    assert set(RULES) == {each.name for each in fields(Settings)}
    return Settings(**values)  # type: ignore[arg-type]


def _where(message: str) -> str:
    """The place in a parser's message; the rest could repeat what stands in the file."""
    _, found, place = message.rpartition("(at ")
    return f"at {place.rstrip(')')}" if found else "expected key = value"


def _toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)
