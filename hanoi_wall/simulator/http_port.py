"""A small HTTP/1.1 server for the control port: loopback, JSON in and out, bounded.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

LARGEST_BODY = 65_536
_IDLE_S = 60.0


class Refusal(Exception):
    """A request that cannot be served: status and one line for the caller."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """One request: path parts without slashes, query, parsed body (None without one)."""

    method: str
    parts: tuple[str, ...]
    query: dict[str, str]
    body: object


Handler = Callable[[Call], Awaitable[object]]


class HttpPort:
    """Serves `handler`, whose results become JSON and whose Refusals become statuses."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen; returns the port. Raises OSError when it is taken."""
        self._server = await asyncio.start_server(self._serve, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is None:
            return
        self._server.close()
        for writer in tuple(self._writers):
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (
            ConnectionError,
            TimeoutError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ValueError,
        ):
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        async with asyncio.timeout(_IDLE_S):
            head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines[1:])
        }
        status, answer = HTTPStatus.OK, object()
        length = headers.get("content-length", "0")
        keep = headers.get("connection", "").lower() != "close"
        if len(words) != 3 or not length.isdecimal() or int(length) > LARGEST_BODY:
            status, answer, keep = HTTPStatus.BAD_REQUEST, {"error": "this is no request"}, False
        else:
            async with asyncio.timeout(_IDLE_S):
                data = await reader.readexactly(int(length))
            try:
                answer = await self._handler(_call(words[0], words[1], data))
            except Refusal as refusal:
                status, answer = refusal.status, {"error": str(refusal)}
        body = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
        writer.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: {'keep-alive' if keep else 'close'}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        return keep


def _call(method: str, target: str, data: bytes) -> Call:
    parts = urlsplit(target)
    body: object = None
    if data:
        try:
            body = json.loads(data)
        except ValueError:
            raise Refusal(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    path = tuple(unquote(part) for part in parts.path.split("/") if part)
    return Call(method, path, dict(parse_qsl(parts.query)), body)
