"""The cameras' credentials while the wall runs: fetched on a thread of their own, known without waiting.

A key store may answer in milliseconds, ask a person to unlock it first, or not be there yet when the session
begins. So nobody waits for it but the thread `passwords`: what it has found is looked up in a dictionary,
what it could not find is asked for again, and whoever needs to know is called.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from hanoi_wall import threads
from hanoi_wall.domain.camera import Credentials, StreamKind
from hanoi_wall.settings.kept import SecretsError, SecretStore, SecretStoreMissing

log = logging.getLogger(__name__)

PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
END_S = 0.3


class Passwords:
    """What the place that keeps credentials has said so far. Any thread; thread `passwords` asks it."""

    def __init__(
        self, open_store: Callable[[], SecretStore], cameras: Iterable[str], *, pause_s: float = PAUSE_S
    ) -> None:
        """open_store: called on the thread, again after it raised SecretsError."""
        self.on_read: Callable[[str], None] = lambda camera: None
        """Called with a camera's id whenever it has been asked for; on the thread, never after `close`."""
        self._open_store = open_store
        self._pause_s = pause_s
        self._known: dict[str, Mapping[str, Credentials]] = {}
        # Guards `_asked` and `_ending`, and that nobody is called once `close` has returned.
        self._lock = threads.lock()
        self._asked = dict.fromkeys(cameras)
        self._ending = False
        self._news = threading.Event()
        self._once = threading.Event()
        # Each complaint once: the same one may come every minute for hours.
        self._complaints: set[str] = set()
        self._missing = ""
        self._join: Callable[[float], None] = lambda seconds: None

    def start(self) -> None:
        """Begin to ask for all cameras."""
        self._join = threads.spawn("passwords", self._run).join

    def wait(self, seconds: float) -> bool:
        """Whether all cameras have been asked for once, or could not be, within that time."""
        return self._once.wait(seconds)

    def of(self, camera: str, stream: StreamKind) -> Credentials | None:
        """What is known now; never waits."""
        return self._known.get(camera, {}).get(stream.value)

    def again(self, camera: str) -> None:
        """Ask for this camera once more, soon; `on_read` follows. Never waits."""
        with self._lock:
            self._asked[camera] = None
        self._news.set()

    def close(self) -> None:
        """End the thread; a key store that does not answer is not waited for. Safe to call twice."""
        with self._lock:
            self._ending = True
        self._news.set()
        self._join(END_S)

    def _run(self) -> None:
        store: SecretStore | None = None
        pause_s = self._pause_s
        while not self._ending:
            wait_s = None
            try:
                store = store or self._open_store()
                self._read_all(store)
                self._missing, pause_s = "", self._pause_s
            except SecretsError as error:
                if str(error) != self._missing:
                    self._missing = str(error)
                    log.warning("%s: cameras that need a password will refuse", error)
                wait_s, pause_s = pause_s, min(LONGEST_PAUSE_S, 2 * pause_s)
            self._once.set()
            self._news.wait(wait_s)
            self._news.clear()

    def _read_all(self, store: SecretStore) -> None:
        """Ask for all that is to be asked for; raises SecretStoreMissing, what is left is asked for later."""
        while (camera := self._next()) is not None:
            try:
                self._known[camera] = store.get(camera)
            except SecretStoreMissing:
                with self._lock:
                    self._asked[camera] = None
                raise
            except SecretsError as error:
                if str(error) not in self._complaints:
                    self._complaints.add(str(error))
                    log.warning("camera %s: no credentials: %s", camera, error)
            with self._lock:
                if not self._ending:
                    self.on_read(camera)

    def _next(self) -> str | None:
        with self._lock:
            if self._ending or not self._asked:
                return None
            camera = next(iter(self._asked))
            del self._asked[camera]
            return camera
