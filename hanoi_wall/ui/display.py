"""Is there a screen to draw on? Asked before Qt, which ends the whole process when there is none."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import socket
from collections.abc import Iterator
from pathlib import Path

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
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return "the system library libxcb is missing"
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"the X server {name} does not answer" if broken else None
