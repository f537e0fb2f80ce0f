"""The one door to `resources/` and `translations/`, in a checkout and in an installed package."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en", "fr")
DEFAULT_LANGUAGE = "vi"
_NUMBERS = {"vi": (".", ","), "en": (",", "."), "fr": ("\u202f", ",")}
"""What parts thousands, and what parts whole from part."""
_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


class ResourceMissing(FileNotFoundError):
    """A file of this installation is not there or cannot be read; the text names it."""


def resource(relative: str) -> Path:
    """The path of one file under `resources/`; raises ResourceMissing."""
    path = _folder("resources") / relative
    if not path.exists():
        raise ResourceMissing(f"resource {relative} is missing from this installation")
    return path


def resources(folder: str, suffix: str) -> dict[str, bytes]:
    """All files of one folder under `resources/` that end in `suffix`, by the rest of their names.

    Raises ResourceMissing where there are none or one cannot be read.
    """
    files = sorted(resource(folder).glob(f"*{suffix}"))
    if not files:
        raise ResourceMissing(f"resource {folder}/*{suffix} is missing from this installation")
    try:
        return {file.name.removesuffix(suffix): file.read_bytes() for file in files}
    except OSError as error:
        raise ResourceMissing(f"resource {folder}/*{suffix} cannot be read: {error.strerror}") from None


class Words:
    """The words of one language: `words("tile.retry", seconds=6)`. Immutable, any thread.

    Source: translations/<language>.ts, Qt Linguist's format with id-based messages, so that translators
    keep their tools; `{name}` in a text is filled from the keyword arguments.
    """

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key`; raises KeyError for a key that no translation file has (a bug)."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def number(self, value: float) -> str:
        """A number as this language writes it: `20.000` and `2,5` in Vietnamese."""
        group, mark = _NUMBERS[self.language]
        return f"{value:,.12g}".translate({ord(","): group, ord("."): mark})

    def keys(self) -> frozenset[str]:
        """Every key this language has."""
        return frozenset(self._texts)


@cache
def words(language: str = DEFAULT_LANGUAGE) -> Words:
    """The words of `language`, one of LANGUAGES; raises ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    root = ElementTree.parse(_folder("translations") / f"{language}.ts").getroot()
    texts: dict[str, str] = {}
    for message in root.iter("message"):
        key = message.get("id")
        translation = message.findtext("translation")
        if key and translation:
            texts[key] = translation
    return Words(language, texts)
