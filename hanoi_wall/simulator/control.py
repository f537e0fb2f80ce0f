"""The control port's answers: cameras, faults, sessions, and when each picture was sent.

Lives in the simulator's event loop.
"""

from __future__ import annotations

from http import HTTPStatus

from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.faults import KINDS, FaultError
from hanoi_wall.simulator.http_port import Call, Refusal
from hanoi_wall.simulator.saboteur import Saboteur
from hanoi_wall.simulator.station import Station

_ROUTES = (
    "GET /cameras, GET /sent?camera=&frame=[&stream=], GET /sessions, DELETE /sessions (peaks), "
    "GET /faults, GET /faults/kinds, POST /faults, DELETE /faults/{id}"
)


class Control:
    """Turns calls into answers."""

    def __init__(self, station: Station, saboteur: Saboteur) -> None:
        self._station = station
        self._saboteur = saboteur

    async def answer(self, call: Call) -> object:
        """The JSON for one call; raises Refusal."""
        match call.method, call.parts:
            case "GET", ("cameras",):
                return [self._facts(camera) for camera in self._station.cameras.values()]
            case "GET", ("sent",):
                return self._sent(call.query)
            case "GET", ("sessions",):
                return self._station.ledger.to_json()
            case "DELETE", ("sessions",):
                self._station.ledger.reset_peaks()
                return {}
            case "GET", ("faults", "kinds"):
                return [kind.to_json() for kind in KINDS.values()]
            case "GET", ("faults",):
                return self._saboteur.to_json()
            case "POST", ("faults",):
                return await self._begin(call.body)
            case "DELETE", ("faults", fault_id):
                if not self._saboteur.end(fault_id):
                    raise Refusal(HTTPStatus.NOT_FOUND, f"no fault {fault_id!r} in force")
                return {}
        raise Refusal(HTTPStatus.NOT_FOUND, f"no such call; there are: {_ROUTES}")

    async def _begin(self, body: object) -> object:
        try:
            return {"id": await self._saboteur.begin(body)}
        except FaultError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, str(error)) from None

    def _facts(self, camera: PretendCamera) -> dict[str, object]:
        host = self._station.host
        return {
            "id": camera.id,
            "index": camera.index,
            "name": camera.place.name,
            "owner": camera.place.owner,
            "district": camera.place.district,
            "lat": camera.place.lat,
            "lon": camera.place.lon,
            "main_url": camera.url(host, "main"),
            "sub_url": camera.url(host, "sub"),
            "onvif_url": "",
            "ready": {"main": camera.main.playout is not None, "sub": camera.sub.playout is not None},
            "loop": camera.main.job.loop,
            "fps": float(camera.main.timetable.rate),
            "faults": sorted(camera.faults),
        }

    def _sent(self, query: dict[str, str]) -> object:
        wanted = query.get("camera", "")
        camera = self._station.camera(wanted)
        if camera is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"no camera {wanted!r}; GET /cameras lists them")
        frame = query.get("frame", "")
        if not frame.isdecimal() or int(frame) >= camera.main.job.loop:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"frame must be 0..{camera.main.job.loop - 1}")
        name = query.get("stream", "")
        if name not in ("", "main", "sub"):
            raise Refusal(HTTPStatus.BAD_REQUEST, "stream must be main or sub")
        streams = {"": camera.streams, "main": (camera.main,), "sub": (camera.sub,)}[name]
        stream = max(streams, key=lambda candidate: candidate.sent_ns[int(frame)])
        if not stream.sent_ns[int(frame)]:
            raise Refusal(HTTPStatus.NOT_FOUND, "this picture was never sent")
        return {"monotonic_ns": stream.sent_ns[int(frame)], "taken_ns": stream.taken_ns[int(frame)]}
