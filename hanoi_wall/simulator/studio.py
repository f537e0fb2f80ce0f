"""The studio: a child process that draws and encodes loops, one job after another, until its input ends.

Each line of standard input is a job (JSON), each line of standard output says how it went. Main thread only.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

from hanoi_wall.simulator import process_life
from hanoi_wall.simulator.mark import Mark, Pixels, luma_strip
from hanoi_wall.simulator.reel import Codec, write_reel

PATIENT = b"~"
"""Before a job that nobody waits for yet."""
REMEDY = "pip install 'hanoi-wall[simulator]'"
SCENE_VERSION = 2
"""Part of every loop's file name: raise it when the drawing or the encoding changes."""


@dataclass(frozen=True, slots=True)
class ReelJob:
    """One loop to be made.

    camera: number in the mark; name: burnt in; width, height: pixels; rate: the camera's pictures per second;
    loop: pictures per loop at that rate; gop: pictures per key frame; shown_rate: pictures per second of this
    loop where it differs from the camera's; still: number of the only picture shown, or -1; black: nothing.
    """

    camera: int
    name: str
    codec: Codec
    width: int
    height: int
    rate: Fraction
    loop: int
    gop: int
    shown_rate: Fraction | None = None
    still: int = -1
    black: bool = False

    @property
    def pictures(self) -> int:
        """How many pictures the encoded loop has."""
        if self.still >= 0 or self.black:
            return self.gop
        if self.shown_rate is None:
            return self.loop
        return max(1, round(self.loop * self.shown_rate / self.rate))

    def frame(self, picture: int) -> int:
        """The number in the mark of the loop's `picture`-th picture."""
        if self.still >= 0:
            return self.still
        if self.shown_rate is None:
            return picture
        return round(picture * self.rate / self.shown_rate) % self.loop

    @property
    def group(self) -> int:
        """Pictures per key frame of the encoded loop; slow loops have every picture as a key frame."""
        return self.gop if self.shown_rate is None else 1

    def to_json(self) -> str:
        """One line."""
        facts = asdict(self)
        facts["rate"] = str(self.rate)
        facts["shown_rate"] = str(self.shown_rate) if self.shown_rate is not None else None
        return json.dumps(facts, sort_keys=True)

    @classmethod
    def from_json(cls, line: str) -> ReelJob:
        """The job in a line of to_json."""
        facts = json.loads(line)
        facts["codec"] = Codec(facts["codec"])
        facts["rate"] = Fraction(facts["rate"])
        if facts["shown_rate"] is not None:
            facts["shown_rate"] = Fraction(facts["shown_rate"])
        return cls(**facts)

    @property
    def file_name(self) -> str:
        """The name of the loop's file: everything that shapes its content is in it."""
        digest = hashlib.sha256(f"{SCENE_VERSION}\n{self.to_json()}".encode()).hexdigest()
        return f"{self.camera:03d}-{self.width}x{self.height}-{digest[:24]}.reel"


def make_reel(job: ReelJob, path: Path) -> None:
    """Draw, encode and write the loop. Raises ClipError and OSError."""
    from hanoi_wall.simulator.rtp import is_needless, split_annex_b
    from hanoi_wall.video.clip import Encoding, encode

    rate = job.shown_rate or job.rate
    how = Encoding(job.codec.value, job.width, job.height, rate, job.group)

    def finished() -> Iterator[tuple[int, bool, list[bytes]]]:
        for picture, access in enumerate(encode(pictures(job), how)):
            nals = [access.data]
            if job.codec is not Codec.MJPEG:
                nals = [nal for nal in split_annex_b(access.data) if not is_needless(job.codec, nal)]
            yield job.frame(picture), access.key, nals

    write_reel(path, job.codec, (job.width, job.height), how.rate, finished())


def pictures(job: ReelJob) -> Iterator[Pixels]:
    """The loop's pictures, planar YUV 4:2:0 as clip.encode takes them; the array is reused."""
    from hanoi_wall.simulator.scene.picture import Scene
    from hanoi_wall.video.clip import is_bt709

    length = float(job.loop / job.rate)
    bt709 = is_bt709(job.height, job.codec.value)
    scene = Scene(job.camera, job.name, job.width, job.height, length, bt709)
    for picture in range(job.pictures):
        frame = job.frame(picture)
        drawn = scene.black() if job.black else scene.picture(float(frame / job.rate))
        strip = luma_strip(Mark(job.camera, frame), job.width, job.height)
        drawn[job.height - strip.shape[0] : job.height] = strip
        chroma = drawn[job.height :].reshape(2, job.height // 2, job.width // 2)
        chroma[:, (job.height - strip.shape[0]) // 2 :] = 128
        yield drawn


def in_words(error: Exception) -> str:
    """What went wrong with a loop, in one line for whoever started the simulator."""
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "PIL":
        missing = isinstance(error, ModuleNotFoundError)
        return f"Pillow, which draws them, {'is missing' if missing else 'cannot be loaded'}: {REMEDY}"
    return f"{type(error).__name__}: {error}"


def main() -> int:
    """Work through the jobs on standard input; 0 at its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process_life.end_with_parent()
    os.nice(5)
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        if line.startswith(PATIENT.decode()):
            os.nice(19)
        job = ReelJob.from_json(line.removeprefix(PATIENT.decode()))
        result: dict[str, str] = {}
        try:
            make_reel(job, folder / job.file_name)
        except Exception as error:
            # Whatever went wrong with one loop must reach the simulator as words, not end the studio.
            result["error"] = in_words(error)
        print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
