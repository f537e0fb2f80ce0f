"""The roster with real decoder processes and real sockets: feeds open, play, change size and stream, go."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Camera, Credentials, StreamKind, Transport
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState
from hanoi_wall.video import orders
from hanoi_wall.video.view import Demand
from tests.integration.peers.servers import LOGIN, GstPeers
from tests.integration.rude_servers import RudeServer, silent, status
from tests.integration.wall_of_feeds import Wall, camera, clip

MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
Walls = Callable[..., Wall]
Until = Callable[..., None]


@pytest.fixture
def rude() -> Iterator[Callable[..., RudeServer]]:
    """`rude(silent)` is a camera that misbehaves until the test is over."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(RudeServer(answer))


def test_a_camera_opens_plays_and_goes_and_its_password_is_nowhere(
    wall: Walls, peers: GstPeers, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    feed = peers.feed("h264", "digest")
    wrong = Credentials(LOGIN.user, "canary-Tr0ng-Đêm")
    secrets = {"right": LOGIN, "wrong": wrong}
    shown = wall(
        {name: camera(name, feed.address) for name in secrets}, secret_of=lambda name, kind: secrets[name]
    )
    with caplog.at_level(logging.DEBUG):
        assert shown.roster.view("right") is None
        shown.show("right", "wrong", "unknown")
        until(lambda: shown.plays("right"), 20, "a picture")
        until(lambda: shown.phase("wrong") is Phase.REFUSED, 20, "a refusal")
        first = shown.pictures("right")
        until(lambda: shown.pictures("right") > (first[0], first[1] + 25), 20, "a second of pictures")
    until(lambda: shown.view("right").stats.received_fps > 0, what="figures")
    assert shown.state("right") is TileState.LIVE
    assert shown.roster.view("unknown") is None
    view, facts = shown.view("right"), shown.roster.facts()
    assert (view.stats.codec, view.stats.size, view.stream) == ("h264", (640, 360), MAIN)
    assert view.stats.first_picture_ms is not None
    assert (facts.opens_now, facts.opens_peak, len(facts.processes)) == (0, 2, 1)
    texts = [caplog.text, repr(view), repr(shown.view("wrong")), repr(facts)]
    for pid in shown.pids():
        texts += [
            Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
            for name in ("cmdline", "environ")
        ]
    for secret in (LOGIN.password, wrong.password):
        for spelt in (
            secret,
            Credentials("", secret).password,
            feed.address.with_credentials(Credentials("", secret)),
        ):
            assert all(spelt not in text for text in texts)
    shown.show()
    until(lambda: shown.roster.view("right") is None and shown.roster.facts().processes[0][1] == 0)


def test_a_tile_never_goes_dark_while_it_changes_size_and_stream(
    wall: Walls, street: Path, until: Until
) -> None:
    """The old ring, then the old stream, stay until the new one has its first picture."""
    shown = wall({"cam": camera("cam", clip(street), clip(street))})
    shown.show("cam")
    until(lambda: shown.plays("cam") and shown.pictures("cam") > (0, 0), 20, "a picture")
    sizes = [(300, 200), (640, 360), (100, 50), (800, 500), (801, 501), (40, 20), (1600, 900)]
    for width, height in sizes:
        shown.show("cam", width=width, height=height)

        def painted(width: int = width, height: int = height) -> bool:
            verdict, header = shown.paint("cam")
            assert header is not None, "the tile went dark"
            assert verdict.state is TileState.LIVE
            return (
                header.width <= width
                and header.height <= height
                and (width - header.width < 16 or height - header.height < 16)
            )

        until(painted, 20, f"pictures for {width}x{height}")
    # The stream in the tile is 768x432 whichever it is: too small for the last size, so it is the main one.
    until(lambda: shown.view("cam").stream is MAIN, 20, "the main stream")
    assert shown.view("cam").reconnects == 0


def test_a_zoom_brings_the_pixels_that_the_stream_has_and_no_more(
    wall: Walls, street: Path, until: Until
) -> None:
    """The stream is 768x432 whichever it is; the tile of 160x90 shows an eighth of it."""
    shown = wall({"cam": camera("cam", clip(street), clip(street))})
    shown.show("cam")
    until(lambda: shown.plays("cam") and shown.pictures("cam") > (0, 0), 20, "a picture")

    def size() -> tuple[int, int]:
        verdict, header = shown.paint("cam")
        assert header is not None, "the tile went dark"
        assert verdict.state is TileState.LIVE
        return header.width, header.height

    shown.roster.want((Demand("cam", 160, 90, detail=(1280, 720)),))
    until(lambda: shown.view("cam").stream is MAIN and size() == (768, 432), 20, "its own pixels")
    assert shown.view("cam").why == "sub_too_small"
    shown.roster.want((Demand("cam", 160, 90, detail=(320, 180)),))
    until(lambda: size() == (320, 180), 20, "twice the tile")
    shown.show("cam")
    until(lambda: size() == (160, 90), 20, "the tile alone")
    assert shown.view("cam").reconnects == 0


def test_a_stream_that_never_comes_leaves_the_other_in_the_tile(
    wall: Walls, street: Path, rude: Callable[..., RudeServer], until: Until
) -> None:
    server = rude(silent)
    shown = wall({"cam": camera("cam", server.address, clip(street))})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "the sub-stream")
    shown.show("cam", width=1920, height=1080)
    until(lambda: server.connections == 1, 20, "a try with the main stream")
    before = shown.pictures("cam")
    until(lambda: shown.pictures("cam") > (before[0], before[1] + 12), 20, "more pictures")
    view = shown.view("cam")
    assert (view.stream, view.session.phase, view.why) == (SUB, Phase.PLAYING, "sub_too_small")


def test_a_stream_that_is_not_there_gives_way_to_the_other(
    wall: Walls, street: Path, tmp_path: Path, until: Until
) -> None:
    shown = wall({"cam": camera("cam", clip(street), clip(tmp_path / "none.mp4"))})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "the main stream")
    assert (shown.view("cam").stream, shown.view("cam").why) == (MAIN, "other_broken")


def test_a_camera_that_is_full_is_busy(wall: Walls, rude: Callable[..., RudeServer], until: Until) -> None:
    shown = wall(
        {
            "453": camera("453", rude(status(453, "Not Enough Bandwidth")).address),
            "503": camera("503", rude(status(503, "Service Unavailable")).address),
        }
    )
    shown.show("453", "503")
    until(lambda: shown.phase("453") is shown.phase("503") is Phase.BUSY, 20, "busy cameras")
    assert shown.cause("453") is Cause.TOO_MANY_SESSIONS
    assert shown.cause("503") is Cause.UNAVAILABLE


def test_a_camera_without_any_address_harms_nobody(wall: Walls, street: Path, until: Until) -> None:
    shown = wall({"cam": camera("cam", clip(street)), "bare": Camera("bare", "no address")})
    shown.show("bare", "cam")
    until(lambda: shown.plays("cam"), 20, "a picture")
    assert shown.roster.view("bare") is None


def test_short_memory_makes_small_pictures_not_none(wall: Walls, street: Path, until: Until) -> None:
    names = [f"cam-{number}" for number in range(4)]
    shown = wall({name: camera(name, clip(street)) for name in names}, pictures_mb=10)
    shown.show(*names, width=1920, height=1080)
    until(lambda: shown.plays(*names), 20, "pictures")
    assert shown.roster.facts().picture_bytes < 26_000_000, "the bound, and what every tile may have"
    for name in names:
        _, header = shown.paint(name)
        assert header is not None and header.width > 100
        assert 3 * header.stride * header.height <= 10_000_000
        assert shown.view(name).scaled_down, "and the tile can say so"


def test_pictures_that_memory_made_small_grow_when_there_is_room_again(
    wall: Walls, street: Path, until: Until
) -> None:
    shown = wall({name: camera(name, clip(street)) for name in ("one", "two")}, pictures_mb=30)
    shown.show("one", "two", width=1920, height=1080)
    until(lambda: shown.plays("one", "two"), 20, "pictures")
    (small,) = [name for name in ("one", "two") if shown.view(name).scaled_down]
    shown.show(small, width=1920, height=1080)
    until(lambda: not shown.view(small).scaled_down, 10, "room")

    def width() -> int:
        _, header = shown.paint(small)
        assert header is not None, "the tile went dark"
        return header.width

    until(lambda: width() == 1920, 10, "a picture as large as the tile")
    assert shown.view(small).reconnects == 0


def test_udp_is_spoken_too(wall: Walls, peers: GstPeers, until: Until) -> None:
    shown = wall({"cam": camera("cam", peers.feed("h264", transport=Transport.UDP).address)})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "a picture")


def test_asking_late_and_closing_twice_is_harmless(wall: Walls, street: Path) -> None:
    shown = wall({"cam": camera("cam", clip(street))})
    shown.show("cam")
    shown.close()
    shown.show("cam")
    shown.roster.retry("cam")
    assert shown.roster.view("cam") is None
    shown.close()


def test_late_words_of_an_older_session_are_not_heard(wall: Walls, street: Path, until: Until) -> None:
    shown = wall({"cam": camera("cam", clip(street))})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "a picture")
    roster = shown.roster
    (running,) = roster._lives.running.values()
    late = orders.Failed(running.number, running.feed.session - 1, Cause.TIMEOUT, "late")
    other = orders.Failed(running.number + 1, running.feed.session, Cause.TIMEOUT, "of nobody")
    for word in (late, other, orders.Ended(running.number, running.feed.session - 1)):
        roster._post(lambda word=word: roster._lives.hear(word))
    before = shown.pictures("cam")
    until(lambda: shown.pictures("cam") > (before[0], before[1] + 6), what="more pictures")
    assert shown.plays("cam") and shown.cause("cam") is None and shown.view("cam").reconnects == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_the_rosters_thread_leaves_no_process_behind(
    wall: Walls, street: Path, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    shown = wall({"cam": camera("cam", clip(street))})
    shown.show("cam")
    until(lambda: shown.plays("cam"), 20, "a picture")
    (pid,) = shown.pids()
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.threads"):
        shown.roster._post(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        until(lambda: not Path(f"/proc/{pid}").exists(), what="an orphan to end")
        shown.roster._thread.join(10)
    assert "thread video ended by a bug" in caplog.text
    assert shown.roster.failed, "whoever shows the views must end"
    shown.show("cam")


PARENT = """
import sys, threading
from pathlib import Path
from tests.integration.wall_of_feeds import Wall, camera, clip
names = [f"cam-{number}" for number in range(9)]
wall = Wall({name: camera(name, clip(Path(sys.argv[1]))) for name in names}, processes=2)
wall.show(*names)
while not wall.plays(*names):
    threading.Event().wait(0.02)
print(*wall.pids(), flush=True)
threading.Event().wait(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_decoder_processes_die_with_their_parent(street: Path, until: Until, how: signal.Signals) -> None:
    """One that is stopped can read no end of a socket: it dies too."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(street)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    with parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        os.kill(pids[0], signal.SIGSTOP)
        parent.send_signal(how)
        until(lambda: not any(alive(pid) for pid in pids), 1.0, "their end")


def alive(pid: int) -> bool:
    """Whether the process runs: what has ended and was not asked for its code does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_whatever_is_asked_in_whatever_order_the_wall_comes_right(
    wall: Walls,
    street: Path,
    tmp_path: Path,
    rude: Callable[..., RudeServer],
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Sizes, pins, ranks, retries, disappearances and three kinds of death, then every feed plays."""
    source, never = clip(street), rude(silent).address
    cameras = {f"cam-{number}": camera(f"cam-{number}", source, source) for number in range(9)}
    cameras["dead-main"] = camera("dead-main", never, source)
    cameras["no-main"] = camera("no-main", clip(tmp_path / "none.mp4"), source)
    shown, chance = wall(cameras, processes=2), random.Random(5)
    pause = shown.roster._thread.join
    signals = [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP]
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.pool"):
        for turn in range(60):
            chosen = chance.sample(sorted(cameras), chance.randrange(len(cameras) + 1))
            shown.roster.want(tuple(a_demand(name, chance) for name in chosen))
            for _ in range(chance.randrange(10)):
                pause(0.01)
                for name in chosen:
                    if shown.roster.view(name) is not None:
                        shown.paint(name)
            shown.roster.retry(chance.choice(sorted(cameras)))
            if turn in (15, 30, 45) and shown.pids():
                os.kill(chance.choice(shown.pids()), signals.pop())
        shown.show(*cameras)
        until(lambda: shown.plays(*cameras), 30, "every feed")
    roster = shown.roster
    with_process = [running.place for running in roster._lives.running.values() if running.place is not None]
    for place in roster._pool.places:
        assert place.feeds == with_process.count(place)
    assert all(ring.fd >= 0 for running in roster._lives.running.values() for ring in running.rings)


def a_demand(name: str, chance: random.Random) -> Demand:
    """Any size, importance and stream."""
    return Demand(
        name,
        chance.choice([1, 16, 160, 640, 1920]),
        chance.choice([1, 16, 90, 360, 1080]),
        rank=chance.randrange(3),
        visible=chance.random() < 0.8,
        pin=chance.choice([None, None, MAIN, SUB]),
    )
