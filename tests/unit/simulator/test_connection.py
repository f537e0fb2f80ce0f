"""A connection writes everything in order, says when the last octet is written, and ends as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hanoi_wall.simulator.connection import MOST_WAITING, Connection


class Ends:
    """A connection under test and the client's end of it."""

    def __init__(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.client = socket.create_connection(listener.getsockname())
        sock, _ = listener.accept()
        listener.close()
        self.heard: list[bytes] = []
        self.lost = 0
        self.connection = Connection(sock, asyncio.get_running_loop(), self._received, self._lost)

    def _received(self, buffer: bytearray) -> None:
        self.heard.append(bytes(buffer))
        buffer.clear()

    def _lost(self) -> None:
        self.lost += 1

    async def read(self, count: int) -> bytes:
        """So many octets at the client's end."""
        self.client.setblocking(False)
        loop, data = asyncio.get_running_loop(), b""
        while len(data) < count:
            data += await asyncio.wait_for(loop.sock_recv(self.client, count - len(data)), 5)
        return data


def with_ends(test: Callable[[Ends], Coroutine[Any, Any, None]]) -> None:
    """Run a test's body on a loop of its own and close both ends."""

    async def body() -> None:
        ends = Ends()
        try:
            await test(ends)
        finally:
            ends.connection.close()
            ends.client.close()
        assert ends.lost == 1

    asyncio.run(body())


def test_more_than_the_kernel_takes_is_written_in_order() -> None:
    async def body(ends: Ends) -> None:
        pieces = [bytes([n]) * 400_000 for n in range(12)]
        written: list[int] = []
        for n, piece in enumerate(pieces):
            ends.connection.write_vector([piece[:100], piece[100:]], lambda n=n: written.append(n))
        assert ends.connection.clogged and len(written) < 12
        assert await ends.read(12 * 400_000) == b"".join(pieces)
        while len(written) < 12:
            await asyncio.sleep(0)
        assert written == list(range(12)) and not ends.connection.clogged

    with_ends(body)


def test_what_nobody_takes_does_not_pile_up() -> None:
    async def body(ends: Ends) -> None:
        for _ in range(MOST_WAITING // 400_000 + 8):
            ends.connection.write_vector([bytes(400_000)])
        assert ends.connection.closed

    with_ends(body)


def test_a_dumb_connection_neither_reads_nor_writes() -> None:
    async def body(ends: Ends) -> None:
        ends.connection.be_dumb(True)
        ends.client.sendall(b"anybody?")
        ends.connection.write(b"answer")
        await asyncio.sleep(0.05)
        assert ends.heard == [] and ends.connection.clogged
        with pytest.raises(BlockingIOError):
            ends.client.recv(10, socket.MSG_DONTWAIT)
        ends.connection.be_dumb(False)
        assert await ends.read(6) == b"answer"
        assert ends.heard == [b"anybody?"]

    with_ends(body)


def test_an_answer_can_trickle() -> None:
    async def body(ends: Ends) -> None:
        ends.connection.trickle_s = 0.001
        ends.connection.write(b"slow")
        assert len(ends.client.recv(100)) == 1
        assert await ends.read(3) == b"low"

    with_ends(body)


@pytest.mark.parametrize("reset", [False, True])
def test_the_end_is_fin_or_rst(reset: bool) -> None:
    async def body(ends: Ends) -> None:
        ends.connection.close(reset)
        if reset:
            with pytest.raises(ConnectionResetError):
                ends.client.recv(1)
        else:
            assert ends.client.recv(1) == b""

    with_ends(body)


def test_a_client_that_goes_is_noticed() -> None:
    async def body(ends: Ends) -> None:
        ends.client.close()
        while not ends.connection.closed:
            await asyncio.sleep(0)

    with_ends(body)
