"""What can be chosen besides cameras: actions, scenes and layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.assets import Words
from hanoi_wall.catalogue.search import folded
from hanoi_wall.domain.content import LONGEST_TEXT
from hanoi_wall.domain.grid import PRESETS, Layout, SceneError, layout_of
from hanoi_wall.operations.actions import actions as in_force
from hanoi_wall.operations.scene_book import SceneBook

_LAYOUTS = ("1x1", "2x2", "3x3", "4x4", "1+5", "1+7", "2+8", "5x5", "6x6")
"""What is asked for most, in front; the others come as one types."""
_OTHERS = ("2x1", "3x2", "4x3", "5x4", "8x6", "8x8", "10x8", "12x12", *PRESETS)
_MOST_ACTIONS = 5
_NUMBERED = 9
"""Scenes that have a key of their own."""


class Kind(StrEnum):
    """What an entry is, and thereby what is done with it."""

    CAMERA = "camera"
    ACTION = "action"
    SCENE = "scene"
    LAYOUT = "layout"
    SAVE = "save"
    """Save what stands on the wall as the scene of that name."""
    APPROVE = "approve"
    LOCK = "lock"
    REMOVE = "remove"
    NOTE = "note"
    """The text itself, to be read in a tile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose. id: of the camera or action, name of the scene, layout; detail: where and whose a
    camera is, keys of an action, what else there is to know; number: what is typed to call a camera up.
    """

    kind: Kind
    id: str
    title: str
    detail: str
    number: str = ""


def actions(text: str, words: Words) -> tuple[Entry, ...]:
    """The actions whose name fits what is typed; none for ""."""
    if not text.strip():
        return ()
    named = (
        Entry(Kind.ACTION, each.id, words(each.words), "  ".join(each.keys))
        for each in in_force()
        if each.offered
    )
    return tuple(fitting(text, named))[:_MOST_ACTIONS]


def scenes(text: str, kind: Kind, book: SceneBook, words: Words) -> tuple[Entry, ...]:
    """The scenes whose name fits what is typed; for SAVE first of all the name itself."""
    entries = []
    for number, each in enumerate(book.scenes, start=1):
        marks = [words("find.revision", revision=each.revision)]
        if each.approved:
            marks.append(words("find.approved"))
        if each.locked:
            marks.append(words("find.locked"))
        if number <= _NUMBERED:
            marks.append(f"Ctrl+{number}")
        entries.append(Entry(kind, each.name, each.name, " · ".join(marks)))
    found = tuple(fitting(text, entries))
    name = text.strip()
    if kind is Kind.SAVE and name and book.get(name) is None:
        return (Entry(kind, name, name, words("find.new_scene")), *found)
    return found


def note(text: str) -> tuple[Entry, ...]:
    """What is typed, as a text for a tile."""
    # What is pasted brings marks along that no file of ours may hold.
    clean = "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
    clean = clean.strip()[:LONGEST_TEXT].strip()
    return (Entry(Kind.NOTE, clean, clean, ""),) if clean else ()


def layouts(text: str, words: Words) -> tuple[Entry, ...]:
    """The layouts that fit what is typed, or the one that is typed itself."""
    typed = text.strip()
    named = dict.fromkeys((*_LAYOUTS, *_OTHERS))
    if typed and typed.lower() not in named:
        try:
            layout = layout_of(typed)
        except SceneError:
            pass
        else:
            return (_layout(typed, layout, words),)
    fits = [name for name in named if name.startswith(typed.lower())]
    return tuple(_layout(name, layout_of(name), words) for name in fits)


def _layout(name: str, layout: Layout, words: Words) -> Entry:
    return Entry(Kind.LAYOUT, name, name, words("find.tiles", tiles=layout.tiles))


def fitting(text: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of whose title every word typed begins a word; all of them for ""."""
    typed = folded(text).split()
    for entry in entries:
        words = folded(entry.title).split()
        if all(any(word.startswith(part) for word in words) for part in typed):
            yield entry
