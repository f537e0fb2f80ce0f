"""The loops that foreign servers play, each with the facts that a viewer must find out.

Made once per test run out of the `street` clip: 24 pictures at 12.5 a second, a key picture every twelve.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

PICTURES = 24
KEY_EVERY = 12
RATE = Fraction(25, 2)
_SECOND = 1_000_000_000
_H264 = f"-c:v libx264 -preset veryfast -crf 18 -g {KEY_EVERY} -keyint_min {KEY_EVERY} -sc_threshold 0 -bf 0"
_H265 = f"-c:v libx265 -preset ultrafast -crf 18 -g {KEY_EVERY} -bf 0 -x265-params log-level=none:scenecut=0"
_JPEG = "-c:v mjpeg -q:v 3 -huffman default"
_SUFFIX = {"h264": "ts", "hevc": "ts", "mjpeg": "mjpeg"}
"""A transport stream holds the pictures as they are, with the times of decoding and showing beside them."""
_CAPS = {
    "h264": (
        "video/x-h264,stream-format=byte-stream,alignment=au",
        "h264parse ! rtph264pay config-interval=-1",
    ),
    "hevc": (
        "video/x-h265,stream-format=byte-stream,alignment=au",
        "h265parse ! rtph265pay config-interval=-1",
    ),
    "mjpeg": ("image/jpeg", "jpegparse ! rtpjpegpay"),
}
_TONE = "audiotestsrc is-live=true ! audio/x-raw,channels=1"
_AUDIO = {
    "aac": f"{_TONE},rate=16000 ! avenc_aac ! rtpmp4gpay name={{}} pt=97",
    "pcmu": f"{_TONE},rate=8000 ! mulawenc ! rtppcmupay name={{}}",
}


@dataclass(frozen=True)
class Clip:
    """One loop. width, height: stored pixels; aspect: shape of a pixel (width/height); codec: FFmpeg's name.

    matrix: `601` or `709`, by the custom for that height where the stream is unmarked; full: full-range luma.
    """

    name: str
    codec: str
    encoding: str
    width: int = 640
    height: int = 360
    pixels: str = "yuv420p"
    aspect: Fraction = Fraction(1)
    matrix: str = "601"
    full: bool = False
    interlaced: bool = False
    unmarked: bool = False
    audio: str = ""
    audio_first: bool = False

    @property
    def shown(self) -> Fraction:
        """Width/height of the picture as it must look."""
        return self.width * self.aspect / self.height

    def launch(self) -> str:
        """GstRtspServer's pipeline; the video comes out of an appsrc called `source`."""
        caps, payload = _CAPS[self.codec]
        video, audio = ("pay1", "pay0") if self.audio_first else ("pay0", "pay1")
        number = "" if self.codec == "mjpeg" else " pt=96"
        line = (
            f"appsrc name=source format=time max-buffers=4 max-bytes=0 caps={caps},framerate={RATE}"
            f",width={self.width},height={self.height} ! {payload} name={video}{number}"
        )
        return f"( {line} {_AUDIO[self.audio].format(audio) if self.audio else ''} )"

    def make(self, street: Path, folder: Path) -> Path:
        """Encode into `folder` (once), with the index beside it; returns a file that decodes to the loop."""
        stream = folder / f"{self.name}.{_SUFFIX[self.codec]}"
        if stream.exists():
            return stream
        marks = f"scale={self.width}:{self.height}:flags=area:out_color_matrix=bt{self.matrix}"
        marks += f":out_range={'pc' if self.full else 'tv'},setsar={self.aspect},format={self.pixels}"
        unmarked = "matrix_coefficients=2:colour_primaries=2:transfer_characteristics=2"
        filters = ["-bsf:v", f"{self.codec}_metadata={unmarked}"] if self.unmarked else []
        command = f"ffmpeg -y -loglevel error -ss 4 -i {street} -an -frames:v {PICTURES} -r {RATE}"
        temporary = folder / f"{self.name}.part.{_SUFFIX[self.codec]}"
        subprocess.run(
            [*command.split(), "-vf", marks, *self.encoding.split(), *filters, str(temporary)],
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        self._index(temporary, folder)
        return temporary.rename(stream)

    def _index(self, temporary: Path, folder: Path) -> None:
        """The pictures as a server sends them, and when each is decoded and shown."""
        step = round(_SECOND / RATE)
        with av.open(str(temporary)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
        assert len(packets) == PICTURES
        units = []
        for place, packet in enumerate(packets):
            later = 0
            if packet.pts is not None and packet.dts is not None and packet.time_base:
                later = round((packet.pts - packet.dts) * packet.time_base * RATE)
            units.append([packet.size, (place + later) * step, place * step])
        sent = folder / f"{self.name}.sent"
        sent.write_bytes(b"".join(bytes(packet) for packet in packets))
        index = {"file": str(sent), "units": units, "duration": len(units) * step}
        self.index(folder).write_text(json.dumps(index), encoding="utf-8")

    def index(self, folder: Path) -> Path:
        """Where the server finds the loop once it is made."""
        return folder / f"{self.name}.json"


def _h264(name: str, more: str = "", **facts: object) -> Clip:
    return Clip(name, "h264", f"{_H264} {more}", **facts)  # type: ignore[arg-type]


def _h265(name: str, more: str = "", **facts: object) -> Clip:
    return Clip(name, "hevc", f"{_H265} {more}", **facts)  # type: ignore[arg-type]


_MARK_709 = "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
_WIDE_PIXELS = Fraction(64, 45)
"""What makes 16:9 of 360 x 288."""

CLIPS: dict[str, Clip] = {
    clip.name: clip
    for clip in (
        _h264("h264", unmarked=True),
        _h264("h264-large", width=1280, height=720, matrix="709", unmarked=True),
        _h264("h264-small", width=320, height=180),
        _h264("h264-709", _MARK_709, matrix="709"),
        _h264("h264-full", "-color_range pc", full=True, pixels="yuvj420p"),
        _h264("h264-cropped", width=322, height=178),
        _h264("h264-odd-444", width=321, height=179, pixels="yuv444p"),
        _h264("h264-422", pixels="yuv422p"),
        _h264("h264-444", pixels="yuv444p"),
        _h264("h264-10bit", pixels="yuv420p10le"),
        _h264("h264-422-10bit", pixels="yuv422p10le"),
        _h264("h264-grey", pixels="gray"),
        _h264("h264-wide-pixels", width=360, height=288, aspect=_WIDE_PIXELS),
        _h264("h264-tall-pixels", width=640, height=180, aspect=Fraction(1, 2)),
        _h264("h264-interlaced", "-flags +ildct+ilme -x264-params tff=1", height=352, interlaced=True),
        _h264("h264-b-pictures", "-bf 2 -x264-params b-pyramid=none:b-adapt=0"),
        _h264("h264-aac", audio="aac"),
        _h264("h264-pcmu", audio="pcmu"),
        _h264("pcmu-h264", audio="pcmu", audio_first=True),
        _h265("h265"),
        _h265("h265-10bit", pixels="yuv420p10le"),
        _h265("h265-422-10bit", pixels="yuv422p10le"),
        _h265("h265-full", "-color_range pc", full=True, pixels="yuvj420p"),
        _h265("h265-wide-pixels", width=360, height=288, aspect=_WIDE_PIXELS),
        _h265("h265-cropped", width=322, height=178),
        Clip("mjpeg", "mjpeg", _JPEG, full=True, pixels="yuvj420p"),
    )
}
