"""Finds cameras while the operator types; accents and case do not matter, nor whether words are written out.

`nga tu so`, `ngatuso`, `NTS`, `Q. Đống Đa` and a name out of the column `aliases` lead to the same junction.
Every word that is typed must begin a word of the camera, or be the first letters of words that follow each
other. All of it is one sorted list of terms: what begins with the same letters stands together, so that a
word typed is two binary searches and one slice of numbers. Pure; an index is built once for a catalogue and
never changed.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

import numpy as np
import numpy.typing as npt

from hanoi_wall.domain.camera import Camera

LONGEST_TEXT = 200
"""Characters of what is typed that are looked at."""
MOST_FOUND = 200
_WORD = re.compile(r"[^\W_]+")
_FIELDS = (("id", 9), ("name", 8), ("site", 6), ("ward", 5), ("district", 4), ("owner", 3))
"""The fields that are searched and what a word of them is worth."""
_OWN = frozenset({"id", "name"})
_TAG = 4
_ALIASES, _ALIAS = "aliases", 5
"""A column of the catalogue with other names of the place, former ones among them, separated by `;`."""
_EXACT = 4
_TOGETHER = 6
"""More for a word that is typed in full, and for all words in a row."""
_CROSSED = str.maketrans("đð", "dd")
_LONGEST_RUN = 8
_BITS = 8
"""A camera's number and a worth stand in one integer while the index is built."""
_UNITS = frozenset({"q", "quan", "p", "phuong", "h", "huyen", "x", "xa", "tp", "tx", "tt", "d", "duong"})
"""Quận, phường, huyện, xã, thành phố, thị xã, thị trấn, đường: written before a name or left out."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: ids, the best first, at most as many as were asked for; total: how many there are."""

    cameras: tuple[str, ...]
    total: int


def folded(text: str) -> str:
    """Lower case letters without marks: `Đống Đa` → `dong da`."""
    # Old texts have the Icelandic letter in place of the Vietnamese one: the two look the same in capitals.
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_CROSSED)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, numbers apart from letters and without leading zeros."""
    found = []
    for word in _WORD.findall(folded(text)):
        for digits, part in groupby(word, str.isdecimal):
            piece = "".join(part)
            found.append(piece.lstrip("0") or "0" if digits else piece)
    return tuple(found)


class CameraIndex:
    """The cameras of one catalogue, ready to be searched. Any thread."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._ids: list[str] = []
        terms: dict[str, int | array[int]] = {}
        texts: dict[str, dict[str, int]] = {}
        names = []
        for number, camera in enumerate(cameras):
            self._ids.append(camera.id)
            names.append(words_of(camera.name))
            for text, worth, shared in _texts(camera):
                known = texts.get(text) or _terms(text)
                if shared:
                    texts[text] = known
                for term, less in known.items():
                    entry = number << _BITS | max(1, worth - less)
                    found = terms.get(term)
                    if found is None:
                        # Most terms are of one camera alone: an array for each would be most of the memory.
                        terms[term] = entry
                    elif isinstance(found, int):
                        terms[term] = array("q", (found, entry))
                    else:
                        found.append(entry)
        self._terms = sorted(terms)
        entries = [(found,) if isinstance(found := terms[term], int) else found for term in self._terms]
        self._starts = np.cumsum([0, *map(len, entries)])
        both = np.fromiter(chain.from_iterable(entries), np.int64)
        self._cameras = (both >> _BITS).astype(np.int32)
        self._worths = (both & (1 << _BITS) - 1).astype(np.int32)
        by_name = sorted(range(len(names)), key=lambda number: (natural(names[number]), self._ids[number]))
        self._place = np.empty(len(names), np.int32)
        self._place[by_name] = np.arange(len(names), dtype=np.int32)

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, text: str, most: int = MOST_FOUND) -> Found:
        """The cameras that fit what is typed, the best first; for "" all of them by name."""
        typed = words_of(text[:LONGEST_TEXT])
        needed = tuple(word for word in typed if word not in _UNITS) or typed
        score = np.zeros(len(self._ids), np.int32)
        fits = np.ones(len(self._ids), np.bool_)
        for word in dict.fromkeys(typed):
            worth = self._worth_of(word)
            score += worth
            if word in needed:
                fits &= worth > 0
        letters = [word for word in typed if not word.isdecimal()]
        if len(letters) > 1:
            together = self._worth_of("".join(letters))
            score += together + _TOGETHER * (together > 0)
            if len(letters) == len(typed):
                fits |= together > 0
        found = np.flatnonzero(fits)
        order = np.lexsort((self._place[found], -score[found]))[: max(0, most)]
        return Found(tuple(self._ids[number] for number in found[order]), len(found))

    def _worth_of(self, word: str) -> npt.NDArray[np.int32]:
        """For every camera what the best of its terms that begin with `word` is worth, 0 for none."""
        worth = np.zeros(len(self._ids), np.int32)
        first = bisect_left(self._terms, word)
        last = bisect_left(self._terms, word + "\U0010ffff", first)
        start, end = self._starts[first], self._starts[last]
        np.maximum.at(worth, self._cameras[start:end], self._worths[start:end])
        if first < last and self._terms[first] == word:
            worth[self._cameras[start : self._starts[first + 1]]] += _EXACT
        return worth


def _texts(camera: Camera) -> Iterator[tuple[str, int, bool]]:
    """What of a camera is searched, what it is worth, and whether other cameras are likely to have it too."""
    for name, worth in _FIELDS:
        text = getattr(camera, name)
        if text:
            yield text, worth, name not in _OWN
    for tag in camera.tags:
        yield tag, _TAG, True
    for column, text in camera.extra:
        if column == _ALIASES:
            for alias in text.split(";"):
                yield alias, _ALIAS, True


def _terms(text: str) -> dict[str, int]:
    """What finds a text, and how much less it is worth: its words, neighbours written as one, initials.

    Numbers stand for themselves: words_of parts them from letters in what is typed, too.
    """
    words = words_of(text)
    terms = dict.fromkeys(words, 0)
    if words:
        # What a name begins with is what people type first.
        terms[words[0]] = -1
    for numbers, run in groupby(words, str.isdecimal):
        letters = () if numbers else tuple(run)
        for start in range(len(letters) - 1):
            some = letters[start : start + _LONGEST_RUN]
            terms.setdefault("".join(some), 1)
            terms.setdefault("".join(word[0] for word in some), 2)
    return terms


def natural(words: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts camera 2 before camera 10."""
    return tuple((0, int(word), "") if word.isdecimal() else (1, 0, word) for word in words)
