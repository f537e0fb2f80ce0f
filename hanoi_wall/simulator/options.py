"""What `hanoi-wall simulate` was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from hanoi_wall.simulator.reel import Codec
from hanoi_wall.simulator.rtp_jpeg import LARGEST_SIDE

HOST = "127.0.0.1"
MOST_CAMERAS = 512
LONGEST_S = 10_000_000


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """Everything the simulator can be told at its start.

    port, control_port: 0 = any free port; port_each: every camera on a port of its own (port, port + 1, …);
    seconds: None = until a signal; user, password: Digest is asked for when user is not empty;
    size, sub_size: even pixels; fps: pictures per second; gop_s: seconds between key frames;
    loop_s: seconds until the scene repeats; cache: folder of encoded loops, None = the platform's own;
    with_parent: end when the starting process ends, which has this pid (0: whichever it is), None: do not;
    wait_for_all: announce cameras only when main streams are encoded too (else they are encoded behind the
    scenes, or when first asked for).
    """

    cameras: int = 16
    port: int = 0
    control_port: int = 0
    seconds: float | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    size: tuple[int, int] = (1280, 720)
    sub_size: tuple[int, int] = (640, 360)
    fps: Fraction = Fraction(25)
    codec: Codec = Codec.H264
    gop_s: float = 1.0
    loop_s: float = 10.0
    cache: Path | None = None
    with_parent: int | None = None
    port_each: bool = False
    wait_for_all: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.cameras <= MOST_CAMERAS:
            raise ValueError(f"cameras must be 1..{MOST_CAMERAS}, not {self.cameras}")
        most = 65_535 - (self.cameras if self.port_each else 0)
        if not 0 <= self.port <= most or not 0 <= self.control_port <= 65_535:
            raise ValueError(f"ports must be 0..{most}")
        for name, (width, height) in (("size", self.size), ("sub size", self.sub_size)):
            if width % 2 or height % 2 or not 160 <= width <= 3840 or not 90 <= height <= 2160:
                raise ValueError(f"{name} must be even and 160x90..3840x2160, not {width}x{height}")
            if self.codec is Codec.MJPEG and (width % 8 or height % 8 or max(width, height) > LARGEST_SIDE):
                wanted = f"divisible by 8 and at most {LARGEST_SIDE} wide and high"
                raise ValueError(f"{name} must be {wanted} for mjpeg, not {width}x{height}")
        if self.seconds is not None and not 0 < self.seconds <= LONGEST_S:
            raise ValueError(f"seconds must be above 0 and at most {LONGEST_S}, not {self.seconds:g}")
        if not 1 <= self.fps <= 60:
            raise ValueError(f"fps must be 1..60, not {float(self.fps):g}")
        if not 1 <= self.loop_s <= 60 or not 0 < self.gop_s <= self.loop_s:
            raise ValueError("loop must be 1..60 s and hold at least one group of pictures")

    @property
    def gop(self) -> int:
        """Pictures from one key frame to the next."""
        return max(1, round(self.gop_s * self.fps))

    @property
    def loop(self) -> int:
        """Pictures of one loop: whole groups, so that the seam is a key frame like any other."""
        return max(1, round(self.loop_s * self.fps / self.gop)) * self.gop
