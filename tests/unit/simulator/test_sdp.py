"""The description offers what the loop is, and libav opens it."""

from __future__ import annotations

import base64
from fractions import Fraction

import pytest

from hanoi_wall.simulator.reel import Codec, Reel, Unit
from hanoi_wall.simulator.sdp import describe, parameter_sets

SPS, PPS = b"\x67\x64\x00\x1f\xac", b"\x68\xeb\xec"
H265_SETS = [bytes([kind << 1, 1, 7]) for kind in (32, 33, 34)]


def reel(codec: Codec, nals: list[bytes]) -> Reel:
    return Reel(codec, 640, 360, Fraction(25), (Unit(0, True, tuple(memoryview(nal) for nal in nals)),))


def test_h264() -> None:
    text = describe("Cầu Giấy", "127.0.0.1", reel(Codec.H264, [SPS, PPS, b"\x65picture"]))
    sets = ",".join(base64.b64encode(nal).decode() for nal in (SPS, PPS))
    assert "s=Cầu Giấy\r\n" in text
    assert "a=rtpmap:96 H264/90000\r\n" in text
    assert f"profile-level-id=64001F;sprop-parameter-sets={sets}\r\n" in text
    assert "a=framerate:25\r\n" in text and "m=audio" not in text


def test_h265() -> None:
    text = describe("x", "127.0.0.1", reel(Codec.H265, [*H265_SETS, bytes([38, 1, 9])]))
    coded = [base64.b64encode(nal).decode() for nal in H265_SETS]
    assert f"sprop-vps={coded[0]};sprop-sps={coded[1]};sprop-pps={coded[2]}\r\n" in text


def test_jpeg_has_its_own_number_and_needs_no_parameters() -> None:
    text = describe("x", "127.0.0.1", reel(Codec.MJPEG, [b"\xff\xd8picture"]))
    assert "m=video 0 RTP/AVP 26\r\n" in text and "a=rtpmap:26 JPEG/90000\r\n" in text
    assert "a=fmtp" not in text


def test_audio_first() -> None:
    text = describe("x", "127.0.0.1", reel(Codec.H264, [SPS, PPS]), audio_first=True)
    assert 0 < text.index("m=audio 0 RTP/AVP 0") < text.index("m=video")
    assert text.count("a=control:track") == 2


def test_a_loop_without_parameter_sets_is_a_bug() -> None:
    with pytest.raises(KeyError):
        parameter_sets(reel(Codec.H264, [b"\x65picture"]))
