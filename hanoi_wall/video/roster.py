"""Makes the running feeds equal to what the walls show. Owns the pool and every feed's life; thread `video`.

The main thread asks with want(), retry() and close() (a mailbox and a wake-up, never waiting) and fetches
view() at each tick (one dictionary read). All else happens on the `video` thread: the choice of streams,
deadlines, shedding, the lines to the decoder processes; what becomes of each feed is in lives.py.
"""

from __future__ import annotations

import logging
import os
import random
import selectors
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hanoi_wall import threads
from hanoi_wall.domain.camera import Camera, Credentials, StreamKind
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import feed as life
from hanoi_wall.video import lines, orders
from hanoi_wall.video.feed import Event, Life
from hanoi_wall.video.lives import Lives
from hanoi_wall.video.opening import MOST, OpeningBudget
from hanoi_wall.video.picture_memory import PictureMemory
from hanoi_wall.video.pool import DecoderProcess, Pool
from hanoi_wall.video.shedding import Load, Shedder
from hanoi_wall.video.spawning import Early
from hanoi_wall.video.standing import LINGER_NS, Running, Standing
from hanoi_wall.video.view import CameraView, Demand

log = logging.getLogger(__name__)

WATCH_NS = SECOND // 4
PICTURES_MB = 256
READERS = 1
"""All wall windows paint on the main thread, one after the other, so one claim serves them all."""
QUIT_S = 2.0
HIDDEN_RANKS = 5
"""What nobody sees opens after all that somebody does."""
READ_NS = 2 * SECOND
"""How long an operator's try waits for the password to be read again: a key store may ask to be unlocked."""
READ_AGAIN_NS = 60 * SECOND
"""How often the password of a camera that refuses it is looked for again."""


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
        read_again: Callable[[str], None] | None = None,
        early: Early | None = None,
    ) -> None:
        """secret_of: asked on the thread `video`, so it must never wait; read_again: fetch the camera's
        credentials from where they are kept, then call `credentials_read`; called there too; early: decoder
        processes that were started already, this roster's from now on.
        """
        self._cameras = cameras
        self._secret_of = secret_of
        self._read_again = read_again
        self._clock = clock
        self._chance = chance
        self._pool = Pool(clock, processes, early)
        self._lives = Lives(
            self._pool,
            PictureMemory(pictures_mb * 1_000_000, READERS, clock),
            OpeningBudget(opens),
            lambda key: secret_of(key[0], StreamKind(key[1])),
            clock,
            ca_file=ca_file,
            chance=chance,
        )
        self._pools = (self._pool, self._lives.quarantine.pool)
        self._shedder = Shedder()
        self._standings: dict[str, Standing] = {}
        self._awaited: dict[str, int] = {}
        """Cameras that an operator wants to try again as soon as their passwords have been read again."""
        self._watched_ns = 0
        self._views: dict[str, CameraView] = {}
        self._facts = PoolFacts()
        # Both appends and popleft of a deque are atomic: the mailbox needs no lock.
        self._mailbox: deque[Callable[[], None]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._lines = lines.Lines(self._selector)
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

    def credentials_read(self, camera: str) -> None:
        """The camera's credentials may be others now. Any thread, until `close` is called."""
        self._post(lambda: self._credentials_read(camera))

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
        for running in self._lives.running.values():
            if running.feed.due_ns is not None:
                due = min(due, running.feed.due_ns)
        return max(0, due - now)

    def _stop(self) -> None:
        self._ending = True

    def _end(self) -> None:
        for pool in self._pools:
            pool.close(QUIT_S / len(self._pools))
        self._standings.clear()
        self._lives.clear()
        self._views = {}

    def _want(self, demands: tuple[Demand, ...]) -> None:
        asked = {demand.camera: demand for demand in demands if self._has_stream(demand.camera)}
        self._pool.grow(len(asked))
        self._lives.budget.cameras = Counter(self._device_of(camera) for camera in asked)
        for camera in [camera for camera in self._standings if camera not in asked]:
            for running in self._standings.pop(camera).feeds.values():
                self._lives.drop(running)
            self._views.pop(camera, None)
        for camera, demand in asked.items():
            standing = self._standings.get(camera)
            if standing is None:
                self._standings[camera] = Standing(self._cameras[camera], demand, self._one_account(camera))
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
        if standing is None:
            return
        if self._read_again is not None and any(each.locked_out() for each in standing.feeds.values()):
            self._awaited[camera] = self._clock.monotonic_ns() + READ_NS
            self._read_again(camera)
        else:
            self._try_again(standing)

    def _try_again(self, standing: Standing) -> None:
        for running in standing.feeds.values():
            self._lives.try_again(running)

    def _credentials_read(self, camera: str) -> None:
        standing = self._standings.get(camera)
        if standing is None:
            return
        standing.one_account = self._one_account(camera)
        if self._awaited.pop(camera, None) is not None:
            self._try_again(standing)
        for kind, running in standing.feeds.items():
            credentials = self._secret_of(camera, kind)
            if credentials != running.credentials:
                running.credentials = credentials
                if running.locked_out():
                    self._lives.try_again(running)

    def _one_account(self, camera: str) -> bool:
        whole = self._cameras[camera]
        return len({self._secret_of(camera, kind) for kind in StreamKind if whole.stream(kind)}) < 2

    def _look(self) -> None:
        """Everything that time alone brings about; cheap enough to be done at every wake-up."""
        now = self._clock.monotonic_ns()
        for running in list(self._lives.running.values()):
            if running.feed.due_ns is not None and now >= running.feed.due_ns:
                self._lives.look(running, now)
                self._lives.step(running, Event.DUE)
        if now - self._watched_ns >= WATCH_NS:
            self._watched_ns = now
            for place in [place for pool in self._pools for place in pool.watch()]:
                self._lost(place, Cause.DECODER_HUNG)
            self._end_spares()
            self._lines.watch(self._places())
            for running in list(self._lives.running.values()):
                self._lives.look(running, now)
            self._shed(now)
            self._read_passwords_again(now)
        for standing in self._standings.values():
            self._settle(standing, now)
        self._lives.grant(now)
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
                self._lives.drop(standing.feeds.pop(kind))
                continue
            running.rank = standing.demand.rank + (0 if visible else HIDDEN_RANKS)
            if kind is wanted and running.feed.life is Life.STOPPED:
                self._lives.step(running, Event.WANT)
            elif running.feed.life is Life.QUEUED:
                # What was just enlarged or selected moves up the queue.
                self._lives.ask_place(running)
            self._lives.lock_out(running)
            self._lives.rings.fit(running, standing.box(kind), now)

    def _start(self, standing: Standing, kind: StreamKind) -> Running:
        address = standing.camera.stream(kind)
        if address is None:  # choose() only names streams that exist, or MAIN where there is none at all
            raise AssertionError(f"{standing.camera.id} has no {kind} stream")
        return self._lives.add((standing.camera.id, kind.value), address)

    def _read_passwords_again(self, now: int) -> None:
        """Refused until the password changes: so it is looked for, and who asked for a try gets it."""
        for camera, until_ns in list(self._awaited.items()):
            if now >= until_ns:
                self._credentials_read(camera)
        for running in self._lives.running.values():
            if self._read_again is not None and running.locked_out() and now >= running.asked_ns:
                running.asked_ns = now + READ_AGAIN_NS
                self._read_again(running.key[0])

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
            self._lives.hear_stats(place, number, stats)
        if heard.word is not None:
            self._lives.hear(heard.word)

    def _lost(self, place: DecoderProcess, cause: Cause) -> None:
        """A decoder process is gone or must go."""
        pid = place.pid
        self._lines.forget(place)
        for pool in self._pools:
            if any(each is place for each in pool.places):
                pool.bury(place)
        self._lines.watch(self._places())
        self._lives.lost(place, cause, f"decoder process {pid}")

    def _places(self) -> list[DecoderProcess]:
        return [place for pool in self._pools for place in pool.places]

    def _end_spares(self) -> None:
        quarantine = self._lives.quarantine
        if quarantine.is_idle(self._lives.running.values()):
            for place in quarantine.pool.places:
                self._lines.forget(place)
            quarantine.end()

    def _publish(self) -> None:
        for camera, standing in self._standings.items():
            view = standing.publish()
            if view is not None:
                self._views[camera] = view
        self._facts = PoolFacts(
            tuple((p.pid, p.feeds, p.restarts) for p in self._places() if p.pid is not None),
            len(self._lives.budget.held),
            self._lives.budget.peak,
            self._lives.budget.most,
            self._lives.rings.bytes(),
        )
