"""The file of chosen keys (TOML): action's id → list of keys. What the keys mean is not known here.

A file of its own beside the settings: it is carried from one workstation to the next as it is, and a mistake
in it costs an operator a key, never the wall.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hanoi_wall.settings.file import read_toml
from hanoi_wall.settings.folders import make
from hanoi_wall.settings.writing import write_whole

_HEAD = """\
# Hanoi Wall: keys that are not as the program has them. An action that does not stand here keeps its own.
# "action" = ["first key", "second key"]; hanoi-wall keys lists the actions, their keys and what collides.
"""
_DEEPEST = 4


def read_keys(path: Path) -> dict[str, object]:
    """What stands there for each action, not looked at; {} where there is no file.

    Raises SettingsError (settings/file.py) for a file that cannot be read as a whole.
    """
    return dict(_flat(read_toml(path)))


def _flat(found: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """`tile.retry = […]` without quotes is a table in a table to TOML, and the same thing to people."""
    for name, value in found.items():
        if isinstance(value, dict) and value and before.count(".") < _DEEPEST:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def change_keys(path: Path, chosen: Mapping[str, Sequence[str] | None]) -> None:
    """Write these beside what stands there already, None: as the program has them.

    What stands there and is not understood stays, to be mended by whoever wrote it. Raises SettingsError,
    OSError or FolderError.
    """
    standing = {name: value for name, value in read_keys(path).items() if chosen.get(name, ()) is not None}
    standing |= {name: list(keys) for name, keys in chosen.items() if keys is not None}
    make(path.parent)
    lines = [f"{_text(name)} = {_value(value)}\n" for name, value in standing.items()]
    write_whole(path, (_HEAD + "".join(["\n", *lines] if lines else lines)).encode())


def _value(value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return f"[{', '.join(map(_text, value))}]"
    return _text(str(value))


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
