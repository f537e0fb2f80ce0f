"""What a decoder process says is checked to the last field; one that talks nonsense is lost."""

from __future__ import annotations

import json
import logging
import os
import selectors
import socket
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.video import orders
from hanoi_wall.video.lines import NONSENSE, LineLost, Lines, hear, read, stats_of
from hanoi_wall.video.pool import DecoderProcess
from hanoi_wall.video.stats import FeedStats

STATS = FeedStats(received=7, received_fps=24.5, size=(640, 360), codec="h264", first_picture_ms=80)
WORDS = [
    orders.Opened(1, 2, "h264", 640, 360),
    orders.Pictured(1, 2, 3, 640, 360, 80),
    orders.Failed(1, 2, "timeout", "no answer"),
    orders.Ended(1, 2),
]


@pytest.fixture
def line() -> Iterator[tuple[DecoderProcess, socket.socket]]:
    """(the roster's side of a line, the decoder process's)."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs:
        yield DecoderProcess(0, sock=ours), theirs


def test_every_word_is_heard_and_silence_is_none(line: tuple[DecoderProcess, socket.socket]) -> None:
    place, theirs = line
    assert hear(place) is None and hear(DecoderProcess(1)) is None
    for word in WORDS:
        orders.send(theirs, word)
        heard = hear(place)
        assert heard is not None and (heard.word, heard.stats) == (word, ())
    orders.send(theirs, orders.Ready(7))
    orders.send(theirs, orders.Beat({"4": asdict(STATS)}))
    ready, beat = hear(place), hear(place)
    assert ready is not None and (ready.word, ready.stats) == (None, ())
    assert beat is not None and (beat.word, beat.stats) == (None, ((4, STATS),))


def test_a_process_that_is_gone_is_lost(line: tuple[DecoderProcess, socket.socket]) -> None:
    line[1].close()
    with pytest.raises(LineLost):
        hear(line[0])


GOOD = asdict(STATS)
NONSENSES: list[tuple[str, Any]] = [
    ("Beat", {"stats": {"x": {}}}),
    ("Beat", {"stats": {"1": {}, "2": 3}}),
    ("Beat", {"stats": {"1": GOOD | {"size": 5}}}),
    ("Beat", {"stats": {"1": GOOD | {"size": [1]}}}),
    ("Beat", {"stats": {"1": GOOD | {"size": ["640", "360"]}}}),
    ("Beat", {"stats": {"1": GOOD | {"size": [-1, 360]}}}),
    ("Beat", {"stats": {"1": GOOD | {"size": [10**9, 1]}}}),
    ("Beat", {"stats": {"1": GOOD | {"received_fps": "many"}}}),
    ("Beat", {"stats": {"1": GOOD | {"received_fps": float("nan")}}}),
    ("Beat", {"stats": {"1": GOOD | {"backlog_ms": None}}}),
    ("Beat", {"stats": {"1": GOOD | {"bytes": 10**400}}}),
    ("Beat", {"stats": {"1": GOOD | {"unknown": 1}}}),
    ("Beat", {"stats": []}),
    ("Opened", {"feed": 1, "session": 2, "codec": "h264", "width": "640", "height": 360}),
    ("Pictured", {**asdict(WORDS[1]), "width": -4}),
    ("Pictured", {**asdict(WORDS[1]), "feed": [1]}),
    ("Pictured", {**asdict(WORDS[1]), "height": True}),
    ("Failed", {"feed": 1, "session": 2, "cause": "no such cause", "detail": ""}),
    ("Failed", {"feed": 1, "session": 2, "cause": {}, "detail": ""}),
    ("Ended", {"feed": 1}),
    ("Ended", {"feed": 1, "session": 2, "more": 3}),
    ("Ended", []),
    ("Quit", {}),
    ("CloseFeed", {"feed": 1, "session": 1}),
]


@pytest.mark.parametrize("name, fields", NONSENSES)
def test_nonsense_in_a_well_formed_report_loses_the_process(
    line: tuple[DecoderProcess, socket.socket],
    name: str,
    fields: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    line[1].send(json.dumps([name, fields]).encode())
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.lines"), pytest.raises(LineLost):
        hear(line[0])
    assert "talks nonsense" in caplog.text


def test_nonsense_is_not_repeated(
    line: tuple[DecoderProcess, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    """It may hold anything, the password of a camera too."""
    fields = {"feed": 1, "session": 2, "cause": "canary", "detail": "canary", "canary": "canary"}
    for nonsense in (["Failed", fields], ["canary", {}], ["Beat", {"stats": {"canary": {}}}]):
        line[1].send(json.dumps(nonsense).encode())
        with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.lines"), pytest.raises(LineLost) as lost:
            hear(line[0])
        assert "talks nonsense" in str(lost.value) + caplog.text
        assert "canary" not in str(lost.value) + caplog.text


def test_a_descriptor_that_nobody_asked_for_is_closed(
    line: tuple[DecoderProcess, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for message in (orders.Ended(1, 2), orders.Ended(1, 2)):
        orders.send(line[1], message, line[1].fileno())
        assert hear(line[0])
    socket.send_fds(line[1], [b"{"], [line[1].fileno()])
    with caplog.at_level(logging.ERROR, logger="hanoi_wall.video.lines"), pytest.raises(LineLost):
        hear(line[0])
    assert len(os.listdir("/proc/self/fd")) == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.sampled_from(WORDS), st.text(max_size=3), anything, st.integers(0, 5))
def test_whatever_stands_in_a_field_it_is_a_report_or_nonsense(
    word: Any, name: str, value: Any, position: int
) -> None:
    fields = asdict(word)
    names = list(fields)
    fields[names[position] if position < len(names) else name] = value
    try:
        heard = read(orders.checked(type(word), fields))
    except NONSENSE:
        return
    assert heard.word is not None
    for field, kind in {"feed": int, "session": int, "codec": str, "width": int, "cause": str}.items():
        assert type(getattr(heard.word, field, kind())) is kind


@settings(max_examples=200)
@given(st.sampled_from(list(GOOD)), anything)
def test_whatever_stands_in_the_figures_they_are_figures_or_nonsense(name: str, value: Any) -> None:
    try:
        stats = stats_of(GOOD | {name: value})
    except NONSENSE:
        return
    assert replace(stats, **{name: getattr(STATS, name)}) == STATS
    assert type(getattr(stats, name)) in (type(getattr(STATS, name)), type(None), int)


def test_sockets_come_and_go_with_their_processes() -> None:
    with selectors.DefaultSelector() as selector:
        lines, places = Lines(selector), [DecoderProcess(0), DecoderProcess(0)]
        lines.watch(places)
        assert not selector.get_map()
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(3)]
        places[0].sock, places[1].sock = pairs[0][0], pairs[1][0]
        lines.watch(places)
        lines.watch(places)
        assert [key.data for key in selector.get_map().values()] == places
        pairs[1][1].send(b"x")
        assert [key.data for key, _ in selector.select(0)] == [places[1]]
        places[0].sock = pairs[2][0]
        lines.watch(places)
        assert {key.fd for key in selector.get_map().values()} == {pairs[2][0].fileno(), pairs[1][0].fileno()}
        lines.forget(places[0])
        lines.forget(places[0])
        assert [key.data for key in selector.get_map().values()] == [places[1]]
        for ends in pairs:
            for end in ends:
                end.close()
