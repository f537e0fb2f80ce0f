"""The cameras one keeps at hand: marked and unmarked at the desk, kept in the profile.

Thread `favourites` writes, from the first mark on; the main thread waits for no disk. A disk that is full or
read-only is said once in the log, and tried again with the next mark and at the end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from hanoi_wall import threads
from hanoi_wall.settings.favourites import FavouritesError, read_favourites, write_favourites
from hanoi_wall.settings.folders import FolderError, Folders

log = logging.getLogger(__name__)
END_S = 1.0
"""How long the end waits for the last mark to be written; a disk that hangs is not waited for."""


class Favourites:
    """Camera ids in the order in which they were marked. Main thread, but for what it writes."""

    def __init__(self, path: Path | None = None, known: tuple[str, ...] = ()) -> None:
        """path: where they are kept, None: nowhere."""
        self.cameras = known
        self._path, self._written = path, known
        self._ending = False
        self._news = threading.Event()
        self._join: Callable[[float], None] | None = None

    def __contains__(self, camera: object) -> bool:
        return camera in self.cameras

    def toggle(self, camera: str) -> bool:
        """Mark a camera, or take its mark away; whether it is marked now. Never waits."""
        marked = camera not in self.cameras
        rest = tuple(each for each in self.cameras if each != camera)
        self.cameras = (*rest, camera) if marked else rest
        if self._path is not None:
            if self._join is None:
                self._join = threads.spawn("favourites", self._run).join
            self._news.set()
        return marked

    def close(self) -> None:
        """Write what is not written yet and end; safe to call twice."""
        self._ending = True
        self._news.set()
        if self._join is not None:
            self._join(END_S)

    def _run(self) -> None:
        assert self._path is not None
        told = ""
        while True:
            self._news.wait()
            self._news.clear()
            # Looked at before the newest: what was marked before the end is still written.
            ending, newest = self._ending, self.cameras
            if newest != self._written:
                try:
                    write_favourites(self._path, newest)
                    self._written, told = newest, ""
                except (OSError, FolderError) as error:
                    if str(error) != told:
                        log.error("favourites are not kept: %s", error)
                    told = str(error)
            if ending:
                return


def kept_favourites(folders: Folders) -> Favourites:
    """Those of a profile. Where they cannot be read, which the log says, none are kept over them."""
    try:
        return Favourites(folders.favourites, read_favourites(folders.favourites))
    except FavouritesError as error:
        log.warning("favourites are not known: %s", error)
        return Favourites()
