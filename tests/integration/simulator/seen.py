"""What tests see of a pretend camera's stream: packets, decoded pictures, the numbers burnt into them."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import av

from hanoi_wall.simulator.mark import Mark, read_mark
from tests.integration.rtsp_client import RtpPacket, RtspClient
from tests.integration.simulator_process import Simulator

QUICK = {"analyzeduration": "200000", "probesize": "65536", "timeout": "5000000", "rtsp_transport": "tcp"}


@dataclass(frozen=True)
class Seen:
    """One decoded picture."""

    mark: Mark | None
    pts: int
    size: tuple[int, int]
    arrived_ns: int


def watch(url: str, transport: str = "tcp") -> Iterator[Seen]:
    """Decode a stream; pts in 90 kHz ticks."""
    with av.open(url, options={**QUICK, "rtsp_transport": transport}, timeout=10) as container:
        for packet in container.demux(video=0):
            arrived = time.monotonic_ns()
            for frame in packet.decode():
                assert isinstance(frame, av.VideoFrame)
                mark = read_mark(frame.to_ndarray(format="rgb24"))
                yield Seen(mark, frame.pts or 0, (frame.width, frame.height), arrived)


def pictures(client: RtspClient, count: int, seconds: float = 5.0) -> list[RtpPacket]:
    """The last packets of the next `count` pictures."""
    return list(itertools.islice((packet for packet in client.packets(seconds) if packet.last), count))


def decode(url: str, count: int) -> list[av.VideoFrame]:
    """The first pictures of a stream; what cannot be decoded is skipped."""
    frames: list[av.VideoFrame] = []
    with av.open(url, options=QUICK, timeout=10) as container:
        for packet in container.demux(video=0):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
            except av.error.InvalidDataError:
                continue
            if len(frames) >= count:
                break
    return frames[:count]


def number(frame: av.VideoFrame) -> Mark | None:
    """What is burnt into a picture."""
    return read_mark(frame.to_ndarray(format="rgb24"))


def ended(client: RtspClient) -> type[BaseException] | None:
    """How the camera ended the connection: EOFError for FIN, ConnectionResetError for RST."""
    try:
        for _ in range(10_000):
            client.frame()
    except (EOFError, ConnectionResetError) as error:
        return type(error)
    return None


def decode_through(url: str, cameras: Simulator, kind: str, **values: object) -> list[av.VideoFrame]:
    """Pictures of one session: some before the fault, then until it has shown and is over."""
    wish = {"camera": "cam-01", "kind": kind, **values}
    # The call returns when the fault's loop is made; meanwhile the session must be read on.
    begin = threading.Thread(target=cameras.ask, args=("POST", "/faults", wish))
    frames: list[av.VideoFrame] = []
    left = 12
    with av.open(url, options=QUICK, timeout=10) as container:
        for packet in container.demux(video=0):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
            except av.error.InvalidDataError:
                continue
            if len(frames) >= 3 and begin.ident is None:
                begin.start()
            if begin.ident is not None and not begin.is_alive() and not cameras.get("/faults"):
                left -= 1
            if not left:
                break
    begin.join()
    return frames
