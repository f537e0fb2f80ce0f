"""The key that signs evidence, asked for when it is first needed, and never waited for without end.

A key store may be missing, locked, or ask a person; a picture that must be saved cannot wait for that. So the
thread `signing-key` asks, and whoever needs the key says how long there is time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from hanoi_wall import threads
from hanoi_wall.settings.kept import SecretsError

if TYPE_CHECKING:
    from hanoi_wall.evidence.signing import Signer
    from hanoi_wall.settings.folders import Folders
    from hanoi_wall.settings.schema import Settings

log = logging.getLogger(__name__)
END_S = 0.3


class WorkstationKey:
    """This workstation's key, once the key store gives it. One thread asks, `signing-key` fetches."""

    def __init__(self, fetch: Callable[[], Signer]) -> None:
        """fetch: called on the thread, again for the next who asks after it raised SecretsError."""
        self._fetch = fetch
        self._signer: Signer | None = None
        self._asking = False
        self._answered = threading.Event()
        self._join: Callable[[float], None] = lambda seconds: None
        self._told = ""

    def get(self, seconds: float) -> Signer | None:
        """The key, or None when it cannot be had within that time; why stands in the log, once."""
        if self._signer is not None:
            return self._signer
        if not self._asking:
            self._asking = True
            self._answered.clear()
            self._join = threads.spawn("signing-key", self._ask).join
        if not self._answered.wait(seconds):
            self._tell("the key store does not answer")
        return self._signer

    def close(self) -> None:
        """A key store that does not answer is not waited for."""
        self._join(END_S)

    def _ask(self) -> None:
        try:
            self._signer = self._fetch()
        except SecretsError as error:
            self._tell(str(error))
        finally:
            self._asking = False
            self._answered.set()

    def _tell(self, why: str) -> None:
        if why != self._told:
            self._told = why
            log.warning("snapshots are not signed: %s", why)


def key_of(folders: Folders, settings: Settings) -> Signer:
    """This profile's key, made when it has none; raises SecretsError. The caller holds the profile's lock."""
    from hanoi_wall.evidence.signing import Signer
    from hanoi_wall.settings.secrets import secrets_of
    from hanoi_wall.settings.signing_key import keep_own, secret_key

    signer = Signer(secret_key(secrets_of(folders, settings)))
    keep_own(folders, signer.public_key)
    return signer
