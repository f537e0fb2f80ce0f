"""The fault matrix: what is done to each camera, and what its tile must say of it by when.

One camera for each case, all broken at the same time, beside some that nobody touches.
"""

from __future__ import annotations

from dataclasses import dataclass, field

HELD_S = 33.0
"""How long the faults stay: long enough for the last picture to go dark (30 s)."""


@dataclass(frozen=True, slots=True)
class Says:
    """The tile is painted in this state for this cause (None = none), at most `by_s` after the beginning."""

    state: str
    by_s: float
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """name: of the case; kind, values: the fault; row: further columns of the catalogue.

    says: what the tile must say, in this order; never: states in which it may not be painted while the fault
    is in force; reconnects: whether the session ends because of the fault; lives: whether the tile is live at
    its end (else it may not be painted live from the first of `says` on); back_s: seconds after the end by
    which it is live again by itself, None where the operator must ask; honest_s: how old a picture without
    any sign may be, None where the picture itself lies; changes: what health tells otherwise than before.
    """

    name: str
    says: tuple[Says, ...] = ()
    never: tuple[str, ...] = ()
    lives: bool = True
    reconnects: bool = False
    back_s: float | None = 10.0
    honest_s: float | None = 2.0
    changes: str = ""
    values: dict[str, float | str] = field(default_factory=dict)
    row: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The simulator's name of the fault."""
        return self.name.partition(":")[0]


LOST = ("late", "stale", "offline", "refused", "busy", "unsupported", "frozen")
"""Everything that is not live."""
GONE = ("stale", "offline", "refused", "busy", "unsupported", "frozen")
AGEING = (Says("late", 2.2), Says("stale", 5.2))
SILENT = (*AGEING, Says("offline", 11.5, "stalled"))
"""A source that stops sending: libav and the picture's watchdog give the session up after 10 s."""
BACK = Says("live", 6.0)
"""After a session was closed: a wait of up to 2 s, a new session, its first key picture."""
UDP = {"transport": "udp"}


def _unbroken(name: str, never: tuple[str, ...] = LOST, **more: str) -> Case:
    """The session goes on as if nothing were."""
    return Case(name, never=never, changes=more.get("changes", ""))


def _lossy(percent: int) -> Case:
    # Lost parts are filled in from older pictures: what the mark of such a picture says is not its age.
    return Case(f"udp_loss:{percent} %", never=GONE, honest_s=None, values={"percent": percent}, row=UDP)


def _refused(name: str, state: str, cause: str, by_s: float, back_s: float | None, **values: str) -> Case:
    """The session ends and every new one is refused."""
    return Case(
        name,
        (Says(state, by_s, cause),),
        lives=False,
        reconnects=True,
        back_s=back_s,
        values=dict(values),
    )


def _tolerated(name: str, changes: str = "", **values: str) -> Case:
    """The session ends and a new one works though the camera is odd."""
    return Case(name, (BACK,), reconnects=True, changes=changes, values=dict(values))


CASES = (
    Case("stall", SILENT, lives=False, reconnects=True),
    Case("holdback:8 s", AGEING, lives=False, values={"seconds": 8}),
    # A new session is on time at once, so that the cause may be gone before anybody looks.
    Case(
        "holdback:20 s",
        (*AGEING, Says("offline", 11.5), Says("live", 17)),
        reconnects=True,
        values={"seconds": 20},
    ),
    _refused("silent_accept", "offline", "timeout", 12, 10),
    _refused("slow_headers", "offline", "timeout", 12, 14),
    _tolerated("rst"),
    _tolerated("fin"),
    Case("half_open", (*SILENT, Says("offline", 21, "timeout")), lives=False, reconnects=True, back_s=14),
    _refused("reboot", "offline", "connection_refused", 5, 6),
    _refused("outage", "offline", "connection_refused", 5, 6),
    _unbroken("restart_timestamps", GONE),
    _tolerated("codec_change", changes="codec"),
    _unbroken("resolution_change", changes="size"),
    _unbroken("sps_without_idr", GONE, changes="size"),
    _lossy(1),
    _lossy(5),
    _lossy(20),
    Case("reorder", never=LOST, row=UDP),
    _unbroken("timestamps_back"),
    _unbroken("timestamps_forward"),
    _tolerated("timestamps_wrap"),
    _unbroken("timestamps_equal"),
    _refused("unauthorized", "refused", "wrong_password", 14, None),
    _refused("busy_453", "busy", "too_many_sessions", 4, None),
    _refused("busy_503", "busy", "unavailable", 4, None),
    _refused("not_found", "offline", "not_found", 4, 6),
    _tolerated("redirect"),
    _refused("hostile_sdp:100_streams", "offline", "stalled", 20, 22, variant="100_streams"),
    _tolerated("hostile_sdp:negative_size", variant="negative_size"),
    _tolerated("hostile_sdp:long_lines", variant="long_lines"),
    _tolerated("hostile_sdp:zero_clock_rate", variant="zero_clock_rate"),
    _refused("hostile_sdp:garbage", "offline", "bad_answer", 5, 6, variant="garbage"),
    Case("frozen", (Says("frozen", 13),), lives=False, honest_s=None),
    Case("black", (Says("frozen", 13),), lives=False, honest_s=None),
    # At the change the feed is still known as a fast one: its first rare pictures are rightly called late.
    Case("slow_fps", (Says("live", 15),), never=GONE, honest_s=5.0, values={"fps": 0.5}),
    _tolerated("audio_first"),
    Case("corrupt", never=GONE, honest_s=None),
    _unbroken("foreign_channel"),
)
