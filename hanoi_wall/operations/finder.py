"""The operator's search: what is typed → cameras and actions to choose from, and what was chosen lately.

The index of a city's cameras takes a second to build, so a thread of its own builds it; until it is there,
actions and what was chosen lately can be had.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall import threads
from hanoi_wall.assets import Words
from hanoi_wall.catalogue.search import CameraIndex, folded
from hanoi_wall.domain.camera import Camera
from hanoi_wall.operations.actions import actions

MOST_RECENT = 9
_BREATH, _PAUSE_S = 50, 0.002
"""Cameras that the index takes in one go, and the pause after them."""
_MOST_ACTIONS = 5


class Kind(StrEnum):
    """What an entry is."""

    CAMERA = "camera"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose. id: of the camera or action; detail: where and whose a camera is; keys."""

    kind: Kind
    id: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose; total: how many cameras fit, None while the index is being built."""

    entries: tuple[Entry, ...]
    total: int | None


class _Closing(Exception):
    """Nobody will search any more."""


class Finder:
    """Searches one catalogue. Main thread; `index` is built on a thread of its own."""

    def __init__(self, cameras: Mapping[str, Camera], words: Words) -> None:
        self._cameras = cameras
        self._words = words
        self._recent: list[str] = []
        self._index: CameraIndex | None = None
        # A copy made here: the other thread must not go through what this one changes.
        listed = tuple(cameras.values())
        self._closing = threading.Event()
        self._thread = threads.spawn("index", lambda: self._build(listed))

    def _build(self, cameras: Iterable[Camera]) -> None:
        with suppress(_Closing):
            self._index = CameraIndex(self._unhurried(cameras))

    def _unhurried(self, cameras: Iterable[Camera]) -> Iterator[Camera]:
        """The cameras, with a pause now and then: the screen needs the interpreter more than this does."""
        for number, camera in enumerate(cameras):
            if number % _BREATH == _BREATH - 1 and self._closing.wait(_PAUSE_S):
                raise _Closing
            yield camera

    @property
    def ready(self) -> bool:
        """Whether cameras can be searched."""
        return self._index is not None

    def close(self) -> None:
        """End the building of the index, if it still goes on; what there is can still be searched."""
        self._closing.set()
        self._thread.join()

    def wait(self) -> None:
        """Until cameras can be searched: for who has nothing else to do meanwhile."""
        self._thread.join()

    def speak(self, words: Words) -> None:
        """Name the actions in these words from now on."""
        self._words = words

    def chose(self, camera: str) -> None:
        """The operator took this camera: next time it stands on top."""
        if camera in self._cameras:
            self._recent = [camera, *(each for each in self._recent if each != camera)][:MOST_RECENT]

    def choice(self, text: str, most: int) -> Choice:
        """What fits what is typed, at most `most` entries; for "" what was chosen lately, then by name."""
        index = self._index
        if index is None:
            # No actions yet: Enter must not do something because its camera is not listed so far.
            entries = [self._camera(each) for each in self._recent] if not text.strip() else []
            return Choice(tuple(entries[:most]), None)
        found = index.find(text, most)
        ids = found.cameras
        if not text.strip():
            ids = tuple(dict.fromkeys((*self._recent, *ids)))[:most]
        actions = self._actions(text)[:most]
        cameras = tuple(self._camera(each) for each in ids)
        return Choice(cameras[: most - len(actions)] + actions, found.total)

    def _camera(self, identity: str) -> Entry:
        camera = self._cameras[identity]
        places = (camera.site, camera.ward, camera.district, camera.owner)
        detail = " · ".join(dict.fromkeys(place for place in places if place and place != camera.name))
        return Entry(Kind.CAMERA, identity, camera.name, detail)

    def _actions(self, text: str) -> tuple[Entry, ...]:
        """Actions whose name has every word typed at the beginning of one of its own."""
        typed = folded(text).split()
        if not typed:
            return ()
        found = []
        for each in actions():
            if not each.offered:
                continue
            title = self._words(each.words)
            words = folded(title).split()
            if all(any(word.startswith(part) for word in words) for part in typed):
                found.append(Entry(Kind.ACTION, each.id, title, "  ".join(each.keys)))
        return tuple(found[:_MOST_ACTIONS])
