"""The health answer in the Prometheus text format: every figure of /health, found by walking it.

    hanoi_wall_<path>{labels} value

Numbers become samples, named by where they stand and by their own name; `tiles`, `processes` and `screens`
carry the labels that name the thing; words become the labels of one `…_info` sample per thing. A figure that
is null is left out. `hanoi_wall_tiles{state="…"}` counts the tiles by state, `hanoi_wall_up` is 0 while the
UI is silent. Names and units are those of /health.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

PREFIX = "hanoi_wall"
_IDENTITY = {
    "tiles": ("tile", ("screen", "tile", "camera")),
    "processes": ("process", ("pid", "role")),
    "screens": ("screen", ("id", "name")),
}
"""list: (the name of one of them, what names it)."""
_PARTS = {"size": ("width", "height"), "geometry": ("x", "y", "width", "height")}
_COUNTERS = frozenset({"replaced", "torn", "reconnects", "restarts", "cpu_s", "stalls_total"})
_SENTENCES = frozenset({"rate"})
"""Words made of figures that stand beside them: as a label they would be a new series every second."""
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_]")

Labels = tuple[tuple[str, str], ...]


class _Samples:
    """Samples by metric, so that each metric stands in one block as the format demands."""

    def __init__(self) -> None:
        self.by_name: dict[str, dict[Labels, str]] = {}

    def add(self, name: str, labels: Labels, value: float) -> None:
        self.by_name.setdefault(_NOT_IN_NAMES.sub("_", name), {})[labels] = _number(value)

    def walk(self, name: str, value: object, labels: Labels, words: dict[str, str]) -> None:
        """Add what `value` holds; its words go to `words`."""
        key = name.rpartition("/")[2]
        if isinstance(value, str):
            if key not in _SENTENCES:
                words[key] = value
        elif isinstance(value, (bool, int, float)):
            self.add(name.replace("/", "_"), labels, value)
        elif isinstance(value, Mapping):
            self.thing(name, value, labels)
        elif isinstance(value, Sequence):
            self.several(name, key, value, labels)

    def several(self, name: str, key: str, values: Sequence[object], labels: Labels) -> None:
        """A list of things, or of numbers that have names of their own."""
        if key in _PARTS and len(values) == len(_PARTS[key]):
            for part, value in zip(_PARTS[key], values, strict=True):
                self.walk(f"{name}/{part}", value, labels, {})
            return
        singular, identity = _IDENTITY.get(key, (key, ()))
        for number, thing in enumerate(values):
            if isinstance(thing, Mapping):
                own = tuple((each, _word(thing.get(each))) for each in identity) or (("index", str(number)),)
                rest = {each: value for each, value in thing.items() if each not in identity}
                self.thing(name.removesuffix(key) + singular, rest, labels + own)

    def thing(self, name: str, values: Mapping[str, object], labels: Labels) -> None:
        """One mapping: its numbers as samples, its words as one info sample."""
        words: dict[str, str] = {}
        for key, value in values.items():
            self.walk(f"{name}/{key}", value, labels, words)
        if words:
            self.add(f"{name}_info".replace("/", "_"), tuple((dict(labels) | words).items()), 1)


def metrics_text(health: Mapping[str, object], *, up: bool) -> str:
    """The text for GET /metrics from the value of GET /health. Pure."""
    samples = _Samples()
    samples.add(f"{PREFIX}_up", (), int(up))
    samples.thing(PREFIX, health, ())
    tiles = health.get("tiles")
    if isinstance(tiles, Sequence):
        states = Counter(_word(tile.get("state")) for tile in tiles if isinstance(tile, Mapping))
        for state, count in sorted(states.items()):
            samples.add(f"{PREFIX}_tiles", (("state", state),), count)
    lines = []
    for name, values in samples.by_name.items():
        counter = any(name.endswith(f"_{each}") for each in _COUNTERS)
        lines.append(f"# TYPE {name} {'counter' if counter else 'gauge'}")
        lines += [f"{name}{_labels(labels)} {value}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    inside = ",".join(f'{_NOT_IN_NAMES.sub("_", key)}="{_escaped(value)}"' for key, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return repr(value) if isinstance(value, float) else str(int(value))
