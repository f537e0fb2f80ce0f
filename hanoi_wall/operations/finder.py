"""The operator's search: what is typed → cameras, scenes, layouts and actions to choose from.

The index of a city's cameras takes a second to build, so a thread of its own builds it; until it is there,
what was chosen lately can be had, and what is no camera.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from hanoi_wall import threads
from hanoi_wall.assets import Words
from hanoi_wall.catalogue.search import CameraIndex, Found
from hanoi_wall.domain.camera import Camera
from hanoi_wall.operations import offers
from hanoi_wall.operations.call_up import CameraNumbers
from hanoi_wall.operations.offers import Entry, Kind
from hanoi_wall.operations.scene_book import SceneBook

MOST_RECENT = 9
_BREATH, _PAUSE_S = 50, 0.002
"""Cameras that the index takes in one go, and the pause after them."""
_MOST_SCENES = 4
"""Scenes that are offered beside cameras."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose; total: how many cameras fit, None while the index is being built."""

    entries: tuple[Entry, ...]
    total: int | None


def where(camera: Camera) -> str:
    """Where and whose a camera is, in one line."""
    places = (camera.site, camera.ward, camera.district, camera.owner)
    return " · ".join(dict.fromkeys(place for place in places if place and place != camera.name))


class _Closing(Exception):
    """Nobody will search any more."""


class Finder:
    """Searches one catalogue and its scenes. Main thread; `index` is built on a thread of its own."""

    def __init__(
        self, cameras: Mapping[str, Camera], words: Words, book: SceneBook, numbers: CameraNumbers
    ) -> None:
        self._cameras = cameras
        self._words = words
        self._book = book
        self._numbers = numbers
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

    def choice(self, text: str, most: int, only: Kind | None = None) -> Choice:
        """What fits what is typed, at most `most` entries; only: of one kind, None: cameras and whatever else
        fits. For "" what was chosen lately, then cameras by name.
        """
        if only is Kind.LAYOUT:
            return Choice(offers.layouts(text, self._words)[:most], 0)
        if only is Kind.NOTE:
            return Choice(offers.note(text), 0)
        if only is not None:
            return Choice(offers.scenes(text, only, self._book, self._words)[:most], 0)
        index = self._index
        if index is None:
            # No actions yet: Enter must not do something because its camera is not listed so far.
            entries = [self._camera(each) for each in self._recent] if not text.strip() else []
            return Choice(tuple(entries[:most]), None)
        found = index.find(text, most)
        ids = found.cameras
        if not text.strip():
            ids = tuple(dict.fromkeys((*self._recent, *ids)))[:most]
        others = self._others(text)[:most]
        cameras = tuple(self._camera(each) for each in ids)
        return Choice(cameras[: most - len(others)] + others, found.total)

    def _others(self, text: str) -> tuple[Entry, ...]:
        if not text.strip():
            return ()
        scenes = offers.scenes(text, Kind.SCENE, self._book, self._words)[:_MOST_SCENES]
        return scenes + offers.actions(text, self._words)

    def cameras(self, text: str, most: int) -> Found | None:
        """The cameras alone that fit what is typed; None while the index is being built."""
        return None if self._index is None else self._index.find(text, most)

    def _camera(self, identity: str) -> Entry:
        camera = self._cameras[identity]
        number = self._numbers.number(identity)
        shown = "" if number is None else str(number)
        return Entry(Kind.CAMERA, identity, camera.name, where(camera), shown)
