"""What was found of a camera, step by step, with a cause of the wall's own and the next step in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hanoi_wall.domain.clock import now_ns
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.refusals import MISSING
from hanoi_wall.operations.rtsp_line import LineFault
from hanoi_wall.operations.sdp import Media

NEXT_STEPS = {
    Cause.TIMEOUT: "look whether the camera has power, and whether a firewall drops the port",
    Cause.CONNECTION_REFUSED: "look at the port in the address, and whether the camera's RTSP is on",
    Cause.HOST_UNREACHABLE: "look at this PC's network, its route and VLAN to the camera",
    Cause.NAME_UNKNOWN: "look at the host name's spelling and at the name server, or use the IP address",
    Cause.CONNECTION_LOST: "try again; if it stays so, restart the camera and look at the line",
    Cause.WRONG_PASSWORD: "import the camera again with the right user and password",
    Cause.FORBIDDEN: "give this user the right to see live video in the camera",
    Cause.NOT_FOUND: "look at the path in the address; the camera's manual names it",
    Cause.TOO_MANY_SESSIONS: "close other viewers of this camera, or raise its limit of sessions",
    Cause.UNAVAILABLE: "wait a minute and try again; restart the camera if it stays so",
    Cause.REJECTED: "look at the camera's RTSP settings; its answer is above",
    Cause.TRANSPORT: "give the camera the other transport (tcp or udp) in the catalogue, and import it again",
    Cause.SESSION_LOST: "look whether the camera restarts, or ends sessions to make room for other viewers",
    Cause.TLS: "renew the certificate, name its authority in tls_ca_file, or pin it (main_fingerprint)",
    Cause.CODEC: "set the camera's video to H.264 or H.265",
    Cause.BAD_ANSWER: "look at the port: another service may answer there; or update the camera",
    Cause.STALLED: "look whether the camera sends video at all: its encoder, its network load",
    Cause.NO_VIDEO: "switch the video of this stream on in the camera",
}


class Ill(Exception):
    """The examination of a stream ends here."""

    def __init__(self, cause: Cause, text: str, next_step: str = "") -> None:
        super().__init__(text)
        self.cause = cause
        self.next_step = next_step or NEXT_STEPS.get(cause, "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the conversation. ms: how long it took."""

    name: str
    right: bool
    text: str
    ms: int


@dataclass(slots=True)
class StreamReport:
    """What was found of one stream; cause None: healthy. No text holds a password."""

    stream: str
    url: str
    steps: list[Step] = field(default_factory=list)
    media: tuple[Media, ...] = ()
    cause: Cause | None = None
    next_step: str = ""
    remarks: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """For a script."""
        return {
            "stream": self.stream,
            "url": self.url,
            "healthy": self.cause is None,
            "cause": self.cause,
            "next_step": self.next_step,
            "steps": [{"step": s.name, "ok": s.right, "text": s.text, "ms": s.ms} for s in self.steps],
            "media": [{"kind": each.kind, "format": each.format} for each in self.media],
            "remarks": self.remarks,
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"{self.stream} {self.url}"
        for step in self.steps:
            yield f"  {'OK ' if step.right else 'BAD'}  {step.name}: {step.text} ({step.ms} ms)"
        for remark in self.remarks:
            yield f"  WARN {remark}"
        if self.cause is None:
            yield "  healthy"
        else:
            yield f"  {self.cause}"
            yield f"  -> {self.next_step}"


@dataclass(frozen=True, slots=True)
class CameraReport:
    """What was found of one camera."""

    camera: str
    streams: tuple[StreamReport, ...]

    @property
    def exit_code(self) -> int:
        """0 when every stream is healthy, else 4."""
        return 0 if self.streams and all(stream.cause is None for stream in self.streams) else MISSING

    def plain(self) -> dict[str, Any]:
        """For a script."""
        return {
            "camera": self.camera,
            "healthy": self.exit_code == 0,
            "streams": [stream.plain() for stream in self.streams],
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        for stream in self.streams:
            yield from stream.lines()


def step(report: StreamReport, name: str, do: Callable[[], str]) -> None:
    """Do one step and note how it went; raises Ill when it went wrong."""
    begin = now_ns()

    def note(right: bool, text: str) -> None:
        report.steps.append(Step(name, right, text, round((now_ns() - begin) / 1e6)))

    try:
        note(True, do())
    except Ill as ill:
        note(False, str(ill))
        raise
    except LineFault as fault:
        note(False, str(fault))
        raise Ill(fault.cause, str(fault)) from None
