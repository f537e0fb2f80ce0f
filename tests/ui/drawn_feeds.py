"""Feeds for the wall's tests: real rings, written through RingWriter with pictures made here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, SessionFacts
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingWriter, stride_of
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import CameraView, Demand

Pixels = NDArray[np.uint8]
"""Height x width x 4: blue, green, red, nothing."""


def plain(width: int, height: int, blue: int, green: int, red: int) -> Pixels:
    """A picture of one colour."""
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (blue, green, red, 255)
    return pixels


def pattern(width: int, height: int) -> Pixels:
    """A picture whose every pixel tells where it is: blue = x, green = y, red = both, modulo 256."""
    y, x = np.mgrid[0:height, 0:width]
    both = (x // 256 * 16 + y // 256) % 256
    return np.dstack([x % 256, y % 256, both, np.full_like(x, 255)]).astype(np.uint8)


@dataclass
class DrawnCamera:
    """One camera's ring and facts."""

    ring: Ring
    writer: RingWriter
    view: CameraView


class DrawnFeeds:
    """Feeds of the wall that a test draws by hand."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.cameras: dict[str, DrawnCamera] = {}
        self.wanted: list[tuple[Demand, ...]] = []
        self.retried: list[str] = []

    # What the wall asks

    def want(self, demands: tuple[Demand, ...]) -> None:
        self.wanted.append(demands)

    def view(self, camera: str) -> CameraView | None:
        drawn = self.cameras.get(camera)
        return drawn.view if drawn is not None else None

    def retry(self, camera: str) -> None:
        self.retried.append(camera)

    # What the test does

    def open(self, camera: str, width: int = 480, height: int = 270) -> DrawnCamera:
        """A camera that plays and has given no picture yet."""
        ring = Ring.create(width, height)
        session = SessionFacts(Phase.PLAYING, self.clock.monotonic_ns(), ever_pictured=True)
        stats = FeedStats(size=(width, height), codec="h264", received_fps=25.0)
        view = CameraView(camera, session, (ring,), StreamKind.SUB, stats)
        drawn = self.cameras[camera] = DrawnCamera(ring, RingWriter(ring), view)
        return drawn

    @staticmethod
    def with_rings(view: CameraView, rings: tuple[Ring, ...]) -> CameraView:
        """The same facts with other rings."""
        return replace(view, rings=rings)

    def draw(
        self,
        camera: str,
        pixels: Pixels,
        *,
        age_s: float = 0.0,
        interval_s: float = 0.04,
        frozen_s: float = 0.0,
        arrived_s: float | None = None,
    ) -> None:
        """Publish a picture that was taken `age_s` ago, arrived `arrived_s` ago, unchanged for `frozen_s`."""
        height, width = pixels.shape[:2]
        drawn = self.cameras.get(camera) or self.open(camera, width, height)
        index = drawn.writer.begin()
        stride = stride_of(width)
        rows = np.frombuffer(drawn.ring.pixels[index], np.uint8)[: stride * height].reshape(height, stride)
        rows[:, : width * 4] = pixels.reshape(height, width * 4)
        now = self.clock.monotonic_ns()
        arrival = now - round((age_s if arrived_s is None else arrived_s) * SECOND)
        drawn.writer.commit(
            index,
            PictureHeader(
                sequence=0,
                width=width,
                height=height,
                stride=stride,
                pts_us=0,
                arrival_ns=arrival,
                capture_ns=now - round(age_s * SECOND),
                interval_ns=round(interval_s * SECOND),
                frozen_since_ns=now - round(frozen_s * SECOND) if frozen_s else 0,
                published_ns=arrival,
            ),
        )

    def session(
        self,
        camera: str,
        phase: Phase,
        cause: Cause | None = None,
        *,
        since_s: float = 0.0,
        retry_in_s: float | None = None,
        ever: bool = True,
    ) -> None:
        """The session's facts changed; rings stay as they are."""
        now = self.clock.monotonic_ns()
        facts = SessionFacts(
            phase,
            now - round(since_s * SECOND),
            Fault(cause, camera) if cause is not None else None,
            None if retry_in_s is None else now + round(retry_in_s * SECOND),
            ever_pictured=ever,
        )
        drawn = self.cameras.get(camera) or self.open(camera)
        drawn.view = replace(drawn.view, session=facts)
