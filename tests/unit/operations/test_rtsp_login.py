"""Logging in as RFC 2617 says, with what the wall's decoder can do; nothing a camera asks for breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.operations.rtsp_login import Challenge, LoginError, authorization, choose
from hanoi_wall.simulator.digest import Gate

MUFASA = Credentials("Mufasa", "Circle Of Life")


def test_the_example_of_the_rfc() -> None:
    challenge = choose(
        [
            'Digest realm="testrealm@host.com", qop="auth,auth-int", '
            'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
        ]
    )
    header = authorization(challenge, MUFASA, "GET", "/dir/index.html", "0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in header
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in header
    assert "qop=auth, nc=00000001" in header and "Circle" not in header


@given(st.text(max_size=10), st.text(max_size=10))
def test_the_pretend_cameras_gate_opens_for_the_right_password_alone(user: str, password: str) -> None:
    printable = (user + password).isprintable() and '"' not in user and "\\" not in user
    clock = ManualClock()
    gate = Gate(user, password, clock)
    challenge = choose([gate.challenge()])
    try:
        header = authorization(challenge, Credentials(user, password), "DESCRIBE", "rtsp://h/x", "c")
        wrong = authorization(challenge, Credentials(user, password + "x"), "DESCRIBE", "rtsp://h/x", "c")
    except LoginError:
        assert not printable
        return
    assert gate.admits(header, "DESCRIBE") or not printable
    assert not gate.admits(wrong, "DESCRIBE") and not gate.admits(header, "PLAY")


def test_md5_sess_hashes_both_nonces() -> None:
    challenge = Challenge("digest", "r", "n", "MD5-sess")
    one, other = (authorization(challenge, MUFASA, "PLAY", "u", cnonce) for cnonce in ("a", "b"))
    assert one != other and 'cnonce="a"' in one and "algorithm=MD5-sess" in one


def test_digest_is_preferred_to_basic_and_what_the_wall_cannot_do_is_left() -> None:
    basic, md5, sha = (
        'Basic realm="b"',
        'Digest realm="d", nonce="n"',
        'Digest realm="s", nonce="n", algorithm=SHA-256',
    )
    assert choose([basic, md5]) == Challenge("digest", "d", "n")
    assert choose([sha, md5]) == Challenge("digest", "d", "n")
    assert choose([sha, basic]) == Challenge("basic", "b")
    assert authorization(choose([basic]), Credentials("op", "pw"), "X", "u", "") == "Basic b3A6cHc="
    with pytest.raises(LoginError, match="digest SHA-256, ntlm"):
        choose([sha, "NTLM"])
    with pytest.raises(LoginError, match="nothing known"):
        choose([])
    with pytest.raises(LoginError):
        choose(['Digest realm="d", nonce="n", qop="auth-int"'])


def test_a_user_cannot_break_out_of_the_header() -> None:
    header = authorization(Challenge("digest", "r", "n"), Credentials('a", x="', "p"), "X", "u", "")
    assert r'username="a\", x=\""' in header
    with pytest.raises(LoginError, match="control character"):
        authorization(Challenge("basic"), Credentials("a\r\nX: y", "p"), "X", "u", "")


@given(st.lists(st.text(max_size=60) | st.text(max_size=40).map("Digest ".__add__), max_size=4))
def test_no_challenge_raises_anything_else(headers: list[str]) -> None:
    try:
        authorization(choose(headers), MUFASA, "DESCRIBE", "rtsp://h/x", "c")
    except LoginError:
        pass
