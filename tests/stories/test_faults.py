"""The fault matrix through the whole client: every way in which a camera can fail, all in one evening.

Forty cameras stand on one wall; all but a few are broken at the same moment, each in its own way, held for
half a minute, and mended. What every tile said and showed meanwhile is judged afterwards, case by case.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.processes import Holdings
from tests.bench.xserver import XServer
from tests.integration.certificates import BAD, authority
from tests.integration.tls_peer import listen, server_context, serving
from tests.stories.desk import Desk, Row
from tests.stories.fault_cases import CASES, HELD_S, Case, Says
from tests.stories.machine_watch import MachineWatch
from tests.stories.pretend_cameras import Begun, PretendCameras
from tests.stories.vigil import COPY_S, STEP_S, Glance, Vigil

pytestmark = pytest.mark.timeout(400)
COLUMNS, LINES = 7, 7
UNTOUCHED = 4
UNTRUSTED = ("expired", "self-signed", "wrong host")
BEFORE_S, MENDED_S, ASKED_S = 10.0, 14.0, 8.0
SETTLE_S = 20.0
NS = 1_000_000_000
DRAWN = ("codec_change", "resolution_change", "sps_without_idr", "frozen", "black", "slow_fps")
LOOPS = ("--fps", "10", "--loop-s", "10", "--size", "192x108", "--sub-size", "192x108", "--wait-for-all")


@dataclass
class Evening:
    """What happened. Spans are (from, to) in monotonic ns; begun: the faults, by case; missing: descriptors,
    threads and memories that did not come back; left: (exit code, seconds) of the end."""

    vigil: Vigil
    watch: MachineWatch
    cameras: dict[str, str]
    untouched: list[str]
    begun: dict[str, Begun]
    ages: dict[tuple[str, int], float]
    before: tuple[int, int]
    held: tuple[int, int]
    mended: tuple[int, int]
    asked: tuple[int, int]
    holdings: tuple[Holdings, Holdings]
    left: tuple[int, float]
    remains: list[int]
    errors: str
    log: str

    def grace_s(self, since_ns: int, until_ns: int) -> float:
        """How much later than it was painted something may be seen here: our own looking, and the machine."""
        return COPY_S + STEP_S + self.watch.longest_s(since_ns, until_ns)


def catalogue(cameras: PretendCameras, folder: Path, stack: ExitStack) -> tuple[list[Row], Path]:
    """A row for each case, for those nobody touches, and for those whose certificate cannot be trusted."""
    rows = [cameras.row(number + 1, **case.row) for number, case in enumerate(CASES)]
    rows += [cameras.row(len(CASES) + number + 1) for number in range(UNTOUCHED)]
    root = authority()
    trusted, _ = root.write(folder, "authority")
    for name in UNTRUSTED:
        peer = stack.enter_context(serving(server_context(BAD[name](root), folder), listen))
        url = f"rtsps://127.0.0.1:{peer.port}/live"
        rows.append({"id": name.replace(" ", "-"), "name": name, "main_url": url})
    return rows, trusted


@pytest.fixture(scope="module")
def evening(x_server: XServer, clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    folder = tmp_path_factory.mktemp("certificates")
    with ExitStack() as stack:
        count = len(CASES) + UNTOUCHED
        cameras = stack.enter_context(PretendCameras(count, "--port-each", *LOOPS, cache=clips))
        rows, trusted = catalogue(cameras, folder, stack)
        watch = stack.enter_context(MachineWatch())
        desk = Desk(x_server, rows, COLUMNS, LINES)
        desk.write_settings(tls_ca_file=str(trusted))
        stack.enter_context(desk)
        yield act(desk, cameras, watch)


def act(desk: Desk, cameras: PretendCameras, watch: MachineWatch) -> Evening:
    """Everything that happens this evening."""
    ids = [row["id"] for row in desk.rows]
    honest = ids[: len(CASES) + UNTOUCHED]
    desk.until_live(*honest)
    vigil = Vigil(desk)
    before = vigil.keep(BEFORE_S)
    had = Holdings.of([desk.pid])
    began = time.monotonic_ns()
    # Faults that need other pictures begin when these are drawn: first, or nobody would see the others begin.
    drawn = [pair for pair in zip(CASES, honest, strict=False) if pair[0].kind in DRAWN]
    rest = [pair for pair in zip(CASES, honest, strict=False) if pair[0].kind not in DRAWN]
    begun = {case.name: cameras.begin(camera, case.kind, **case.values) for case, camera in drawn + rest}
    vigil.keep(HELD_S)
    held = began, time.monotonic_ns()
    for case in CASES:
        if case.name != "restart_timestamps" and case.kind not in ("rst", "fin"):
            cameras.end(begun[case.name])
    mended = vigil.keep(MENDED_S)
    desk.press("r")
    asked = vigil.keep(ASKED_S)
    has = settled(desk, had)
    family = desk.processes()
    left = desk.leave()
    ages = {
        (glance.said["camera"], glance.at_ns): cameras.age_s(
            glance.said["camera"], glance.frame, glance.at_ns, "main"
        )
        for camera in honest
        for glance in vigil.glances[camera]
        if glance.frame is not None and not glance.hatched
    }
    return Evening(
        vigil,
        watch,
        dict(zip((case.name for case in CASES), honest, strict=False)),
        honest[len(CASES) :],
        begun,
        ages,
        before,
        held,
        mended,
        asked,
        (had, has),
        left,
        [pid for pid in family if Path(f"/proc/{pid}").exists()],
        desk.errors(),
        desk.log(),
    )


def settled(desk: Desk, had: Holdings) -> Holdings:
    """What the client holds once it no longer holds more than before; at the latest after SETTLE_S."""
    end = time.monotonic() + SETTLE_S
    while True:
        has = Holdings.of([desk.pid])
        if time.monotonic() > end or more(had, has) == {}:
            return has
        desk.settle(0.5)


def more(had: Holdings, has: Holdings) -> dict[str, int]:
    """What there is more of, by name."""
    pairs = {name: (getattr(had, name), getattr(has, name)) for name in Holdings.__dataclass_fields__}
    return {name: now - then for name, (then, now) in pairs.items() if now > then}


def seconds(glance: Glance, t0_ns: int) -> float:
    """After the beginning of the fault."""
    return (glance.at_ns - t0_ns) / NS


def is_said(glance: Glance, says: Says) -> bool:
    """Whether the tile says this."""
    return glance.state == says.state and (says.cause is None or glance.said["cause"] == says.cause)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", ""))
class TestEachFault:
    """One camera failed in this way."""

    def test_the_tile_says_so_in_time(self, evening: Evening, case: Case) -> None:
        camera, t0 = evening.cameras[case.name], evening.begun[case.name].t0_ns
        glances = evening.vigil.between(camera, t0, evening.held[1])
        story = evening.vigil.story(camera, t0, evening.held[1])
        grace = evening.grace_s(t0, evening.held[1])
        at = 0
        for says in case.says:
            found = next((n for n in range(at, len(glances)) if is_said(glances[n], says)), None)
            assert found is not None, f"never {says.state} ({says.cause}) from then on:\n{story}"
            took = seconds(glances[found], t0)
            assert took <= says.by_s + grace, f"{says.state} after {took:.2f} s (grace {grace:.2f}):\n{story}"
            at = found

    def test_it_never_says_what_is_not_so(self, evening: Evening, case: Case) -> None:
        camera, begun = evening.cameras[case.name], evening.begun[case.name]
        glances = evening.vigil.between(camera, begun.asked_ns, evening.held[1])
        story = evening.vigil.story(camera, begun.asked_ns, evening.held[1])
        assert not {glance.state for glance in glances} & set(case.never), story
        if case.lives:
            assert glances[-1].state == "live", story
        else:
            first = next(n for n, glance in enumerate(glances) if is_said(glance, case.says[0]))
            assert all(glance.state != "live" for glance in glances[first:]), story

    def test_no_old_picture_passes_for_a_live_one(self, evening: Evening, case: Case) -> None:
        """The mark in the pixels knows when they were taken."""
        if case.honest_s is None:
            assert case.kind in ("frozen", "black", "udp_loss", "corrupt"), "where the picture itself lies"
            return
        camera = evening.cameras[case.name]
        glances = evening.vigil.between(camera, evening.before[0], evening.asked[1])
        aged = [(evening.ages[camera, g.at_ns], g) for g in glances if (camera, g.at_ns) in evening.ages]
        assert len(aged) > 20, "the marks could not be read"
        grace = 0.3 + evening.watch.longest_s(evening.before[0], evening.asked[1])
        lies = [
            f"{seconds(glance, evening.begun[case.name].t0_ns):.2f} s: {age:.2f} s old, {glance}"
            for age, glance in aged
            if age > case.honest_s + grace and not glance.warned
        ]
        assert lies == []

    def test_the_session_ends_or_goes_on(self, evening: Evening, case: Case) -> None:
        camera, begun = evening.cameras[case.name], evening.begun[case.name]
        earlier = evening.vigil.between(camera, evening.before[0], begun.asked_ns)[-1].said
        later = evening.vigil.between(camera, begun.t0_ns, evening.held[1])[-1].said
        assert (later["reconnects"] > earlier["reconnects"]) == case.reconnects
        if case.changes:
            assert later[case.changes] != earlier[case.changes]

    def test_it_comes_back(self, evening: Evening, case: Case) -> None:
        """By itself, or for the operator's R where the camera had refused."""
        camera = evening.cameras[case.name]
        since, until = evening.mended[0], evening.asked[1]
        glances = evening.vigil.between(camera, since, until)
        story = evening.vigil.story(camera, since, until)
        live = next((n for n in range(len(glances)) if all(g.state == "live" for g in glances[n:])), None)
        assert live is not None, story
        grace = evening.grace_s(since, until)
        if case.back_s is not None:
            assert seconds(glances[live], since) <= case.back_s + grace, story
        else:
            assert seconds(glances[live], evening.asked[0]) <= 4.0 + grace, story
            assert glances[live].at_ns > evening.asked[0], f"not asked for:\n{story}"


@pytest.mark.parametrize("name", ["stall", "half_open", "silent_accept"])
def test_after_half_a_minute_the_old_picture_is_gone(evening: Evening, name: str) -> None:
    """Nobody can look at it by mistake: there is text on dark."""
    camera, t0 = evening.cameras[name], evening.begun[name].t0_ns
    grace = evening.grace_s(t0, evening.held[1])
    old = evening.vigil.between(camera, t0 + round((30 + grace) * NS), evening.held[1])
    assert len(old) > 2
    assert [glance for glance in old if glance.frame is not None or glance.hatched] == []


@pytest.mark.parametrize("name", UNTRUSTED)
def test_a_certificate_that_cannot_be_trusted_is_named(evening: Evening, name: str) -> None:
    camera = name.replace(" ", "-")
    glances = evening.vigil.between(camera, evening.held[0], evening.asked[1])
    assert {(glance.state, glance.said["cause"]) for glance in glances} == {("offline", "tls")}


def test_cameras_that_nobody_touched_go_on_at_their_rate(evening: Evening) -> None:
    """Within 5 %, of what the machine gave: a program that only ticks tells how much that was."""
    watch, vigil = evening.watch, evening.vigil
    for camera in evening.untouched:
        before = vigil.rate(camera, *evening.before)
        for name, span in (("held", evening.held), ("mended", evening.mended), ("asked", evening.asked)):
            rate, withheld = vigil.rate(camera, *span), watch.withheld(*span)
            told = f"{camera}, {name}: {rate:.2f} pictures/s, {before:.2f} before, {withheld:.1%} withheld"
            assert rate >= 0.95 * (1 - withheld) * before, told
        glances = vigil.between(camera, evening.before[0], evening.asked[1])
        assert {glance.state for glance in glances} == {"live"}, camera
        assert glances[-1].said["reconnects"] == 0
    assert max(glance.said["torn"] for all_ in vigil.glances.values() for glance in all_) == 0


def test_the_desk_does_not_stutter(evening: Evening) -> None:
    """No tick comes 100 ms late, but where the machine had no processor for the UI."""
    for name, span in (("held", evening.held), ("mended", evening.mended), ("asked", evening.asked)):
        machines, own = evening.vigil.stalls(*span)
        assert own == 0, f"{name}: {own} stalls of the UI itself, {machines} for want of a processor"


def test_nothing_is_left_behind(evening: Evening) -> None:
    had, has = evening.holdings
    assert more(had, has) == {}, f"{had} before, {has} after"
    assert evening.left[0] == 0
    assert evening.left[1] < 3.0
    assert evening.remains == []
    assert evening.errors == ""
    assert "Traceback" not in evening.log and " ERROR " not in evening.log
