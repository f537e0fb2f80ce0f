"""What a guard does, and when: a table of (what the client did, time) → what to do next. Pure.

    ended with        means                             then
    0                 left on purpose                   leave with 0
    2, 3              wrong usage, a bad file           leave with the same: the next start would say it again
    4                 no screen yet, profile in use …   try again each second for 30 s, then leave with 4
    else, a signal    crashed, was killed, or hung      start it again at once, while the breaker is closed

Five crashes in a minute open the breaker: 30 s until the next start, then twice as long each time, up to five
minutes, until a client has lived for a minute. Nothing makes the guard give up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.domain.clock import SECOND

LOOK_NS = SECOND // 2
"""The guard looks at least so often."""
SILENT_NS = 5 * SECOND
"""A client that was silent so long hangs."""
START_NS = 60 * SECOND
"""Until its first sign of life it loads, reads its catalogue and may ask a key store."""
DUMP_NS = SECOND
"""How long a client that hangs has to write down where."""
LEAVE_NS = 2_900_000_000
"""How long it has to leave in good order: it ends itself by force before that."""
MISSING_NS, MISSING_AGAIN_NS = 30 * SECOND, SECOND
CRASHES, CRASHES_NS = 5, 60 * SECOND
REST_NS, LONGEST_REST_NS = 30 * SECOND, 300 * SECOND
CALM_NS = 60 * SECOND
LEFT, USAGE, BAD_FILE, MISSING = 0, 2, 3, 4
"""Exit codes of the contract."""


class Do(StrEnum):
    """What the guard's process is to do."""

    NOTHING = "nothing"
    START = "start"
    ABORT = "abort"
    """SIGABRT: the client writes into the log where each of its threads stands."""
    KILL = "kill"
    ASK = "ask"
    """SIGTERM: the client leaves in good order."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Step:
    """do: what; why: a line for the log, "" for none; code: of LEAVE."""

    do: Do = Do.NOTHING
    why: str = ""
    code: int = 0


class Phase(StrEnum):
    """How it is with the client."""

    RESTING = "resting"
    """There is none; the next one is started when it is time."""
    STARTING = "starting"
    ALIVE = "alive"
    ABORTED = "aborted"
    KILLED = "killed"
    LEAVING = "leaving"
    GONE = "gone"
    """There is none, and there will be none."""


class Keeper:
    """The rules of one guard. Main thread of the guard; times are monotonic ns.

    Call `look` after every event and at least each LOOK_NS, and do what it says before the next call.
    """

    def __init__(self, now_ns: int, *, seconds: float | None = None) -> None:
        """seconds: leave after so long, None: never."""
        self.phase = Phase.RESTING
        self.restarts = 0
        """How often a client was brought back."""
        self._ends_ns = None if seconds is None else now_ns + round(seconds * SECOND)
        self._until_ns = now_ns
        self._looked_ns = now_ns
        self._silent_ns = 0
        self._alive_since_ns: int | None = None
        self._missing_until_ns: int | None = None
        self._crashes: deque[int] = deque(maxlen=CRASHES)
        self._rest_ns = 0
        self._started_once = False
        self._last = Step(Do.LEAVE)
        self._note = ""
        self._asked = False

    # Events

    def beat(self, now_ns: int) -> None:
        """The client gave a sign of life."""
        self._looked_ns, self._silent_ns = now_ns, 0
        if self.phase is Phase.STARTING:
            self.phase, self._alive_since_ns, self._missing_until_ns = Phase.ALIVE, now_ns, None

    def asked(self) -> None:
        """Somebody wants the guard and its client to leave."""
        self._asked = True

    def ended(self, now_ns: int, code: int) -> None:
        """The client ended: its exit code, or the negative number of the signal that ended it."""
        phase, alive_since, self._alive_since_ns = self.phase, self._alive_since_ns, None
        if phase is Phase.LEAVING:
            self._go(LEFT, "")
        elif code == LEFT:
            self._go(LEFT, "the client left")
        elif code in (USAGE, BAD_FILE):
            self._go(code, f"the client cannot start (exit code {code})")
        elif code == MISSING:
            self._lack(now_ns)
        else:
            self._crash(now_ns, _how(phase, code), alive_since)

    def failed(self, now_ns: int, why: str) -> None:
        """A client could not even be started."""
        self._crash(now_ns, f"could not be started: {why}", None)

    def look(self, now_ns: int) -> Step:
        """What to do now."""
        # A gap of our own, while the machine slept or gave us no processor, says nothing against the client.
        looked, self._looked_ns = min(now_ns - self._looked_ns, 2 * LOOK_NS), now_ns
        self._silent_ns += looked
        if self.phase is Phase.GONE:
            return self._last
        if self._ends_ns is not None and now_ns >= self._ends_ns:
            self._asked = True
        if self._asked and self.phase is not Phase.LEAVING:
            return self._ask(now_ns)
        return self._due(now_ns)

    def wait_ns(self, now_ns: int) -> int:
        """How long to wait for an event before the next look."""
        if self.phase in (Phase.STARTING, Phase.ALIVE):
            until = now_ns + LOOK_NS
        else:
            until = min(self._until_ns, now_ns + LOOK_NS)
        if self._ends_ns is not None and self.phase is not Phase.LEAVING:
            until = min(until, self._ends_ns)
        return max(0, until - now_ns)

    @property
    def rest_ns(self) -> int:
        """How long the breaker holds a start back now; 0: it is closed."""
        return self._rest_ns

    # What follows

    def _due(self, now_ns: int) -> Step:
        match self.phase:
            case Phase.RESTING if now_ns >= self._until_ns:
                return self._start()
            case Phase.STARTING if self._silent_ns > START_NS:
                return self._abort(now_ns, "the client gave no sign of life since its start")
            case Phase.ALIVE if self._silent_ns > SILENT_NS:
                return self._abort(now_ns, f"the client hangs: silent for {self._silent_ns / SECOND:.1f} s")
            case Phase.ABORTED | Phase.LEAVING if now_ns >= self._until_ns:
                # Once is enough; and again, should a signal get lost.
                leaving = self.phase is Phase.LEAVING
                self.phase = self.phase if leaving else Phase.KILLED
                self._until_ns = now_ns + LEAVE_NS
                return Step(Do.KILL, "the client did not leave in time" if leaving else "")
            case Phase.KILLED if now_ns >= self._until_ns:
                self._until_ns = now_ns + LEAVE_NS
                return Step(Do.KILL)
            case _:
                note, self._note = self._note, ""
                return Step(why=note)

    def _start(self) -> Step:
        note, self._note = self._note, ""
        if self._started_once and self._missing_until_ns is None:
            self.restarts += 1
        self._started_once = True
        self.phase, self._silent_ns = Phase.STARTING, 0
        return Step(Do.START, note)

    def _abort(self, now_ns: int, why: str) -> Step:
        self.phase, self._until_ns = Phase.ABORTED, now_ns + DUMP_NS
        return Step(Do.ABORT, why)

    def _ask(self, now_ns: int) -> Step:
        if self.phase is Phase.RESTING:
            self._go(LEFT, "")
            return self._last
        self.phase, self._until_ns = Phase.LEAVING, now_ns + LEAVE_NS
        return Step(Do.ASK)

    def _go(self, code: int, why: str) -> None:
        self.phase, self._last = Phase.GONE, Step(Do.LEAVE, why, code)

    def _lack(self, now_ns: int) -> None:
        if self._missing_until_ns is None:
            self._missing_until_ns = now_ns + MISSING_NS
            self._note = "something the client needs is not there yet: tried again each second for 30 s"
        if now_ns >= self._missing_until_ns:
            self._go(MISSING, "something the client needs is still missing (exit code 4)")
        else:
            self.phase, self._until_ns = Phase.RESTING, now_ns + MISSING_AGAIN_NS

    def _crash(self, now_ns: int, how: str, alive_since_ns: int | None) -> None:
        self._missing_until_ns = None
        if alive_since_ns is not None and now_ns - alive_since_ns >= CALM_NS:
            self._rest_ns = 0
        self._crashes.append(now_ns)
        often = len(self._crashes) == CRASHES and now_ns - self._crashes[0] < CRASHES_NS
        if self._rest_ns:
            self._rest_ns = min(2 * self._rest_ns, LONGEST_REST_NS)
        elif often:
            self._rest_ns = REST_NS
        self.phase, self._until_ns = Phase.RESTING, now_ns + self._rest_ns
        self._note = f"the client {how}; the next one is started "
        if self._rest_ns:
            self._note += f"in {self._rest_ns // SECOND} s, for this happens often"
        else:
            self._note += "now"


def _how(phase: Phase, code: int) -> str:
    if phase in (Phase.ABORTED, Phase.KILLED):
        return "hung and was ended"
    return f"was ended by signal {-code}" if code < 0 else f"ended by a bug (exit code {code})"
