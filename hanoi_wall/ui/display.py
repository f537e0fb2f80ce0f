"""Is there a screen to draw on? Asked before Qt, which ends the whole process when there is none."""

from __future__ import annotations

import ctypes
import ctypes.util
import os

_NO_SERVER = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def display_problem() -> str | None:
    """Why no window can be opened, in one line; None when one can."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in _NO_SERVER:
        return None
    if os.environ.get("WAYLAND_DISPLAY") and platform in ("", "wayland"):
        return None
    name = os.environ.get("DISPLAY")
    if not name:
        return "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"
    library = ctypes.util.find_library("xcb")
    if library is None:
        return "no display: the system library libxcb is missing"
    xcb = ctypes.CDLL(library)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"no display: the X server {name} does not answer" if broken else None
