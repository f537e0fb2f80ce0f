"""What a camera really sent: one loop of its packets, from which any frame can be decoded again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import av

from hanoi_wall.simulator.mark import read_mark
from hanoi_wall.threads import spawn
from tests.bench.floor import OPTIONS
from tests.bench.pixels import Floats, planes_of, scaled, to_bgr
from tests.bench.sources import Feed


@dataclass(frozen=True, slots=True)
class Packet:
    """One compressed picture."""

    data: bytes
    key: bool


class Tape:
    """One loop of one feed. Decoding happens when a frame is asked for."""

    def __init__(self, codec: str, extradata: bytes | None, packets: list[Packet]) -> None:
        self._codec, self._extradata, self._packets = codec, extradata, packets
        self._numbers: dict[int, int] = {}

    @classmethod
    def record(cls, url: str, pictures: int) -> Tape:
        """The next `pictures` pictures of a stream, from a key frame on; raises FFmpegError."""
        with av.open(url, options=OPTIONS, timeout=(6, 8)) as container:
            stream = container.streams.video[0]
            packets: list[Packet] = []
            for packet in container.demux(stream):
                if packet.size and (packets or packet.is_keyframe):
                    packets.append(Packet(bytes(packet), packet.is_keyframe))
                if len(packets) >= pictures:
                    break
            context = stream.codec_context
            return cls(context.name, context.extradata, packets)

    def kbps(self, fps: float) -> float:
        """Mean rate of the tape in kbit/s."""
        octets = sum(len(packet.data) for packet in self._packets)
        return octets * 8 / 1000 * fps / max(1, len(self._packets))

    def picture(self, frame: int, width: int, height: int) -> Floats | None:
        """The reference for a frame at that size (H x W x 3, B G R), or None when it is not on the tape."""
        decoder = self._decoder()
        for packet in self._from(frame):
            for decoded in decoder.decode(av.Packet(packet.data)):
                y, u, v = planes_of(decoded)
                mark = read_mark(y)
                if mark is not None and mark.frame == frame:
                    matrix = "709" if int(decoded.colorspace) == 1 else "601"
                    full = int(decoded.color_range) == 2 or decoded.format.name.startswith("yuvj")
                    return scaled(to_bgr(y, u, v, matrix, full), width, height)
        return None

    def _decoder(self) -> av.VideoCodecContext:
        decoder = av.VideoCodecContext.create(self._codec, "r")
        assert isinstance(decoder, av.VideoCodecContext)
        decoder.thread_count = 1
        if self._extradata:
            decoder.extradata = self._extradata
        return decoder

    def _from(self, frame: int) -> list[Packet]:
        """The packets from the last key frame whose mark is not beyond `frame`, or all."""
        if not self._numbers:
            self._index()
        before = [number for number in self._numbers if number <= frame]
        start = self._numbers[max(before)] if before else 0
        return self._packets[start:] + self._packets[:start]

    def _index(self) -> None:
        """Decode the key frames once to know their numbers."""
        for index, packet in enumerate(self._packets):
            if not packet.key:
                continue
            decoder = self._decoder()
            frames = [*decoder.decode(av.Packet(packet.data)), *decoder.decode(None)]
            mark = read_mark(planes_of(frames[0])[0]) if frames else None
            if mark is not None:
                self._numbers[mark.frame] = index


def record_all(feeds: list[Feed], pictures: int) -> dict[str, Tape]:
    """Tapes of several feeds at once, by camera id; a feed that cannot be opened has none."""
    tapes: dict[str, Tape] = {}

    def one(feed: Feed) -> None:
        try:
            tapes[feed.id] = Tape.record(feed.url, pictures)
        except av.error.FFmpegError as error:
            print(f"no tape of {feed.id}: {error}", flush=True)

    threads = [spawn(f"tape:{feed.id}", partial(one, feed)) for feed in feeds]
    for thread in threads:
        thread.join()
    return tapes
