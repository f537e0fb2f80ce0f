"""What the UI process and a decoder process say to each other: JSON datagrams on a socket pair.

A ring's descriptor travels beside OpenFeed and NewRing. The camera's password travels inside OpenFeed and
nowhere else: no argument list, environment, log or exception ever holds it.
"""

from __future__ import annotations

import array
import json
import os
import socket
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

LARGEST = 262_144
_FD_BYTES = array.array("i").itemsize


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """Open a session of feed `feed`; write pictures of at most width x height into the ring sent.

    hurried: give up at once when the camera does not answer within a second (reach.py).
    """

    feed: int
    session: int
    url: str
    transport: str
    fingerprint: str | None
    ca_file: str | None
    width: int
    height: int
    user: str = ""
    password: str = field(default="", repr=False)
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class NewRing:
    """From the next picture on write into the ring sent with this."""

    feed: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CloseFeed:
    """End that session; nothing is said of it any more but a refused log-in, and Ended."""

    feed: int
    session: int


@dataclass(frozen=True, slots=True)
class ShedFeed:
    """Show less: 0 all, 1 no loop filter, 2 every other picture, 3 key pictures only."""

    feed: int
    level: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End every session, then the process."""


@dataclass(frozen=True, slots=True)
class Opened:
    """PLAY was answered."""

    feed: int
    session: int
    codec: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictured:
    """The first picture of the session, or of a new ring (generation), is in its slot; size of the stream."""

    feed: int
    session: int
    generation: int
    width: int
    height: int
    waited_ms: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The session could not be opened or has ended by itself."""

    feed: int
    session: int
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The session's thread is gone; always the last word about a session."""

    feed: int
    session: int


@dataclass(frozen=True, slots=True)
class Beat:
    """Twice a second: the process is alive; stats by feed number (fields of FeedStats)."""

    stats: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has loaded its libraries."""

    pid: int


Order = OpenFeed | NewRing | CloseFeed | ShedFeed | Quit
Report = Opened | Pictured | Failed | Ended | Beat | Ready
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        OpenFeed, NewRing, CloseFeed, ShedFeed, Quit, Opened, Pictured, Failed, Ended, Beat, Ready,
    )
}  # fmt: skip


_TYPES: dict[type[Any], dict[str, Any]] = {}
Message = TypeVar("Message")
_MOST = 1 << 63


def send(sock: socket.socket, message: Order | Report, fd: int | None = None) -> None:
    """Send one message, with a descriptor beside it if given; raises OSError when the other side is gone."""
    # Not dataclasses.asdict: it would copy all figures of all feeds, twice a second.
    fields = {name: getattr(message, name) for name in message.__slots__}
    data = json.dumps([type(message).__name__, fields]).encode()
    beside = [] if fd is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))]
    sock.sendmsg([data], beside)


def receive(sock: socket.socket) -> tuple[Order | Report, int | None] | None:
    """The next message and the descriptor sent with it (now the caller's); None at the end.

    Raises OSError, or ValueError, LookupError or TypeError when the other side talks nonsense.
    """
    # Not socket.recv_fds: it forgets the flags, so that the descriptor would be inherited.
    data, beside, _, _ = sock.recvmsg(LARGEST, socket.CMSG_LEN(_FD_BYTES), socket.MSG_CMSG_CLOEXEC)
    if not data:
        return None
    fds = array.array("i")
    for level, kind, payload in beside:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(payload[: len(payload) // _FD_BYTES * _FD_BYTES])
    try:
        name, fields = json.loads(data)
        return checked(_KINDS[name], fields), fds[0] if fds else None
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise


def checked(kind: type[Message], fields: dict[str, object]) -> Message:
    """A message, or other plain value, made of what the other side sent, every field of the type it must be.

    Raises ValueError, LookupError or TypeError that repeats nothing of what was sent.
    """
    if kind not in _TYPES:
        _TYPES[kind] = {name: _types(hint) for name, hint in get_type_hints(kind).items()}
    types = _TYPES[kind]
    if type(fields) is not dict:
        raise TypeError(f"{kind.__name__}: no fields")
    for name, value in fields.items():
        if type(value) not in types[name]:
            raise TypeError(f"{kind.__name__}.{name}: {type(value).__name__}")
        if type(value) is int and not -_MOST <= value <= _MOST:
            raise ValueError(f"{kind.__name__}.{name}: no such number")
        if type(value) is dict and any(type(each) is not dict for each in value.values()):
            raise TypeError(f"{kind.__name__}.{name}: no figures")
    return kind(**fields)


def _types(hint: Any) -> frozenset[type[Any]]:
    """The types of value that a field may have: JSON's own, so no subclass (True is no number)."""
    if get_origin(hint) is UnionType:
        return frozenset().union(*map(_types, get_args(hint)))
    whole = get_origin(hint) or hint
    return frozenset({int, float} if whole is float else {whole})
