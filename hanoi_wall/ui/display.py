"""Is there a screen to draw on, and how large? Asked before Qt, which ends the process when there is none."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WINDOW_PART = 0.8
"""Part of a monitor that a window with a frame takes."""
_WAYLAND_S = 2.0
_KNOWN = frozenset({"xcb", "wayland", "offscreen", "minimal", "eglfs", "linuxfb", "vnc", "minimalegl"})
"""Qt's platforms where its folder of them is not found."""


class NoDisplay(Exception):
    """There is no screen to show a wall on; the text says why, in one line."""


def display_problem() -> str | None:
    """Why no window can be opened, in one line; None when one can. Costs milliseconds and loads no Qt."""
    problems = []
    for platform in _platforms():
        problem = _platform_problem(platform)
        if problem is None:
            return None
        problems.append(problem)
    # What Qt would try first is what was meant.
    return f"no display: {problems[0]}"


def _platforms() -> list[str]:
    """The platforms that Qt would try, one after the other."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        # Each may have arguments of its own: `offscreen:configfile=…`.
        return [each.partition(":")[0].lower() for each in chosen.split(";")]
    session = os.environ.get("XDG_SESSION_TYPE", "")
    wayland = "WAYLAND_DISPLAY" in os.environ or session == "wayland"
    return ["wayland", "xcb"] if wayland else ["xcb"]


def _platform_problem(platform: str) -> str | None:
    if platform.startswith("wayland"):
        return _wayland_problem()
    if platform == "xcb":
        return _x_problem()
    known = _plugins()
    if platform in known:
        return None
    return f"QT_QPA_PLATFORM: Qt has no platform {platform!r}; it has {', '.join(sorted(known))}"


def _plugin_folders() -> Iterator[Path]:
    alone, whole = (os.environ.get(name, "") for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH"))
    yield from (Path(each) for each in alone.split(os.pathsep) if each)
    yield from (Path(each) / "platforms" for each in whole.split(os.pathsep) if each)
    found = importlib.util.find_spec("PySide6")
    if found is not None and found.origin is not None:
        yield Path(found.origin).parent / "Qt" / "plugins" / "platforms"


def _plugins() -> frozenset[str]:
    """The names of the platforms that this Qt has."""
    files = [file for folder in _plugin_folders() for file in folder.glob("libq*.so")]
    return frozenset(file.stem.removeprefix("libq") for file in files) or _KNOWN


def plugin_problem() -> str | None:
    """Why Qt could not load what it needs to draw on an X server, in one line; None when it can.

    Cheap only where Qt is loaded already, or is about to be.
    """
    if "xcb" not in _platforms():
        return None
    for folder in _plugin_folders():
        file = folder / "libqxcb.so"
        if file.exists():
            try:
                ctypes.CDLL(os.fspath(file))
            except OSError as error:
                return f"no display: Qt's part for X servers cannot be loaded: {error}"
            break
    return None


def _wayland_problem() -> str | None:
    if os.environ.get("WAYLAND_SOCKET"):
        return None
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(name):
        if not folder:
            return f"the Wayland server {name} cannot be found: XDG_RUNTIME_DIR is not set"
        name = os.path.join(folder, name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as line:
        line.settimeout(_WAYLAND_S)
        try:
            line.connect(name)
        except OSError as error:
            return f"the Wayland server {name} does not answer: {error.strerror or error}"
    return None


def _x_problem() -> str | None:
    name = os.environ.get("DISPLAY")
    if not name:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    try:
        with x_server(name) as server:
            return f"the X server {name} does not answer" if server is None else None
    except OSError:
        return "the system library libxcb is missing"


@contextmanager
def x_server(name: str) -> Iterator[tuple[ctypes.CDLL, int] | None]:
    """libxcb and a connection to the X server of that name, None where nobody answers; raises OSError."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    try:
        yield None if xcb.xcb_connection_has_error(connection) else (xcb, connection)
    finally:
        xcb.xcb_disconnect(connection)


class _Roots(ctypes.Structure):
    """xcb_screen_iterator_t."""

    _fields_ = [("screen", ctypes.c_void_p), ("left", ctypes.c_int), ("index", ctypes.c_int)]


class _Cookie(ctypes.Structure):
    """What an xcb request leaves, to fetch its reply with."""

    _fields_ = [("sequence", ctypes.c_uint)]


_MONITORS_HEAD, _MONITOR = 32, struct.Struct("=IBBHhhHHII")
"""A reply of RandR: its head, and each monitor: name, flags, outputs, x, y, width, height, mm."""


def first_monitor() -> tuple[int, int] | None:
    """Width and height of the leftmost monitor in device pixels, told by the X server; None where unknown.

    A guess at the first window before Qt is there: cheap, and nothing depends on its being right.
    """
    name = os.environ.get("DISPLAY")
    if not name or _platforms()[0] != "xcb":
        return None
    try:
        randr = ctypes.CDLL("libxcb-randr.so.0")
        with x_server(name) as server:
            monitors = _monitors(*server, randr) if server is not None else []
    except (OSError, AttributeError):
        return None
    return min(monitors)[2:] if monitors else None


def _monitors(xcb: ctypes.CDLL, connection: int, randr: ctypes.CDLL) -> list[tuple[int, int, int, int]]:
    """x, y, width and height of each monitor."""
    pointer = ctypes.c_void_p
    xcb.xcb_get_setup.restype, xcb.xcb_get_setup.argtypes = pointer, [pointer]
    xcb.xcb_setup_roots_iterator.restype, xcb.xcb_setup_roots_iterator.argtypes = _Roots, [pointer]
    root = ctypes.c_uint32.from_address(xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection)).screen)
    ask, fetch = randr.xcb_randr_get_monitors, randr.xcb_randr_get_monitors_reply
    ask.restype, ask.argtypes = _Cookie, [pointer, ctypes.c_uint32, ctypes.c_uint8]
    fetch.restype, fetch.argtypes = pointer, [pointer, _Cookie, pointer]
    reply = fetch(connection, ask(connection, root.value, 1), None)
    if not reply:
        return []
    found = []
    at = reply + _MONITORS_HEAD
    for _ in range(ctypes.c_uint32.from_address(reply + 12).value):
        told = _MONITOR.unpack(ctypes.string_at(at, _MONITOR.size))
        found.append((told[4], told[5], told[6], told[7]))
        at += _MONITOR.size + 4 * told[3]
    free = ctypes.CDLL(None).free
    free.argtypes = [pointer]
    free(reply)
    return found
