"""The peers: other programs that put the same feeds on the same screen, each in its best known form.

All take RTP over TCP, decode in software with one codec thread per feed and the full loop filter, and are
given the grid that our tiles have. What a peer is started with stands in its `settings`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from tests.bench.contestant import Contestant
from tests.bench.pixels import grid_places
from tests.bench.program import Program
from tests.bench.xserver import XServer

_DEPAY = {
    "h264": "rtph264depay ! h264parse ! avdec_h264 max-threads=1",
    "h265": "rtph265depay ! h265parse ! avdec_h265 max-threads=1",
    "mjpeg": "rtpjpegdepay ! jpegdec",
}
_RENDERED = re.compile(r"rendered: (\d+), dropped: (\d+)")


class GStreamer(Contestant):
    """One gst-launch-1.0: everything decoded and composed in one process."""

    name = "gstreamer"
    resampler = "linear"
    settings = (
        "gst-launch-1.0: rtspsrc latency=50 protocols=tcp, avdec max-threads=1, compositor to I420 with the"
        " multi-tap linear resampler (nearest to our area averaging), one videoconvert, ximagesink"
    )

    @classmethod
    def missing(cls) -> str:
        """gst-launch-1.0 and its elements."""
        if shutil.which("gst-launch-1.0") is None:
            return "gst-launch-1.0 is not installed"
        for element in ("rtspsrc", "avdec_h264", "compositor", "ximagesink", "fpsdisplaysink"):
            answer = subprocess.run(["gst-inspect-1.0", element], capture_output=True, check=False)
            if answer.returncode != 0:
                return f"GStreamer's {element} is not installed"
        return ""

    def start(self, x: XServer) -> None:
        """One pipeline."""
        places = grid_places(self.columns, self.rows, x.width, x.height)
        words = ["gst-launch-1.0", "-v", "compositor", "name=c", "background=black"]
        config = "GstVideoConverter,GstVideoConverter.resampler-method=(GstVideoResamplerMethod)"
        for number, place in enumerate(places[: len(self.feeds)]):
            pad = f"sink_{number}::"
            words += [f"{pad}xpos={place.x}", f"{pad}ypos={place.y}", f"{pad}width={place.width}"]
            words += [f"{pad}height={place.height}", f"{pad}converter-config={config}{self.resampler}"]
        size = f"width={x.width},height={x.height},colorimetry=bt601"
        caps = f"video/x-raw,format=I420,{size},framerate={self.plan.fps}/1"
        words += ["!", caps, "!", "videoconvert", "!"]
        words += ["fpsdisplaysink", "video-sink=ximagesink", "text-overlay=false", "silent=false"]
        for number, feed in enumerate(self.feeds):
            words += ["rtspsrc", f"location={feed.url}", "latency=50", "protocols=tcp", "!"]
            words += [*_DEPAY[self.plan.codec].split(), "!", f"c.sink_{number}"]
        self.programs = [Program("gst-launch-1.0", words, env=x.environment())]

    def _rendered(self) -> tuple[int, int]:
        found = _RENDERED.findall(self.programs[0].output())
        return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)

    def begin_window(self) -> None:
        """The sink's counters."""
        self._before = self._rendered()

    def end_window(self, seconds: float) -> dict[str, Any]:
        """Pictures of the whole wall rendered and dropped by the sink; an input's losses it does not tell."""
        rendered, dropped = (now - then for now, then in zip(self._rendered(), self._before, strict=True))
        return {"own_fps": round(rendered / seconds, 2), "own_dropped": dropped}


class GStreamerNearest(GStreamer):
    """The same with nearest-neighbour scaling: the cheapest that GStreamer can do, at lower quality."""

    name = "gstreamer-nearest"
    resampler = "nearest"
    settings = GStreamer.settings.replace(
        "multi-tap linear resampler (nearest to our area averaging)", "nearest-neighbour resampler"
    )


class Mpv(Contestant):
    """One mpv per feed."""

    name = "mpv"
    settings = (
        "one mpv per feed: --vo=x11 --profile=low-latency,sw-fast (one decoder thread, bilinear software"
        " scaling) --hwdec=no --rtsp-transport=tcp"
    )
    options: ClassVar[list[str]] = [
        "--no-config",
        "--vo=x11",
        "--profile=low-latency",
        "--profile=sw-fast",
        "--hwdec=no",
        "--rtsp-transport=tcp",
        "--no-audio",
        "--no-osc",
        "--osd-level=0",
        "--no-border",
        "--no-input-default-bindings",
        "--force-window-position",
        "--no-keepaspect-window",
        "--load-scripts=no",
        "--no-terminal",
    ]

    @classmethod
    def missing(cls) -> str:
        """mpv."""
        return "" if shutil.which("mpv") else "mpv is not installed"

    def start(self, x: XServer) -> None:
        """One process per feed."""
        places = self.places(x) or []
        for feed, place in zip(self.feeds, places, strict=True):
            words = ["mpv", *self.options, f"--input-ipc-server={self._socket(feed.number)}"]
            words += [f"--geometry={place.width}x{place.height}+{place.x}+{place.y}", feed.url]
            self.programs.append(Program(f"mpv {feed.id}", words, env=x.environment()))

    def _socket(self, number: int) -> str:
        return str(self.folder / f"mpv-{number}")

    def _property(self, number: int, name: str) -> float | None:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(2)
            try:
                link.connect(self._socket(number))
                link.sendall(json.dumps({"command": ["get_property", name]}).encode() + b"\n")
                for line in link.makefile("r"):
                    answer = json.loads(line)
                    if "error" in answer:
                        data = answer.get("data")
                        return None if data is None else float(data)
            except OSError:
                return None
        return None

    def _drops(self) -> list[float]:
        names = ("frame-drop-count", "decoder-frame-drop-count")
        return [sum(self._property(feed.number, name) or 0 for name in names) for feed in self.feeds]

    def begin_window(self) -> None:
        """Each one's drop counts."""
        self._before = self._drops()

    def end_window(self, seconds: float) -> dict[str, Any]:
        """Pictures per second that reached each output: what its filters gave less what was dropped."""
        lost = [now - then for now, then in zip(self._drops(), self._before, strict=True)]
        given = [self._property(feed.number, "estimated-vf-fps") for feed in self.feeds]
        pairs = zip(given, lost, strict=True)
        own = [round(fps - less / seconds, 2) for fps, less in pairs if fps is not None]
        return {"own_fps": own, "own_dropped": sum(lost)}


class QtPlayer(Contestant):
    """One QMediaPlayer and QVideoWidget per feed, all in one process and window."""

    name = "qmediaplayer"
    settings = (
        "one QMediaPlayer + QVideoWidget per feed in one process, low-latency playback intent, FFmpeg"
        " backend, software decoding, widgets without OpenGL"
    )
    python = os.environ.get("BENCH_QT_PYTHON", sys.executable)

    @classmethod
    def missing(cls) -> str:
        """PySide6's QtMultimedia, in the Python named by BENCH_QT_PYTHON or in this one."""
        if cls.python == sys.executable:
            found = importlib.util.find_spec("PySide6.QtMultimediaWidgets") is not None
        else:
            test = [cls.python, "-c", "import PySide6.QtMultimediaWidgets"]
            found = subprocess.run(test, capture_output=True, check=False).returncode == 0
        why = "PySide6-Addons (QtMultimedia) is not installed; BENCH_QT_PYTHON may name a Python that has it"
        return "" if found else why

    def start(self, x: XServer) -> None:
        """One process."""
        spec = self.folder / "qt.json"
        places = self.places(x) or []
        rows = [[p.x, p.y, p.width, p.height] for p in places]
        spec.write_text(json.dumps({"urls": [feed.url for feed in self.feeds], "places": rows}))
        more = {"QT_QPA_PLATFORM": "xcb", "QT_XCB_GL_INTEGRATION": "none", "QT_MEDIA_BACKEND": "ffmpeg"}
        more |= {"QT_FFMPEG_DECODING_HW_DEVICE_TYPES": ",", "QT_LOGGING_RULES": "*=false"}
        script = Path(__file__).with_name("qt_player.py")
        words = [self.python, str(script), str(spec)]
        self.programs = [Program("qmediaplayer", words, env=x.environment(**more))]

    def _counted(self) -> dict[str, Any]:
        lines = self.programs[0].json_lines()
        return lines[-1] if lines else {"ns": 0, "shown": [0] * len(self.feeds)}

    def begin_window(self) -> None:
        """The sinks' counters."""
        self._before = self._counted()

    def end_window(self, seconds: float) -> dict[str, Any]:
        """Pictures that each sink was given."""
        return {"own_fps": rates(self._before, self._counted())}


class Floor(Contestant):
    """PyAV alone: what decoding costs before anything is shown."""

    name = "floor"
    settings = (
        "PyAV, all feeds in one process, one thread each, one codec thread, full loop filter;"
        " bound by the interpreter's lock when there are many"
    )
    paints = False

    def start(self, x: XServer) -> None:
        """One process, which needs no screen."""
        spec = self.folder / "floor.json"
        spec.write_text(json.dumps({"urls": [feed.url for feed in self.feeds]}))
        words = [sys.executable, "-m", "tests.bench.floor", str(spec)]
        self.programs = [Program("floor", words, env=x.environment())]

    def _counted(self) -> dict[str, Any]:
        lines = self.programs[0].json_lines()
        return lines[-1] if lines else {"ns": 0, "shown": [0] * len(self.feeds)}

    def ready(self) -> bool:
        """Every feed has given a picture."""
        return all(self._counted()["shown"])

    def begin_window(self) -> None:
        """Its counters."""
        self._before = self._counted()

    def end_window(self, seconds: float) -> dict[str, Any]:
        """Pictures decoded; with many feeds the interpreter's lock holds them back."""
        return {"own_fps": rates(self._before, self._counted())}


def rates(before: dict[str, Any], after: dict[str, Any]) -> list[float]:
    """Pictures per second per feed between two counter lines."""
    seconds = (after["ns"] - before["ns"]) / 1e9
    pairs = zip(after["shown"], before["shown"], strict=True)
    return [round((now - then) / seconds, 2) if seconds > 0 else 0.0 for now, then in pairs]


PEERS: dict[str, type[Contestant]] = {
    peer.name: peer for peer in (Floor, GStreamer, GStreamerNearest, Mpv, QtPlayer)
}
