"""What the words of a command line mean: each turns one into a value or says what was expected.

Imported for every command, so it imports little itself.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from hanoi_wall.domain.grid import Layout, SceneError, layout_of

LONGEST_S = 10_000_000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/|[^/@:]*:[^@]*@|//.*@", re.IGNORECASE)
_HEALTH = re.compile(r"(?:(?P<host>[^:\s\[\]]+|\[[0-9A-Fa-f:.%]+\]):)?(?P<port>\d{1,5})")


def folder(text: str) -> Path:
    """A folder that may not be there yet."""
    if not text or text.startswith("-"):
        raise argparse.ArgumentTypeError("expected a folder")
    return file(text)


def file(text: str) -> Path:
    """A file that may not be there yet; an address is none, and what may be a password is not repeated."""
    if is_address(text):
        raise argparse.ArgumentTypeError(
            "expected the name of a file, not an address or password (a file that is called so: ./NAME)"
        )
    return Path(text)


def is_address(text: str) -> bool:
    """Whether a text looks like `rtsp://…`, `rtsp:/…`, `user:password@…` or `host/x?password=…`."""
    if text.startswith(("./", "../")):
        return False
    if _ADDRESS.match(text):
        return True
    if text.startswith("/") or "=" not in text:
        return False
    from hanoi_wall.catalogue.rows import holds_secret

    return holds_secret(text)


def without_secrets(text: str, words: Sequence[str]) -> str:
    """What is wrong with a command line, without those of its words that may hold a password."""
    from hanoi_wall.catalogue.rows import holds_secret

    for word in words:
        for part in (word, word.partition("=")[2]):
            if "@" in part or holds_secret(part):
                text = text.replace(repr(part), "***").replace(part, "***")
    return text


def seconds(text: str) -> float:
    """A time above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def scene(text: str) -> Layout | str:
    """A layout, `grid:CxR` or `1+5`, else the name of a scene or of its file."""
    try:
        return layout_of(text)
    except SceneError as error:
        if text.startswith("grid:") or not text.strip() or not text.isprintable():
            raise argparse.ArgumentTypeError(str(error)) from None
        # Refuses what may hold a password: no scene is called so on a command line.
        file(text)
        return text


def port(text: str) -> int:
    """A port, 0 for any free one."""
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def health(text: str) -> tuple[str, int]:
    """`[HOST:]PORT`; without a host: loopback."""
    match = _HEALTH.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not PORT or HOST:PORT")
    return (match["host"] or "127.0.0.1").strip("[]"), port(match["port"])


def metres(text: str) -> float:
    """How far away the wall is read, within the limits of the setting."""
    from hanoi_wall.settings.schema import RULES

    rule = RULES["text_distance_m"]
    with suppress(ValueError):
        if rule.allows(float(text)):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {rule.expected}")


def count(most: int) -> Callable[[str], int]:
    """What reads a number from 1 to `most`."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {most}")
        return int(text)

    return read


def command_at(words: Sequence[str]) -> int:
    """Where the command stands or belongs, behind options that may come before it."""
    at = 0
    while at < len(words):
        if words[at] == "--profile" and at + 1 < len(words):
            at += 2
        elif words[at] == "--json" or words[at].startswith("--profile="):
            at += 1
        else:
            break
    return at
