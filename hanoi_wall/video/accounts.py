"""How often a device has refused a log-in: a recorder locks its account after a few, for all channels. Pure.

Counted per device, however many cameras it carries and however often they come and go. Until one log-in has
succeeded, no more are under way than may still fail. After the third refusal nobody tries any more, until an
operator asks or another password is there; then one feed tries alone, and the others follow when it is in.

A feed that is in may come back in although others are refused, and a feed that was refused three times is not
tried again although others are in: an account may have no right to one of the channels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.video.opening import Device, FeedKey

MOST_REFUSALS = 3


@dataclass(slots=True)
class Account:
    """What is known of one device's log-in.

    refusals: since it last let anybody in; proven: it has let somebody in since a session last broke off;
    inside: feeds that it has let in, none of which it has refused since; refused: passwords that it refused;
    denied: the password and how often, for each feed that was refused; ahead: the feed that tries for all.
    """

    refusals: int = 0
    proven: bool = False
    inside: set[FeedKey] = field(default_factory=set)
    refused: set[Credentials] = field(default_factory=set)
    denied: dict[FeedKey, tuple[Credentials, int]] = field(default_factory=dict)
    ahead: FeedKey | None = None


@dataclass(slots=True)
class Accounts:
    """The log-ins of all devices that want a password; one thread. Without a password nothing is counted."""

    _known: dict[Device, Account] = field(default_factory=dict)

    def may_try(self, device: Device, feed: FeedKey, credentials: Credentials | None) -> bool:
        """Whether this feed may log in."""
        account = self._known.get(device)
        if account is None or credentials is None or feed in account.inside:
            return True
        if account.ahead is not None:
            return account.ahead == feed
        if account.refusals >= MOST_REFUSALS and credentials in account.refused:
            return False
        password, times = account.denied.get(feed, (credentials, 0))
        return password != credentials or times < MOST_REFUSALS

    def room(self, device: Device) -> int | None:
        """How many log-ins may be under way at once; None: as many as the opening budget lets."""
        account = self._known.get(device, _UNKNOWN)
        if not device[2] or account.proven:
            return None
        return max(1, MOST_REFUSALS - account.refusals)

    def refused(self, device: Device, feed: FeedKey, credentials: Credentials | None) -> None:
        """A log-in was refused."""
        if credentials is None:
            return
        account = self._known.setdefault(device, Account())
        account.refusals += 1
        account.proven = False
        account.refused.add(credentials)
        password, times = account.denied.get(feed, (credentials, 0))
        account.denied[feed] = credentials, 1 + (times if password == credentials else 0)
        if feed in account.inside:  # What was right is right no more: nobody's proof holds.
            account.inside.clear()
        if account.ahead == feed:
            account.ahead = None
            if not account.inside:
                account.refusals = max(account.refusals, MOST_REFUSALS)

    def accepted(self, device: Device, feed: FeedKey, credentials: Credentials | None) -> bool:
        """A log-in succeeded; True when those that were refused may follow."""
        if credentials is None:
            return False
        account = self._known.setdefault(device, Account())
        account.refusals, account.proven = 0, True
        account.inside.add(feed)
        account.refused.discard(credentials)
        account.denied.pop(feed, None)
        if account.ahead is None:
            return False
        account.ahead = None
        account.denied.clear()
        return True

    def broke_off(self, device: Device) -> None:
        """A session of it was lost: the device may be back with another password."""
        if device in self._known:
            self._known[device].proven = False

    def ahead(self, device: Device) -> FeedKey | None:
        """The feed that tries for all now."""
        return self._known.get(device, _UNKNOWN).ahead

    def send_ahead(self, device: Device, feed: FeedKey) -> None:
        """This feed tries once, for all: an operator asks, or it has another password."""
        account = self._known.setdefault(device, Account())
        account.ahead = feed
        account.refusals = min(account.refusals, MOST_REFUSALS - 1)
        account.denied.pop(feed, None)

    def gone(self, device: Device, feed: FeedKey) -> None:
        """The feed is not wanted any more: if it was to try for all, nobody does."""
        account = self._known.get(device)
        if account is not None and account.ahead == feed:
            account.ahead = None
            account.refusals = MOST_REFUSALS


_UNKNOWN = Account()
