"""A kiosk's screens stay on: asked of a real X server, in its own words."""

from __future__ import annotations

import logging
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator

import pytest

from hanoi_wall.ui.awake import Awake
from tests.bench.xserver import XServer


@pytest.fixture(scope="module")
def x_server() -> Iterator[XServer]:
    """An X server that saves its screen after a second."""
    with XServer(320, 200) as server:
        subprocess.run(["xset", "s", "1", "0"], env=server.environment(), check=True, timeout=20)
        yield server


def saving(display: str) -> bool:
    """Whether the X server saves its screen now, by the protocol alone."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect(f"/tmp/.X11-unix/X{display[1:]}")
        answers = line.makefile("rb")
        line.sendall(struct.pack("=BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = answers.read(8)
        assert head[0] == 1, "the X server takes us"
        setup = answers.read(4 * struct.unpack("=H", head[6:8])[0])
        vendor, formats = struct.unpack("=H", setup[16:18])[0], setup[21]
        roots = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        (root,) = struct.unpack("=I", setup[roots : roots + 4])
        name = b"MIT-SCREEN-SAVER"
        line.sendall(struct.pack("=BxHHxx", 98, 2 + len(name) // 4, len(name)) + name)
        opcode = answers.read(32)[9]
        line.sendall(struct.pack("=BBHI", opcode, 1, 2, root))
        return bool(answers.read(32)[1] == 1)


def test_a_screen_is_not_saved_as_long_as_a_kiosk_stands_there(
    x_server: XServer, until: Callable[..., None]
) -> None:
    awake = Awake(x_server.display)
    try:
        assert awake.problem is None
        subprocess.run(["xset", "s", "reset"], env=x_server.environment(), check=True, timeout=20)
        with pytest.raises(pytest.fail.Exception):
            until(lambda: saving(x_server.display), 2.5)
    finally:
        awake.close()
        awake.close()
    until(lambda: saving(x_server.display), 5, "the screen is saved again")


def test_where_it_cannot_be_done_it_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="hanoi_wall.ui"):
        awake = Awake(":63999")
    assert awake.problem == "the X server does not answer"
    assert "the screens may go dark: the X server does not answer" in caplog.text
    awake.close()
