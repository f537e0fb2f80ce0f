"""The control port's HTTP: many calls on one connection, limits, and errors as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import pytest

from hanoi_wall.simulator.http_port import LARGEST_BODY, Call, HttpPort, Refusal


async def handler(call: Call) -> object:
    if call.parts == ("no",):
        raise Refusal(HTTPStatus.CONFLICT, "not now")
    return {"method": call.method, "parts": call.parts, "query": call.query, "body": call.body}


class Client:
    """One connection to the port."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def call(self, head: str, body: bytes = b"") -> tuple[int, Any]:
        """Send a request and read its answer."""
        self.writer.write(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return await self.answer()

    async def answer(self) -> tuple[int, Any]:
        """The next answer: status and JSON."""
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)).decode()
        length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
        return int(head.split()[1]), json.loads(await self.reader.readexactly(length))


def with_client(test: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
    """Run a test's body against an open port."""

    async def body() -> None:
        port = HttpPort(handler)
        number = await port.open("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        try:
            await test(Client(reader, writer))
        finally:
            await port.close()
            writer.close()
            with contextlib.suppress(ConnectionResetError):
                await writer.wait_closed()

    asyncio.run(body())


def test_several_calls_on_one_connection() -> None:
    async def body(client: Client) -> None:
        status, answer = await client.call("GET /a%20b/c?x=1&y=C%E1%BA%A7u HTTP/1.1")
        assert (status, answer["parts"], answer["query"]) == (200, ["a b", "c"], {"x": "1", "y": "Cầu"})
        status, answer = await client.call("POST /a HTTP/1.1", b'{"z": [1]}')
        assert (status, answer["body"]) == (200, {"z": [1]})
        assert await client.call("GET /no HTTP/1.1") == (409, {"error": "not now"})
        assert (await client.call("GET /a HTTP/1.1"))[0] == 200

    with_client(body)


def test_a_body_that_is_no_json() -> None:
    async def body(client: Client) -> None:
        assert await client.call("POST /a HTTP/1.1", b"{") == (400, {"error": "the body is not JSON"})
        assert await client.call("POST /a HTTP/1.1", b"\xff\xfe{") == (400, {"error": "the body is not JSON"})

    with_client(body)


@pytest.mark.parametrize(
    "head",
    ["GET", "GET / HTTP/1.1\r\nContent-Length: -1", f"PUT / HTTP/1.1\r\nContent-Length: {LARGEST_BODY + 1}"],
)
def test_what_is_no_request_ends_the_connection(head: str) -> None:
    async def body(client: Client) -> None:
        client.writer.write(f"{head}\r\n\r\n".encode())
        assert (await client.answer())[0] == 400
        assert await client.reader.read() == b""

    with_client(body)


def test_close_is_obeyed() -> None:
    async def body(client: Client) -> None:
        assert (await client.call("GET /a HTTP/1.1\r\nConnection: close"))[0] == 200
        assert await client.reader.read() == b""

    with_client(body)


def test_a_head_without_end_is_bounded() -> None:
    async def body(client: Client) -> None:
        client.writer.write(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 50_000)
        # What was not read makes the end a reset.
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(client.reader.read(), 5) == b""

    with_client(body)
