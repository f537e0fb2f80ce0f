"""The machine that a figure was taken on, and how quiet it was meanwhile."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from tests.bench.processes import TICKS

_VERSIONS = {
    "Xvfb": (["dpkg-query", "-W", "-f", "${Version}", "xvfb"], r"(?:\d+:)?([\d.]+)"),
    "GStreamer": (["gst-launch-1.0", "--version"], r"GStreamer ([\d.]+)"),
    "mpv": (["mpv", "--version"], r"mpv ([\w.]+)"),
    "libyuv": (["dpkg-query", "-W", "-f", "${Version}", "libyuv0"], r"(\S+)"),
}


def describe() -> dict[str, str]:
    """Processor, cores, memory, kernel and versions, in words for a table."""
    words = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory_gib": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}",
        "kernel": platform.release(),
        "system": _system(),
        "python": platform.python_version(),
        "gpu": "yes" if Path("/dev/dri").exists() else "none",
    }
    for package in ("PySide6_Essentials", "av", "numpy"):
        try:
            words[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            words[package] = "not installed"
    for name, (command, pattern) in _VERSIONS.items():
        words[name] = _version(command, pattern)
    return words


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return platform.system()
    return release.get("PRETTY_NAME", platform.system())


def _version(command: list[str], pattern: str) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    found = re.search(pattern, answer.stdout)
    return found[1] if found else "not installed"


def steal_s() -> float:
    """Processor seconds that the host has taken away from this machine so far, all cores together."""
    return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / TICKS
