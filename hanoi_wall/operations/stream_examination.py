"""The conversation with one stream, as the wall would have it, each step bounded.

Resolve, connect (TLS), OPTIONS, DESCRIBE with login, SETUP, PLAY, the first packet, TEARDOWN. For commands:
blocking, one thread.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import socket
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from hanoi_wall import __version__
from hanoi_wall.domain.camera import AddressError, Credentials, StreamAddress, Transport, parse_address
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.camera_report import Ill, StreamReport, step
from hanoi_wall.operations.rtsp_line import Answer, LineFault, RtspLine, resolve
from hanoi_wall.operations.rtsp_login import Challenge, LoginError, authorization, choose
from hanoi_wall.operations.sdp import DECODED, SdpError, read_sdp

RESOLVE_S = 5.0
TALK_S = 12.0
PACKET_S = 5.0
MOST_URI = 4096
_BY_STATUS = {
    401: Cause.WRONG_PASSWORD,
    403: Cause.FORBIDDEN,
    404: Cause.NOT_FOUND,
    410: Cause.NOT_FOUND,
    453: Cause.TOO_MANY_SESSIONS,
    454: Cause.SESSION_LOST,
    462: Cause.TRANSPORT,
    503: Cause.UNAVAILABLE,
}


class Examination:
    """One conversation. The report is filled as it goes."""

    def __init__(
        self,
        address: StreamAddress,
        credentials: Credentials | None,
        ca_file: str | None,
        report: StreamReport,
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._ca_file = ca_file
        self._report = report
        self._challenge: Challenge | None = None
        self._session = ""
        self._base = self._uri = _uri(address, credentials)
        self._line: RtspLine
        self._ports: tuple[socket.socket, ...] = ()

    def run(self) -> None:
        """Every step until the first that goes wrong; raises Ill."""
        report, address = self._report, self._address
        if not _is_numeric(address.host):
            step(report, "name", lambda: ", ".join(resolve(address.host, RESOLVE_S)[:4]))
        try:
            step(report, "connect", self._connect)
        except Ill as ill:
            if ill.cause is Cause.TLS:
                self._show_certificate()
            raise
        try:
            step(report, "options", self._options)
            step(report, "describe", self._describe)
            step(report, "setup", self._setup)
            step(report, "play", self._play)
            step(report, "video", self._video)
            with suppress(LineFault):
                self._ask("TEARDOWN", self._base)
        finally:
            self._line.close()
            for port in self._ports:
                port.close()

    def _connect(self) -> str:
        self._line = RtspLine(self._address, self._ca_file, time.monotonic() + TALK_S)
        kind = "TLS" if self._address.scheme == "rtsps" else "TCP"
        trust = " (pinned certificate)" if self._address.fingerprint else ""
        return f"{kind} to port {self._address.port}{trust}"

    def _show_certificate(self) -> None:
        """Tell a certificate's fingerprint, so that it can be pinned; sends no secret."""
        with suppress(OSError, ValueError):
            pem = ssl.get_server_certificate((self._address.host, self._address.port), timeout=5.0)
            digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
            self._report.remarks.append(f"the camera shows the certificate with SHA-256 {digest}")

    def _ask(self, method: str, uri: str, **headers: str) -> Answer:
        """One request, a second time with a login when the camera wants one."""
        answer = self._once(method, uri, headers)
        if answer.status != 401:
            return answer
        if self._credentials is None:
            raise Ill(Cause.WRONG_PASSWORD, "the camera wants a user and password, none is kept for it")
        try:
            self._challenge = choose(answer.headers.get("www-authenticate", []))
            answer = self._once(method, uri, headers)
        except LoginError as error:
            raise Ill(Cause.REJECTED, str(error), "allow Digest with MD5 in the camera's settings") from None
        if answer.status == 401:
            raise Ill(Cause.WRONG_PASSWORD, "the camera does not take this user and password")
        return answer

    def _once(self, method: str, uri: str, headers: dict[str, str]) -> Answer:
        all_headers = {"User-Agent": f"hanoi-wall-doctor/{__version__}"} | headers
        if self._session:
            all_headers["Session"] = self._session
        if self._challenge is not None and self._credentials is not None:
            all_headers["Authorization"] = authorization(
                self._challenge, self._credentials, method, uri, secrets.token_hex(8)
            )
        return self._line.ask(method, uri, all_headers)

    def _options(self) -> str:
        answer = self._ask("OPTIONS", self._uri)
        if answer.status in (200, 404, 405, 501):
            # Some cameras do not know OPTIONS, or mind the path only from DESCRIBE on.
            public = answer.header("Public")[:200]
            return f"{answer.status}{', ' + public if public else ''}"
        raise _status(answer)

    def _describe(self) -> str:
        answer = self._ask("DESCRIBE", self._uri, Accept="application/sdp")
        if answer.status != 200:
            raise _status(answer)
        try:
            self._report.media = read_sdp(answer.body)
        except SdpError as error:
            raise Ill(Cause.BAD_ANSWER, str(error)) from None
        base = answer.header("Content-Base") or answer.header("Content-Location")
        self._base = _sound(base) if base else self._uri
        self._remark_login()
        offered = ", ".join(f"{each.kind} {each.format or '?'}" for each in self._report.media) or "nothing"
        videos = [each for each in self._report.media if each.kind == "video"]
        if not videos:
            raise Ill(Cause.NO_VIDEO, f"the camera offers no video, but {offered}")
        if not any(each.format in DECODED for each in videos):
            raise Ill(Cause.CODEC, f"the wall cannot decode what the camera offers: {offered}")
        return offered

    def _remark_login(self) -> None:
        if self._challenge is not None and self._address.scheme == "rtsp":
            if self._challenge.scheme == "basic":
                text = "the camera takes the password in the clear (Basic); allow Digest, or use rtsps"
                self._report.remarks.append(text)

    def _setup(self) -> str:
        video = next(each for each in self._report.media if each.kind == "video" and each.format in DECODED)
        uri = _control(self._base, video.control)
        transport = "RTP/AVP/TCP;unicast;interleaved=0-1"
        if self._address.transport is Transport.UDP:
            self._ports = _udp_pair(self._line.local_address)
            first, second = (port.getsockname()[1] for port in self._ports)
            transport = f"RTP/AVP;unicast;client_port={first}-{second}"
        answer = self._ask("SETUP", uri, Transport=transport)
        if answer.status == 461:
            other = "tcp" if self._ports else "udp"
            raise Ill(
                Cause.TRANSPORT,
                f"the camera does not send over {self._address.transport}",
                f"set the column transport of this camera to {other}",
            )
        if answer.status != 200:
            raise _status(answer)
        self._session = answer.header("Session").partition(";")[0].strip()
        return f"{video.format} over {self._address.transport}"

    def _play(self) -> str:
        answer = self._ask("PLAY", self._base, Range="npt=0.000-")
        if answer.status != 200:
            raise _status(answer)
        return "200"

    def _video(self) -> str:
        came = self._first_datagram() if self._ports else self._line.wait_for_media(PACKET_S)
        if not came:
            hint = "set the column transport to tcp, or open the firewall for UDP" if self._ports else ""
            raise Ill(Cause.STALLED, f"no packet within {PACKET_S:g} s of PLAY", hint)
        return "the first packet came"

    def _first_datagram(self) -> bool:
        self._ports[0].settimeout(PACKET_S)
        try:
            return bool(self._ports[0].recv(2048))
        except OSError:
            return False


def _status(answer: Answer) -> Ill:
    """What a status other than 200 means."""
    text = f"the camera answered {answer.status} {answer.reason}".rstrip()
    if answer.status // 100 == 3:
        with suppress(AddressError):
            where, _ = parse_address(answer.header("Location"))
            return Ill(Cause.REJECTED, f"{text}: moved to {where.url}", "import the camera with that address")
        return Ill(Cause.REJECTED, text)
    cause = _BY_STATUS.get(answer.status)
    return Ill(cause or (Cause.UNAVAILABLE if answer.status >= 500 else Cause.REJECTED), text)


def _uri(address: StreamAddress, credentials: Credentials | None) -> str:
    """The address as it stands in requests: a password written into it, but no user before the host."""
    parts = urlsplit(address.with_credentials(credentials))
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _control(base: str, control: str) -> str:
    """Where to set a track up. Cameras hang its name behind the whole base, as libav does too."""
    if control in ("", "*"):
        return base
    return _sound(control if "://" in control else f"{base.rstrip('/')}/{control.lstrip('/')}")


def _sound(uri: str) -> str:
    """An address out of a camera's answer, fit to stand in a request."""
    if not uri.isascii() or not uri.isprintable() or " " in uri or len(uri) > MOST_URI:
        raise Ill(Cause.BAD_ANSWER, "the camera names an address that is none")
    return uri


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _udp_pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Two neighbouring ports, the first even, as RTP wants them. Raises LineFault."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(20):
        first, second = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
        with suppress(OSError):
            first.bind((host, 0))
            number = first.getsockname()[1]
            if number % 2 == 0:
                second.bind((host, number + 1))
                return first, second
        first.close()
        second.close()
    raise LineFault(Cause.OVERLOADED, "no pair of UDP ports is free on this PC")
