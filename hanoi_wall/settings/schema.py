"""Every setting once: its key, type, default, limits and help. The values are a frozen Settings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

from hanoi_wall.assets import DEFAULT_LANGUAGE, LANGUAGES


@dataclass(frozen=True, slots=True)
class Rule:
    """What one setting may be. kind: the type of its value; help: a sentence for the file and the manual."""

    kind: type
    help: str
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf

    @property
    def expected(self) -> str:
        """What must stand there, for an error."""
        if self.choices:
            return "one of " + ", ".join(f'"{choice}"' for choice in self.choices)
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return f"text of at most {round(self.high)} characters"
        number = "a whole number" if self.kind is int else "a number"
        return f"{number} from {self.low:g} to {self.high:g}"

    def allows(self, value: object) -> bool:
        """Whether the value is of the right type and within the limits."""
        if self.kind is str:
            text = isinstance(value, str) and value.isprintable() and len(value) <= self.high
            return text and (not self.choices or value in self.choices)
        if self.kind is bool:
            return isinstance(value, bool)
        kinds = (int, float) if self.kind is float else (int,)
        # A boolean is an int to Python, but not to whoever wrote the file; not-a-number is in no range.
        return isinstance(value, kinds) and not isinstance(value, bool) and self.low <= value <= self.high


def _choice(default: str, choices: tuple[str, ...], text: str) -> Any:
    return field(default=default, metadata={"rule": Rule(str, text, choices)})


def _whole(default: int, low: int, high: int, text: str) -> Any:
    return field(default=default, metadata={"rule": Rule(int, text, low=low, high=high)})


def _number(default: float, low: float, high: float, text: str) -> Any:
    return field(default=default, metadata={"rule": Rule(float, text, low=low, high=high)})


def _flag(default: bool, text: str) -> Any:
    return field(default=default, metadata={"rule": Rule(bool, text)})


def _text(default: str, text: str) -> Any:
    return field(default=default, metadata={"rule": Rule(str, text, high=256)})


def _path(text: str) -> Any:
    return field(default="", metadata={"rule": Rule(str, text, high=4096)})


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices of a profile; a field's name is its key in the settings file."""

    language: str = _choice(DEFAULT_LANGUAGE, LANGUAGES, "Language of the wall.")
    theme: str = _choice(
        "dark",
        ("dark", "light", "contrast"),
        "Colours of the wall: for dim rooms, for bright ones, or as far apart as can be.",
    )
    text_distance_m: float = _number(
        1.0, 0.3, 30, "How far away the wall is read, in metres: text is 5.8 mm high for each."
    )
    title_bar: str = _choice("title", ("none", "title", "title_state"), "What stands at the top of a tile.")
    motion: bool = _flag(True, "Whether anything on the wall may move besides the pictures.")
    desk: str = _text(
        "off",
        'The screen that has the desk instead of a wall window, where there are several: "primary" or a'
        ' screen\'s name; "off": none, F2 opens it.',
    )
    pictures_mb: int = _whole(
        256, 16, 8192, "Memory for pictures, in MB; beyond it enlarged tiles are scaled down and say so."
    )
    opens_max: int = _whole(8, 1, 64, "How many cameras may be connecting at once.")
    decoder_processes: int = _whole(
        0, 0, 64, "How many processes decode; 0: one for 8 feeds, at most one for each core."
    )
    tls_ca_file: str = _path("PEM file of the authorities that sign rtsps cameras; empty: the system's own.")
    credentials_file: str = _path(
        "File of camera passwords (mode 0600) where there is no key store; empty: none."
    )
    snapshots_folder: str = _path(
        "Folder of snapshots and their evidence cards; empty: snapshots, in the profile's data."
    )


RULES: dict[str, Rule] = {each.name: each.metadata["rule"] for each in fields(Settings)}
"""The rule of each setting by its key, in the order of the file."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "look": ("language", "theme", "text_distance_m", "title_bar", "motion", "desk"),
    "pictures": ("pictures_mb", "opens_max", "decoder_processes"),
    "trust": ("tls_ca_file", "credentials_file"),
}
"""Which settings stand together, by the name of their section; what stands in none comes last, in `other`."""

AT_ONCE = frozenset(SECTIONS["look"])
"""What takes effect while the wall runs; all else at the next start."""


def sections() -> dict[str, tuple[str, ...]]:
    """Every setting once, by its section."""
    rest = tuple(key for key in RULES if not any(key in keys for keys in SECTIONS.values()))
    return {**SECTIONS, "other": rest} if rest else dict(SECTIONS)
