"""Makes the running feeds equal to what the walls show. Owns the pool and every feed's life; thread `video`.

The main thread asks with want(), retry() and close() (a mailbox and a wake-up, never waiting) and fetches
view() at each tick (one dictionary read). All else happens on the `video` thread: orders to the decoder
processes, their reports, deadlines, the opening budget, the choice of streams, the memory of pictures.
"""

from __future__ import annotations

import logging
import os
import random
import selectors
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hanoi_wall import threads
from hanoi_wall.domain.camera import Camera, Credentials, StreamKind
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.video import feed as life
from hanoi_wall.video import lines, orders, progress
from hanoi_wall.video.feed import Action, Event, Feed, Life
from hanoi_wall.video.opening import MOST, FeedKey, OpeningBudget
from hanoi_wall.video.picture_memory import PictureMemory, fitting
from hanoi_wall.video.pool import DecoderProcess, Pool
from hanoi_wall.video.rings import Rings
from hanoi_wall.video.sessions import SessionKey, Sessions, place_name
from hanoi_wall.video.shedding import Load, Shedder
from hanoi_wall.video.standing import LINGER_NS, Running, Standing
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import CameraView, Demand

log = logging.getLogger(__name__)

WATCH_NS = SECOND // 4
PICTURES_MB = 256
READERS = 1
"""All wall windows paint on the main thread, one after the other, so one claim serves them all."""
QUIT_S = 2.0


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """For health: (pid, feeds, restarts) of each decoder process, opens, bytes of pictures."""

    processes: tuple[tuple[int, int, int], ...] = ()
    opens_now: int = 0
    opens_peak: int = 0
    opens_most: int = MOST
    picture_bytes: int = 0


class Roster:
    """The feeds of this client. Public methods: main thread, except `run`, which is the `video` thread."""

    def __init__(
        self,
        cameras: Mapping[str, Camera],
        secret_of: Callable[[str, StreamKind], Credentials | None],
        clock: Clock,
        *,
        pictures_mb: int = PICTURES_MB,
        opens: int = MOST,
        processes: int | None = None,
        ca_file: str | None = None,
        chance: life.Chance = random.uniform,
    ) -> None:
        self._cameras = cameras
        self._secret_of = secret_of
        self._clock = clock
        self._ca_file = ca_file
        self._chance = chance
        self._pool = Pool(clock, processes)
        self._budget = OpeningBudget(opens)
        self._sessions = Sessions()
        self._shedder = Shedder()
        self._standings: dict[str, Standing] = {}
        self._running: dict[FeedKey, Running] = {}
        memory = PictureMemory(pictures_mb * 1_000_000, READERS, clock)
        self._rings = Rings(memory, self._running, self._sessions, self._pool.tell)
        self._numbers: dict[int, Running] = {}
        self._next_number = 1
        self._watched_ns = 0
        self._views: dict[str, CameraView] = {}
        self._facts = PoolFacts()
        # Both appends and popleft of a deque are atomic: the mailbox needs no lock.
        self._mailbox: deque[Callable[[], None]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._lines = lines.Lines(self._selector)
        # Wrong passwords that a camera has seen outlive its time on the wall: a sequence that shows it once
        # a minute would lock its account.
        self._refusals: dict[tuple[str, Credentials | None], Feed] = {}
        self.failed = False
        """A bug has ended this thread: what the views said is gone, and the wall must not go on with it."""
        self._closed = False
        self._ending = False
        # The processes load their libraries while the UI loads its own.
        self._post(lambda: self._pool.grow(len(cameras)))
        self._thread = threads.spawn("video", self._run)

    # ── main thread ──────────────────────────────────────────────────────────────────────────────────────

    def want(self, demands: tuple[Demand, ...]) -> None:
        """From now on show exactly these cameras; unknown ids are ignored."""
        self._post(lambda: self._want(demands))

    def retry(self, camera: str) -> None:
        """Try this camera at once, whatever it waits for."""
        self._post(lambda: self._retry(camera))

    def view(self, camera: str) -> CameraView | None:
        """The camera as it may be shown now; None before the first want() has been heard."""
        return self._views.get(camera)

    def facts(self) -> PoolFacts:
        """Figures for health."""
        return self._facts

    def close(self) -> None:
        """End every feed and process; returns when they are gone (at most about 2.5 s)."""
        if self._closed:
            return
        self._post(self._stop)
        self._closed = True
        self._thread.join()
        self._selector.close()
        os.close(self._wake)

    def _post(self, work: Callable[[], None]) -> None:
        if self._closed:  # a window that goes late may still ask
            return
        self._mailbox.append(work)
        os.eventfd_write(self._wake, 1)

    # ── thread `video` ───────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            try:
                while not self._ending:
                    self._turn()
            finally:
                # Also when a bug ends this thread: no decoder process runs without its keeper.
                self._end()
        except Exception:
            self.failed = True
            raise

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._until_next_ns() / SECOND):
            if key.fd == self._wake:
                os.eventfd_read(self._wake)
            else:
                self._hear(key.data)
        while self._mailbox and not self._ending:
            self._mailbox.popleft()()
        if not self._ending:
            self._look()

    def _until_next_ns(self) -> int:
        now = self._clock.monotonic_ns()
        due = self._watched_ns + WATCH_NS
        for running in self._running.values():
            if running.feed.due_ns is not None:
                due = min(due, running.feed.due_ns)
        return max(0, due - now)

    def _stop(self) -> None:
        self._ending = True

    def _end(self) -> None:
        self._pool.close(QUIT_S)
        self._standings.clear()
        self._running.clear()
        self._numbers.clear()
        self._views = {}

    def _want(self, demands: tuple[Demand, ...]) -> None:
        asked = {demand.camera: demand for demand in demands if self._has_stream(demand.camera)}
        self._pool.grow(len(asked))
        self._budget.cameras = Counter(self._device_of(camera) for camera in asked)
        for camera in [camera for camera in self._standings if camera not in asked]:
            for running in self._standings.pop(camera).feeds.values():
                self._drop(running)
            self._views.pop(camera, None)
        for camera, demand in asked.items():
            standing = self._standings.get(camera)
            if standing is None:
                whole = self._cameras[camera]
                secrets = {self._secret_of(camera, kind) for kind in StreamKind if whole.stream(kind)}
                self._standings[camera] = Standing(whole, demand, len(secrets) < 2)
            else:
                standing.demand = demand

    def _has_stream(self, camera: str) -> bool:
        known = self._cameras.get(camera)
        return known is not None and (known.main is not None or known.sub is not None)

    def _device_of(self, camera: str) -> tuple[str, int, str]:
        kind = StreamKind.MAIN if self._cameras[camera].main else StreamKind.SUB
        address, secret = self._cameras[camera].stream(kind), self._secret_of(camera, kind)
        assert address is not None, "a camera has at least one address"
        return (address.host, address.port, secret.user if secret else "")

    def _retry(self, camera: str) -> None:
        standing = self._standings.get(camera)
        for kind, running in standing.feeds.items() if standing else ():
            self._refusals.pop((camera, running.credentials), None)
            running.credentials = self._secret_of(camera, kind)
            self._budget.forget(running.key)
            self._step(running, Event.RETRY_NOW)

    def _look(self) -> None:
        """Everything that time alone brings about; cheap enough to be done at every wake-up."""
        now = self._clock.monotonic_ns()
        for running in list(self._running.values()):
            if running.feed.due_ns is not None and now >= running.feed.due_ns:
                self._progress(running, now)
                self._step(running, Event.DUE)
        if now - self._watched_ns >= WATCH_NS:
            self._watched_ns = now
            for place in self._pool.watch():
                self._lost(place, Cause.DECODER_HUNG)
            self._lines.watch(self._pool.places)
            for running in list(self._running.values()):
                self._progress(running, now)
            self._shed(now)
        for standing in self._standings.values():
            self._settle(standing, now)
        for key in self._budget.grant(now):
            if key in self._running:
                self._step(self._running[key], Event.GRANT)
        self._publish()

    def _settle(self, standing: Standing, now: int) -> None:
        """Run the stream the tile should have, keep the one it shows, drop what has lingered."""
        wanted = standing.choose(now)
        if wanted not in standing.feeds:
            standing.feeds[wanted] = self._start(standing, wanted)
        for kind, running in list(standing.feeds.items()):
            visible = standing.demand.visible
            if running.feed.visible != visible:
                running.feed = life.seen(running.feed, visible, now, self._chance)
            if kind is wanted or kind is standing.shown:
                running.unwanted_ns = 0
            elif not running.unwanted_ns:
                running.unwanted_ns = now
            elif now - running.unwanted_ns >= LINGER_NS and not running.hopeless():
                self._drop(standing.feeds.pop(kind))
                continue
            if kind is wanted and running.feed.life is Life.STOPPED:
                self._step(running, Event.WANT)
            elif running.feed.life is Life.QUEUED:
                # What was just enlarged or selected moves up the queue.
                self._ask_place(running)
            box = (max(16, standing.demand.width), max(16, standing.demand.height))
            self._rings.fit(running, box, now)

    def _start(self, standing: Standing, kind: StreamKind) -> Running:
        address = standing.camera.stream(kind)
        if address is None:  # choose() only names streams that exist, or MAIN where there is none at all
            raise AssertionError(f"{standing.camera.id} has no {kind} stream")
        key = (standing.camera.id, kind.value)
        secret = self._secret_of(standing.camera.id, kind)
        before = self._refusals.get((standing.camera.id, secret), Feed())
        feed = before if before.life is Life.REFUSED else Feed(logins=before.logins)
        running = Running(key, self._next_number, address, secret, feed)
        self._next_number += 1
        self._running[key] = self._numbers[running.number] = running
        return running

    def _drop(self, running: Running) -> None:
        account, fault = (running.key[0], running.credentials), running.feed.fault
        if running.pictured():
            self._refusals.pop(account, None)
        elif fault is not None and fault.cause is Cause.WRONG_PASSWORD:
            self._refusals[account] = running.feed
        self._step(running, Event.UNWANT)
        self._budget.forget(running.key)
        del self._running[running.key], self._numbers[running.number]

    # the feeds' life

    def _step(self, running: Running, event: Event, fault: Fault | None = None) -> None:
        """Move one feed's life on and do what the table says."""
        now = self._clock.monotonic_ns()
        before = running.feed
        running.feed, actions = life.step(before, event, now, self._chance, fault)
        if running.feed.fault is not None and running.feed.fault is not before.fault:
            fault = running.feed.fault
            log.info("camera %s %s: %s %s", *running.key, fault.cause, fault.detail)
            self._budget.hear(running.key, fault.cause)
        for action in actions:
            if action is Action.ASK_PLACE:
                self._ask_place(running)
            elif action is Action.LEAVE_PLACE:
                self._budget.leave(running.key)
            elif action is Action.HAND_OVER:
                self._hand_over(running)
            elif action is Action.OPEN:
                self._open(running)
            elif action is Action.CLOSE:
                self._close_session(running)

    def _ask_place(self, running: Running) -> None:
        standing = self._standings.get(running.key[0])
        if standing is not None:
            rank = standing.demand.rank if standing.demand.visible else standing.demand.rank + 5
            self._budget.ask(running.key, running.device, rank)

    def _hand_over(self, running: Running) -> None:
        """The place stays taken while the session that was just closed may still be connecting."""
        session = (running.number, running.feed.session)
        if session in self._sessions:
            self._budget.hand_over(running.key, place_name(session))
        else:  # the order was never given
            self._budget.leave(running.key)

    def _open(self, running: Running) -> None:
        place = self._pool.lightest()
        ring = self._rings.for_session(running, place, self._clock.monotonic_ns()) if place else None
        if place is None or ring is None:
            cause = Cause.DECODER_CRASHED if place is None else Cause.OUT_OF_MEMORY
            detail = "no decoder process is up" if place is None else "no memory for its pictures"
            self._step(running, Event.FAILED, Fault(cause, running.key[0], detail))
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
            running.key in self._budget.hurried,
        )
        running.place = place
        place.feeds += 1
        running.stats = FeedStats()
        # A new session begins with everything.
        running.shed = running.left_out = running.seen_bytes = running.seen_skipped = 0
        if self._pool.tell(place, order, ring.fd):
            self._sessions.ordered((running.number, running.feed.session), place)
        else:
            self._step(running, Event.FAILED, Fault(Cause.DECODER_CRASHED, running.key[0], "process gone"))

    def _close_session(self, running: Running) -> None:
        if running.place is not None:
            running.place.feeds = max(0, running.place.feeds - 1)
            self._pool.tell(running.place, orders.CloseFeed(running.number, running.feed.session))
            running.place = None
        running.reconnects += 1

    def _progress(self, running: Running, now: int) -> None:
        """Feed the watchdogs; begin anew where pictures come that are of no use any more."""
        progress.notice(running, now)
        if life.renewal_due(running.feed, now):
            fault = Fault(Cause.STALLED, running.key[0], "its pictures were old for a minute: a new session")
            self._step(running, Event.OLD, fault)

    def _shed(self, now: int) -> None:
        """Tell the decoders to do less, or all again."""
        playing = {
            running.number: (running, standing.demand)
            for standing in self._standings.values()
            for running in standing.feeds.values()
            if running.feed.life is Life.PLAYING
        }
        loads = {
            number: Load(demand.rank, demand.width * demand.height, running.stats.backlog_ms * 1_000_000)
            for number, (running, demand) in playing.items()
        }
        for number, step in self._shedder.look(loads, now).items():
            running = playing[number][0]
            if running.shed != step and running.place is not None:
                if self._pool.tell(running.place, orders.ShedFeed(number, step)):
                    running.shed = step

    # the decoder processes

    def _hear(self, place: DecoderProcess) -> None:
        try:
            heard = lines.hear(place)
        except lines.LineLost as lost:
            log.debug("decoder process %s: %s", place.pid, lost)
            self._lost(place, Cause.DECODER_CRASHED)
            return
        if heard is None:
            return
        self._pool.beat(place)
        for number, stats in heard.stats:
            running = self._numbers.get(number)
            if running is not None:
                running.stats = stats
                if all(stats.size):
                    running.size = stats.size
        if heard.word is not None:
            self._hear_feed(heard.word)

    def _hear_feed(self, report: lines.Word) -> None:
        if isinstance(report, orders.Ended):
            self._over((report.feed, report.session))
        running = self._numbers.get(report.feed)
        if running is None or running.feed.session != report.session:
            return
        if isinstance(report, orders.Opened):
            self._budget.hear(running.key, None)
            self._step(running, Event.OPENED)
        elif isinstance(report, orders.Pictured):
            running.size = (report.width, report.height)
            self._step(running, Event.PICTURED)
            running.stats = replace(
                running.stats, first_picture_ms=running.stats.first_picture_ms or report.waited_ms
            )
        elif isinstance(report, orders.Failed):
            fault = Fault(Cause(report.cause), running.key[0], report.detail)
            self._step(running, Event.FAILED, fault)
        else:
            # After Failed this changes nothing; without it, a bug ended the session's thread.
            self._step(running, Event.FAILED, Fault(Cause.DECODER_CRASHED, running.key[0], "session ended"))

    def _over(self, session: SessionKey) -> None:
        """A session has ended, or died with its process: only now is its place free."""
        self._sessions.ended(session)
        self._budget.leave(place_name(session))

    def _lost(self, place: DecoderProcess, cause: Cause) -> None:
        """A decoder process is gone or must go: its feeds start again elsewhere."""
        pid = place.pid
        self._lines.forget(place)
        self._pool.bury(place)
        self._lines.watch(self._pool.places)
        for session in self._sessions.lost(place):
            self._over(session)
        for running in list(self._running.values()):
            if running.place is place:
                running.place = None
                self._step(running, Event.CRASHED, Fault(cause, running.key[0], f"decoder process {pid}"))

    def _publish(self) -> None:
        for camera, standing in self._standings.items():
            view = standing.publish()
            if view is not None:
                self._views[camera] = view
        self._facts = PoolFacts(
            tuple((p.pid, p.feeds, p.restarts) for p in self._pool.places if p.pid is not None),
            len(self._budget.held),
            self._budget.peak,
            self._budget.most,
            self._rings.bytes(),
        )
