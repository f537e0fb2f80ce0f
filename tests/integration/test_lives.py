"""Log-ins as a camera or recorder counts them, whatever operators, scenes and key stores do."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase
from tests.integration.fault_proxy import FaultProxy
from tests.integration.peers.servers import LOGIN, GstPeers
from tests.integration.rude_servers import RudeServer, status
from tests.integration.wall_of_feeds import Wall, camera

Walls = Callable[..., Wall]
Until = Callable[..., None]


@pytest.fixture
def rude() -> Iterator[Callable[..., RudeServer]]:
    """`rude(status(…))` is a camera that answers so until the test is over."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(RudeServer(answer))


def test_three_wrong_passwords_however_often_the_camera_comes_and_goes(
    wall: Walls, rude: Callable[..., RudeServer], until: Until
) -> None:
    server = rude(status(401, "Unauthorized"))
    password = ["wrong"]
    shown = wall(
        {"cam": camera("cam", server.address, server.address)},
        secret_of=lambda name, kind: Credentials("op", password[0]),
    )
    shown.show("cam")
    until(lambda: shown.phase("cam") is Phase.REFUSED, 20, "a refusal")
    assert (shown.cause("cam"), server.connections) == (Cause.WRONG_PASSWORD, 3)
    for _ in range(3):
        shown.show()
        until(lambda: shown.roster.view("cam") is None)
        shown.show("cam", width=1920, height=1080)
        until(lambda: shown.phase("cam") is Phase.REFUSED)
        shown.show("cam")
    assert server.connections == 3, "a sequence that shows it again and again would lock its account"
    shown.roster.retry("cam")
    until(lambda: server.connections == 4, 20, "one try because somebody asks")
    until(lambda: shown.phase("cam") is Phase.REFUSED, 20, "a refusal")
    password[0] = "other"
    shown.roster.credentials_read("cam")
    until(lambda: server.connections == 5, 20, "one try with the new password")
    until(lambda: shown.phase("cam") is Phase.REFUSED, 20, "a refusal")
    logins = [base64.b64encode(f"op:{word}".encode()) for word in ("wrong", "other")]
    said = [word for words in server.heard for word in (0, 1) if logins[word] in words]
    assert said == sorted(said) and set(said) == {0, 1}


def test_a_recorder_with_sixteen_channels_sees_three_wrong_log_ins(
    wall: Walls, rude: Callable[..., RudeServer], until: Until
) -> None:
    """It would lock the account after a few, for all its channels and for everybody who uses it."""
    server = rude(status(401, "Unauthorized"))
    names = [f"cam-{number:02}" for number in range(16)]
    shown = wall(
        {name: camera(name, server.address) for name in names},
        secret_of=lambda name, kind: Credentials("op", "wrong"),
    )

    def refused() -> bool:
        return all(shown.phase(name) is Phase.REFUSED for name in names)

    def log_ins() -> int:
        return sum(words.count(b"Authorization:") for words in server.heard)

    for _ in range(6):  # scenes change in the midst of it
        shown.show(*names)
        until(lambda: shown.roster.view(names[0]) is not None, what="the cameras")
        shown.roster._thread.join(0.1)
        shown.show()
        until(lambda: shown.roster.view(names[0]) is None, what="other cameras")
    shown.show(*names)
    until(refused, 20, "refusals")
    assert {shown.cause(name) for name in names} == {Cause.WRONG_PASSWORD}
    assert log_ins() == 3
    for tries in (4, 5):
        for name in names:
            shown.roster.retry(name)
        until(lambda tries=tries: log_ins() == tries and refused(), 20, "one try for all of them")
    assert log_ins() == 5


def test_when_one_is_in_the_others_follow(
    wall: Walls, peers: GstPeers, fault_proxy: Callable[[int], FaultProxy], until: Until
) -> None:
    feed = peers.feed("h264", "digest")
    line = fault_proxy(feed.address.port)
    address = StreamAddress(feed.address.url.replace(f":{feed.address.port}/", f":{line.port}/"))
    names = [f"cam-{number}" for number in range(6)]
    secret = [Credentials(LOGIN.user, "wrong")]
    shown = wall({name: camera(name, address) for name in names}, secret_of=lambda name, kind: secret[0])
    shown.show(*names)
    until(lambda: all(shown.phase(name) is Phase.REFUSED for name in names), 20, "refusals")
    assert line.said.count(b"Authorization:") == 3
    secret[0] = LOGIN
    shown.roster.retry("cam-3")
    until(lambda: shown.plays(*names), 20, "all of them")
    assert line.said.count(b"PLAY rtsp:") == len(names), "each once"


def test_the_password_is_read_again_before_an_operators_try(
    wall: Walls, rude: Callable[..., RudeServer], until: Until
) -> None:
    server, secret, asked = rude(status(401, "Unauthorized")), ["wrong"], deque[str]()
    shown = wall(
        {"cam": camera("cam", server.address)},
        secret_of=lambda name, kind: Credentials("op", secret[0]),
        read_again=asked.append,
    )

    def said(word: str) -> int:
        return sum(words.count(base64.b64encode(f"op:{word}".encode())) for words in server.heard)

    shown.show("cam")
    until(lambda: shown.phase("cam") is Phase.REFUSED and said("wrong") == 3, 20, "a refusal")
    until(lambda: list(asked) == ["cam"], what="the password to be looked for when it was refused")
    shown.roster.credentials_read("cam")
    shown.roster.retry("cam")
    until(lambda: list(asked) == ["cam", "cam"], what="the password to be looked for once more")
    secret[0] = "other"
    shown.roster.credentials_read("cam")
    until(lambda: said("other") == 1 and shown.phase("cam") is Phase.REFUSED, 20, "a try with the new one")
    assert said("wrong") == 3, "the camera has heard the old one often enough"
    shown.roster.retry("cam")
    until(lambda: said("other") == 2, 10, "a try although the key store says nothing")
