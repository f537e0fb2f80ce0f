"""Sessions that were ordered and have not been heard to end: they hold places and may still write. Pure.

A feed that nobody wants any more is closed at once, but its session may sit in a bounded libav call for a
dozen seconds: until then the camera has its connection, and its thread may finish the picture it is at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanoi_wall.video.opening import FeedKey

if TYPE_CHECKING:
    from hanoi_wall.video.pool import DecoderProcess

SessionKey = tuple[int, int]
"""(number of the feed, number of its session)."""


def place_name(session: SessionKey) -> FeedKey:
    """Under what name a session that still opens keeps the place of a feed that has left it."""
    return ("session", f"{session[0]}/{session[1]}")


@dataclass(slots=True)
class Sessions:
    """What runs in the decoder processes as far as has been heard; one thread."""

    _where: dict[SessionKey, DecoderProcess] = field(default_factory=dict)

    def ordered(self, session: SessionKey, place: DecoderProcess) -> None:
        """The process has been told to open it."""
        self._where[session] = place

    def ended(self, session: SessionKey) -> None:
        """Its last word was heard; known or not."""
        self._where.pop(session, None)

    def lost(self, place: DecoderProcess) -> list[SessionKey]:
        """The process is dead: its sessions have ended without a word."""
        gone = [session for session, where in self._where.items() if where is place]
        for session in gone:
            del self._where[session]
        return gone

    def __contains__(self, session: SessionKey) -> bool:
        """Whether it runs, as far as is known."""
        return session in self._where
