"""What a pretend camera says to one client, from OPTIONS to TEARDOWN, its faults included.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import secrets
from typing import Protocol

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator import hostile_sdp, rtsp, sdp
from hanoi_wall.simulator.audio import AudioTrack
from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.connection import Connection
from hanoi_wall.simulator.delivery import Delivery, Line
from hanoi_wall.simulator.digest import Gate
from hanoi_wall.simulator.ledger import Ledger
from hanoi_wall.simulator.lines import TcpLine, UdpLine
from hanoi_wall.simulator.rtsp import Interleaved, Request
from hanoi_wall.simulator.stream import PretendStream

SESSION_TIMEOUT_S = 60
MOVED = "moved"


class Station(Protocol):
    """What a dialogue needs of the station it takes place at."""

    host: str
    clock: Clock
    ledger: Ledger
    gate: Gate
    asks_password: bool

    def camera(self, camera_id: str) -> PretendCamera | None:
        """The camera of that id."""
        ...

    def playing(self, stream: PretendStream) -> None:
        """A session of this stream has begun."""
        ...

    def udp_line(self, host: str, ports: tuple[int, int]) -> tuple[UdpLine, tuple[int, int]]:
        """A line to a client's pair of ports, and the server's own pair."""
        ...

    def audio(self, line: Line) -> AudioTrack:
        """A sounding audio track on this line."""
        ...

    def forget(self, dialogue: Dialogue) -> None:
        """The connection is gone."""
        ...


class Dialogue:
    """One client: at most one session. `connection` must be set before bytes arrive."""

    connection: Connection

    def __init__(self, station: Station) -> None:
        self.camera: PretendCamera | None = None
        self.delivery: Delivery | None = None
        self.stream: PretendStream | None = None
        self.last_seen_ns = station.clock.monotonic_ns()
        self.udp_ports: tuple[int, int] | None = None
        self._station = station
        self._session = ""
        self._video: Line | None = None
        self._audio: Line | None = None
        self._sounding: AudioTrack | None = None
        self._pending = False

    @property
    def peer(self) -> str:
        """The client's address."""
        return self.connection.peer

    @property
    def tcp_line(self) -> TcpLine | None:
        """The video's line when it is interleaved."""
        return self._video if isinstance(self._video, TcpLine) else None

    @property
    def udp_line(self) -> UdpLine | None:
        """The video's line when it is UDP."""
        return self._video if isinstance(self._video, UdpLine) else None

    def received(self, buffer: bytearray) -> None:
        """New bytes have come in."""
        self.last_seen_ns = self._station.clock.monotonic_ns()
        try:
            while not self._pending and not self.connection.closed:
                message = rtsp.take(buffer)
                if message is None:
                    return
                if not isinstance(message, Interleaved):
                    self._handle(message)
        except rtsp.BadRequest:
            self.connection.write(rtsp.answer(400, "0"))
            self.connection.close()

    def lost(self) -> None:
        """The connection is closed, by whomever."""
        self._stop()
        self._station.ledger.closed(self.camera.id if self.camera else None, self.delivery is not None)
        self._station.forget(self)

    def is_silent(self, now_ns: int) -> bool:
        """Whether the client has given no sign of life for longer than the session lasts."""
        return now_ns - self.last_seen_ns > (SESSION_TIMEOUT_S + 5) * SECOND

    def _stop(self) -> None:
        if self.stream is not None and self.delivery is not None:
            self.stream.leave(self.delivery)
        if self._sounding is not None:
            self._sounding.stop()

    def _handle(self, request: Request) -> None:
        camera, stream, track = self._find(request.path)
        if camera is not None and self.camera is None:
            self.camera = camera
            self._station.ledger.asked(camera.id)
        if self.camera is not None and self._is_rude(self.camera):
            return
        faults = self.camera.faults if self.camera else {}
        if "unauthorized" in faults or (self._station.asks_password and not self._is_admitted(request)):
            self._answer(request, 401, {"WWW-Authenticate": self._station.gate.challenge()})
        elif request.method == "OPTIONS":
            self._answer(request, 200, {"Public": ", ".join(rtsp.METHODS)})
        elif request.method not in rtsp.METHODS:
            self._answer(request, 501)
        elif request.method in ("GET_PARAMETER", "SET_PARAMETER"):
            self._answer(request, 200)
        elif camera is None or stream is None:
            self._answer(request, 404)
        elif request.method == "DESCRIBE":
            self._describe(request, camera, stream)
        elif request.method == "SETUP":
            self._setup(request, stream, track)
        elif not self._session or not request.headers.get("session", "").startswith(self._session):
            self._answer(request, 454)
        elif request.method == "PLAY":
            self._play(request, camera, stream)
        elif request.method == "PAUSE":
            self._pause(request)
        else:
            self._answer(request, 200)
            self.connection.close()

    def _find(self, path: str) -> tuple[PretendCamera | None, PretendStream | None, str]:
        parts = [part for part in path.split("/") if part != MOVED]
        camera = self._station.camera(parts[0]) if parts else None
        if camera is None or len(parts) < 2:
            return camera, None, ""
        stream = {"main": camera.main, "sub": camera.sub}.get(parts[1])
        return camera, stream, parts[2] if len(parts) > 2 else sdp.VIDEO_TRACK

    def _is_rude(self, camera: PretendCamera) -> bool:
        """Whether the camera answers this request with something other than an answer."""
        faults = camera.faults
        if "reboot" in faults or "outage" in faults:
            self.connection.close(reset=True)
            return True
        if "half_open" in faults:
            self.connection.be_dumb(True)
            return True
        self.connection.trickle_s = (
            faults["slow_headers"].number("interval_s") if "slow_headers" in faults else 0
        )
        return "silent_accept" in faults

    def _is_admitted(self, request: Request) -> bool:
        if request.method == "OPTIONS":
            return True
        return self._station.gate.admits(request.headers.get("authorization", ""), request.method)

    def _answer(
        self, request: Request, code: int, headers: dict[str, str] | None = None, body: str = ""
    ) -> None:
        fields = {"Server": "Hanoi Wall simulator"}
        if self._session:
            fields["Session"] = f"{self._session};timeout={SESSION_TIMEOUT_S}"
        self.connection.write(rtsp.answer(code, request.cseq, {**fields, **(headers or {})}, body))

    def _describe(self, request: Request, camera: PretendCamera, stream: PretendStream) -> None:
        faults = camera.faults
        moved = request.path.startswith(MOVED)
        if "not_found" in faults:
            self._answer(request, 404)
        elif "busy_503" in faults:
            self._answer(request, 503, {"Retry-After": "30"})
        elif "redirect" in faults and not moved:
            fault = faults["redirect"]
            path = f"{MOVED}/{request.path}"
            target = str(fault.values["to"]) or f"rtsp://{self._station.host}:{camera.port}/{path}"
            self._answer(request, int(str(fault.values["code"])), {"Location": target})
        elif "hostile_sdp" in faults:
            body = hostile_sdp.compose(str(faults["hostile_sdp"].values["variant"]))
            self._send_description(request, body)
        else:
            self._pending = True
            stream.when_ready(lambda ready: self._described(request, camera, ready), urgent=True)

    def _described(self, request: Request, camera: PretendCamera, stream: PretendStream) -> None:
        self._pending = False
        if self.connection.closed:
            return
        if stream.playout is None:
            self._answer(request, 503)
            return
        reel = stream.playout.latest.prepared.reel
        audio = "audio_first" in camera.faults
        self._send_description(request, sdp.describe(camera.place.name, self._station.host, reel, audio))
        self.connection.read_on()

    def _send_description(self, request: Request, body: str) -> None:
        base = request.url.rstrip("/") + "/"
        self._answer(request, 200, {"Content-Type": "application/sdp", "Content-Base": base}, body)

    def _setup(self, request: Request, stream: PretendStream, track: str) -> None:
        if self.camera is not None and "busy_453" in self.camera.faults:
            self._answer(request, 453)
            return
        hostile = self.camera is not None and "hostile_sdp" in self.camera.faults
        if track not in (sdp.VIDEO_TRACK, sdp.AUDIO_TRACK) and not hostile:
            self._answer(request, 404)
            return
        if self.delivery is not None or (self.stream is not None and self.stream is not stream):
            self._answer(request, 455)
            return
        choice = rtsp.choose_transport(request.headers.get("transport", ""))
        if choice is None:
            self._answer(request, 461)
            return
        line: Line
        if choice.interleaved is not None:
            line = TcpLine(self.connection, choice.interleaved)
            first, second = choice.interleaved
            transport = f"RTP/AVP/TCP;unicast;interleaved={first}-{second}"
        else:
            ports = choice.ports
            assert ports is not None
            line, own = self._station.udp_line(self.peer, ports)
            self.udp_ports = ports
            transport = f"RTP/AVP;unicast;client_port={ports[0]}-{ports[1]};server_port={own[0]}-{own[1]}"
        if track == sdp.AUDIO_TRACK and not hostile:
            self._audio = line
        elif track == sdp.VIDEO_TRACK:
            self._video, self.stream = line, stream
        self._session = self._session or secrets.token_hex(8)
        self._answer(request, 200, {"Transport": transport})

    def _play(self, request: Request, camera: PretendCamera, stream: PretendStream) -> None:
        if stream is not self.stream or self._video is None or stream.playout is None:
            self._answer(request, 455)
            return
        headers = {"Range": "npt=0.000-"}
        if self.delivery is None:
            self.delivery = Delivery(self._video, stream.timetable, self._station.clock)
            stream.prepare_new(self.delivery)
            stream.join(self.delivery)
            self._station.ledger.played(camera.id)
            first = stream.next_key() if self.delivery.waits_for_key else stream.following()
            if first is not None:
                url = f"{request.url.rstrip('/')}/{sdp.VIDEO_TRACK}"
                stamp = self.delivery.stamp(first)
                headers["RTP-Info"] = f"url={url};seq={self.delivery.sequence};rtptime={stamp}"
        else:
            stream.leave(self.delivery)
            self.delivery.waits_for_key = True
            stream.join(self.delivery)
        self._answer(request, 200, headers)
        if self._audio is not None and self._sounding is None:
            self._sounding = self._station.audio(self._audio)
        self._station.playing(stream)

    def _pause(self, request: Request) -> None:
        if self.stream is not None and self.delivery is not None:
            self.stream.leave(self.delivery)
        self._answer(request, 200)
