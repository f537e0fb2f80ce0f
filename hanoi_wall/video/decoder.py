"""The door to `av` for streams: open an address, get decoded frames with their times, in bounded calls.

Used only inside a decoder process. One thread owns a StreamDecoder from open to close: libav has no way to
break a blocked call from outside, so every wait in here has an end (socket 5 s, open 6 s twice, read 8 s).
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import av
import av.error
from av.container import InputContainer

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport, redact
from hanoi_wall.domain.clock import SECOND, now_ns
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.asking_again import KNOCK_S, why_refused, why_unanswered
from hanoi_wall.video.backlog import Backlog
from hanoi_wall.video.dial import NoLine

if TYPE_CHECKING:
    from hanoi_wall.video.relay import Relay

SOCKET_TIMEOUT_S = 5.0
OPEN_TIMEOUT_S = 6.0
READ_TIMEOUT_S = 8.0
MOST_USERINFO = 127
"""Octets of `user:password`, quoted, that libav keeps of a URL."""
MOST_PIXELS = 36_000_000
"""In one picture: what the largest levels of H.264 and H.265 allow, 8192 x 4320. A few hundred bytes from
anybody can ask for thirty times that, and the memory is taken before a single point has come.
"""
_PACE_PACKETS = 10
"""Before so many nothing is known of a camera's pace: it may send what it has kept at once."""
_MOST_STATED_NS = 20 * SECOND
HOPELESS_PACKETS, HOPELESS_KEYS = 25, 3
"""So many packets, and among them so many key pictures, of which none could be decoded: nor will the rest."""
_ENDED_BY_THE_NEXT = frozenset({"h264", "hevc", "mpeg4"})
"""Codecs whose pictures libav's RTP reader takes for whole only when the next one begins."""
KEY_PICTURES = 3
"""The step of shedding at which only key pictures are decoded (shedding.py)."""


class StreamFault(Exception):
    """A stream that could not be opened or has ended; the detail holds no password."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"{cause}: {redact(detail)}")
        self.cause = cause
        self.detail = redact(detail)


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What an opened stream is: FFmpeg's codec name, size in pixels (0 when not known yet).

    interval_ns: between two pictures, where the camera says that it sends fewer than one a second, at most
    20 s; else 0.
    """

    codec: str
    width: int
    height: int
    interval_ns: int = 0


@dataclass(slots=True)
class Decoded:
    """One decoded frame.

    stamp_ns: the stream's own time, None where it has none; arrival_ns: monotonic time at which it began to
    arrive, as near as can be known; aspect: shape of its pixels (width/height).
    """

    frame: av.VideoFrame
    stamp_ns: int | None
    arrival_ns: int
    aspect: Fraction


_CAUSES: tuple[tuple[type[BaseException], Cause], ...] = (
    (av.error.HTTPUnauthorizedError, Cause.WRONG_PASSWORD),
    (av.error.HTTPForbiddenError, Cause.FORBIDDEN),
    (av.error.HTTPNotFoundError, Cause.NOT_FOUND),
    (av.error.HTTPBadRequestError, Cause.REJECTED),
    (av.error.HTTPTooManyRequestsError, Cause.TOO_MANY_SESSIONS),
    # Every other 4xx is one to libav; which it was is told by asking_again.py.
    (av.error.HTTPOtherClientError, Cause.REJECTED),
    (av.error.HTTPServerError, Cause.UNAVAILABLE),
    (av.error.DecoderNotFoundError, Cause.CODEC),
    (av.error.ConnectionRefusedError, Cause.CONNECTION_REFUSED),
    (av.error.ConnectionResetError, Cause.CONNECTION_LOST),
    (av.error.BrokenPipeError, Cause.CONNECTION_LOST),
    (av.error.EOFError, Cause.CONNECTION_LOST),
    (av.error.ExitError, Cause.TIMEOUT),
    (av.error.TimeoutError, Cause.TIMEOUT),
    (av.error.InvalidDataError, Cause.BAD_ANSWER),
    (av.error.FileNotFoundError, Cause.NOT_FOUND),
    (av.error.PatchWelcomeError, Cause.CODEC),
    (MemoryError, Cause.OUT_OF_MEMORY),
)
_ERRNO_CAUSES = {
    errno.EHOSTUNREACH: Cause.HOST_UNREACHABLE,
    errno.ENETUNREACH: Cause.HOST_UNREACHABLE,
    errno.ECONNREFUSED: Cause.CONNECTION_REFUSED,
    errno.ETIMEDOUT: Cause.TIMEOUT,
    errno.ECONNRESET: Cause.CONNECTION_LOST,
    errno.EPIPE: Cause.CONNECTION_LOST,
    errno.ECONNABORTED: Cause.CONNECTION_LOST,
    # 461, which libav alone takes for a question: it would try the next transport, had it another.
    errno.EPROTONOSUPPORT: Cause.TRANSPORT,
    errno.EIO: Cause.CONNECTION_LOST,
    errno.ENOMEM: Cause.OUT_OF_MEMORY,
    errno.EMFILE: Cause.OVERLOADED,
    errno.ENFILE: Cause.OVERLOADED,
}


def fault_of(error: BaseException) -> StreamFault:
    """What libav's error means to an operator.

    Its text names the address it was given, password and all; so only the words for its number are taken.
    """
    number = getattr(error, "errno", None)
    cause = _ERRNO_CAUSES.get(number, Cause.BAD_ANSWER) if isinstance(number, int) else Cause.BAD_ANSWER
    cause = next((cause for kind, cause in _CAUSES if isinstance(error, kind)), cause)
    return StreamFault(cause, getattr(error, "strerror", None) or type(error).__name__)


def ratio_of(ratio: Rational | None) -> Fraction | None:
    """What PyAV gives for a ratio (from 19 on a class of its own) as a Fraction; None if it is unknown."""
    if ratio is None or int(ratio.numerator) <= 0 or int(ratio.denominator) <= 0:
        return None
    return Fraction(int(ratio.numerator), int(ratio.denominator))


def options_for(transport: Transport) -> dict[str, str]:
    """libav's options for a camera: SDP parameter sets instead of probing, video only, bounded sockets."""
    return {
        "rtsp_transport": transport.value,
        "timeout": str(round(SOCKET_TIMEOUT_S * 1_000_000)),
        # Audio is never set up: a track that is not sent costs nothing.
        "allowed_media_types": "video",
        "protocol_whitelist": "rtsp,rtp,udp,tcp",
        "analyzeduration": "0",
        "probesize": "32",
        "flags": "low_delay",
        "max_delay": "200000",
        "max_pixels": str(MOST_PIXELS),
        # TCP brings everything in order: a jump of the numbers is a restarted encoder. A queue would wait for
        # what lies between, or drop the half of all restarts that jump back, until the session times out.
        "reorder_queue_size": "64" if transport is Transport.UDP else "0",
    }


class StreamDecoder:
    """One open stream, decoded on the calling thread."""

    def __init__(self, container: InputContainer, stop: threading.Event, relay: Relay | None) -> None:
        self._container = container
        self._relay = relay
        self._stop = stop
        self.skipped = 0
        """Packets dropped to catch up."""
        self.passed_over = 0
        """Packets whose pictures were not decoded, because only key pictures are."""
        self.bytes = 0
        self.packets = 0
        self.shed = 0
        self.backlog = Backlog()
        """The caller sets `behind_ns` after each frame: how far it was behind the feed's own best."""
        self._context_shed = 0
        self._heard_ns = now_ns()
        self._pace_ns = self._waited_ns = 0
        streams = container.streams.video
        if not streams:
            raise StreamFault(Cause.NO_VIDEO, "the camera offers no video track")
        self._stream = streams[0]
        # PyAV < 18 died on a stream without a decoder; newer ones give None.
        if getattr(self._stream, "codec_context", None) is None:
            raise StreamFault(Cause.CODEC, "no decoder for this video")
        self._context = self._make_context(0)
        # Copied now: other threads ask for it, and a stream must not be touched once its container is closed.
        known = self._stream.codec_context
        rate = ratio_of(self._stream.average_rate) or 1
        stated = min(_MOST_STATED_NS, int(SECOND / rate)) if rate < 1 else 0
        self.facts = StreamFacts(known.name, known.width or 0, known.height or 0, stated)
        self._packets = container.demux(self._stream)

    @classmethod
    def open(
        cls,
        address: StreamAddress,
        credentials: Credentials | None,
        stop: threading.Event,
        ca_file: str | None = None,
    ) -> StreamDecoder:
        """Connect, log in and start play; raises StreamFault. Takes at most about 12 s after `resolve`."""
        relay = None
        began, began_ns = time.monotonic(), now_ns()
        _refuse_long(address, credentials)
        url, options = address.with_credentials(credentials), options_for(address.transport)
        if protected := address.scheme == "rtsps":
            from hanoi_wall.video import protected_line  # Only when asked for: `ssl` costs 4 MB.
        try:
            opened = url
            if protected:
                relay, opened, tls = protected_line.open_line(address, url, ca_file, SOCKET_TIMEOUT_S)
                options = options_for(Transport.TCP) | tls
            container = av.open(
                opened, format="rtsp", options=options, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S)
            )
        except NoLine as none:
            raise StreamFault(none.cause, none.detail) from None
        except (av.error.FFmpegError, MemoryError, ValueError, OSError) as error:
            fault = fault_of(error)
            if relay is not None:
                relay.close()
                fault = _relays_word(relay, fault)
            if isinstance(error, av.error.HTTPOtherClientError) and not stop.is_set():
                told = NoLine(fault.cause, fault.detail)
                told = why_refused(address, url, ca_file, lambda at: _knock(at, options), told)
                fault = StreamFault(told.cause, told.detail)
            if protected and not stop.is_set():
                said = NoLine(fault.cause, fault.detail)
                final = protected_line.after_refusal(address, url, ca_file, relay is not None, said)
                if final is None:
                    return cls.open(address, credentials, stop, ca_file)
                fault = StreamFault(final.cause, final.detail)
            if isinstance(error, av.error.InvalidDataError):
                silent = time.monotonic() - began >= SOCKET_TIMEOUT_S * 0.9
                cause = Cause.TIMEOUT if silent else why_unanswered(address, fault.cause)
                fault = StreamFault(cause, fault.detail)
            raise fault from None
        try:
            opened_stream = cls(container, stop, relay)
            if time.monotonic() - began >= SOCKET_TIMEOUT_S * 0.9:
                # The first picture was there all the while: it was held until a wait for the next had ended.
                opened_stream._waited_ns = began_ns
            return opened_stream
        except BaseException:
            container.close()
            if relay is not None:
                relay.close()
            raise

    def frames(self) -> Iterator[Decoded]:
        """Decoded frames until the stop flag is set; raises StreamFault when the stream ends or breaks."""
        backlog = self.backlog
        base = ratio_of(self._stream.time_base)
        unit, per = (base.numerator * SECOND, base.denominator) if base else (0, 1)
        aspect: Fraction | None = None
        arrival, refused = self._waited_ns, 0
        key = False
        # libav's parser hands a picture out when it sees the next one begin. Taken for its arrival, that
        # moment would make every picture younger by one interval: by 5 s at one picture in 5 s.
        held_back = self.facts.codec in _ENDED_BY_THE_NEXT
        stopped = self._stop.is_set
        while not stopped():
            asked, before = now_ns(), arrival
            try:
                try:
                    packet = next(self._packets)
                except (av.error.TimeoutError, av.error.ExitError):
                    if now_ns() - self._heard_ns >= self._patience_ns() * 9 // 10:
                        raise
                    # The bounded wait was too short for this camera's pace; libav has let go what it held.
                    self._packets = self._container.demux(self._stream)
                    arrival = now_ns()
                    continue
                arrival = now_ns()
                self._hear(asked, arrival)
                size, key = packet.size, packet.is_keyframe
                if size == 0:
                    raise StreamFault(Cause.CONNECTION_LOST, "the camera ended the stream")
                self.packets += 1
                self.bytes += size
                if not backlog.wants(key, arrival - asked):
                    self.skipped += 1
                    continue
                if key and self.shed != self._context_shed:
                    self._context = self._make_context(self.shed)
                self.passed_over += self._context_shed >= KEY_PICTURES and not key
                frames = self._context.decode(packet)
            except StopIteration:
                raise StreamFault(Cause.CONNECTION_LOST, "the camera ended the stream") from None
            except (av.error.FFmpegError, MemoryError, OSError) as error:
                _refuse_huge(self._context)
                if isinstance(error, av.error.InvalidDataError):
                    # One damaged packet is not a broken session: the picture watchdog decides that.
                    refused += key
                    if aspect is None and refused >= HOPELESS_KEYS and self.packets >= HOPELESS_PACKETS:
                        raise StreamFault(Cause.CODEC, "none of its pictures can be decoded") from None
                    continue
                raise self._why_no_more(error, now_ns() - asked) from None
            for frame in frames:
                if aspect is None or frame.key_frame:
                    # Another shape of pixels comes with another parameter set, and so with a key picture.
                    told = ratio_of(self._context.sample_aspect_ratio) or Fraction(1)
                    # The same object while it is the same shape: who compares it looks no further.
                    aspect = told if aspect != told else aspect
                assert aspect is not None, "the first picture told it"
                pts = frame.pts
                stamp = None if pts is None or not unit else pts * unit // per
                yield Decoded(frame, stamp, before if held_back and before else arrival, aspect)

    def _hear(self, asked_ns: int, came_ns: int) -> None:
        """A packet that was asked for has come.

        When a wait of the socket's ended in vain, libav hands out the picture that it held: it came before.
        """
        came = came_ns if came_ns - asked_ns < SOCKET_TIMEOUT_S * 0.9 * SECOND else asked_ns
        self._pace_ns = max(came - self._heard_ns, self._pace_ns * 7 // 8)
        self._heard_ns = came

    def _patience_ns(self) -> int:
        """How long this camera may be silent."""
        waits = 2 if self.packets < _PACE_PACKETS else 1
        return max(round(waits * SOCKET_TIMEOUT_S * SECOND), 3 * max(self._pace_ns, self.facts.interval_ns))

    def _why_no_more(self, error: BaseException, waited_ns: int) -> StreamFault:
        """What ended a session that played, after so long a wait for its next packet."""
        fault = fault_of(error)
        if self._relay is not None:
            fault = _relays_word(self._relay, fault)
        # The camera did answer; whatever is wrong with it or the line, what is missing are its pictures.
        silent = fault.cause is Cause.TIMEOUT or waited_ns > SOCKET_TIMEOUT_S * 0.9 * SECOND
        return StreamFault(Cause.STALLED, fault.detail) if silent else fault

    def _make_context(self, shed: int) -> av.VideoCodecContext:
        """A decoder of our own for the stream's packets; 1 thread: the pool has a process per core."""
        source = self._stream.codec_context
        try:
            context = av.CodecContext.create(source.codec.name, "r")
        except (av.error.FFmpegError, ValueError, LookupError) as error:
            raise StreamFault(Cause.CODEC, fault_of(error).detail) from None
        assert isinstance(context, av.VideoCodecContext)
        context.thread_count = 1
        context.extradata = source.extradata
        context.flags |= int(av.codec.context.Flags.low_delay)
        context.options = {"max_pixels": str(MOST_PIXELS)} | ({"skip_loop_filter": "all"} if shed else {})
        context.skip_frame = "NONKEY" if shed >= KEY_PICTURES else "DEFAULT"
        self._context_shed = shed
        return context

    def close(self) -> None:
        """Say goodbye to the camera (TEARDOWN) and let everything go; idempotent."""
        try:
            self._container.close()
        except (av.error.FFmpegError, OSError):
            pass  # The session is gone either way; close() has freed what it held.
        if self._relay is not None:
            self._relay.close()


def _refuse_long(address: StreamAddress, credentials: Credentials | None) -> None:
    """Raise StreamFault for a password that libav would cut: three tries with half of one lock an account."""
    userinfo = urlsplit(address.with_credentials(credentials)).netloc.rpartition("@")[0]
    if len(userinfo.encode()) > MOST_USERINFO:
        raise StreamFault(Cause.WRONG_PASSWORD, f"user and password take more than {MOST_USERINFO} octets")


def _refuse_huge(context: av.VideoCodecContext) -> None:
    """Raise StreamFault where a decoder would not go on because of the size that a stream asks for."""
    width, height = context.coded_width, context.coded_height
    if width * height > MOST_PIXELS:
        raise StreamFault(Cause.CODEC, f"its pictures are {width}x{height}: more than {MOST_PIXELS} pixels")


def resolve(address: StreamAddress) -> None:
    """Raise StreamFault when the host name is unknown: libav would call that "I/O error".

    Bounded by the system's resolver alone, which may take longer than everything else in here together.
    """
    if address.scheme == "clip":
        return
    try:
        socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise StreamFault(Cause.NAME_UNKNOWN, f"{address.host}: {error}") from None


def _relays_word(relay: Relay, fault: StreamFault) -> StreamFault:
    """What ended a protected line, where the relay knows better than libav."""
    return fault if relay.fault is None else StreamFault(relay.fault.cause, relay.fault.detail)


def _knock(url: str, options: dict[str, str]) -> None:
    """Open a session and say goodbye, for what is said meanwhile."""
    options = options | {"timeout": str(round(KNOCK_S * 1_000_000))}
    with suppress(av.error.FFmpegError, MemoryError, ValueError, OSError):
        av.open(url, format="rtsp", options=options, timeout=(KNOCK_S, KNOCK_S)).close()


class ClipDecoder:
    """Plays a file as if it were a camera: at its own pace, for ever, with stamps that never jump."""

    def __init__(self, address: StreamAddress, stop: threading.Event) -> None:
        parts = urlsplit(address.url)
        self.path = unquote(parts.netloc + parts.path)
        self._stop = stop
        self.shed = self.skipped = self.passed_over = self.bytes = self.packets = 0
        self.backlog = Backlog()
        self._container = self._open()
        context = self._container.streams.video[0].codec_context
        self.facts = StreamFacts(context.name, context.width, context.height)

    def _open(self) -> InputContainer:
        try:
            container = av.open(self.path, options={"protocol_whitelist": "file"}, timeout=(6.0, 8.0))
        except (av.error.FFmpegError, MemoryError, ValueError, OSError) as error:
            raise fault_of(error) from None
        if not container.streams.video:
            container.close()
            raise StreamFault(Cause.NO_VIDEO, f"{self.path} holds no video")
        context = container.streams.video[0].codec_context
        context.thread_count = 1
        context.options = {"max_pixels": str(MOST_PIXELS)}
        return container

    def frames(self) -> Iterator[Decoded]:
        """Frames at the file's pace until the stop flag is set; raises StreamFault for a broken file."""
        start = now_ns()
        origin = 0
        while not self._stop.is_set():
            stream = self._container.streams.video[0]
            base = ratio_of(stream.time_base) or Fraction(1, 25)
            last, step = origin, SECOND // 25
            try:
                for packet in self._container.demux(stream):
                    self.bytes += packet.size
                    for frame in packet.decode():
                        assert isinstance(frame, av.VideoFrame)
                        stamp = origin + (frame.pts or 0) * base.numerator * SECOND // base.denominator
                        step, last = max(1, stamp - last) if stamp > last else step, stamp
                        wait = (start + stamp - now_ns()) / SECOND
                        if wait > 0 and self._stop.wait(wait):
                            return
                        self.packets += 1
                        aspect = ratio_of(stream.codec_context.sample_aspect_ratio) or Fraction(1)
                        yield Decoded(frame, stamp, now_ns(), aspect)
            except (av.error.FFmpegError, MemoryError) as error:
                raise fault_of(error) from None
            if last == origin:
                raise StreamFault(Cause.NO_VIDEO, f"{self.path} holds no pictures")
            origin = last + step
            self._container.close()
            self._container = self._open()

    def close(self) -> None:
        """Close the file; idempotent."""
        self._container.close()


def open_stream(
    address: StreamAddress, credentials: Credentials | None, stop: threading.Event, ca_file: str | None = None
) -> StreamDecoder | ClipDecoder:
    """Open whatever the address names; raises StreamFault."""
    if address.scheme == "clip":
        return ClipDecoder(address, stop)
    return StreamDecoder.open(address, credentials, stop, ca_file)


def decodes(codec: str) -> bool:
    """Whether this build has a decoder of that name (FFmpeg's), for the check of a workstation."""
    try:
        return bool(av.CodecContext.create(codec, "r").codec.is_decoder)
    except (av.error.FFmpegError, ValueError, LookupError):
        return False
