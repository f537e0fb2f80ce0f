"""RTSP messages: whole ones are taken, halves wait, nonsense is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.simulator.rtsp import (
    LONGEST_HEAD,
    BadRequest,
    Interleaved,
    Request,
    TransportChoice,
    answer,
    choose_transport,
    take,
)

DESCRIBE = (
    b"DESCRIBE rtsp://127.0.0.1:8554/cam-01/main/ RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n"
)


def all_of(buffer: bytearray) -> list[Request | Interleaved]:
    messages = []
    while (message := take(buffer)) is not None:
        messages.append(message)
    return messages


@given(st.lists(st.integers(1, 60), max_size=12))
def test_messages_come_out_however_the_bytes_are_cut(cuts: list[int]) -> None:
    data = (
        DESCRIBE
        + b"$\x01\x00\x04\r\n\r\n"
        + b"SET_PARAMETER * RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 4\r\n\r\nbody"
    )
    buffer, found, place = bytearray(), [], 0
    for cut in [*cuts, len(data)]:
        buffer += data[place : place + cut]
        place += cut
        found += all_of(buffer)
    describe, frame, parameter = found
    assert isinstance(describe, Request) and describe.path == "cam-01/main" and describe.cseq == "2"
    assert frame == Interleaved(1, b"\r\n\r\n")
    assert isinstance(parameter, Request) and (parameter.path, parameter.body) == ("", b"body")
    assert not buffer


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"DESCRIBE\r\n\r\n",
        b"PLAY x RTSP/1.0\r\nno colon\r\n\r\n",
        b"PLAY x RTSP/1.0\r\nContent-Length: -1\r\n\r\n",
        b"PLAY x RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n",
        b"A" * (LONGEST_HEAD + 1),
    ],
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        take(bytearray(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused_or_waited_for(data: bytes) -> None:
    buffer = bytearray(data)
    try:
        all_of(buffer)
    except BadRequest:
        return
    assert len(buffer) <= len(data)


def test_an_answer_counts_octets_not_letters() -> None:
    text = answer(200, "7", {"Content-Type": "application/sdp"}, "s=Cầu Giấy\r\n").decode()
    assert text.startswith("RTSP/1.0 200 OK\r\nCSeq: 7\r\n")
    assert "Content-Length: 16\r\n\r\n" in text


@pytest.mark.parametrize(
    ("header", "choice"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=4-5", TransportChoice(interleaved=(4, 5))),
        ("RTP/AVP/TCP;unicast", TransportChoice(interleaved=(0, 1))),
        ("RTP/AVP;unicast;client_port=5000-5001", TransportChoice(ports=(5000, 5001))),
        ("RTP/AVP/UDP;unicast;client_port=5000", TransportChoice(ports=(5000, 5001))),
        ("RTP/AVP;multicast, RTP/AVP/TCP;interleaved=0-1", TransportChoice(interleaved=(0, 1))),
        ("RTP/AVP;multicast", None),
        ("RTP/AVP;unicast", None),
        ("RTP/AVP;client_port=0-1", None),
        ("RTP/AVP;client_port=70000-70001", None),
        ("RTP/AVP/TCP;interleaved=300-301", None),
        ("RAW/RAW/UDP;client_port=5000-5001", None),
        ("", None),
    ],
)
def test_transports(header: str, choice: TransportChoice | None) -> None:
    assert choose_transport(header) == choice
