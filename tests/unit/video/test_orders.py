"""What the processes say to each other arrives as it was said; the password is in no repr."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.video import orders
from hanoi_wall.video.orders import OpenFeed, receive, send

KINDS = list(orders._KINDS.values())


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    yield ours, theirs
    ours.close()
    theirs.close()


def messages() -> st.SearchStrategy[Any]:
    """Any message with any content."""
    words, numbers = st.text(max_size=40), st.integers(-(2**62), 2**62)
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "int": numbers,
        "str": words,
        "bool": st.booleans(),
        "str | None": st.none() | words,
        "dict[str, dict[str, Any]]": st.dictionaries(words, st.dictionaries(words, numbers | words)),
    }
    return st.sampled_from(KINDS).flatmap(
        lambda kind: st.builds(kind, **{each.name: by_type[str(each.type)] for each in fields(kind)})
    )


@settings(max_examples=50)
@given(messages())
def test_a_message_arrives_as_it_was_sent(message: Any) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        send(ours, message)
        assert receive(theirs) == (message, None)


def test_a_descriptor_travels_beside_and_is_not_inherited(pair: tuple[socket.socket, socket.socket]) -> None:
    memory = os.memfd_create("hanoi-wall-test")
    os.write(memory, b"here")
    send(pair[0], orders.NewRing(1, 16, 16), memory)
    heard = receive(pair[1])
    assert heard is not None and heard[1] is not None
    assert os.pread(heard[1], 4, 0) == b"here"
    assert not os.get_inheritable(heard[1])
    os.close(memory)
    os.close(heard[1])


def test_messages_keep_their_borders_and_order(pair: tuple[socket.socket, socket.socket]) -> None:
    for number in range(50):
        send(pair[0], orders.ShedFeed(number, 1))
    heard = [receive(pair[1]) for _ in range(50)]
    assert heard == [(orders.ShedFeed(number, 1), None) for number in range(50)]


def test_the_other_side_is_gone(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].close()
    assert receive(pair[0]) is None
    with pytest.raises(OSError):
        send(pair[0], orders.Quit())


def test_words_of_nonsense_are_a_fault_of_the_speaker(pair: tuple[socket.socket, socket.socket]) -> None:
    for nonsense in (b"{", b"[]", b'["Nothing", {}]', b'["Quit", {"x": 1}]', b"\xff\xfe", b"7"):
        pair[0].send(nonsense)
        with pytest.raises((ValueError, LookupError, TypeError)):
            receive(pair[1])


def test_sixty_four_feeds_fit_into_one_beat(pair: tuple[socket.socket, socket.socket]) -> None:
    beat = orders.Beat({str(number): dict.fromkeys("abcdefghijklmnop", 10**15) for number in range(64)})
    send(pair[0], beat)
    assert receive(pair[1]) == (beat, None)


def test_the_password_is_in_no_repr() -> None:
    order = OpenFeed(1, 1, "rtsp://h/", "tcp", None, None, 1, 1, "op", "canary-Tr0ng")
    assert "canary" not in repr(order)
    assert "op" in repr(order)
