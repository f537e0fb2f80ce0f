"""Screens that nobody moves a mouse before stay on: X's screen saver and its power saving wait for a kiosk.

Main thread, before the windows stand. X11 alone: a Wayland server decides about its screens by itself, and so
do the screen lockers of whole desktops.
"""

from __future__ import annotations

import ctypes
import logging
import os
import struct
from contextlib import ExitStack

from hanoi_wall.ui.display import x_server

log = logging.getLogger(__name__)

_EXTENSION = b"MIT-SCREEN-SAVER"
_SUSPEND = 5
_CHECKED = 1
_REPLY_HEAD = struct.Struct("=BBHIBB")
"""Of QueryExtension's reply: … whether it is there, its number."""


class _Part(ctypes.Structure):
    """struct iovec."""

    _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class _Request(ctypes.Structure):
    """xcb_protocol_request_t."""

    _fields_ = [
        ("parts", ctypes.c_size_t),
        ("extension", ctypes.c_void_p),
        ("opcode", ctypes.c_uint8),
        ("without_reply", ctypes.c_uint8),
    ]


class _Cookie(ctypes.Structure):
    """What an xcb request leaves."""

    _fields_ = [("sequence", ctypes.c_uint)]


class Awake:
    """The X server's timers for the screen saver and for power saving stand still while this is open.

    A connection of its own: the server lets them run again when that ends, however the client ends.
    """

    def __init__(self, display: str | None = None) -> None:
        """Never raises: `problem` says why the screens may go dark, None when they will not."""
        self.problem: str | None = None
        with ExitStack() as undo:
            try:
                server = undo.enter_context(x_server(display or os.environ.get("DISPLAY", "")))
                self.problem = "the X server does not answer" if server is None else _suspend(*server)
            except (OSError, AttributeError) as error:
                self.problem = f"libxcb cannot be used: {error}"
            self._close = undo.pop_all()
        if self.problem is not None:
            log.warning("the screens may go dark: %s", self.problem)
            self.close()

    def close(self) -> None:
        """Let the timers run again; safe to call twice."""
        self._close.close()


def _suspend(xcb: ctypes.CDLL, connection: int) -> str | None:
    """XScreenSaverSuspend, without the library that is only there for it; why it was not done, or None."""
    pointer, free = ctypes.c_void_p, ctypes.CDLL(None).free
    free.argtypes = [pointer]
    ask, fetch = xcb.xcb_query_extension, xcb.xcb_query_extension_reply
    ask.restype, ask.argtypes = _Cookie, [pointer, ctypes.c_uint16, ctypes.c_char_p]
    fetch.restype, fetch.argtypes = pointer, [pointer, _Cookie, pointer]
    reply = fetch(connection, ask(connection, len(_EXTENSION), _EXTENSION), None)
    if not reply:
        return "the X server gave no answer"
    *_, present, opcode = _REPLY_HEAD.unpack(ctypes.string_at(reply, _REPLY_HEAD.size))
    free(reply)
    if not present:
        return f"the X server has no {_EXTENSION.decode()}"
    body = ctypes.create_string_buffer(struct.pack("=BBHI", opcode, _SUSPEND, 2, 1), 8)
    # libxcb writes into the two parts before the first, and pads with the last.
    parts = (_Part * 4)()
    parts[2] = _Part(ctypes.addressof(body), 8)
    request = _Request(2, None, opcode, 1)
    send, check = xcb.xcb_send_request, xcb.xcb_request_check
    send.restype, send.argtypes = ctypes.c_uint, [pointer, ctypes.c_int, pointer, pointer]
    check.restype, check.argtypes = pointer, [pointer, _Cookie]
    first = ctypes.addressof(parts) + 2 * ctypes.sizeof(_Part)
    sequence = send(connection, _CHECKED, first, ctypes.addressof(request))
    error = check(connection, _Cookie(sequence)) if sequence else None
    if error:
        free(error)
    return None if sequence and not error else "the X server refused"
