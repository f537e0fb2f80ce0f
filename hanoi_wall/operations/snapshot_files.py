"""Snapshots onto the disk: PNG, hashes, the card and its signature, written whole and never over another.

Thread `evidence`, begun with the first snapshot. What goes wrong is an outcome, told once for each try: the
wall goes on. A snapshot that cannot be written in full leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import pwd
import queue
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hanoi_wall import __version__, threads
from hanoi_wall.evidence import card as cards
from hanoi_wall.evidence import names
from hanoi_wall.operations.snapshot import Outcome, Pixels, Snapshot, StreamPicture, Trouble
from hanoi_wall.operations.workstation import clock_state
from hanoi_wall.operations.workstation_key import WorkstationKey
from hanoi_wall.settings.folders import FolderError, Folders, make
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.writing import lacks_room, write_whole

log = logging.getLogger(__name__)

KEY_S = 3.0
"""How long a snapshot waits for the key store."""
END_S = 1.0
MOST_OF_A_NAME = 1000
"""Snapshots of one camera in one millisecond: beyond this something else is wrong."""


class SnapshotFiles:
    """Writes snapshots into one folder. Main thread, but for `_run`."""

    def __init__(self, folder: Path, key: WorkstationKey) -> None:
        self._folder, self._key = folder, key
        self._jobs: queue.SimpleQueue[Snapshot | None] = queue.SimpleQueue()
        # Both appends and popleft of a deque are atomic: no lock.
        self._done: deque[Outcome] = deque()
        self._join: Callable[[float], None] | None = None

    def put(self, snapshot: Snapshot) -> None:
        """Write it, soon."""
        self._jobs.put(snapshot)
        if self._join is None:
            self._join = threads.spawn("evidence", self._run).join

    def done(self) -> tuple[Outcome, ...]:
        """What has become of those that were put, each once."""
        return tuple(self._done.popleft() for _ in range(len(self._done)))

    def close(self) -> None:
        """Write what was put and end; a disk that hangs is not waited for. Safe to call twice."""
        if self._join is not None:
            self._jobs.put(None)
            self._join(END_S)
        self._key.close()

    # Thread `evidence`

    def _run(self) -> None:
        while self._write_next():
            pass

    def _write_next(self) -> bool:
        """Wait for a snapshot and write it; False: none will come. Holds no pixels while it waits."""
        snapshot = self._jobs.get()
        if snapshot is None:
            return False
        outcome = self._save(snapshot)
        if outcome.card:
            log.info("snapshot of camera %s: %s", snapshot.seen.camera.id, outcome.card)
        self._done.append(outcome)
        return True

    def _save(self, snapshot: Snapshot) -> Outcome:
        try:
            return self._write(snapshot)
        except FolderError as error:
            log.warning("a snapshot is not saved: %s", error)
            return Outcome(snapshot, "", Trouble.DISK_FULL if error.no_room else Trouble.NOT_WRITABLE)
        except OSError as error:
            log.warning("a snapshot is not saved in %s: %s", self._folder, error.strerror)
            return Outcome(snapshot, "", Trouble.DISK_FULL if lacks_room(error) else Trouble.NOT_WRITABLE)
        except Exception:
            # The operator must hear of it, and the next snapshot may fare better.
            log.exception("a snapshot is not saved: a bug")
            return Outcome(snapshot, "", Trouble.FAILED)

    def _write(self, snapshot: Snapshot) -> Outcome:
        """Raises OSError or FolderError; nothing of the snapshot is left then."""
        seen, best = snapshot.seen, snapshot.best
        pictures: dict[str, bytes] = {f".tile{names.PICTURE}": png(seen.painted)}
        if best is not None:
            pictures[f".{best.stream}{names.PICTURE}"] = png(best.pixels)
        make(self._folder)
        stem = self._free_stem(snapshot, (*pictures, names.CARD))
        made = card_of(snapshot, {stem + ending: data for ending, data in pictures.items()})
        signer = self._key.get(KEY_S)
        if signer is not None:
            made = cards.signed(made, signer)
        text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        files = {stem + ending: data for ending, data in (*pictures.items(), (names.CARD, text.encode()))}
        self._write_all(files)
        return Outcome(snapshot, stem + names.CARD, None if signer is not None else Trouble.UNSIGNED)

    def _free_stem(self, snapshot: Snapshot, endings: tuple[str, ...]) -> str:
        """A name that no file here has yet."""
        camera = snapshot.seen.camera
        taken = cards.local(snapshot.of_ns)
        name = names.stem(camera.owner, camera.name or camera.id, taken, None)
        for number in range(1, MOST_OF_A_NAME):
            stem = name if number == 1 else f"{name}_{number}"
            if not any(os.path.lexists(self._folder / (stem + ending)) for ending in endings):
                return stem
        raise FolderError(f"{self._folder} holds {MOST_OF_A_NAME} snapshots called {name}")

    def _write_all(self, files: Mapping[str, bytes]) -> None:
        """The card last: a card whose pictures are not there yet would be a lie."""
        written: list[Path] = []
        try:
            for name, data in files.items():
                write_whole(self._folder / name, data, replace=False)
                written.append(self._folder / name)
        except OSError:
            for path in written:
                with suppress(OSError):
                    path.unlink()
            raise


def folder_of(folders: Folders, settings: Settings) -> Path:
    """Where this profile's snapshots go."""
    chosen = settings.snapshots_folder
    return Path(os.path.abspath(os.path.expanduser(chosen))) if chosen else folders.snapshots


def png(pixels: Pixels) -> bytes:
    """The picture as a file."""
    from hanoi_wall.evidence.png import encode

    return encode(pixels.width, pixels.height, pixels.stride, pixels.data)


def card_of(snapshot: Snapshot, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The card, not signed yet. files: the tile's picture, then perhaps the stream's, by name."""
    seen, stats, clock = snapshot.seen, snapshot.seen.stats, clock_state()
    decoder = None
    if stats.codec:
        counts = (stats.decoded, stats.corrupt, stats.jumps, stats.skipped)
        decoder = cards.DecoderFacts(stats.codec, *counts)
    pictured = bool(seen.capture_ns)
    return cards.card(
        _pictures(snapshot, files),
        cards.CameraFacts(seen.camera.id, seen.camera.name, seen.camera.owner),
        cards.TileFacts(
            monitor=seen.monitor,
            number=seen.tile,
            grid=seen.grid,
            state=str(seen.state),
            treatment=str(seen.treatment),
            cause=None if seen.cause is None else str(seen.cause),
            picture_age_ms=seen.age_ns // 1_000_000 if pictured else None,
        ),
        decoder,
        cards.TakenFacts(
            at=cards.utc(snapshot.wall_ns),
            local=cards.local(snapshot.wall_ns).isoformat(timespec="milliseconds"),
            operator=_user(),
            operator_from="system user",
            workstation=platform.node(),
            program="Hanoi Wall",
            program_version=__version__,
            best_stream_missing=None if snapshot.missing is None else str(snapshot.missing),
            clock_synchronised=None if clock is None else clock.synchronised,
            clock_error_ms=None if clock is None else round(clock.most_error_s * 1000),
        ),
    )


def _pictures(snapshot: Snapshot, files: Mapping[str, bytes]) -> tuple[cards.PictureFacts, ...]:
    seen, best = snapshot.seen, snapshot.best
    (tile, painted), *others = files.items()
    within = None
    if seen.stream is not None and seen.sequence:
        # What is drawn in the tile: a picture too old to be drawn at all is in no pixel of it.
        facts = (seen.stream, seen.stats.size, seen.sequence, seen.capture_ns, seen.arrival_ns)
        within = StreamPicture(seen.painted, *facts)
    found = [_picture(snapshot, tile, painted, cards.TILE, seen.painted, within)]
    if best is not None:
        found += [_picture(snapshot, *each, cards.STREAM, best.pixels, best) for each in others]
    return tuple(found)


def _picture(
    snapshot: Snapshot, name: str, data: bytes, shows: str, pixels: Pixels, of: StreamPicture | None
) -> cards.PictureFacts:
    return cards.PictureFacts(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        shows=shows,
        width=pixels.width,
        height=pixels.height,
        stream=None if of is None else str(of.stream),
        stream_width=None if of is None else of.size[0] or None,
        stream_height=None if of is None else of.size[1] or None,
        sequence=0 if of is None else of.sequence,
        captured_at=None if of is None else cards.utc(snapshot.utc_ns(of.capture_ns)),
        received_at=None if of is None else cards.utc(snapshot.utc_ns(of.arrival_ns)),
    )


def _user() -> str:
    """Who runs this program, as the system knows it: not as the environment says."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
