"""Does what the table of a feed's life says: places, rings, orders to the decoder processes, log-ins.

Thread `video`. The roster says which feeds there are; whatever happens to one of them goes through here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.clock import Clock
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.video import feed as life
from hanoi_wall.video import lines, orders, progress
from hanoi_wall.video.accounts import Accounts
from hanoi_wall.video.feed import Action, Event, Feed, Life
from hanoi_wall.video.opening import FeedKey, OpeningBudget
from hanoi_wall.video.picture_memory import PictureMemory, fitting
from hanoi_wall.video.pool import DecoderProcess, Pool
from hanoi_wall.video.quarantine import Quarantine
from hanoi_wall.video.rings import Rings
from hanoi_wall.video.sessions import Login, SessionKey, Sessions, place_name
from hanoi_wall.video.standing import Running
from hanoi_wall.video.stats import FeedStats

log = logging.getLogger(__name__)

SecretOf = Callable[[FeedKey], Credentials | None]
_NOT_YET_IN = frozenset({Life.QUEUED, Life.OPENING})
_MAY_BE_LOCKED_OUT = frozenset({Life.QUEUED, Life.WAITING, Life.BUSY})


class Lives:
    """The feeds that run. One thread."""

    def __init__(
        self,
        pool: Pool,
        memory: PictureMemory,
        budget: OpeningBudget,
        secret_of: SecretOf,
        clock: Clock,
        *,
        ca_file: str | None,
        chance: life.Chance,
    ) -> None:
        self.running: dict[FeedKey, Running] = {}
        self.budget = budget
        self.sessions = Sessions()
        self.rings = Rings(memory, self.running, self.sessions, pool.tell)
        self.accounts = Accounts()
        self.quarantine = Quarantine(clock)
        self._pool = pool
        self._secret_of = secret_of
        self._clock = clock
        self._ca_file = ca_file
        self._chance = chance
        self._numbers: dict[int, Running] = {}
        self._suspected: dict[FeedKey, Feed] = {}
        self._next_number = 1

    def add(self, key: FeedKey, address: StreamAddress) -> Running:
        """A feed that nobody has asked for yet."""
        # Who came and went with a scene is no less suspected for it.
        feed = self._suspected.pop(key, Feed())
        running = Running(key, self._next_number, address, self._secret_of(key), feed)
        self._next_number += 1
        self.running[key] = self._numbers[running.number] = running
        return running

    def drop(self, running: Running) -> None:
        """Nobody wants it any more."""
        self.step(running, Event.UNWANT)
        self.budget.forget(running.key)
        self.accounts.gone(running.device, running.key)
        if running.feed.crashes:
            self._suspected[running.key] = Feed(crashes=running.feed.crashes, alone=running.feed.alone)
        del self.running[running.key], self._numbers[running.number]

    def clear(self) -> None:
        """All are gone with their processes."""
        self.running.clear()
        self._numbers.clear()

    # what happens

    def step(self, running: Running, event: Event, fault: Fault | None = None) -> None:
        """Move one feed's life on and do what the table says."""
        now = self._clock.monotonic_ns()
        before = running.feed
        running.feed, actions = life.step(before, event, now, self._chance, fault)
        if running.feed.fault is not None and running.feed.fault is not before.fault:
            fault = running.feed.fault
            log.info("camera %s %s: %s %s", *running.key, fault.cause, fault.detail)
            self.budget.hear(running.key, fault.cause)
            if before.life in (Life.OPENED, Life.PLAYING) and event in (Event.FAILED, Event.DUE):
                self.accounts.broke_off(running.device)
        for action in actions:
            if action is Action.ASK_PLACE:
                self.ask_place(running)
            elif action is Action.LEAVE_PLACE:
                self.budget.leave(running.key)
            elif action is Action.HAND_OVER:
                self._hand_over(running)
            elif action is Action.OPEN:
                self._open(running)
            elif action is Action.CLOSE:
                self._close(running)

    def grant(self, now_ns: int) -> None:
        """Let those open whose turn it is; as many log-ins at once as a device may refuse."""
        bounds = {device: self.accounts.room(device) for _, _, device in self.budget.queue.values()}
        self.budget.bounds = {device: room for device, room in bounds.items() if room is not None}
        for key in self.budget.grant(now_ns):
            if key in self.running:
                self.step(self.running[key], Event.GRANT)

    def look(self, running: Running, now_ns: int) -> None:
        """Feed the watchdogs; begin anew where pictures come that are of no use any more."""
        progress.notice(running, now_ns)
        if self.quarantine.holds(running) and not self.budget.queue:  # one after the other
            self.step(running, Event.RELEASED)
        if life.renewal_due(running.feed, now_ns):
            fault = Fault(Cause.STALLED, running.key[0], "its pictures were old for a minute: a new session")
            self.step(running, Event.OLD, fault)

    def hear_stats(self, place: DecoderProcess, number: int, stats: FeedStats) -> None:
        """A process told a feed's figures; those of a session that another process has now are not heard."""
        running = self._numbers.get(number)
        if running is not None and running.place is place:
            running.stats = stats
            if all(stats.size):
                running.size = stats.size

    def hear(self, report: lines.Word) -> None:
        """A process told something of one session."""
        session = (report.feed, report.session)
        if isinstance(report, orders.Opened):
            self._accepted(session)
        elif isinstance(report, orders.Failed) and report.cause == Cause.WRONG_PASSWORD:
            login = self.sessions.login(session)
            if login is not None:
                self.accounts.refused(*login)
        elif isinstance(report, orders.Ended):
            self._over(session)
        running = self._numbers.get(report.feed)
        if running is None or running.feed.session != report.session:
            return
        if isinstance(report, orders.Opened):
            self.budget.hear(running.key, None)
            self.step(running, Event.OPENED)
        elif isinstance(report, orders.Pictured):
            running.size = (report.width, report.height)
            self.step(running, Event.PICTURED)
            first = running.stats.first_picture_ms or report.waited_ms
            running.stats = replace(running.stats, first_picture_ms=first)
        elif isinstance(report, orders.Failed):
            self.step(running, Event.FAILED, Fault(Cause(report.cause), running.key[0], report.detail))
        else:
            # After Failed this changes nothing; without it, a bug ended the session's thread.
            self.step(running, Event.FAILED, Fault(Cause.DECODER_CRASHED, running.key[0], "session ended"))

    def lost(self, place: DecoderProcess, cause: Cause, detail: str) -> None:
        """A decoder process is dead: its feeds start again elsewhere."""
        for session in self.sessions.lost(place):
            self._over(session)
        inside = [running for running in self.running.values() if running.place is place]
        event = Event.CRASHED_ALONE if len(inside) == 1 else Event.CRASHED
        for running in inside:
            running.place = None
            running.reconnects += 1
            self.step(running, event, Fault(cause, running.key[0], detail))

    # log-ins

    def may_try(self, running: Running) -> bool:
        """Whether its device's account lets it try."""
        return self.accounts.may_try(running.device, running.key, running.credentials)

    def lock_out(self, running: Running) -> None:
        """Leave it refused where its device has refused its account for good."""
        if running.feed.life in _MAY_BE_LOCKED_OUT and not self.may_try(running):
            detail = "its device has refused this user and password"
            self.step(running, Event.LOCKED_OUT, Fault(Cause.WRONG_PASSWORD, running.key[0], detail))

    def try_again(self, running: Running) -> None:
        """An operator asks for it, or there is another password. Of those that one device refused one goes
        ahead, and the others follow it.
        """
        running.credentials = self._secret_of(running.key)
        self.budget.forget(running.key)
        if running.locked_out() and running.credentials is not None:
            ahead = self.running.get(self.accounts.ahead(running.device) or running.key, running)
            if ahead is not running and ahead.feed.life in _NOT_YET_IN:
                return
            self.accounts.send_ahead(running.device, running.key)
        self.step(running, Event.RETRY_NOW)

    def _accepted(self, session: SessionKey) -> None:
        login = self.sessions.login(session)
        if login is None or not self.accounts.accepted(*login):
            return
        for running in list(self.running.values()):
            if running.device == login[0] and running.locked_out():
                running.credentials = self._secret_of(running.key)
                self.step(running, Event.RETRY_NOW)

    # what is done

    def ask_place(self, running: Running) -> None:
        """Stand in the queue, or move up in it."""
        self.budget.ask(running.key, running.device, running.rank)

    def _hand_over(self, running: Running) -> None:
        """The place stays taken while the session that was just closed may still be connecting."""
        session = (running.number, running.feed.session)
        if session in self.sessions:
            self.budget.hand_over(running.key, place_name(session))
        else:  # the order was never given
            self.budget.leave(running.key)

    def _over(self, session: SessionKey) -> None:
        """A session has ended, or died with its process: only now is its place free."""
        self.sessions.ended(session)
        self.budget.leave(place_name(session))

    def _open(self, running: Running) -> None:
        suspected = running.feed.crashes >= life.SUSPECT
        place = (
            self.quarantine.place_for(running, self.running.values()) if suspected else self._pool.lightest()
        )
        ring = self.rings.for_session(running, place, self._clock.monotonic_ns()) if place else None
        if place is None or ring is None:
            cause = Cause.DECODER_CRASHED if place is None else Cause.OUT_OF_MEMORY
            detail = "no memory for its pictures"
            if place is None:
                detail = (
                    "kept apart from the others, no room yet" if suspected else "no decoder process is up"
                )
            self.step(running, Event.FAILED, Fault(cause, running.key[0], detail))
            return
        secret, address = running.credentials, running.address
        width, height = fitting(ring, running.box)
        order = orders.OpenFeed(
            running.number,
            running.feed.session,
            address.url,
            address.transport.value,
            address.fingerprint,
            self._ca_file,
            width,
            height,
            secret.user if secret else "",
            secret.password if secret else "",
            running.key in self.budget.hurried,
        )
        running.place = place
        place.feeds += 1
        running.stats = FeedStats()
        # A new session begins with everything.
        running.shed = running.left_out = running.seen_bytes = running.seen_skipped = 0
        if self._pool.tell(place, order, ring.fd):
            login = Login(running.device, running.key, secret)
            self.sessions.ordered((running.number, running.feed.session), place, login)
        else:
            self.step(running, Event.FAILED, Fault(Cause.DECODER_CRASHED, running.key[0], "process gone"))

    def _close(self, running: Running) -> None:
        if running.place is not None:
            running.place.feeds = max(0, running.place.feeds - 1)
            self._pool.tell(running.place, orders.CloseFeed(running.number, running.feed.session))
            running.place = None
            running.reconnects += 1
