"""A camera's description is read, or refused within its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.operations.sdp import MOST_BYTES, Media, SdpError, read_sdp

REAL = b"""v=0\r
o=- 1 1 IN IP4 10.0.0.1\r
s=Ng\xc3\xa3 t\xc6\xb0\r
a=control:*\r
m=audio 0 RTP/AVP 0\r
a=control:track0\r
m=video 0 RTP/AVP 96\r
b=AS:4000\r
a=rtpmap:97 VP8/90000\r
a=rtpmap:96 h265/90000\r
a=control:rtsp://10.0.0.1/x/trackID=1\r
m=application 0 RTP/AVP 107\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
"""


def test_a_real_description_is_read() -> None:
    assert read_sdp(REAL) == (
        Media("audio", "PCMU", "track0"),
        Media("video", "H265", "rtsp://10.0.0.1/x/trackID=1"),
        Media("application", "VND.ONVIF.METADATA"),
    )
    assert read_sdp(REAL.replace(b"\r\n", b"\n")) == read_sdp(REAL)
    assert read_sdp(b"v=0\nm=video 0 RTP/AVP 26\n") == (Media("video", "JPEG"),)
    assert read_sdp(b"v=0\nm=video 0 RTP/AVP 99\n") == (Media("video", ""),)
    assert read_sdp(b"v=0\n") == ()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "does not begin with v="),
        (b"<html>", "does not begin with v="),
        (b"v=0\nm=video -1 RTP/AVP 96\n", "cannot be read"),
        (b"v=0\nm=video 0 RTP/AVP 9999\n", "cannot be read"),
        (b"v=0\n" + b"m=video 0 RTP/AVP 96\n" * 100, "offers 100 streams"),
        (b"v=0\na=" + b"x" * 10_000, "longer than 8192 characters"),
        (b"v=0\n" + b"a=x\n" * MOST_BYTES, "longer than 64 KiB"),
    ],
)
def test_a_hostile_description_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(SdpError, match=text):
        read_sdp(data)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for description in (data, b"v=0\nm=video 0 RTP/AVP 96\n" + data):
        try:
            read_sdp(description)
        except SdpError:
            pass
