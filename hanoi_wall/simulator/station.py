"""The station: every pretend camera, the ports they listen on, and the metronome that sends pictures.

Lives in the simulator's event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import socket
from fractions import Fraction
from itertools import count

from hanoi_wall.domain.clock import SECOND, Clock
from hanoi_wall.simulator.audio import AudioTrack
from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.connection import Connection
from hanoi_wall.simulator.delivery import Line
from hanoi_wall.simulator.dialogue import Dialogue
from hanoi_wall.simulator.digest import Gate
from hanoi_wall.simulator.ledger import Ledger
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.lines import UdpLine
from hanoi_wall.simulator.options import HOST, SimulateOptions
from hanoi_wall.simulator.places import camera_id, place
from hanoi_wall.simulator.playout import Timetable
from hanoi_wall.simulator.stream import PretendStream
from hanoi_wall.simulator.studio import ReelJob

MOST_CONNECTIONS = 2_048
BACKLOG = 256
TOGETHER_NS = 2_000_000
"""The metronome's step: pictures that fall due within one are sent in one go, none before it is due."""
_ROLL_CALL_S = 5.0


class Station:
    """Builds the cameras, accepts clients, sends what is due."""

    def __init__(self, options: SimulateOptions, library: Library, clock: Clock) -> None:
        self.host = HOST
        self.clock = clock
        self.options = options
        self.gate = Gate(options.user, options.password, clock)
        self.asks_password = bool(options.user)
        self.library = library
        self.cameras = build_cameras(options, library, clock)
        self.ledger = Ledger(list(self.cameras))
        self.dialogues: set[Dialogue] = set()
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[int, socket.socket] = {}
        self._udp: tuple[socket.socket, socket.socket] | None = None
        self._due: list[tuple[int, int, PretendStream]] = []
        self._order = count()
        self._queued: set[PretendStream] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._roll_call = self._loop.call_later(_ROLL_CALL_S, self._call_roll)

    def open_ports(self) -> None:
        """Listen. Raises OSError when a port is taken."""
        if self.options.port_each:
            for camera in self.cameras.values():
                wish = self.options.port + camera.index if self.options.port else 0
                camera.port = self.listen(wish)
        else:
            port = self.listen(self.options.port)
            for camera in self.cameras.values():
                camera.port = port

    def listen(self, port: int) -> int:
        """Accept connections on `port` (0 = a free one); returns the port. Raises OSError."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self.host, port))
            sock.listen(BACKLOG)
            sock.setblocking(False)
        except OSError:
            sock.close()
            raise
        port = int(sock.getsockname()[1])
        self._listeners[port] = sock
        self._loop.add_reader(sock, self._accept, sock)
        return port

    def refuse(self, port: int) -> None:
        """Stop accepting on `port`: from now on connections are refused."""
        sock = self._listeners.pop(port, None)
        if sock is not None:
            self._loop.remove_reader(sock)
            sock.close()

    def listens(self, port: int) -> bool:
        """Whether connections to `port` are accepted."""
        return port in self._listeners

    def close(self) -> None:
        """Close every socket."""
        self._roll_call.cancel()
        if self._timer is not None:
            self._timer.cancel()
        for port in tuple(self._listeners):
            self.refuse(port)
        for dialogue in tuple(self.dialogues):
            dialogue.connection.close()
        for sock in self._udp or ():
            self._loop.remove_reader(sock)
            sock.close()

    def camera(self, camera: str) -> PretendCamera | None:
        """The camera of that id."""
        return self.cameras.get(camera)

    def forget(self, dialogue: Dialogue) -> None:
        """Its connection is gone."""
        self.dialogues.discard(dialogue)

    def playing(self, stream: PretendStream) -> None:
        """A session of this stream has begun: put it on the metronome."""
        due = stream.next_due_ns()
        if due is None or stream in self._queued:
            return
        self._queued.add(stream)
        heapq.heappush(self._due, (due, next(self._order), stream))
        self._wind()

    def audio(self, line: Line) -> AudioTrack:
        """A sounding audio track on this line."""
        return AudioTrack(line, self._loop)

    def udp_line(self, host: str, ports: tuple[int, int]) -> tuple[UdpLine, tuple[int, int]]:
        """A line to a client's pair of ports, and the server's own pair. Raises OSError."""
        if self._udp is None:
            self._udp = _udp_pair(self.host)
            for sock in self._udp:
                self._loop.add_reader(sock, self._udp_heard, sock)
        own = tuple(int(sock.getsockname()[1]) for sock in self._udp)
        return UdpLine(self._udp, host, ports, seed=next(self._order)), (own[0], own[1])

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(BACKLOG):
            try:
                sock, _address = listener.accept()
            except (BlockingIOError, ConnectionError):
                return
            if len(self.dialogues) >= MOST_CONNECTIONS:
                sock.close()
                continue
            dialogue = Dialogue(self)
            try:
                dialogue.connection = Connection(sock, self._loop, dialogue.received, dialogue.lost)
            except OSError:
                sock.close()
                continue
            self.dialogues.add(dialogue)
            self.ledger.connected()

    def _udp_heard(self, sock: socket.socket) -> None:
        """Receiver reports and hole-punching packets keep UDP sessions alive."""
        try:
            _data, address = sock.recvfrom(2_048)
        except (BlockingIOError, ConnectionError):
            return
        now = self.clock.monotonic_ns()
        for dialogue in self.dialogues:
            if dialogue.udp_ports is not None and address[1] in dialogue.udp_ports:
                dialogue.last_seen_ns = now

    def _call_roll(self) -> None:
        now = self.clock.monotonic_ns()
        for dialogue in tuple(self.dialogues):
            if dialogue.is_silent(now):
                dialogue.connection.close()
        self._roll_call = self._loop.call_later(_ROLL_CALL_S, self._call_roll)

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._due:
            beat = -(-self._due[0][0] // TOGETHER_NS) * TOGETHER_NS
            wait = (beat - self.clock.monotonic_ns()) / SECOND
            self._timer = self._loop.call_later(max(0.0, wait), self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self.clock.monotonic_ns()
        while self._due and self._due[0][0] <= now:
            _, order, stream = heapq.heappop(self._due)
            stream.serve(now)
            due = stream.next_due_ns()
            if due is None:
                self._queued.discard(stream)
            else:
                heapq.heappush(self._due, (due, order, stream))
        self._wind()


def build_cameras(options: SimulateOptions, library: Library, clock: Clock) -> dict[str, PretendCamera]:
    """The cameras by id, no two in step: nobody switches the cameras of a city on at one moment.

    Their pictures are spread evenly over one interval and their key pictures over one group of pictures;
    they have been running for up to so long.
    """
    cameras: dict[str, PretendCamera] = {}
    start = clock.monotonic_ns()
    interval = Fraction(SECOND) / options.fps
    for index in range(options.cameras):
        where = place(index)
        # Such steps, of the golden ratio and its like in two dimensions, spread any number of cameras evenly.
        ahead = Fraction(index * 618_034 % 1_000_000, 1_000_000)
        running = index * 754_878 % 1_000_000 * options.gop // 1_000_000
        timetable = Timetable(start + round(interval * (ahead - running)), options.fps)

        def stream(size: tuple[int, int], index: int, name: str, timetable: Timetable) -> PretendStream:
            job = ReelJob(index, name, options.codec, *size, options.fps, options.loop, options.gop)
            return PretendStream(job, timetable, library, clock)

        main = stream(options.size, index, where.name, timetable)
        small = options.sub_size != options.size
        sub = stream(options.sub_size, index, where.name, timetable) if small else main
        name = camera_id(index)
        cameras[name] = PretendCamera(index, name, where, main, sub, 0, {})
    return cameras


def _udp_pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Two UDP sockets on an even port and the next."""
    for _ in range(200):
        first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        first.bind((host, 0))
        port = int(first.getsockname()[1])
        second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            if port % 2:
                raise OSError("odd")
            second.bind((host, port + 1))
        except OSError:
            first.close()
            second.close()
            continue
        for sock in (first, second):
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * 1024 * 1024)
        return first, second
    raise OSError("no free pair of UDP ports")
