"""What the pretend cameras cost while N feeds are read: percent of one core, over TCP and over UDP.

    python -m tests.bench.simulator --feeds 36 --json FILE

A cheap reader (raw sockets, one process) takes every octet; pictures are counted by their marker bits, so the
figure is only worth something when `pictures_per_s` is feeds x 25.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import struct
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.processes import read_process
from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator_process import Simulator, simulator

WARM_S = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """cpu_percent: of one core, user and kernel; rss_mb: resident memory of the simulator's process."""

    transport: str
    feeds: int
    seconds: float
    cpu_percent: float
    user_percent: float
    pictures_per_s: float
    mbit_per_s: float
    rss_mb: float


class Counter:
    """Counts octets and pictures of one session without decoding anything."""

    def __init__(self) -> None:
        self.octets = 0
        self.pictures = 0
        self._rest = b""

    def stream(self, data: bytes) -> None:
        """Interleaved octets as they come."""
        self.octets += len(data)
        data = self._rest + data
        place = 0
        while len(data) - place >= 16:
            (size,) = struct.unpack_from(">H", data, place + 2)
            if len(data) - place < 4 + size:
                break
            if data[place + 1] == 0 and data[place + 5] & 0x80:
                self.pictures += 1
            place += 4 + size
        self._rest = data[place:]

    def datagram(self, data: bytes) -> None:
        """One RTP packet."""
        self.octets += len(data)
        self.pictures += data[1] >> 7


def cpu_s(pid: int) -> tuple[float, float]:
    """User and whole processor seconds of one process."""
    text = Path(f"/proc/{pid}/stat").read_text()
    fields = text[text.rindex(")") + 2 :].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / ticks, (int(fields[11]) + int(fields[12])) / ticks


def rss_mb(pid: int) -> float:
    """Resident megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(running: Simulator, transport: str, seconds: float) -> Cost:
    """Play every camera and count for so long."""
    clients = [RtspClient(running.url(place)) for place in range(len(running.cameras))]
    counters = []
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            answer = client.play(transport)[-1]
            if answer.code != 200:
                raise SystemExit(f"{client.url} answered {answer.code}")
            counter = Counter()
            counters.append(counter)
            sock = client.sock if client.udp is None else client.udp[0]
            sock.setblocking(False)
            waiting.register(
                sock, selectors.EVENT_READ, counter.stream if client.udp is None else counter.datagram
            )
        _drain(waiting, WARM_S)
        user, whole, begin = *cpu_s(running.popen.pid), time.monotonic()
        seen = sum(counter.pictures for counter in counters), sum(counter.octets for counter in counters)
        _drain(waiting, seconds)
        span = time.monotonic() - begin
        user_now, whole_now = cpu_s(running.popen.pid)
    pictures = sum(counter.pictures for counter in counters) - seen[0]
    octets = sum(counter.octets for counter in counters) - seen[1]
    for client in clients:
        client.close()
    return Cost(
        transport,
        len(clients),
        round(span, 2),
        round((whole_now - whole) / span * 100, 1),
        round((user_now - user) / span * 100, 1),
        round(pictures / span, 1),
        round(octets * 8 / span / 1e6, 2),
        round(rss_mb(running.popen.pid), 1),
    )


def _drain(waiting: selectors.DefaultSelector, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for key, _ in waiting.select(left):
            try:
                while data := key.fileobj.recv(262_144):  # type: ignore[union-attr]
                    key.data(data)
            except BlockingIOError:
                continue


def main(words: list[str]) -> int:
    """Measure, print, and write the figures to --json."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulator", description=__doc__)
    parser.add_argument("--feeds", type=int, default=36)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(words)
    options = ("--cameras", str(chosen.feeds), "--size", chosen.size, "--sub-size", chosen.size)
    with simulator(*options) as running:
        if read_process(running.popen.pid) is None:
            raise SystemExit("the simulator has ended")
        costs = [asdict(measure(running, transport, chosen.seconds)) for transport in ("tcp", "udp")]
    for cost in costs:
        print(json.dumps(cost))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(costs, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
