"""Sessions count from the order until their last word, or until their process is dead."""

from __future__ import annotations

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.sessions import Login, Sessions, place_name

LOGIN = Login(("10.0.0.1", 554, "op"), ("cam-01", "main"), Credentials("op", "s3cret"))


def test_a_session_runs_from_the_order_to_its_last_word() -> None:
    sessions, place = Sessions(), DecoderProcess(0)
    assert (1, 1) not in sessions
    sessions.ordered((1, 1), place, LOGIN)
    sessions.ordered((1, 2), place, LOGIN)
    assert sessions.login((1, 1)) == LOGIN
    sessions.ended((1, 1))
    assert sessions.login((1, 1)) is None
    sessions.ended((7, 7))
    assert (1, 1) not in sessions and (1, 2) in sessions


def test_the_death_of_a_process_ends_its_sessions_and_no_others() -> None:
    sessions, one, other = Sessions(), DecoderProcess(0), DecoderProcess(0)
    sessions.ordered((1, 1), one, LOGIN)
    sessions.ordered((2, 1), other, LOGIN)
    sessions.ordered((3, 1), one, LOGIN)
    assert sessions.lost(one) == [(1, 1), (3, 1)]
    assert sessions.lost(one) == []
    assert (2, 1) in sessions and (1, 1) not in sessions


def test_every_session_keeps_a_place_of_its_own() -> None:
    names = {place_name((number, session)) for number in range(1, 25) for session in range(1, 25)}
    assert len(names) == 24 * 24
