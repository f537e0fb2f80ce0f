"""What can be broken on purpose: the kinds of fault, and the table of those in force. Pure.

Kinds by what they touch
├── the connection   silent_accept slow_headers rst fin half_open reboot outage
├── the answer       unauthorized busy_453 busy_503 not_found redirect hostile_sdp codec_change audio_first
├── the flow         stall holdback udp_loss reorder corrupt foreign_channel
├── the time stamps  restart_timestamps timestamps_{back,forward,wrap,equal}
└── the picture      resolution_change sps_without_idr frozen black slow_fps
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count

from hanoi_wall.domain.clock import SECOND, Clock

EVERY_CAMERA = "*"
LONGEST_S = 86_400.0
MOST_FAULTS = 1_000
Value = float | str


class Ending(StrEnum):
    """What a fault does at its beginning to the sessions that exist."""

    KEEP = "keep"
    FIN = "fin"
    RST = "rst"


class FaultError(ValueError):
    """A fault that cannot be made; one line saying what was expected."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number within limits, or one of some words (choices not empty)."""

    default: Value
    least: float = 0.0
    most: float = 0.0
    choices: tuple[str, ...] = ()
    what: str = ""

    def check(self, name: str, value: object) -> Value:
        """The value, or FaultError."""
        if isinstance(self.default, str):
            if not isinstance(value, str) or (self.choices and value not in self.choices):
                wanted = "one of " + ", ".join(self.choices) if self.choices else "a text"
                raise FaultError(f"{name} must be {wanted}")
            return value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(float(str(value))):
            raise FaultError(f"{name} must be a number")
        number_value = float(str(value))
        if not self.least <= number_value <= self.most:
            raise FaultError(f"{name} must be {self.least:g}..{self.most:g}")
        return number_value


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault. instant: it happens once and has no duration; ending: of the existing sessions."""

    name: str
    what: str
    ending: Ending = Ending.KEEP
    instant: bool = False
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """As `GET /faults/kinds` shows it."""
        parameters: dict[str, object] = {}
        for name, parameter in self.parameters.items():
            facts: dict[str, object] = {"default": parameter.default, "description": parameter.what}
            if parameter.choices:
                facts["choices"] = list(parameter.choices)
            elif not isinstance(parameter.default, str):
                facts["min"], facts["max"] = parameter.least, parameter.most
            parameters[name] = facts
        return {
            "kind": self.name,
            "description": self.what,
            "existing_sessions": self.ending.value,
            "instant": self.instant,
            "parameters": parameters,
        }


def _percent(default: float) -> dict[str, Parameter]:
    return {"percent": Parameter(default, 0.01, 100, what="share of packets")}


_JUMP = {"seconds": Parameter(3600, 0.1, 40_000, what="size of the jump")}
HOSTILE_SDP = ("100_streams", "negative_size", "long_lines", "zero_clock_rate", "garbage")
KINDS = {
    kind.name: kind
    for kind in (
        Kind("stall", "the source stops sending; RTSP still answers"),
        Kind(
            "holdback",
            "playing sessions are held back, then go on at normal speed that late; new ones are on time",
            parameters={"seconds": Parameter(20, 0.1, 600, what="how late")},
        ),
        Kind("silent_accept", "connections are accepted, requests never answered", Ending.FIN),
        Kind(
            "slow_headers",
            "answers trickle out octet by octet",
            Ending.FIN,
            parameters={"interval_s": Parameter(0.5, 0.01, 30, what="seconds between octets")},
        ),
        Kind("rst", "sessions are reset once", Ending.RST, instant=True),
        Kind("fin", "sessions are closed once", Ending.FIN, instant=True),
        Kind("half_open", "the camera neither reads nor writes and keeps its sockets"),
        Kind("reboot", "sessions are reset, connections refused, then everything is new", Ending.RST),
        Kind("outage", "sessions are reset, connections refused, all cameras return at once", Ending.RST),
        Kind(
            "restart_timestamps", "other source, sequence and time stamps once, in the session", instant=True
        ),
        Kind("codec_change", "sessions are closed; new ones get the other codec", Ending.FIN),
        Kind(
            "resolution_change",
            "another size from the next key frame on",
            parameters={"percent": Parameter(75, 25, 200, what="new width and height in percent")},
        ),
        Kind(
            "sps_without_idr",
            "another size in the midst of a group, parameter sets without a key frame",
            parameters={"percent": Parameter(75, 25, 200, what="new width and height in percent")},
        ),
        Kind("udp_loss", "RTP packets over UDP are lost", parameters=_percent(5)),
        Kind("reorder", "RTP packets over UDP arrive after their successor", parameters=_percent(10)),
        Kind("timestamps_back", "time stamps jump back, at the end forth again", parameters=_JUMP),
        Kind("timestamps_forward", "time stamps jump forth, at the end back again", parameters=_JUMP),
        Kind(
            "timestamps_wrap",
            "sessions are closed; new ones begin shortly before the 32-bit time stamp wraps",
            Ending.FIN,
            parameters={"seconds": Parameter(3, 0, 600, what="before the wrap")},
        ),
        Kind("timestamps_equal", "all pictures carry the same time stamp"),
        Kind("unauthorized", "the password was changed: 401 to every request", Ending.FIN),
        Kind("busy_453", "SETUP is answered with 453", Ending.FIN),
        Kind("busy_503", "DESCRIBE is answered with 503", Ending.FIN),
        Kind("not_found", "DESCRIBE is answered with 404", Ending.FIN),
        Kind(
            "redirect",
            "DESCRIBE is answered with a redirection",
            Ending.FIN,
            parameters={
                "code": Parameter("302", choices=("301", "302"), what="status"),
                "to": Parameter("", what="address; empty: the same stream under another path"),
            },
        ),
        Kind(
            "hostile_sdp",
            "the description is meant to do harm",
            Ending.FIN,
            parameters={"variant": Parameter("100_streams", choices=HOSTILE_SDP, what="how")},
        ),
        Kind("frozen", "the same picture again and again"),
        Kind("black", "a black picture"),
        Kind(
            "slow_fps",
            "fewer pictures per second",
            parameters={"fps": Parameter(1, 0.05, 60, what="pictures per second")},
        ),
        Kind("audio_first", "an audio track is offered before the video and sent", Ending.FIN),
        Kind("corrupt", "payloads are damaged", parameters=_percent(5)),
        Kind("foreign_channel", "interleaved data for channels that were not set up"),
    )
}


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """One fault. camera: id or "*"; since_ns: when it was asked for; duration_ns: None = until it is deleted;
    until_ns: when it ends, once it is in force."""

    id: str
    camera: str
    kind: Kind
    values: dict[str, Value]
    since_ns: int
    duration_ns: int | None
    until_ns: int | None = None

    def number(self, name: str) -> float:
        """A numeric parameter."""
        return float(self.values[name])

    def covers(self, camera: str) -> bool:
        """Whether it is meant for this camera."""
        return self.camera in (EVERY_CAMERA, camera)

    def to_json(self, now_ns: int) -> dict[str, object]:
        """As `GET /faults` shows it."""
        left = None if self.until_ns is None else max(0.0, (self.until_ns - now_ns) / SECOND)
        return {"id": self.id, "camera": self.camera, "kind": self.kind.name, "left_s": left, **self.values}


class FaultTable:
    """The faults in force, by id. One thread."""

    def __init__(self, cameras: frozenset[str], clock: Clock) -> None:
        self._cameras = cameras
        self._clock = clock
        self._faults: dict[str, ActiveFault] = {}
        self._numbers = count(1)

    def parse(self, wish: object) -> ActiveFault:
        """Check the body of `POST /faults`; raises FaultError."""
        if not isinstance(wish, dict):
            raise FaultError('expected an object such as {"camera": "*", "kind": "stall", "for_s": 10}')
        rest = dict(wish)
        camera, name, for_s = rest.pop("camera", None), rest.pop("kind", None), rest.pop("for_s", None)
        if not isinstance(camera, str) or (camera != EVERY_CAMERA and camera not in self._cameras):
            raise FaultError(f"no camera {camera!r}; expected an id from GET /cameras or *")
        kind = KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            raise FaultError(f"no kind {name!r}; GET /faults/kinds lists them")
        unknown = sorted(set(rest) - set(kind.parameters))
        if unknown:
            raise FaultError(f"{kind.name} has no parameter {unknown[0]!r}")
        if for_s is not None:
            for_s = float(Parameter(1.0, 0.05, LONGEST_S).check("for_s", for_s))
        values = {
            key: parameter.check(key, rest[key]) if key in rest else parameter.default
            for key, parameter in kind.parameters.items()
        }
        if len(self._faults) >= MOST_FAULTS:
            raise FaultError("too many faults in force")
        now = self._clock.monotonic_ns()
        duration = None if for_s is None else round(for_s * SECOND)
        return ActiveFault(f"f{next(self._numbers)}", camera, kind, values, now, duration)

    def add(self, fault: ActiveFault) -> ActiveFault:
        """Put it in force: its time runs from now on. An instant one is not kept."""
        if fault.duration_ns is not None:
            fault = replace(fault, until_ns=self._clock.monotonic_ns() + fault.duration_ns)
        if not fault.kind.instant:
            self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: str) -> ActiveFault | None:
        """End it; None when it is not in force."""
        return self._faults.pop(fault_id, None)

    def expire(self) -> list[ActiveFault]:
        """Remove and return the faults whose time is over."""
        now = self._clock.monotonic_ns()
        over = [
            fault for fault in self._faults.values() if fault.until_ns is not None and fault.until_ns <= now
        ]
        for fault in over:
            del self._faults[fault.id]
        return over

    def next_end_ns(self) -> int | None:
        """When the next fault ends."""
        return min(
            (fault.until_ns for fault in self._faults.values() if fault.until_ns is not None), default=None
        )

    def of(self, camera: str) -> dict[str, ActiveFault]:
        """The faults in force for a camera, by kind; the newest of a kind counts."""
        return {fault.kind.name: fault for fault in self._faults.values() if fault.covers(camera)}

    def all(self) -> tuple[ActiveFault, ...]:
        """Every fault in force, oldest first."""
        return tuple(self._faults.values())
