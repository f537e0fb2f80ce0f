"""Descriptions meant to do harm to whoever trusts a camera. Pure."""

from __future__ import annotations

_HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
_VIDEO = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
LONG_LINE = 1_000_000


def compose(variant: str) -> str:
    """The description of one variant of faults.HOSTILE_SDP; raises KeyError for another."""
    return _VARIANTS[variant]


def _hundred_streams() -> str:
    streams = (
        f"m=video 0 RTP/AVP {96 + number % 32}\r\na=rtpmap:{96 + number % 32} H264/90000\r\n"
        f"a=control:track{number}\r\n"
        for number in range(100)
    )
    return _HEAD + "".join(streams)


def _long_lines() -> str:
    sets = "A" * LONG_LINE
    return f"{_HEAD}i={sets}\r\n{_VIDEO}a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}\r\n"


_VARIANTS = {
    "100_streams": _hundred_streams(),
    "negative_size": _HEAD
    + _VIDEO
    + "a=framesize:96 -1280--720\r\na=x-dimensions:-1280,-720\r\na=cliprect:0,0,-720,-1280\r\n"
    + "a=framerate:-25\r\nb=AS:-1\r\n",
    "long_lines": _long_lines(),
    "zero_clock_rate": _HEAD + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/0\r\na=control:track1\r\n",
    "garbage": "".join(chr(33 + number * 7919 % 94) for number in range(4000))
    + "\r\n\x00\x01m=\r\na=\r\nm=video\r\n",
}
