"""A sentence for the operator as a value: verbs return it, windows find its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from hanoi_wall.assets import Words


@dataclass(frozen=True, slots=True)
class Said:
    """key: of a translation; values: what goes into it."""

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, words: Words) -> str:
        """The sentence in that language."""
        return words(self.key, **self.values)
