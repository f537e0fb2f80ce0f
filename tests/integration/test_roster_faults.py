"""What goes wrong round a feed stays there: processes that die or stop, rude cameras, old pictures."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Camera, StreamAddress
from hanoi_wall.domain.clock import SECOND, now_ns
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, TileState, Treatment
from hanoi_wall.video import feed as life
from hanoi_wall.video import quarantine
from hanoi_wall.video.feed import Event, Life
from hanoi_wall.video.shedding import Shedder
from tests.integration import rude_servers
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import GstPeers
from tests.integration.rude_servers import RudeServer
from tests.integration.simulator_process import simulator
from tests.integration.wall_of_feeds import Wall, camera, clip, tasks

POOL = "hanoi_wall.video.pool"
BACK_S = 5.0
Walls = Callable[..., Wall]
Until = Callable[..., None]


@pytest.fixture
def two_processes(wall: Walls, street: Path, until: Until) -> Wall:
    """Nine feeds in two decoder processes, all playing."""
    names = [f"cam-{number}" for number in range(9)]
    shown = wall({name: camera(name, clip(street)) for name in names}, processes=2)
    shown.show(*names)
    until(lambda: shown.plays(*names) and len(set(map(shown.process_of, names))) == 2, 20, "nine feeds")
    return shown


def apart(shown: Wall) -> tuple[int, list[str], list[str]]:
    """(a process, the feeds in it, the feeds in the other)."""
    victim = shown.process_of("cam-0")
    inside = [name for name in shown.cameras if shown.process_of(name) == victim]
    return victim, inside, [name for name in shown.cameras if name not in inside]


def go_on(shown: Wall, names: list[str], until: Until, seconds: float, what: str) -> None:
    """New pictures from every one of them."""
    before = {name: shown.pictures(name) for name in names}
    until(lambda: all(shown.pictures(name) > before[name] for name in names), seconds, what)


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_decoder_process_that_dies_takes_only_its_own_feeds_and_they_are_back_in_five_seconds(
    two_processes: Wall, until: Until, caplog: pytest.LogCaptureFixture, how: signal.Signals
) -> None:
    shown = two_processes
    victim, inside, others = apart(shown)
    with caplog.at_level(logging.ERROR, logger=POOL):
        os.kill(victim, how)
        until(lambda: all(shown.view(name).reconnects for name in inside), BACK_S, "the loss to be seen")
        go_on(shown, others, until, 2.0, "the other feeds to go on")
        until(lambda: shown.plays(*inside), BACK_S, "the feeds to be back")
        go_on(shown, inside, until, BACK_S, "new pictures")
    assert f"decoder process {victim} ended ({how.name})" in caplog.text
    assert [shown.view(name).reconnects for name in others] == [0] * len(others)
    assert victim not in shown.pids() and len(shown.pids()) == 2
    assert shown.roster.facts().opens_now == 0


def test_a_stopped_decoder_process_is_ended_and_replaced_whatever_it_is_told_meanwhile(
    two_processes: Wall, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Orders pile up until its socket is full: nobody may wait for it, or nothing else would be seen to."""
    shown = two_processes
    victim, inside, others = apart(shown)
    pause = shown.roster._thread.join
    with caplog.at_level(logging.ERROR, logger=POOL):
        os.kill(victim, signal.SIGSTOP)
        try:
            began = time.monotonic()
            size = 0
            while victim in shown.pids() and time.monotonic() - began < 12:
                size += 1
                shown.show(*shown.cameras, width=160 + size % 50, height=90)
                pause(0.01)
                assert shown.state("cam-0") is not TileState.LIVE or time.monotonic() - began < 3
            assert victim not in shown.pids(), "a stopped process is ended"
        finally:
            if victim in shown.pids():
                os.kill(victim, signal.SIGCONT)
        until(lambda: shown.plays(*inside), BACK_S, "the feeds to be back")
    assert f"decoder process {victim} hangs and is ended" in caplog.text
    go_on(shown, [*inside, *others], until, BACK_S, "new pictures everywhere")
    assert [shown.view(name).reconnects for name in others] == [0] * len(others)


def test_five_deaths_in_a_minute_and_the_others_take_the_feeds(
    two_processes: Wall, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    shown = two_processes
    place = shown.roster._pool.places[0]
    with caplog.at_level(logging.ERROR, logger=POOL):
        for death in range(1, 6):
            until(lambda: place.pid is not None, what="a process")
            assert place.pid is not None
            os.kill(place.pid, signal.SIGKILL)
            until(lambda death=death: place.restarts == death, what="the death to be seen")
    assert "ended 5 times in a minute, waits 60 s" in caplog.text
    # A feed that was young at two of the deaths is suspected, and runs in a spare process for now.
    until(lambda: shown.plays(*shown.cameras), 40, "every feed in another process")
    go_on(shown, list(shown.cameras), until, BACK_S, "new pictures")
    assert place.process is None
    processes = shown.roster.facts().processes
    assert shown.roster._pool.places[1].pid in [pid for pid, _, _ in processes]
    assert sum(feeds for _, feeds, _ in processes) == 9


def test_a_stream_that_kills_its_decoder_ends_up_alone_and_the_others_go_on(
    wall: Walls,
    street: Path,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(life, "LIVED_NS", 6 * SECOND)  # else 30
    monkeypatch.setattr(quarantine, "IDLE_NS", SECOND)  # else 60
    others = [f"cam-{number}" for number in range(1, 8)]
    shown = wall({name: camera(name, clip(street)) for name in ("killer", *others)})
    shown.show("killer", *others)
    until(lambda: ("killer", "main") in shown.roster._lives.running, what="the feeds")
    lives = shown.roster._lives
    killer = lives.running["killer", "main"]

    def kills() -> int:
        """How often it has killed its process alone; it does so a second after its first picture."""
        feed, place = killer.feed, killer.place
        if feed.life is Life.PLAYING and place is not None and now_ns() - feed.since_ns > SECOND:
            with suppress(ProcessLookupError):
                os.kill(place.pid or 0, signal.SIGKILL)
            until(lambda: killer.place is not place or killer.feed is not feed, what="its end")
        return killer.feed.alone

    def reconnects() -> int:
        return sum(shown.view(name).reconnects for name in others)

    with caplog.at_level(logging.ERROR, logger=POOL):
        until(lambda: kills() >= 1, 60, "it to be alone")
        assert killer.feed.crashes <= 5
        until(lambda: shown.plays(*others), BACK_S, "the others")
        assert shown.phase("killer") is Phase.WAITING and shown.cause("killer") is Cause.DECODER_CRASHED
        usual = shown.roster._pool.places
        until(
            lambda: (
                all(lives.running[name, "main"].place in usual for name in others) and shown.plays(*others)
            ),
            30,
            "the others back in the usual process",
        )
        before = reconnects()
        until(lambda: kills() >= 2, 60, "one death more")
    assert reconnects() == before, "nobody else died with it"
    go_on(shown, others, until, BACK_S, "new pictures")
    shown.show(*others)
    until(lambda: len(shown.roster.facts().processes) == 1, 10, "the spare processes to end")
    shown.show("killer", *others)
    until(lambda: ("killer", "main") in lives.running, what="the feed")
    assert lives.running["killer", "main"].feed.crashes, "who comes back is no less suspected"
    assert reconnects() == before


def test_a_process_that_talks_nonsense_is_replaced_and_the_wall_goes_on(
    two_processes: Wall, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    shown = two_processes
    victim, inside, others = apart(shown)
    (place,) = (each for each in shown.roster._pool.places if each.pid == victim)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)

    def listen_to_nonsense() -> None:
        assert place.sock is not None
        place.sock.close()
        place.sock = ours

    with theirs, caplog.at_level(logging.ERROR):
        theirs.send(b'["Beat", {"stats": {"x": {}}}]')
        shown.roster._post(listen_to_nonsense)
        until(lambda: all(shown.view(name).reconnects for name in inside), BACK_S, "the loss to be seen")
        until(lambda: shown.plays(*inside), BACK_S, "the feeds to be back")
    assert f"decoder process {victim} talks nonsense" in caplog.text
    go_on(shown, [*inside, *others], until, BACK_S, "new pictures everywhere")
    assert [shown.view(name).reconnects for name in others] == [0] * len(others)
    assert not shown.roster.failed


def test_a_late_process_and_the_next_session_never_write_into_one_ring(
    two_processes: Wall, until: Until
) -> None:
    """The watchdog gave the session up; its process wakes and writes on until it reads that it must not."""
    shown = two_processes
    roster = shown.roster
    victim = shown.process_of("cam-0")
    (running,) = (each for each in roster._lives.running.values() if each.key[0] == "cam-0")
    before, fault = running.rings[0], Fault(Cause.STALLED, "cam-0", "a watchdog that was impatient")
    os.kill(victim, signal.SIGSTOP)
    try:
        roster._post(lambda: roster._lives.step(running, Event.FAILED, fault))
        until(lambda: running.feed.session == 2 and running.place is not None, 5, "another session")
        assert running.rings[0] is not before, "two sessions, one ring"
        assert running.rings[-1] is before and shown.paint("cam-0")[1], "its last picture stays"
    finally:
        os.kill(victim, signal.SIGCONT)
    until(lambda: shown.plays("cam-0"), BACK_S, "the feed to be back")
    go_on(shown, list(shown.cameras), until, 5.0, "new pictures everywhere")


def test_five_deaths_of_the_only_process_are_told_on_every_tile_and_soon_over(
    wall: Walls, street: Path, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"cam-{number}" for number in range(4)]
    shown = wall({name: camera(name, clip(street)) for name in names})
    shown.show(*names)
    until(lambda: shown.plays(*names), 20, "pictures")
    place = shown.roster._pool.places[0]
    with caplog.at_level(logging.ERROR, logger=POOL):
        for death in range(1, 6):
            until(lambda: place.pid is not None and place.ready, 20, "a process")
            assert place.pid is not None
            os.kill(place.pid, signal.SIGKILL)
            until(lambda death=death: place.restarts == death, what="the death to be seen")
    assert "ended 5 times in a minute, waits 10 s" in caplog.text

    def dark() -> bool:
        return all(shown.state(name) is TileState.OFFLINE for name in names)

    until(dark, what="tiles that say so")
    assert {shown.cause(name) for name in names} == {Cause.DECODER_CRASHED}
    until(lambda: place.pid is not None, 15, "another process")
    # All were young at some of the deaths, so all are suspected and wait a little longer.
    until(lambda: shown.plays(*names), 40, "every feed")
    assert shown.cause("cam-0") is None


RUDE = {
    "silent": (rude_servers.silent, Cause.TIMEOUT),
    "half_open": (rude_servers.half_open, Cause.TIMEOUT),
    "slow_headers": (rude_servers.slow_headers, Cause.TIMEOUT),
    "endless_headers": (rude_servers.endless_headers, Cause.TIMEOUT),
    "reset": (rude_servers.reset, Cause.CONNECTION_LOST),
    "hang_up": (rude_servers.hang_up, Cause.CONNECTION_LOST),
    "garbage": (rude_servers.garbage, Cause.BAD_ANSWER),
    "nothing_to_see": (rude_servers.nothing_to_see, Cause.BAD_ANSWER),
    "no_description": (rude_servers.no_description, Cause.BAD_ANSWER),
}


def test_rude_cameras_are_named_left_and_stopped_in_bounded_time(
    wall: Walls, street: Path, until: Until
) -> None:
    """All kinds at once in one process, beside one feed that must not notice."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(RudeServer(answer)) for name, (answer, _) in RUDE.items()}
        cameras = {name: camera(name, server.address) for name, server in servers.items()}
        shown = wall(cameras | {"good": camera("good", clip(street))})
        shown.show("good")
        until(lambda: shown.plays("good"), 20, "a picture")
        (pid,) = shown.pids()
        alone = tasks(pid)
        shown.show("good", *RUDE)
        until(lambda: all(shown.cause(name) for name in RUDE), 15, "a cause for each")
        assert {name: shown.cause(name) for name in RUDE} == {
            name: cause for name, (_, cause) in RUDE.items()
        }
        assert all(shown.state(name) is TileState.OFFLINE for name in RUDE)
        shown.show("good")
        until(lambda: tasks(pid) == alone, 10, "every session's thread to end")
        until(lambda: shown.roster.facts().opens_now == 0, what="the last place to be given back")
        shown.show("good", *RUDE)
        until(lambda: servers["silent"].connections > 1, what="another try")
        go_on(shown, ["good"], until, 2.0, "the good feed to go on")
        assert shown.view("good").reconnects == 0
        assert shown.close() < 3.0


def through(peers: GstPeers, line: FaultProxy) -> Camera:
    """The camera behind a line that can fail."""
    address = peers.feed("h264").address
    url = address.url.replace(f":{peers.ports['plain']}/", f":{line.port}/")
    assert url != address.url
    return camera("cam", type(address)(url))


def test_a_line_that_freezes_is_late_then_stale_never_live_and_back_when_it_thaws(
    wall: Walls, peers: GstPeers, fault_proxy: Callable[[int], FaultProxy], until: Until
) -> None:
    line = fault_proxy(peers.ports["plain"])
    shown = wall({"cam": through(peers, line)})
    shown.show("cam")
    until(lambda: shown.plays("cam") and shown.state("cam") is TileState.LIVE, 20, "a live picture")
    line.freeze()
    frozen = time.monotonic()
    seen: list[TileState] = []

    def offline() -> bool:
        verdict, header = shown.paint("cam")
        assert header is not None
        if verdict.age_ns > 2 * SECOND:
            assert verdict.state is not TileState.LIVE and verdict.treatment is not Treatment.CLEAR
        if verdict.state not in seen:
            seen.append(verdict.state)
        return verdict.state is TileState.OFFLINE

    until(offline, 14, "the session to be given up")
    assert seen == [TileState.LIVE, TileState.LATE, TileState.STALE, TileState.OFFLINE]
    assert time.monotonic() - frozen > 5, "a hiccup of a few seconds ends no session"
    assert shown.cause("cam") in (Cause.TIMEOUT, Cause.STALLED)
    assert shown.paint("cam")[0].treatment is Treatment.STALE
    line.thaw()
    until(lambda: shown.state("cam") is TileState.LIVE, 10, "a live picture again")


def test_pictures_that_were_held_back_are_never_live(
    wall: Walls, peers: GstPeers, fault_proxy: Callable[[int], FaultProxy], until: Until
) -> None:
    line = fault_proxy(peers.ports["plain"])
    shown = wall({"cam": through(peers, line)})
    shown.show("cam")
    until(lambda: shown.plays("cam") and shown.pictures("cam")[1] > 12, 20, "a second of pictures")
    line.delay(4.0)
    until(lambda: shown.state("cam") is not TileState.LIVE, 6, "the tile to notice")
    before = shown.pictures("cam")
    states: set[TileState] = set()

    def many() -> bool:
        verdict, header = shown.paint("cam")
        if header is not None and shown.pictures("cam") != before:
            states.add(verdict.state)
        return shown.pictures("cam") > (before[0], before[1] + 30)

    until(many, 12, "seconds of old pictures, smoothly played")
    assert states <= {TileState.LATE, TileState.STALE}
    assert shown.view("cam").reconnects == 0


def test_pictures_that_stay_old_are_left_for_a_new_session(
    wall: Walls,
    peers: GstPeers,
    fault_proxy: Callable[[int], FaultProxy],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A line that is far behind plays old pictures smoothly for ever; who connects anew gets the newest."""
    monkeypatch.setattr(life, "OLD_NS", 2 * SECOND)  # else a minute
    line = fault_proxy(peers.ports["plain"])
    shown = wall({"cam": through(peers, line)})
    shown.show("cam")
    until(lambda: shown.plays("cam") and shown.pictures("cam")[1] > 12, 20, "a second of pictures")
    with caplog.at_level(logging.INFO, logger="hanoi_wall.video.lives"):
        for delay_s in (3.0, 6.0, 9.0):
            line.delay(delay_s)
            until(lambda: shown.state("cam") is not TileState.LIVE, 6, "the tile to notice")
            before = shown.pictures("cam")
            until(lambda before=before: shown.pictures("cam") > before, 6, "old pictures")
        until(lambda: shown.state("cam") is TileState.STALE, 6, "a picture too old to act on")
        line.delay(0.0)
        until(lambda: shown.view("cam").reconnects == 1, 8, "the old session to be left")
        until(lambda: shown.state("cam") is TileState.LIVE, 8, "a live picture")
    assert "stalled its pictures were old for a minute" in caplog.text
    assert shown.view("cam").reconnects == 1


def left_out(shown: Wall) -> int:
    """Pictures of the camera that were received and not decoded."""
    stats = shown.view("cam").stats
    return stats.received - stats.decoded


def test_key_pictures_alone_keep_a_session_however_far_apart_they_are(
    wall: Walls, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [0]
    monkeypatch.setattr(Shedder, "look", lambda self, loads, now: dict.fromkeys(loads, steps[0]))
    options = ("--cameras", "1", "--size", "320x180", "--gop-s", "3", "--loop-s", "6")
    with simulator(*options) as running:
        shown = wall({"cam": camera("cam", StreamAddress(running.url()))})
        shown.show("cam")
        until(lambda: shown.plays("cam"), 20, "a picture")
        monkeypatch.setattr(life, "PICTURE_LIMIT_NS", 2 * SECOND)  # else ten
        steps[0] = 3
        until(lambda: left_out(shown) > 25, 20, "key pictures alone")
        before = shown.pictures("cam")
        until(lambda: shown.pictures("cam") >= (before[0], before[1] + 2), 20, "two more of them")
        assert shown.view("cam").stats.received_fps > 20, "what is left out was received"
        steps[0] = 0
        before = shown.pictures("cam")
        until(lambda: shown.pictures("cam") >= (before[0], before[1] + 50), 10, "all pictures again")
        assert shown.view("cam").reconnects == 0


def test_a_line_that_is_cut_is_back_at_once(
    wall: Walls, peers: GstPeers, fault_proxy: Callable[[int], FaultProxy], until: Until
) -> None:
    line = fault_proxy(peers.ports["plain"])
    shown = wall({"cam": through(peers, line)})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "a picture")
    line.refuse()
    until(lambda: shown.cause("cam") is Cause.CONNECTION_REFUSED, 10, "a refused try")
    assert shown.phase("cam") in (Phase.WAITING, Phase.OPENING)
    assert shown.state("cam") is TileState.OFFLINE
    line.accept()
    until(lambda: shown.state("cam") is TileState.LIVE, BACK_S, "a live picture")
    assert shown.cause("cam") is None
