"""The SDP a pretend camera answers to DESCRIBE with: honest ones here, hostile ones in hostile_sdp.py."""

from __future__ import annotations

import base64

from hanoi_wall.simulator.reel import Codec, Reel
from hanoi_wall.simulator.rtp import CLOCK_RATE, nal_type, payload_type

VIDEO_TRACK = "track1"
AUDIO_TRACK = "track2"
_ENCODINGS = {Codec.H264: "H264", Codec.H265: "H265", Codec.MJPEG: "JPEG"}


def parameter_sets(reel: Reel) -> list[bytes]:
    """The parameter sets of the reel's first picture: SPS, PPS (H.265: VPS, SPS, PPS)."""
    wanted = (7, 8) if reel.codec is Codec.H264 else (32, 33, 34)
    sets = {nal_type(reel.codec, nal): bytes(nal) for nal in reversed(reel.units[0].nals)}
    return [sets[kind] for kind in wanted]


def describe(name: str, host: str, reel: Reel, audio_first: bool = False) -> str:
    """One video stream, and with audio_first a G.711 track offered before it."""
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        f"s={name}",
        f"c=IN IP4 {host}",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
    ]
    if audio_first:
        lines += ["m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", f"a=control:{AUDIO_TRACK}", "a=sendonly"]
    kind = payload_type(reel.codec)
    lines += [
        f"m=video 0 RTP/AVP {kind}",
        f"b=AS:{max(64, round(reel.bits_per_second / 1000 * 1.5))}",
        f"a=rtpmap:{kind} {_ENCODINGS[reel.codec]}/{CLOCK_RATE}",
    ]
    # A JPEG picture brings all that is needed.
    lines += [] if reel.codec is Codec.MJPEG else [f"a=fmtp:{kind} {_format_parameters(reel)}"]
    lines += [
        f"a=framerate:{float(reel.rate):g}",
        f"a=framesize:{kind} {reel.width}-{reel.height}",
        f"a=control:{VIDEO_TRACK}",
        "a=sendonly",
    ]
    return "\r\n".join(lines) + "\r\n"


def _format_parameters(reel: Reel) -> str:
    coded = [base64.b64encode(nal).decode() for nal in parameter_sets(reel)]
    if reel.codec is Codec.H264:
        profile = parameter_sets(reel)[0][1:4].hex().upper()
        return f"packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={','.join(coded)}"
    return f"sprop-vps={coded[0]};sprop-sps={coded[1]};sprop-pps={coded[2]}"
