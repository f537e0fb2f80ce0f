"""A wall that nobody looks after: it is killed, it hangs, and stands there again; it leaves when told to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.xserver import XServer
from tests.conftest import Process
from tests.stories.desk import Desk, hanoi_wall, write_catalogue
from tests.stories.pretend_cameras import PretendCameras
from tests.stories.program import Program
from tests.stories.test_leaving import END_S, gone
from tests.stories.test_search import NO_STORE, shown, stands

BACK_S, UNSTUCK_S = 10.0, 12.0
GUARD_MB = 16.0


@pytest.fixture
def kiosk(x_server: XServer, sixteen: PretendCameras, tmp_path: Path) -> Iterator[Desk]:
    """A kiosk of 2 x 2 from the profile's own catalogue of four cameras."""
    rows = sixteen.rows()[:4]
    file = write_catalogue(tmp_path / "danh-muc.csv", rows)
    with Desk(x_server, [], 2, 2) as wall:
        keep = ("--credentials-file", str(tmp_path / "mat-khau.json"))
        done = hanoi_wall("cameras", "import", str(file), *keep, profile=wall.profile, **NO_STORE)
        assert done.returncode == 0, done.stderr
        wall.kiosk = True
        wall.start(**NO_STORE)
        wall.until_live(*(row["id"] for row in rows))
        yield wall


def of_role(kiosk: Desk, role: str) -> dict[str, Any]:
    """What the health answer says of the first process of that role; {} while nobody answers."""
    found = [each for each in kiosk.health().get("processes", ()) if each["role"] == role]
    return found[0] if found else {}


def strike(kiosk: Desk, by: signal.Signals, within_s: float) -> float:
    """Do that to the wall; the seconds until another one shows its cameras."""
    wall, decoders = of_role(kiosk, "ui")["pid"], kiosk.decoders()
    assert wall != kiosk.pid and decoders
    began = time.monotonic()
    os.kill(wall, by)

    def stands_again() -> bool:
        other = of_role(kiosk, "ui").get("pid", wall) != wall
        return other and kiosk.tile("cam-02").get("painted_state") == "live" and shown(kiosk, 2) == 2

    kiosk.until(stands_again, 3 * within_s, f"a wall after {by.name}")
    took = time.monotonic() - began
    print(f"{by.name}: a picture again after {took:.2f} s")
    assert took < within_s
    assert gone([wall, *decoders]), "nothing of the one before decodes on"
    return took


def test_it_is_killed_it_hangs_and_shows_its_cameras_again(kiosk: Desk) -> None:
    kiosk.press("1", "Return", "Delete")
    kiosk.until(lambda: stands(kiosk)[1] is None, 5, "an empty tile 1")
    before = stands(kiosk)
    kiosk.settle(0.5)
    strike(kiosk, signal.SIGKILL, BACK_S)
    assert stands(kiosk) == before, "as it was arranged, though a grid was asked for"
    strike(kiosk, signal.SIGSTOP, UNSTUCK_S)
    strike(kiosk, signal.SIGABRT, BACK_S)
    assert stands(kiosk) == before
    log = kiosk.log()
    assert "was ended by signal 9" in log and "the client hangs: silent for" in log
    assert "Fatal Python error: Aborted" in log and "desktop.py" in log, "where it stood"
    kiosk.until(lambda: bool(of_role(kiosk, "guard").get("pss_mb")), 5, "the guard's memory")
    guard = of_role(kiosk, "guard")
    print(f"the guard: {guard['pss_mb']} MB, {guard['cpu_s']} s")
    assert (guard["pid"], guard["restarts"]) == (kiosk.pid, 3)
    assert guard["pss_mb"] < GUARD_MB
    family = kiosk.processes()
    kiosk.press("ctrl+q")
    assert kiosk.program is not None
    assert kiosk.program.process.wait(10) == 0
    assert gone(family)
    assert kiosk.log().count("started the client") == 4, "who leaves is not brought back"
    assert kiosk.errors() == kiosk.output() == ""


def test_a_wall_from_a_file_logs_in_to_its_cameras_again(x_server: XServer, sixteen: PretendCameras) -> None:
    """The file is read anew: no password is handed from one wall to the next."""
    kiosk = Desk(x_server, sixteen.rows()[:2], 2, 1)
    kiosk.kiosk = True
    with kiosk:
        kiosk.until_live()
        strike(kiosk, signal.SIGKILL, BACK_S)
        kiosk.until_live()
        words = (
            Path(f"/proc/{kiosk.pid}/environ").read_bytes() + Path(f"/proc/{kiosk.pid}/cmdline").read_bytes()
        )
        assert sixteen.password.encode() not in words and sixteen.password not in kiosk.log()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_its_guard_is_asked_to_leave_and_the_wall_leaves_with_it(kiosk: Desk, by: signal.Signals) -> None:
    family = kiosk.processes()
    code, took = kiosk.leave(by)
    assert (code, took < END_S) == (0, True)
    assert gone(family)


def test_its_guard_is_killed_and_leaves_nobody_behind(kiosk: Desk, until: Callable[..., None]) -> None:
    family = kiosk.processes()
    assert len(family) >= 3, "guard, wall, decoder"
    os.kill(kiosk.pid, signal.SIGKILL)
    until(lambda: gone(family), END_S, "all of them are gone")


def test_a_kiosk_for_a_while(program: Program, process: Callable[..., Process], tmp_path: Path) -> None:
    """And what cannot be read ends it with its own code, said once."""
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    (tmp_path / "c.csv").write_text("id,name,main_url\nc,C,rtsp://127.0.0.1:1/\n")
    words = ("run", "--kiosk", "--cameras", "c.csv")
    # Names of files are meant from where it was started.
    short = process(program.words(*words, "--seconds", "4"), env=program.env, cwd=tmp_path)
    assert (short.wait(15), short.err()) == (0, "")
    (tmp_path / "c.csv").write_text("id,name,main_url\nc,C,http://x/\n")
    bad = process(program.words(*words), env=program.env, cwd=tmp_path)
    assert bad.wait(15) == 3
    assert bad.err().count("\n") == 1 and bad.err().startswith("hanoi-wall: ")
