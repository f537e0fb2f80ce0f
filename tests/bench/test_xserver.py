"""The frame buffer that is read without asking the X server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.bench.pixels import Place
from tests.bench.xserver import XServer


def test_a_painted_pixel_is_seen(until: Callable[..., None]) -> None:
    with XServer(320, 240) as x:
        screen = x.screen()
        assert screen.pixels.shape == (240, 320, 4)
        subprocess.run(["xsetroot", "-solid", "#102030"], env=x.environment(), check=True, timeout=10)
        until(lambda: tuple(screen.pixels[100, 100, :3]) == (0x30, 0x20, 0x10), 5, "the colour")
        assert (Place(0, 0, 320, 240).of(screen.pixels)[..., :3] == (0x30, 0x20, 0x10)).all()
        assert x.cpu_s() >= 0
        folder = x.framebuffer.parent
    assert not folder.exists()
