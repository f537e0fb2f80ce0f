"""RTP on its two ways: interleaved octets, and datagrams that may be lost or swapped."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from hanoi_wall.simulator.delivery import Done
from hanoi_wall.simulator.lines import TcpLine, UdpLine
from hanoi_wall.simulator.rtp import Packet

PACKETS = [Packet(b"ab", memoryview(bytes([n]) * (n + 1)), n == 4) for n in range(5)]


class Tape:
    """A connection that keeps what is written."""

    clogged = False

    def __init__(self) -> None:
        self.data = b""

    def write_vector(self, parts: list[bytes | memoryview], done: Done | None = None) -> None:
        self.data += b"".join(parts)
        if done is not None:
            done()


def test_interleaved() -> None:
    tape, finished = Tape(), []
    TcpLine(tape, (4, 5)).send(PACKETS, 96, 65_534, 7, 9, lambda: finished.append(1))
    place, sequences = 0, []
    while place < len(tape.data):
        dollar, channel, size = struct.unpack_from(">BBH", tape.data, place)
        assert (dollar, channel) == (0x24, 4)
        first, second, sequence, stamp, source = struct.unpack_from(">BBHII", tape.data, place + 4)
        assert (first, second & 0x7F, stamp, source) == (0x80, 96, 7, 9)
        assert bool(second & 0x80) == (len(sequences) == 4)
        number = len(sequences)
        assert tape.data[place + 16 : place + 4 + size] == b"ab" + bytes([number]) * (number + 1)
        sequences.append(sequence)
        place += 4 + size
    assert sequences == [65_534, 65_535, 0, 1, 2]
    assert finished == [1]


def test_reports_and_foreign_frames() -> None:
    tape = Tape()
    line = TcpLine(tape, (0, 1))
    line.report(b"rtcp")
    line.foreign(77, b"alien")
    assert tape.data == b"$\x01\x00\x04rtcp$\x4d\x00\x05alien"


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    made = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(4)]
    for sock in made:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        sock.setblocking(False)
    yield made
    for sock in made:
        sock.close()


def heard(sock: socket.socket) -> list[int]:
    """The sequence numbers that came, in order."""
    found = []
    while True:
        try:
            found.append(int.from_bytes(sock.recv(2000)[2:4], "big"))
        except BlockingIOError:
            return found


def line_to(sockets: list[socket.socket]) -> UdpLine:
    ports = (sockets[2].getsockname()[1], sockets[3].getsockname()[1])
    return UdpLine((sockets[0], sockets[1]), "127.0.0.1", ports, seed=1)


def test_datagrams(sockets: list[socket.socket]) -> None:
    line = line_to(sockets)
    line.send(PACKETS, 96, 10, 7, 9, None)
    line.report(b"rtcp")
    assert heard(sockets[2]) == [10, 11, 12, 13, 14]
    assert sockets[3].recv(100) == b"rtcp"


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_losses_are_about_as_many_as_asked_for(sockets: list[socket.socket], share: float) -> None:
    line = line_to(sockets)
    line.loss = share
    came = 0
    for turn in range(400):
        line.send(PACKETS, 96, turn * 5, 7, 9, None)
        came += len(heard(sockets[2]))
    assert share * 0.5 < 1 - came / 2000 < share * 1.6


def test_swapped_packets_all_come(sockets: list[socket.socket]) -> None:
    line = line_to(sockets)
    line.swap = 0.5
    line.send(PACKETS * 4, 96, 0, 7, 9, None)
    order = heard(sockets[2])
    assert sorted(order) == list(range(20)) and order != sorted(order)
