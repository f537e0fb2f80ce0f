"""Writes what must be kept into the profile's database, without anybody waiting for the disk.

Thread `store` writes; the main thread only says what there is to keep. Of many orders about one thing the
last is carried out. A disk that is full or read-only is said once in the log, and tried again after a while
and with the next order: the wall goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from hanoi_wall import threads
from hanoi_wall.settings.folders import Folders
from hanoi_wall.store.database import StoreError

log = logging.getLogger(__name__)

AGAIN_S = 30.0
"""After how long a write that failed is tried again."""
END_S = 1.0
"""How long the end waits for the last order to be carried out; a disk that hangs is not waited for."""

Write = Callable[[Path], None]
"""Carries out one order on the database at that path; raises StoreError."""


class Keeper:
    """The one writer of a profile's database. Main thread, but for what it writes."""

    def __init__(self, folders: Folders) -> None:
        self._path = folders.database
        self._orders: dict[str, Write] = {}
        self._ending = False
        self._news = threading.Event()
        # Guards `_orders`.
        self._lock = threads.lock()
        self.trouble = ""
        """Why the last write failed, "" when it did not. Any thread may read it."""
        self._thread = threads.spawn("store", self._run)

    def keep(self, what: str, write: Write) -> None:
        """Carry out `write` soon, in place of an older order about the same thing. Never waits."""
        with self._lock:
            self._orders.pop(what, None)
            self._orders[what] = write
        self._news.set()

    def close(self) -> None:
        """Carry out what is left and end; safe to call twice."""
        self._ending = True
        self._news.set()
        self._thread.join(END_S)

    def _run(self) -> None:
        wait_s = None
        while True:
            self._news.wait(wait_s)
            self._news.clear()
            # Looked at before the orders: what was handed over before the end is still written.
            ending, wait_s = self._ending, None
            if not self._write_all():
                wait_s = AGAIN_S
            if ending:
                return

    def _write_all(self) -> bool:
        with self._lock:
            orders, self._orders = self._orders, {}
        while orders:
            what = next(iter(orders))
            try:
                orders[what](self._path)
            except StoreError as error:
                if str(error) != self.trouble:
                    log.error("what stands on the wall is not kept: %s", error)
                self.trouble = str(error)
                with self._lock:
                    # What was ordered again meanwhile comes in its new turn, not in the old one.
                    older = {each: write for each, write in orders.items() if each not in self._orders}
                    self._orders = {**older, **self._orders}
                return False
            self.trouble = ""
            del orders[what]
        return True
