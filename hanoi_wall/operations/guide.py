"""The operator's guide: Markdown of resources/help with the keys that are true in this process.

The files are read once; all else is pure.
"""

from __future__ import annotations

import re
from functools import cache

from hanoi_wall.assets import LANGUAGES, resource
from hanoi_wall.operations.actions import action
from hanoi_wall.operations.key_choice import key_text

_PLACE = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


@cache
def source(language: str) -> str:
    """The guide's Markdown as it stands in its file; `{tile.retry}` stands for that action's first key.

    Raises ResourceMissing.
    """
    return resource(f"help/{language}.md").read_text(encoding="utf-8")


def prepare() -> None:
    """Read all guides, so that no file is touched later. Raises ResourceMissing."""
    for language in LANGUAGES:
        source(language)


def guide(language: str) -> str:
    """The guide with the keys in force; an action without a key is shown as –."""
    return _PLACE.sub(lambda place: f"**{_key(place[1])}**", source(language))


def actions_named(text: str) -> frozenset[str]:
    """The actions whose keys a guide names."""
    return frozenset(_PLACE.findall(text))


def _key(identity: str) -> str:
    keys = action(identity).keys
    # Markdown has a use for some signs.
    return re.sub(r"([\\`*_{}\[\]()#+.!<>|~-])", r"\\\1", key_text(keys[0])) if keys else "–"
