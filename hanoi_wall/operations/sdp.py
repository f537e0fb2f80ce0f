"""What a camera says it can send (SDP, RFC 8866). Hostile until it is read: everything is bounded. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BYTES = 64 * 1024
LONGEST_LINE = 8 * 1024
MOST_MEDIA = 16
_MEDIA = re.compile(r"([a-z]{1,20}) (\d{1,5})(?:/\d{1,5})? ([A-Z/]{1,20}) (\d{1,3})\b.*", re.ASCII)
_RTPMAP = re.compile(r"(\d{1,3}) ([A-Za-z0-9_.+-]{1,40})/(\d{1,9})(?:/\d{1,3})?", re.ASCII)
_STATIC = {0: "PCMU", 8: "PCMA", 9: "G722", 14: "MPA", 26: "JPEG", 32: "MPV", 33: "MP2T", 34: "H263"}
DECODED = {
    "H264": "h264",
    "H265": "hevc",
    "JPEG": "mjpeg",
    "MP4V-ES": "mpeg4",
    "AV1": "av1",
    "MPV": "mpeg2video",
    "H263": "h263",
    "H263-1998": "h263",
    "VP8": "vp8",
    "VP9": "vp9",
}
"""RTP's name of a video format → FFmpeg's; what is not here, the wall does not show."""


class SdpError(ValueError):
    """A description that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Media:
    """One thing a camera can send. kind: `video`, `audio`, …; format: RTP's name in capitals or ""."""

    kind: str
    format: str
    control: str = ""


def read_sdp(data: bytes) -> tuple[Media, ...]:
    """All media of a description, in order; raises SdpError."""
    if len(data) > MOST_BYTES:
        raise SdpError(f"the description is longer than {MOST_BYTES // 1024} KiB")
    lines = [line.strip() for line in data.decode("utf-8", "replace").split("\n")]
    if not lines[0].startswith("v="):
        raise SdpError("the description does not begin with v=")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise SdpError(f"a line of the description is longer than {LONGEST_LINE} characters")
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > MOST_MEDIA:
        raise SdpError(f"the description offers {len(starts)} streams; at most {MOST_MEDIA} are looked at")
    return tuple(
        _media(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)
    )


def _media(lines: Sequence[str]) -> Media:
    match = _MEDIA.fullmatch(lines[0][2:])
    if match is None:
        raise SdpError("a line m= of the description cannot be read")
    payload = int(match[4])
    name = _STATIC.get(payload, "")
    control = ""
    for line in lines[1:]:
        if line.startswith("a=control:"):
            control = line.removeprefix("a=control:").strip()
        elif line.startswith("a=rtpmap:"):
            found = _RTPMAP.fullmatch(line.removeprefix("a=rtpmap:").strip())
            if found is not None and int(found[1]) == payload:
                name = found[2].upper()
    return Media(match[1], name, control)
