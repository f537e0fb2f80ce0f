"""Cameras that send a picture now and then: they play at their own pace, and a silent one is found out at it.

The bounds of the decoder are a tenth of what they are on the wall, and so is the cameras' pace.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

import pytest

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.clock import SECOND, now_ns
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video import decoder
from hanoi_wall.video.decoder import StreamDecoder, StreamFault
from tests.integration.spoken_camera import Request, answer
from tests.integration.test_huge_pictures import a_camera, units_of

SOCKET_S, OPEN_S, READ_S = 0.5, 0.6, 0.8
PACE_S = 1.5
"""Beyond all bounds."""
STATED = f"{1 / PACE_S:.4f}"
"""As a camera says it in its description."""


@pytest.fixture(autouse=True)
def tenfold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "SOCKET_TIMEOUT_S", SOCKET_S)
    monkeypatch.setattr(decoder, "OPEN_TIMEOUT_S", OPEN_S)
    monkeypatch.setattr(decoder, "READ_TIMEOUT_S", READ_S)


def packets(picture: int) -> bytes:
    """One key picture, interleaved."""
    said = b""
    for number, unit in enumerate(units_of(640, 352)):
        head = bytes([0x80, 96 | (0x80 if number == 2 else 0)]) + (picture * 3 + number).to_bytes(2, "big")
        packet = head + int(picture * PACE_S * 90_000).to_bytes(4, "big") + b"\x01\x02\x03\x04" + unit
        said += b"$\x00" + len(packet).to_bytes(2, "big") + packet
    return said


class SlowCamera:
    """Sends a picture every PACE_S seconds on a line of its own choice, `pictures` in all, then nothing."""

    def __init__(self, pictures: int, *, burst: int = 1, stated: str = "") -> None:
        self._pictures, self._burst = pictures, burst
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = StreamAddress(f"rtsp://127.0.0.1:{self._listener.getsockname()[1]}/live")
        self._replies = a_camera(640, 352, told=True)
        if stated:
            self._replies["DESCRIBE"] = _stating(self._replies["DESCRIBE"], stated)  # type: ignore[arg-type]
        self._replies["PLAY"] = answer(Session="12;timeout=60")
        self.sent: list[float] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._ending.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            line, _ = self._listener.accept()
            with line:
                line.settimeout(0.02)
                self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        heard, due, picture = b"", 0.0, 0
        while not self._ending.is_set():
            with suppress(TimeoutError):
                data = line.recv(65536)
                if not data:
                    return
                heard += data
            while b"\r\n\r\n" in heard:
                head, _, heard = heard.partition(b"\r\n\r\n")
                request = _request(head.decode())
                reply = self._replies[request.method]
                line.sendall(reply(request) or b"" if callable(reply) else reply or b"")
                if request.method == "PLAY":
                    due = time.monotonic()
            now = time.monotonic()
            if due and now >= due and picture < self._pictures:
                count = self._burst if picture == 0 else 1
                line.sendall(b"".join(packets(picture + number) for number in range(count)))
                picture += count
                self.sent.append(now_ns() / SECOND)
                due += PACE_S


def _request(head: str) -> Request:
    first, *rest = head.split("\r\n")
    method, uri, _ = first.split(" ")
    return Request(method, uri, {a.lower(): b.strip() for a, _, b in (row.partition(":") for row in rest)})


def _stating(describe: Callable[[Request], bytes], rate: str) -> Callable[[Request], bytes]:
    def described(request: Request) -> bytes:
        said = describe(request).replace(b"track1\r\n", b"track1\r\na=framerate:" + rate.encode() + b"\r\n")
        return re.sub(rb"(?<=Content-Length: )\d+", b"%d" % len(said.partition(b"\r\n\r\n")[2]), said)

    return described


@pytest.fixture
def slow() -> Iterator[Callable[..., SlowCamera]]:
    """`slow(5)`: a camera of five pictures."""
    cameras: list[SlowCamera] = []

    def make(*words: int, **others: object) -> SlowCamera:
        cameras.append(SlowCamera(*words, **others))  # type: ignore[arg-type]
        return cameras[-1]

    yield make
    for camera in cameras:
        camera.close()


def opened(camera: SlowCamera, stop: threading.Event) -> StreamDecoder:
    stream = decoder.open_stream(camera.address, None, stop)
    assert isinstance(stream, StreamDecoder)
    return stream


def test_a_picture_now_and_then_is_a_stream(slow: Callable[..., SlowCamera]) -> None:
    camera = slow(9, stated=STATED)
    stream = opened(camera, threading.Event())
    for number, decoded in enumerate(islice(stream.frames(), 4)):
        assert len(camera.sent) == number + 1, "no picture waits for the next one"
        told = decoded.arrival_ns / SECOND - camera.sent[number]
        assert -READ_S - SOCKET_S < told < 0.1, "taken for older than it is, if anything"
    stream.close()
    assert number == 3


def test_a_camera_that_falls_silent_is_found_out_at_its_own_pace(slow: Callable[..., SlowCamera]) -> None:
    camera = slow(3, stated=STATED)
    stream = opened(camera, threading.Event())
    with pytest.raises(StreamFault) as caught:
        list(stream.frames())
    silent = now_ns() / SECOND - camera.sent[-1]
    stream.close()
    assert caught.value.cause is Cause.STALLED
    assert 2 * PACE_S < silent < 5 * PACE_S


def test_a_quick_camera_that_falls_silent_is_found_out_at_once(slow: Callable[..., SlowCamera]) -> None:
    camera = slow(25, burst=25)
    stream = opened(camera, threading.Event())
    with pytest.raises(StreamFault) as caught:
        list(stream.frames())
    stream.close()
    assert caught.value.cause is Cause.STALLED
    assert now_ns() / SECOND - camera.sent[-1] < 3 * SOCKET_S + READ_S


def test_a_camera_that_says_nothing_of_its_pace_may_miss_one_wait(slow: Callable[..., SlowCamera]) -> None:
    camera = slow(1)
    stream = opened(camera, threading.Event())
    with pytest.raises(StreamFault) as caught:
        list(stream.frames())
    stream.close()
    assert caught.value.cause is Cause.STALLED
    assert 2 * SOCKET_S < now_ns() / SECOND - camera.sent[0] < 5 * SOCKET_S


def test_whoever_waits_in_vain_may_stop_at_any_time(slow: Callable[..., SlowCamera]) -> None:
    camera, stop = slow(1, stated=STATED), threading.Event()
    stream = opened(camera, stop)
    frames = stream.frames()
    next(frames)
    stop.set()
    assert list(frames) == []
    stream.close()


@pytest.mark.parametrize(
    ("stated", "interval_s"),
    [("0.1", 10.0), ("0.5", 2.0), ("0.001", 20.0), ("25", 0.0), ("", 0.0), ("-1", 0.0)],
)
def test_what_a_camera_says_of_its_pace(
    slow: Callable[..., SlowCamera], stated: str, interval_s: float
) -> None:
    stream = opened(slow(3, burst=3, stated=stated), threading.Event())
    assert stream.facts.interval_ns == pytest.approx(interval_s * SECOND, rel=0.01)
    stream.close()
