"""The program, and the key store of the person who uses it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.xserver import XServer
from tests.stories.desk import Desk
from tests.stories.pretend_cameras import PretendCameras
from tests.stories.program import KEY_STORE, Program

USER, PASSWORD = "truc-ban", "Canary-ém-đềm-47#@/"
"""The password holds what must be quoted in an address, and letters that no other text here holds."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """`hanoi-wall` on a workstation without display and key store, with a new profile."""
    return Program(tmp_path / "profile")


@pytest.fixture
def key_store(program: Program, tmp_path: Path) -> Path:
    """The workstation has a key store; the file behind it."""
    entries = tmp_path / "entries"
    program.environment |= {"PYTHON_KEYRING_BACKEND": KEY_STORE, "HANOI_WALL_TEST_KEY_STORE": str(entries)}
    return entries


@pytest.fixture(scope="session")
def x_server() -> Iterator[XServer]:
    """An X server with a window manager for all stories of the wall."""
    with XServer(1280, 720) as server:
        yield server


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pretend cameras keep their loops, so that each is drawn and encoded once."""
    kept = os.environ.get("HANOI_WALL_TEST_CLIPS")
    return Path(kept) if kept else tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def sixteen(clips: Path) -> Iterator[PretendCameras]:
    """Sixteen cameras, each an address of its own, that ask for a user and a password."""
    loops = ("--fps", "10", "--loop-s", "6", "--size", "640x360", "--sub-size", "320x180", "--wait-for-all")
    with PretendCameras(16, "--port-each", *loops, cache=clips, user=USER, password=PASSWORD) as cameras:
        yield cameras


@pytest.fixture
def desk(x_server: XServer, sixteen: PretendCameras) -> Iterator[Desk]:
    """The wall with the sixteen cameras, all of them live."""
    with Desk(x_server, sixteen.rows(), 4, 4) as wall:
        wall.until_live()
        yield wall
