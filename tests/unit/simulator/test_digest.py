"""Digest: the right password opens, everything else does not."""

from __future__ import annotations

import hashlib
import re

import pytest

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.simulator.digest import REALM, Gate

URI = "rtsp://127.0.0.1/cam-01/main"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def authorize(
    challenge: str, password: str, method: str = "DESCRIBE", qop: bool = False, user: str = "operator"
) -> str:
    """What a client answers to a challenge."""
    found = re.search(r'nonce="([^"]+)"', challenge)
    assert found is not None
    nonce = found[1]
    secret, request = md5(f"{user}:{REALM}:{password}"), md5(f"{method}:{URI}")
    middle = f"{nonce}:00000001:abc:auth" if qop else nonce
    fields = f'username="{user}", realm="{REALM}", nonce="{nonce}", uri="{URI}"'
    extra = ', qop=auth, nc=00000001, cnonce="abc"' if qop else ""
    return f'Digest {fields}, response="{md5(f"{secret}:{middle}:{request}")}"{extra}'


@pytest.fixture
def gate(clock: ManualClock) -> Gate:
    return Gate("operator", "sen hồng/7", clock)


@pytest.mark.parametrize("qop", [False, True])
def test_the_right_password(gate: Gate, qop: bool) -> None:
    assert gate.admits(authorize(gate.challenge(), "sen hồng/7", qop=qop), "DESCRIBE")


def test_other_passwords_users_and_methods(gate: Gate) -> None:
    challenge = gate.challenge()
    assert not gate.admits(authorize(challenge, "sen"), "DESCRIBE")
    assert not gate.admits(authorize(challenge, "sen hồng/7", user="guest"), "DESCRIBE")
    assert not gate.admits(authorize(challenge, "sen hồng/7"), "PLAY")


def test_a_nonce_grows_old(gate: Gate, clock: ManualClock) -> None:
    header = authorize(gate.challenge(), "sen hồng/7")
    clock.advance(299)
    assert gate.admits(header, "DESCRIBE")
    clock.advance(2)
    assert not gate.admits(header, "DESCRIBE")


def test_a_nonce_of_another_gate(gate: Gate, clock: ManualClock) -> None:
    other = Gate("operator", "sen hồng/7", clock)
    assert not gate.admits(authorize(other.challenge(), "sen hồng/7"), "DESCRIBE")


@pytest.mark.parametrize("header", ["", "Basic b3A6cHc=", "Digest", 'Digest username="operator", nonce="zz"'])
def test_nonsense(gate: Gate, header: str) -> None:
    assert not gate.admits(header, "DESCRIBE")
