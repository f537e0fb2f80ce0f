"""A fresh X server with a window manager, whose frame buffer can be read without asking it.

Xvfb keeps its frame buffer in a file (`-fbdir`, X Window Dump format) that is mapped here: looking at a pixel
costs the X server nothing and shows it the moment it is painted, not at the next round trip.
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import numpy
from numpy.typing import NDArray

from tests.bench.processes import read_process
from tests.bench.program import Program, wait_until

_HEADER = struct.Struct(">25I")
_RULES = Path(__file__).with_name("openbox.xml")


class Screen:
    """The pixels of an X screen as it paints them: BGRX, height x width x 4, read-only, always changing."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = _HEADER.unpack_from(self._map, 0)
        size, width, height = header[0], header[4], header[5]
        bits, stride, colours = header[11], header[12], header[19]
        if bits != 32:
            raise ValueError(f"{bits} bits per pixel: only 32 can be read")
        start = size + colours * 12
        rows = numpy.frombuffer(self._map, numpy.uint8, count=stride * height, offset=start)
        rows = rows.reshape(height, stride)[:, : width * 4]
        self.pixels: NDArray[numpy.uint8] = rows.reshape(height, width, 4)


class XServer:
    """Xvfb and openbox on a display number that was free; ended, with their files, on leaving the `with`."""

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        self.width, self.height = width, height
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="bench-x-", dir=folder))
        self._server: Program | None = None
        self._manager: Program | None = None
        self.display = ""

    def __enter__(self) -> XServer:
        reading, writing = os.pipe()
        arguments = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self.width}x{self.height}x24"]
        arguments += ["-fbdir", str(self._folder), "-noreset", "-nolisten", "tcp", "+extension", "RANDR"]
        arguments += ["+extension", "MIT-SHM", "-nocursor"]
        self._server = Program("Xvfb", arguments, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            why = self._server.errors()
            self.__exit__(None, None, None)
            raise RuntimeError(f"Xvfb did not start: {why}")
        self.display = f":{number}"
        if shutil.which("openbox"):
            words = ["openbox", "--sm-disable", "--config-file", str(_RULES)]
            self._manager = Program("openbox", words, env=self.environment())
            wait_until(self._manager_ready, 10, "openbox ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for program in (self._manager, self._server):
            if program is not None:
                program.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for a program that paints here and nowhere else."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")}
        return {**kept, "DISPLAY": self.display, **more}

    @property
    def framebuffer(self) -> Path:
        """The file that holds its pixels."""
        return self._folder / "Xvfb_screen0"

    def screen(self) -> Screen:
        """The pixels of this screen."""
        return Screen(self.framebuffer)

    def cpu_s(self) -> float:
        """Processor seconds of the X server so far."""
        process = read_process(self._server.pid) if self._server else None
        return process.cpu_s if process else 0.0

    def _manager_ready(self) -> bool:
        answer = subprocess.run(
            ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        return "window id" in answer.stdout
