"""Puts faults in force and takes them back.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from hanoi_wall.domain.clock import SECOND
from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.faults import EVERY_CAMERA, ActiveFault, Ending, FaultError, FaultTable
from hanoi_wall.simulator.reel import Reel
from hanoi_wall.simulator.station import Station
from hanoi_wall.simulator.variants import variant

log = logging.getLogger(__name__)
ABSENT = frozenset({"reboot", "outage"})
"""Faults under which a camera refuses connections."""
_CLOSES_AT_ITS_END = frozenset({"codec_change", "audio_first", "timestamps_wrap"})
_LEAVES_UNANSWERED = frozenset({"silent_accept", "slow_headers"})
_LISTEN_AGAIN_S = 0.2


@dataclass(slots=True)
class Missing:
    """Collects the loops a fault needs; `done` once all have been looked for."""

    left: int
    done: asyncio.Future[None]
    failed: bool = False

    def got(self, reel: Reel | None) -> None:
        """One of them is there, or cannot be made."""
        self.failed = self.failed or reel is None
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)


class Saboteur:
    """Begins and ends faults."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._table = FaultTable(frozenset(station.cameras), station.clock)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def to_json(self) -> list[dict[str, object]]:
        """The faults in force."""
        now = self._station.clock.monotonic_ns()
        return [fault.to_json(now) for fault in self._table.all()]

    async def begin(self, wish: object) -> str:
        """Put a fault in force, once the loops it needs are there; its id. Raises FaultError."""
        fault = self._table.parse(wish)
        await self._prepare(fault)
        fault = self._table.add(fault)
        for camera in self._covered(fault):
            self._refresh(camera)
            if fault.kind.name == "restart_timestamps":
                for stream in camera.streams:
                    for delivery in stream.deliveries:
                        delivery.restart()
            if fault.kind.name == "half_open":
                self._dumb(camera, True)
        self._refresh_ports()
        if fault.kind.ending is not Ending.KEEP:
            self._close_sessions(fault, reset=fault.kind.ending is Ending.RST)
        self._wind()
        return fault.id

    def end(self, fault_id: str) -> bool:
        """Take a fault back before its time; False when it is not in force."""
        fault = self._table.remove(fault_id)
        if fault is not None:
            self._ended(fault)
            self._wind()
        return fault is not None

    def close(self) -> None:
        """No more changes."""
        if self._timer is not None:
            self._timer.cancel()

    def _covered(self, fault: ActiveFault) -> list[PretendCamera]:
        return [camera for camera in self._station.cameras.values() if fault.covers(camera.id)]

    async def _prepare(self, fault: ActiveFault) -> None:
        """Have the loops made that streams in use need under this fault, so that it begins at once."""
        jobs = []
        for camera in self._covered(fault):
            faults = {**camera.faults, fault.kind.name: fault}
            for stream in camera.streams:
                job = variant(stream.job, faults, stream.timetable)
                if stream.deliveries and job != stream.job:
                    jobs.append(job)
        if not jobs:
            return
        missing = Missing(len(jobs), self._loop.create_future())
        for job in jobs:
            self._station.library.get(job, missing.got, urgent=True)
        await missing.done
        if missing.failed:
            raise FaultError(f"the pictures for {fault.kind.name} could not be made")

    def _refresh(self, camera: PretendCamera) -> None:
        camera.faults = self._table.of(camera.id)
        for stream in camera.streams:
            stream.obey(camera.faults)

    def _refresh_ports(self) -> None:
        """A port refuses while every camera behind it is absent; a camera behind a shared port resets."""
        station = self._station
        ports = {camera.port for camera in station.cameras.values()}
        for port in ports:
            behind = [camera for camera in station.cameras.values() if camera.port == port]
            absent = all(ABSENT & camera.faults.keys() for camera in behind)
            if absent:
                station.refuse(port)
            elif not station.listens(port):
                self._listen(port)

    def _listen(self, port: int) -> None:
        try:
            self._station.listen(port)
        except OSError as error:
            # Somebody took the port meanwhile: the camera stays away until it is free.
            log.warning("port %d cannot be opened again: %s", port, error)
            self._loop.call_later(_LISTEN_AGAIN_S, self._refresh_ports)

    def _close_sessions(self, fault: ActiveFault, reset: bool) -> None:
        for dialogue in tuple(self._station.dialogues):
            camera = dialogue.camera
            if fault.camera == EVERY_CAMERA or (camera is not None and fault.covers(camera.id)):
                dialogue.connection.close(reset)

    def _dumb(self, camera: PretendCamera, dumb: bool) -> None:
        for dialogue in tuple(self._station.dialogues):
            if dialogue.camera is camera:
                dialogue.connection.be_dumb(dumb)

    def _ended(self, fault: ActiveFault) -> None:
        name = fault.kind.name
        for camera in self._covered(fault):
            self._refresh(camera)
            if name == "half_open" and "half_open" not in camera.faults:
                self._dumb(camera, False)
        self._refresh_ports()
        if name in _CLOSES_AT_ITS_END:
            self._close_sessions(fault, reset=False)
        if name in _LEAVES_UNANSWERED:
            for dialogue in tuple(self._station.dialogues):
                waits = dialogue.camera is not None and dialogue.delivery is None
                if waits and dialogue.camera is not None and fault.covers(dialogue.camera.id):
                    dialogue.connection.close()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        end = self._table.next_end_ns()
        if end is not None:
            wait = (end - self._station.clock.monotonic_ns()) / SECOND
            self._timer = self._loop.call_later(max(0.0, wait), self._expire)

    def _expire(self) -> None:
        self._timer = None
        for fault in self._table.expire():
            self._ended(fault)
        self._wind()
