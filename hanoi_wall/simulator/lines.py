"""The two ways of RTP to a client: interleaved in the RTSP connection, or UDP.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence
from typing import Protocol

from hanoi_wall.simulator import rtp
from hanoi_wall.simulator.delivery import Done
from hanoi_wall.simulator.rtp import Packet


class Stream(Protocol):
    """What a TcpLine needs of a connection."""

    @property
    def clogged(self) -> bool:
        """Whether earlier bytes still wait."""
        ...

    def write_vector(self, parts: list[bytes | memoryview], done: Done | None = None) -> None:
        """Write all parts in order; `done` after the last byte."""
        ...


class TcpLine:
    """RTP and RTCP of one track, interleaved in the RTSP connection."""

    def __init__(self, stream: Stream, channels: tuple[int, int]) -> None:
        self._stream = stream
        self._channel, self._control_channel = channels

    @property
    def clogged(self) -> bool:
        """Whether the client has not taken the earlier bytes yet."""
        return self._stream.clogged

    def send(
        self, packets: Sequence[Packet], kind: int, sequence: int, stamp: int, source: int, done: Done | None
    ) -> None:
        """One system call for a whole picture."""
        parts: list[bytes | memoryview] = []
        for packet in packets:
            prefix, body, last = packet
            size = len(prefix) + len(body)
            head = rtp.framed_header(self._channel, size, kind, last, sequence, stamp, source)
            parts.append(head + prefix)
            parts.append(body)
            sequence += 1
        self._stream.write_vector(parts, done)

    def report(self, data: bytes) -> None:
        """RTCP on the odd channel."""
        self._stream.write_vector([rtp.framed(self._control_channel, data)])

    def foreign(self, channel: int, data: bytes) -> None:
        """A frame on a channel nobody set up."""
        self._stream.write_vector([rtp.framed(channel, data)])


class UdpLine:
    """RTP and RTCP of one track to the client's pair of ports, with the losses that faults ask for."""

    clogged = False

    def __init__(
        self, sockets: tuple[socket.socket, socket.socket], host: str, ports: tuple[int, int], seed: int
    ) -> None:
        self._rtp, self._rtcp = sockets
        self._address = (host, ports[0])
        self._control_address = (host, ports[1])
        self._chance = random.Random(seed)
        self.loss = 0.0
        """Share of packets that are not sent."""
        self.swap = 0.0
        """Share of packets that are sent after their successor."""

    def send(
        self, packets: Sequence[Packet], kind: int, sequence: int, stamp: int, source: int, done: Done | None
    ) -> None:
        """One datagram a packet; what the socket does not take at once is lost, as on a network."""
        order = list(enumerate(packets, sequence))
        if self.swap:
            for place in range(len(order) - 1):
                if self._chance.random() < self.swap:
                    order[place], order[place + 1] = order[place + 1], order[place]
        for number, packet in order:
            if self.loss and self._chance.random() < self.loss:
                continue
            prefix, body, last = packet
            head = rtp.header(kind, last, number, stamp, source)
            self._datagram(self._rtp, [head + prefix, body], self._address)
        if done is not None:
            done()

    def report(self, data: bytes) -> None:
        """RTCP to the odd port."""
        self._datagram(self._rtcp, [data], self._control_address)

    def _datagram(
        self, sender: socket.socket, parts: Sequence[bytes | memoryview], address: tuple[str, int]
    ) -> None:
        try:
            sender.sendmsg(parts, [], 0, address)
        except (BlockingIOError, ConnectionError):
            return
