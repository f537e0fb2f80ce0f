"""What the settings are called, may be and are, in the operator's words; and a typed text as a value. Pure.

Everything comes from settings/schema.py and the translations `setting.*`, `choice.*`: a setting that is new
there is whole here.
"""

from __future__ import annotations

import math
import re

from hanoi_wall.assets import Words
from hanoi_wall.catalogue.search import folded
from hanoi_wall.settings.schema import RULES, Rule

_GROUPED = re.compile(r"(?<=\d)[.,\s\u202f](?=\d{3}(?!\d))")


def name(key: str, words: Words) -> str:
    """What a setting is called."""
    return words(f"setting.{key}")


def help_of(key: str, words: Words) -> str:
    """The sentence that explains a setting."""
    return words(f"setting.{key}.help")


def choice(key: str, value: str, words: Words) -> str:
    """What one of a setting's choices is called."""
    return words(f"choice.{key}.{value}")


def shown(key: str, value: object, words: Words) -> str:
    """A value as people read it."""
    rule = RULES[key]
    if rule.choices:
        return choice(key, str(value), words)
    if isinstance(value, bool):
        return words("setting_is.on") if value else words("setting_is.off")
    if isinstance(value, int | float):
        return words.number(value)
    return str(value) or words("setting_is.empty")


def expected(rule: Rule, words: Words) -> str:
    """What must stand there: Rule.expected in the operator's language."""
    if rule.kind is str:
        return words("setting_expects.text", most=words.number(rule.high))
    low, high = words.number(rule.low), words.number(rule.high)
    if rule.kind is int:
        return words("setting_expects.whole", low=low, high=high)
    return words("setting_expects.number", low=low, high=high)


def typed(rule: Rule, text: str) -> object | None:
    """The value that a typed text means, by either decimal mark; None where the rule does not allow it."""
    if rule.kind is str:
        return text.strip() if rule.allows(text.strip()) else None
    try:
        plain = _GROUPED.sub("", text.strip()) if rule.kind is int else text.strip().replace(",", ".")
        value = rule.kind(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) and rule.allows(value) else None


def fits(text: str, *texts: str) -> bool:
    """Whether each word that is typed begins a word of these texts; accents and case do not matter."""
    known = folded(" ".join(texts)).split()
    return all(any(word.startswith(part) for word in known) for part in folded(text).split())
