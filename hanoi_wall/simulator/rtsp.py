"""RTSP messages (RFC 2326) as values: parse what clients send, format what cameras answer. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

LONGEST_HEAD = 16_384
LONGEST_BODY = 65_536
REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    503: "Service Unavailable",
    551: "Option not supported",
}
METHODS = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER")
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


class BadRequest(Exception):
    """Bytes that are no RTSP request; the connection cannot go on."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The address's path without slashes at its ends, unquoted."""
        return unquote(urlsplit(self.url).path).strip("/") if self.url != "*" else ""

    @property
    def cseq(self) -> str:
        """The number to be repeated in the answer."""
        return self.headers.get("cseq", "0")


@dataclass(frozen=True, slots=True)
class Interleaved:
    """A binary frame a client sent on the connection: receiver reports, mostly."""

    channel: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TransportChoice:
    """The transport of one SETUP: interleaved channels, or the client's two ports."""

    interleaved: tuple[int, int] | None = None
    ports: tuple[int, int] | None = None


def take(buffer: bytearray) -> Request | Interleaved | None:
    """Remove the first whole message from `buffer` and return it; None when more bytes are needed.

    Raises BadRequest for what cannot become a message.
    """
    while buffer[:2] == b"\r\n":
        del buffer[:2]
    if not buffer:
        return None
    if buffer[0] == 0x24:
        if len(buffer) < 4:
            return None
        size = int.from_bytes(buffer[2:4], "big")
        if len(buffer) < 4 + size:
            return None
        frame = Interleaved(buffer[1], bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
        return frame
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > LONGEST_HEAD:
            raise BadRequest("head too long")
        return None
    method, url, headers = _head(bytes(buffer[:end]))
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        raise BadRequest("bad content length")
    start = end + 4
    if len(buffer) < start + int(length):
        return None
    request = Request(method, url, headers, bytes(buffer[start : start + int(length)]))
    del buffer[: start + int(length)]
    return request


def _head(data: bytes) -> tuple[str, str, dict[str, str]]:
    lines = data.decode("utf-8", "replace").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("RTSP/1.") or not words[0].isupper():
        raise BadRequest("no RTSP request line")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest("header without a colon")
        headers[name.strip().lower()] = value.strip()
    return words[0], words[1], headers


def answer(code: int, cseq: str, headers: dict[str, str] | None = None, body: str = "") -> bytes:
    """The bytes of a response; Content-Length is set where there is a body."""
    lines = [f"RTSP/1.0 {code} {REASONS.get(code, 'Error')}", f"CSeq: {cseq}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    data = body.encode()
    if data:
        lines.append(f"Content-Length: {len(data)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + data


def choose_transport(header: str) -> TransportChoice | None:
    """The first transport in a Transport header that a pretend camera can serve, or None."""
    for offer in header.split(","):
        parts = [part.strip() for part in offer.split(";")]
        if "multicast" in parts[1:]:
            continue
        values = dict(part.split("=", 1) for part in parts[1:] if "=" in part)
        kind = parts[0].upper()
        if kind == "RTP/AVP/TCP":
            pair = _pair(values.get("interleaved", "0-1"), 255)
            if pair is not None:
                return TransportChoice(interleaved=pair)
        elif kind in ("RTP/AVP", "RTP/AVP/UDP"):
            pair = _pair(values.get("client_port", ""), 65_535)
            if pair is not None and pair[0] > 0:
                return TransportChoice(ports=pair)
    return None


def _pair(text: str, largest: int) -> tuple[int, int] | None:
    match = _PORTS.fullmatch(text)
    if match is None:
        return None
    first = int(match[1])
    second = int(match[2]) if match[2] else first + 1
    return (first, second) if max(first, second) <= largest else None
