"""Where the pictures come from: the product's own simulator, or GstRtspServer with the same bytes.

Both serve one stream per feed on loopback, whose every picture carries its camera and number as a mark.
What a source costs is charged to nobody.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from hanoi_wall.simulator.reel import Codec, Reel, open_reel
from hanoi_wall.simulator.studio import ReelJob, make_reel
from tests.bench.program import Program, wait_until

START_S = 300.0
"""Longest wait for a source: the first time it must draw and encode its loops."""
_START_CODE = b"\x00\x00\x00\x01"


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """What is to be served. codec: `h264`, `h265` or `mjpeg`; fps: pictures per second; loop_s: until it
    repeats."""

    feeds: int
    width: int
    height: int
    codec: str = "h264"
    fps: int = 25
    loop_s: int = 12


@dataclass(frozen=True, slots=True)
class Feed:
    """One served stream. id: of its camera; number: in its mark; url: without credentials."""

    id: str
    number: int
    url: str


class Source(Protocol):
    """Something that serves feeds until it is left."""

    name: str
    feeds: list[Feed]

    def __enter__(self) -> Source: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def roots(self) -> list[int]:
        """The processes that serve."""
        ...

    def sent_ns(self, feed: Feed, frame: int) -> int | None:
        """Monotonic ns at which the last byte of that frame was last written, None where nobody knows."""
        ...


class Simulator:
    """`hanoi_wall simulate` as a child process, and its control port."""

    def __init__(self, cameras: int, *options: str) -> None:
        """options: further words of the command line."""
        self.name = "hanoi-wall simulate"
        self._words = [sys.executable, "-m", "hanoi_wall.simulator", "--cameras", str(cameras)]
        self._words += ["--with-parent", *options]
        self._cameras = cameras
        self._program: Program | None = None
        self.control_url = ""
        self.lines: list[dict[str, Any]] = []
        self.feeds: list[Feed] = []

    @classmethod
    def of_plan(cls, plan: FeedPlan, cache: Path | None = None) -> Simulator:
        """One camera per feed; main and sub stream are the same size, clients are given the main stream."""
        size = f"{plan.width}x{plan.height}"
        words = ["--size", size, "--sub-size", size, "--codec", plan.codec, "--fps", str(plan.fps)]
        if cache is not None:
            words += ["--cache", str(cache)]
        return cls(plan.feeds, *words, "--loop-s", str(plan.loop_s), "--wait-for-all")

    def __enter__(self) -> Simulator:
        self._program = Program("simulator", self._words)
        try:
            wait_until(self._announced, START_S, "the simulator's cameras", every=0.1)
        except BaseException:
            self._program.end()
            raise
        first, *cameras = self._program.json_lines()
        self.control_url = first["control_url"].rstrip("/")
        self.lines = cameras[: self._cameras]
        self.feeds = [Feed(line["id"], n, line["main_url"]) for n, line in enumerate(self.lines)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._program is not None:
            self._program.end()

    def _announced(self) -> bool:
        assert self._program is not None
        self._program.need_running()
        return len(self._program.json_lines()) > self._cameras

    def roots(self) -> list[int]:
        """Its process."""
        return [self._program.pid] if self._program is not None else []

    def ask(self, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Any:
        """The control port's JSON answer (None for an empty one); raises urllib's HTTPError."""
        request = urllib.request.Request(
            f"{self.control_url}{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def fault(self, camera: str, kind: str, for_s: float, **more: Any) -> Any:
        """Let a camera fail for that long."""
        return self.ask("/faults", "POST", {"camera": camera, "kind": kind, "for_s": for_s, **more})

    def sent_ns(self, feed: Feed, frame: int) -> int | None:
        """Monotonic ns at which the last byte of that frame was last written, None when it is not known."""
        return self._moment(feed, frame, "monotonic_ns")

    def taken_ns(self, feed: Feed, frame: int) -> int | None:
        """Monotonic ns at which the camera took that frame last, None when it is not known."""
        return self._moment(feed, frame, "taken_ns")

    def _moment(self, feed: Feed, frame: int, which: str) -> int | None:
        asked = urllib.parse.urlencode({"camera": feed.id, "frame": frame, "stream": "main"})
        try:
            answer = self.ask(f"/sent?{asked}")
        except urllib.error.HTTPError:
            return None
        return int(answer[which])


def annex_b(reel: Reel) -> bytes:
    """A reel as an elementary stream that anybody can play."""
    return b"".join(_START_CODE + bytes(nal) for unit in reel.units for nal in unit.nals)


class GstServer:
    """GstRtspServer, run by the system's Python, looping the simulator's own pictures."""

    def __init__(self, plan: FeedPlan, python: str = "/usr/bin/python3") -> None:
        self.name = "GstRtspServer"
        self._plan, self._python = plan, python
        self._folder = Path(tempfile.mkdtemp(prefix="bench-clips-"))
        self._program: Program | None = None
        self.feeds: list[Feed] = []

    @staticmethod
    def missing(python: str = "/usr/bin/python3") -> str:
        """Why it cannot run here, or an empty string."""
        test = "import gi; gi.require_version('GstRtspServer','1.0'); from gi.repository import GstRtspServer"
        answer = subprocess.run([python, "-c", test], capture_output=True, text=True, check=False)
        return "" if answer.returncode == 0 else f"{python} has no GstRtspServer"

    def clip(self, number: int) -> Path:
        """The elementary stream of one feed."""
        return self._folder / f"{number}.{self._plan.codec}"

    def __enter__(self) -> GstServer:
        try:
            self._serve()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _serve(self) -> None:
        """Make the clips, start the server, learn its port."""
        clips = []
        for number in range(self._plan.feeds):
            self._make_clip(number)
            clip = {"path": f"/c{number}", "file": str(self.clip(number)), "codec": self._plan.codec}
            clips.append({**clip, "fps": self._plan.fps})
        spec = self._folder / "spec.json"
        spec.write_text(json.dumps({"clips": clips}))
        script = Path(__file__).with_name("gst_server.py")
        self._program = Program("GstRtspServer", [self._python, str(script), str(spec)])
        wait_until(self._announced, 30, "GstRtspServer's port")
        port = self._program.json_lines()[0]["port"]
        self.feeds = [
            Feed(f"cam-{n + 1:02d}", n, f"rtsp://127.0.0.1:{port}/c{n}") for n in range(self._plan.feeds)
        ]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._program is not None:
            self._program.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _announced(self) -> bool:
        assert self._program is not None
        self._program.need_running()
        return bool(self._program.json_lines())

    def roots(self) -> list[int]:
        """Its process."""
        return [self._program.pid] if self._program is not None else []

    def _make_clip(self, number: int) -> None:
        plan = self._plan
        job = ReelJob(
            camera=number,
            name=f"{number + 1}",
            codec=Codec(plan.codec),
            width=plan.width,
            height=plan.height,
            rate=Fraction(plan.fps),
            loop=plan.fps * plan.loop_s,
            gop=plan.fps,
        )
        reel_file = self._folder / "clip.reel"
        make_reel(job, reel_file)
        self.clip(number).write_bytes(annex_b(open_reel(reel_file)))
        reel_file.unlink()

    def sent_ns(self, feed: Feed, frame: int) -> int | None:
        """Nobody knows: each client has a loop of its own."""
        return None
