"""A stream that asks for an enormous picture is unsupported: no memory is taken, and nobody else suffers."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase
from hanoi_wall.video.decoder import MOST_PIXELS
from tests.integration.spoken_camera import Reply, Request, answer, healthy, speaking
from tests.integration.wall_of_feeds import Wall, camera, clip

START = b"\x00\x00\x00\x01"
MOST_MB = 300
"""What a decoder process may take at most; one picture of 16384 x 16384 alone would be 400."""


class Bits:
    """Writes H.264 headers bit by bit."""

    def __init__(self) -> None:
        self._bits = ""

    def u(self, count: int, value: int) -> Bits:
        """A plain number of so many bits."""
        self._bits += f"{value:0{count}b}"
        return self

    def ue(self, *values: int) -> Bits:
        """Numbers in Exp-Golomb code."""
        for value in values:
            digits = f"{value + 1:b}"
            self._bits += "0" * (len(digits) - 1) + digits
        return self

    def unit(self, kind: int) -> bytes:
        """The whole NAL unit."""
        bits = self._bits + "1"
        bits += "0" * (-len(bits) % 8)
        body = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
        return bytes([kind]) + re.sub(b"\x00\x00([\x00-\x03])", b"\x00\x00\x03\\1", body)


def units_of(width: int, height: int) -> tuple[bytes, bytes, bytes]:
    """Parameter sets and a key picture of one slice that breaks off after its head: 40 bytes in all."""
    sps = Bits().u(8, 66).u(8, 0).u(8, 62).ue(0, 0, 2, 1).u(1, 0).ue(width // 16 - 1, height // 16 - 1)
    pps = Bits().ue(0, 0).u(2, 0).ue(0, 0, 0).u(3, 0).ue(0, 0, 0).u(3, 0)
    slice_ = Bits().ue(0, 7, 0).u(4, 0).ue(0).u(2, 0).ue(0, 3, 0, 0, 0)
    return sps.u(2, 3).u(2, 0).unit(0x67), pps.unit(0x68), slice_.unit(0x65)


def a_camera(width: int, height: int, *, told: bool) -> dict[str, Reply]:
    """Plays 30 key pictures of that size; told: the description has the parameter sets already."""
    units = units_of(width, height)
    sets = ",".join(base64.b64encode(unit).decode() for unit in units[:2])
    description = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
    if told:
        description += f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}\r\n"

    def play(request: Request) -> bytes:
        packets, number = b"", 0
        for picture in range(30):
            for unit in units:
                number += 1
                last = 0x80 if unit is units[-1] else 0
                head = bytes([0x80, 96 | last]) + number.to_bytes(2, "big")
                packet = head + (picture * 9000).to_bytes(4, "big") + b"\x01\x02\x03\x04" + unit
                packets += b"$\x00" + len(packet).to_bytes(2, "big") + packet
        return answer(Session="12;timeout=60")(request) + packets

    transport = answer(Session="12;timeout=60", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    return healthy(
        DESCRIBE=answer(body=description, Content_Type="application/sdp"), SETUP=transport, PLAY=play
    )


def peak_mb(pid: int) -> int:
    """The most memory a process has ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) // 1000


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
@pytest.mark.parametrize("size", [(16384, 16384), (8192, 8192), (65536, 16384)], ids=str)
def test_an_enormous_picture_is_unsupported(
    wall: Callable[..., Wall], street: Path, until: Callable[..., None], size: tuple[int, int], told: bool
) -> None:
    assert size[0] * size[1] > MOST_PIXELS
    with speaking(a_camera(*size, told=told)) as huge:
        address = StreamAddress(f"rtsp://127.0.0.1:{huge.port}/live")
        shown = wall({"huge": camera("huge", address), "street": camera("street", clip(street))})
        shown.show("huge", "street")
        until(lambda: shown.phase("huge") is Phase.UNSUPPORTED, 15, "a word on the picture's size")
        assert shown.cause("huge") is Cause.CODEC
        until(lambda: shown.plays("street"), 10, "its neighbour")
        ((pid, _, restarts),) = shown.roster.facts().processes
        assert restarts == 0 and peak_mb(pid) < MOST_MB
        shown.close()


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_the_same_camera_with_pictures_of_a_usual_size_plays(
    wall: Callable[..., Wall], until: Callable[..., None], told: bool
) -> None:
    with speaking(a_camera(640, 352, told=told)) as usual:
        shown = wall({"usual": camera("usual", StreamAddress(f"rtsp://127.0.0.1:{usual.port}/live"))})
        shown.show("usual")
        until(lambda: shown.plays("usual"), 10, "a picture")
        shown.close()
