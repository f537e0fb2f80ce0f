"""Sessions that were ordered and have not been heard to end: they hold places and may still write. Pure.

A feed that nobody wants any more is closed at once, but its session may sit in a bounded libav call for a
dozen seconds: until then the camera has its connection, and its thread may finish the picture it is at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.video.opening import Device, FeedKey

if TYPE_CHECKING:
    from hanoi_wall.video.pool import DecoderProcess

SessionKey = tuple[int, int]
"""(number of the feed, number of its session)."""


class Login(NamedTuple):
    """Who logs in where, for which feed; None: without a password."""

    device: Device
    feed: FeedKey
    credentials: Credentials | None


def place_name(session: SessionKey) -> FeedKey:
    """Under what name a session that still opens keeps the place of a feed that has left it."""
    return ("session", f"{session[0]}/{session[1]}")


@dataclass(slots=True)
class Sessions:
    """What runs in the decoder processes as far as has been heard; one thread."""

    _where: dict[SessionKey, tuple[DecoderProcess, Login]] = field(default_factory=dict)

    def ordered(self, session: SessionKey, place: DecoderProcess, login: Login) -> None:
        """The process has been told to open it."""
        self._where[session] = place, login

    def login(self, session: SessionKey) -> Login | None:
        """How it logs in; None when it does not run."""
        return self._where[session][1] if session in self._where else None

    def ended(self, session: SessionKey) -> None:
        """Its last word was heard; known or not."""
        self._where.pop(session, None)

    def lost(self, place: DecoderProcess) -> list[SessionKey]:
        """The process is dead: its sessions have ended without a word."""
        gone = [session for session, (where, _) in self._where.items() if where is place]
        for session in gone:
            del self._where[session]
        return gone

    def __contains__(self, session: SessionKey) -> bool:
        """Whether it runs, as far as is known."""
        return session in self._where
