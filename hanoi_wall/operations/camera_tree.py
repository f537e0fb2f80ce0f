"""The cameras as a tree: owner, district, ward, site, camera; beside it what is tagged and what is favoured.

Folders are numbered, cameras are ids in them: twenty thousand rows are twenty thousand references. Building
it takes a good part of a second, so `TreeBuilder` does it on a thread of its own.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from hanoi_wall import threads
from hanoi_wall.catalogue.search import natural, words_of
from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.tile import TileState

_BREATH, _PAUSE_S = 100, 0.001
"""Cameras that are sorted in in one go, and the pause after them: the screen needs the interpreter, too."""
NOT_LIVE = frozenset(TileState) - {TileState.LIVE, TileState.OPENING, TileState.IDLE, TileState.STOPPED}
"""What is wrong with a camera on the wall; one that opens, or that nobody can see, is not."""
ROOT, FAVOURITES = 0, 1
"""The numbers of the folder that holds all others, and of the one that its user fills."""


class Branch(StrEnum):
    """What a folder stands for."""

    ROOT = "root"
    FAVOURITES = "favourites"
    TAGS = "tags"
    TAG = "tag"
    OWNER = "owner"
    DISTRICT = "district"
    WARD = "ward"
    SITE = "site"


_LEVELS = (Branch.OWNER, Branch.DISTRICT, Branch.WARD, Branch.SITE)


@dataclass(slots=True)
class Folder:
    """One folder. row: its place among the folders of its parent (a number); folders: numbers, which stand
    before the cameras, ids; total: how many cameras it holds with all that is below.
    """

    number: int
    kind: Branch
    name: str = ""
    parent: int = ROOT
    row: int = 0
    folders: list[int] = field(default_factory=list)
    cameras: list[str] = field(default_factory=list)
    total: int = 0

    def __len__(self) -> int:
        """Its rows."""
        return len(self.folders) + len(self.cameras)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a folder's cameras: how many stand on the wall, and with how many of those something is wrong."""

    on_wall: int = 0
    not_live: int = 0


class CameraTree:
    """Folders by number. One thread at a time; only `favour` changes it."""

    def __init__(self) -> None:
        self.folders = [Folder(ROOT, Branch.ROOT), Folder(FAVOURITES, Branch.FAVOURITES)]
        self.folders[ROOT].folders.append(FAVOURITES)
        self.home: dict[str, int] = {}
        """The folder of its place for each camera."""
        self.tags: dict[str, int] = {}
        """The folder of each tag."""

    @classmethod
    def listed(cls, cameras: Iterable[str]) -> CameraTree:
        """No folders, only these cameras in this order: what a search found."""
        tree = cls()
        root = tree.folders[ROOT]
        root.folders.clear()
        root.cameras.extend(cameras)
        root.total = len(root.cameras)
        tree.home = dict.fromkeys(root.cameras, ROOT)
        return tree

    def below(self, number: int) -> Iterator[str]:
        """The cameras of a folder and of all below it, from top to bottom."""
        folder = self.folders[number]
        for each in folder.folders:
            yield from self.below(each)
        yield from folder.cameras

    def path(self, number: int) -> Iterator[int]:
        """That folder and those it stands in, without the root."""
        while number != ROOT:
            yield number
            number = self.folders[number].parent

    def places(self, camera: Camera) -> Iterator[int]:
        """The folders in which a camera itself stands."""
        if camera.id in self.home:
            yield self.home[camera.id]
        for tag in dict.fromkeys(map(_same, camera.tags)):
            if tag in self.tags:
                yield self.tags[tag]
        if camera.id in self.folders[FAVOURITES].cameras:
            yield FAVOURITES

    def tallies(self, cameras: Iterable[Camera], states: Mapping[str, TileState]) -> dict[int, Tally]:
        """How each folder's cameras do that stand on the wall: `cameras`, in these states."""
        standing: Counter[int] = Counter()
        wrong: Counter[int] = Counter()
        for camera in cameras:
            above = {folder for place in self.places(camera) for folder in self.path(place)}
            standing.update(above)
            if states.get(camera.id) in NOT_LIVE:
                wrong.update(above)
        return {number: Tally(count, wrong[number]) for number, count in standing.items()}

    def favour(self, cameras: Iterable[str]) -> None:
        """These are the favourites, in this order."""
        folder = self.folders[FAVOURITES]
        folder.cameras = list(cameras)
        folder.total = len(folder.cameras)


def states_of(tiles: Iterable[tuple[str | None, TileState]]) -> dict[str, TileState]:
    """The state of each camera on the wall: of the tile that can be seen, where it stands in several."""
    states: dict[str, TileState] = {}
    for camera, state in tiles:
        if camera is not None and states.get(camera) in (None, TileState.STOPPED):
            states[camera] = state
    return states


def _same(name: str) -> str:
    """What two spellings of one name have in common: case, spaces and the way accents are stored."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


class _Order:
    """Keys that sort names as people do: without accents, camera 2 before camera 10."""

    def __init__(self) -> None:
        # The names of a city share their words, and to fold one costs more than to look it up.
        self._known: dict[str, tuple[tuple[int, int, str], ...]] = {}

    def key(self, name: str) -> tuple[tuple[int, int, str], ...]:
        """The key of a name."""
        keys: list[tuple[int, int, str]] = []
        for word in name.split():
            known = self._known.get(word)
            if known is None:
                known = self._known[word] = natural(words_of(word))
            keys += known
        return tuple(keys)


def build_tree(cameras: Iterable[Camera], favourites: Iterable[str] = ()) -> CameraTree:
    """Sort cameras in; a level of which nothing is known is left out, and so is a site of one camera."""
    listed: dict[str, Camera] = {}
    spelled: dict[str, str] = {}
    alone: Counter[tuple[str, ...]] = Counter()
    paths: dict[str, tuple[str, ...]] = {}
    for camera in cameras:
        listed[camera.id] = camera
        steps = []
        for name in (camera.owner, camera.district, camera.ward, camera.site):
            same = spelled.get(name)
            if same is None:
                same = spelled[name] = _same(name)
            steps.append(same)
        paths[camera.id] = path = tuple(steps)
        alone[path] += 1
    tree = CameraTree()
    order = _Order()
    ordered = sorted(listed.values(), key=lambda camera: (order.key(camera.name), camera.id))
    known = {camera.id for camera in ordered}
    tree.favour(each for each in favourites if each in known)
    _add_tags(tree, ordered)
    made: dict[tuple[str, ...], int] = {}
    for camera in ordered:
        path = paths[camera.id]
        if path[-1] and alone[path] == 1:
            path = (*path[:-1], "")
        number = _folder(tree, made, path, camera)
        tree.folders[number].cameras.append(camera.id)
        tree.home[camera.id] = number
    _finish(tree, order)
    return tree


def _folder(tree: CameraTree, made: dict[tuple[str, ...], int], path: tuple[str, ...], camera: Camera) -> int:
    """The folder of a path, made with all above it where it is missing."""
    if path in made:
        return made[path]
    parent = ROOT
    names = (camera.owner, camera.district, camera.ward, camera.site)
    for level, same in enumerate(path):
        if not same:
            continue
        here = path[: level + 1]
        if here not in made:
            made[here] = _new(tree, _LEVELS[level], " ".join(names[level].split()), parent)
        parent = made[here]
    made[path] = parent
    return parent


def _new(tree: CameraTree, kind: Branch, name: str, parent: int) -> int:
    number = len(tree.folders)
    tree.folders.append(Folder(number, kind, name, parent))
    tree.folders[parent].folders.append(number)
    return number


def _add_tags(tree: CameraTree, cameras: Iterable[Camera]) -> None:
    """A folder of all tags, where there are any; each camera stands under each of its own."""
    root = None
    for camera in cameras:
        # Once, however often and in whatever spelling it is tagged so.
        for same, tag in {_same(tag): tag for tag in reversed(camera.tags) if tag.strip()}.items():
            if root is None:
                root = _new(tree, Branch.TAGS, "", ROOT)
            if same not in tree.tags:
                tree.tags[same] = _new(tree, Branch.TAG, tag.strip(), root)
            tree.folders[tree.tags[same]].cameras.append(camera.id)


def _finish(tree: CameraTree, order: _Order) -> None:
    """Folders in their order, with their rows and totals."""
    for folder in tree.folders:
        # Favourites and tags stay on top: they were made first.
        first = [
            each for each in folder.folders if tree.folders[each].kind in (Branch.FAVOURITES, Branch.TAGS)
        ]
        rest = [each for each in folder.folders if each not in first]
        rest.sort(key=lambda each: order.key(tree.folders[each].name))
        folder.folders = first + rest
        for row, each in enumerate(folder.folders):
            tree.folders[each].row = row
        folder.total = len(folder.cameras)
    # Whoever stands in a folder was made after it.
    for folder in reversed(tree.folders):
        if folder.kind not in (Branch.ROOT, Branch.FAVOURITES, Branch.TAGS, Branch.TAG):
            tree.folders[folder.parent].total += folder.total
    for folder in tree.folders:
        if folder.kind is Branch.TAGS:
            folder.total = len({camera for each in folder.folders for camera in tree.folders[each].cameras})


class _Closing(Exception):
    """Nobody will look at the tree any more."""


class TreeBuilder:
    """Builds the tree of a catalogue on the thread `tree`. Main thread."""

    def __init__(self, cameras: Iterable[Camera], favourites: Iterable[str] = ()) -> None:
        # Copies made here: the other thread must not go through what this one changes.
        listed, favoured = tuple(cameras), tuple(favourites)
        self._tree: CameraTree | None = None
        self._closing = threading.Event()
        self._thread = threads.spawn("tree", lambda: self._build(listed, favoured))

    @property
    def tree(self) -> CameraTree | None:
        """The tree, None while it is being built."""
        return self._tree

    def _build(self, cameras: Iterable[Camera], favourites: Iterable[str]) -> None:
        with suppress(_Closing):
            self._tree = build_tree(self._unhurried(cameras), favourites)

    def _unhurried(self, cameras: Iterable[Camera]) -> Iterator[Camera]:
        for number, camera in enumerate(cameras):
            if number % _BREATH == _BREATH - 1 and self._closing.wait(_PAUSE_S):
                raise _Closing
            yield camera

    def wait(self) -> None:
        """Until the tree is there: for who has nothing else to do meanwhile."""
        self._thread.join()

    def close(self) -> None:
        """End the building, if it still goes on."""
        self._closing.set()
        self._thread.join()
