"""Facts about this workstation, read from the system (Linux). What is not known is None, never an error."""

from __future__ import annotations

import ctypes
import importlib.metadata
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROBE_S = 30.0
_STA_UNSYNC = 0x40
_TIMEX_BYTES, _STATUS_AT, _MOST_ERROR_AT = 208, 40, 24
"""struct timex of 64-bit Linux: its size, where `status` (int) and `maxerror` (long, µs) stand."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """synchronised: whether the kernel says that something keeps the clock; most_error_s: its own bound."""

    synchronised: bool
    most_error_s: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What a process of ours answered: its JSON, or None and why."""

    answer: dict[str, Any] | None
    problem: str = ""


def versions() -> dict[str, str | None]:
    """Python's version and those of the libraries, None where one is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in ("PySide6-Essentials", "av", "numpy", "keyring", "cryptography"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def probe(module: str) -> Probe:
    """Run one of our modules that prints one JSON line; a crash or hang of it is an answer too."""
    home = Path(__file__).resolve().parent.parent.parent
    # -P: nothing is loaded from the folder it is started in; our own package is found by its place.
    path = os.pathsep.join(filter(None, (str(home), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_S,
            cwd=home,
            env=os.environ | {"PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        return Probe(None, f"gave no answer within {PROBE_S:.0f} s")
    except OSError as error:
        return Probe(None, f"cannot be started: {error.strerror}")
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        ended = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        return Probe(None, f"ended with {ended}: {said[-1][:300]}")
    return Probe(answer) if isinstance(answer, dict) else Probe(None, "gave another answer than expected")


def clock_state() -> ClockState | None:
    """What the kernel says of the wall clock (adjtimex)."""
    if not sys.platform.startswith("linux") or ctypes.sizeof(ctypes.c_long) != 8:
        return None
    timex = (ctypes.c_char * _TIMEX_BYTES)()
    try:
        if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex)) < 0:
            return None
    except (OSError, AttributeError):
        return None
    status = ctypes.c_int.from_buffer(timex, _STATUS_AT).value
    error_us = ctypes.c_long.from_buffer(timex, _MOST_ERROR_AT).value
    return ClockState(not status & _STA_UNSYNC, error_us / 1e6)


def memory_mb() -> tuple[int, int] | None:
    """(free for programs, all) in MB."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        facts = {
            name: int(rest.split()[0]) // 1024 for name, _, rest in (line.partition(":") for line in lines)
        }
        return facts["MemAvailable"], facts["MemTotal"]
    except (OSError, ValueError, KeyError, IndexError):
        return None


def free_disk_mb(folder: Path) -> int | None:
    """Free room where the folder is or would be made, in MB."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free // 1_000_000
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            return None
    return None


def render_nodes() -> dict[str, bool]:
    """The GPUs' devices under /dev/dri, and whether this user may use each."""
    nodes = sorted(Path("/dev/dri").glob("renderD*")) if Path("/dev/dri").is_dir() else []
    return {str(node): os.access(node, os.R_OK | os.W_OK) for node in nodes}


def open_files() -> int:
    """How many descriptors a process may have."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
