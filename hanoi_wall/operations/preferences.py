"""The choices of a profile while its wall runs: each takes effect at once and is kept by a thread of its own.

    preferences = Preferences(folders, settings, keys)
    preferences.on_change = walls.adopt            # (old, new) settings
    preferences.on_keys = walls.renew              # other keys are in force
    preferences.set("language", "en")
    preferences.close()

Only what was changed is written, into the files as they stand then: what a start was told on its command line
is not kept, and what somebody else wrote meanwhile stays.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from hanoi_wall import threads
from hanoi_wall.operations.actions import put_in_force
from hanoi_wall.operations.key_choice import KeyChoice, KeyProblem, canonical, choose, problem_of
from hanoi_wall.settings.file import SettingsError, change_settings
from hanoi_wall.settings.folders import FolderError, Folders
from hanoi_wall.settings.keys_file import change_keys
from hanoi_wall.settings.schema import RULES, Settings

log = logging.getLogger(__name__)
END_S = 1.0
"""How long the end waits for the last change to be written."""


class Preferences:
    """What was chosen, and what is chosen now. Main thread, but for what the thread `settings` writes.

    on_change: told the settings before and after a change; on_keys: told that other keys are in force;
    on_kept: told on the thread `settings` after each write: "" or why it is not kept.
    """

    def __init__(
        self, folders: Folders | None = None, settings: Settings | None = None, keys: KeyChoice | None = None
    ) -> None:
        """folders: whose files to write, None: nothing is kept; settings, keys: as they are in force."""
        self._folders = folders
        self.settings = settings or Settings()
        self.keys = keys or choose({})
        self.on_change: Callable[[Settings, Settings], None] = lambda old, new: None
        self.on_keys: Callable[[], None] = lambda: None
        self.on_kept: Callable[[str], None] = lambda why: None
        self._ending = False
        self._news = threading.Event()
        # Guards `_settings` and `_keys`, which wait to be written.
        self._lock = threads.lock()
        self._settings: dict[str, object] = {}
        self._keys: dict[str, tuple[str, ...] | None] = {}
        self._join: Callable[[float], None] | None = None

    def set(self, key: str, value: object) -> None:
        """Choose this value; raises ValueError for one that the setting's rule does not allow."""
        if not RULES[key].allows(value):
            raise ValueError(f"{key}: expected {RULES[key].expected}")
        old = self.settings
        self.settings = replace(old, **{key: value})  # type: ignore[arg-type]
        if self.settings == old:
            return
        with self._lock:
            self._settings[key] = value
        self._write()
        self.on_change(old, self.settings)

    def set_keys(self, action: str, keys: Sequence[str] | None) -> KeyProblem | None:
        """Give an action these keys, None: those of the program; what stands against it, None for nothing."""
        program = choose({}).keys[action]
        wanted = program if keys is None else tuple(canonical(key) or key for key in keys)
        if wanted == self.keys.keys[action]:
            return None
        problem = problem_of(self.keys, action, wanted)
        if problem is not None:
            return problem
        self.keys = KeyChoice({**self.keys.keys, action: wanted}, self.keys.problems)
        with self._lock:
            self._keys[action] = None if wanted == program else wanted
        self._write()
        put_in_force(self.keys.keys)
        self.on_keys()
        return None

    def close(self) -> None:
        """Write what is not written yet and end; safe to call twice."""
        self._ending = True
        self._news.set()
        if self._join is not None:
            self._join(END_S)

    # Thread `settings`

    def _write(self) -> None:
        if self._folders is None or self._ending:
            return
        if self._join is None:
            self._join = threads.spawn("settings", self._run).join
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            # Looked at before the news: what was chosen before the end is still written.
            ending = self._ending
            with self._lock:
                settings, self._settings = self._settings, {}
                keys, self._keys = self._keys, {}
            if settings or keys:
                self.on_kept(self._keep(settings, keys))
            if ending:
                return

    def _keep(self, settings: dict[str, object], keys: dict[str, tuple[str, ...] | None]) -> str:
        """Write these; "" or why that cannot be."""
        assert self._folders is not None
        try:
            if settings:
                change_settings(self._folders.settings_file, **settings)
            if keys:
                change_keys(self._folders.keys_file, keys)
        except (SettingsError, FolderError) as error:
            why = str(error)
        except OSError as error:
            why = f"{self._folders.settings}: {error.strerror}"
        else:
            return ""
        log.error("what was chosen is not kept: %s", why)
        return why
