"""How libav gets to a camera behind TLS: through a relay, or by itself where the server minds its address.

Through the relay (relay.py) a server reads 127.0.0.1 in the request line; one that expects its own name there
answers 4xx. It is then asked both ways, without a password; if the address is what it minds, libav speaks TLS
itself, and this process remembers. libav checks chain, dates and host name (proved in
tests/integration/test_protected_line.py), but it cannot pin: a camera with a pinned certificate gets a fault.

Before each of libav's lines one of ours is opened, for what libav does not do: it checks the certificate as
strictly as everywhere (tls_line.py) and says in words what is wrong with it, and it turns away a server that
redirects, which libav would follow past TLS, password in hand.
"""

from __future__ import annotations

import re
import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import NoLine, cause_of
from hanoi_wall.video.relay import Relay
from hanoi_wall.video.tls_line import RelayRefused, TlsLine

ASK_S = 3.0
_REFUSALS = frozenset({Cause.REJECTED, Cause.NOT_FOUND, Cause.FORBIDDEN, Cause.TOO_MANY_SESSIONS})
"""What libav's word for a 4xx may mean. Not 401: another try with a wrong password could lock an account."""
_PINNED = NoLine(
    Cause.REJECTED,
    "the camera answers under its own address alone, which a pinned certificate rules out: "
    "have the certificate signed by an authority and remove the pin",
)
_STATUS = re.compile(rb"RTSP/\d\.\d\s+(\d{3})\b")
_SYSTEMS_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_minding: set[tuple[str, int]] = set()
"""(host, port) of servers that are known to mind; its operations are atomic, so all threads may use it."""


def open_line(
    address: StreamAddress, url: str, ca_file: str | None, timeout_s: float
) -> tuple[Relay | None, str, dict[str, str]]:
    """(relay or None, URL, further options) for libav; url: the camera's, with user and password.

    Raises NoLine when the server does not answer, is not to be trusted, or redirects.
    """
    if address.fingerprint is not None or _server(address) not in _minding:
        relay = Relay.open(
            address.host,
            address.port,
            fingerprint=address.fingerprint,
            ca_file=ca_file,
            timeout_s=timeout_s,
        )
        return relay, relay.through(url), {}
    if 300 <= _describe(address, _own(address, url), ca_file) < 400:
        raise RelayRefused(Cause.REJECTED, "the camera redirects; a protected line does not follow")
    whitelist = "rtsp,rtp,tcp,tls"
    options = {"tls_verify": "1", "ca_file": _authorities(ca_file), "protocol_whitelist": whitelist}
    return None, url, options


def after_refusal(
    address: StreamAddress, url: str, ca_file: str | None, through_relay: bool, told: NoLine
) -> NoLine | None:
    """After libav was refused: None to open another line and try again, else what to tell.

    told: what libav said; url: the camera's, with user and password.
    """
    if told.cause not in _REFUSALS:
        return told
    if not through_relay:
        _minding.discard(_server(address))  # its own address was no better
        return told
    try:
        own = _describe(address, _own(address, url), ca_file)
        if own not in (200, 401):
            return told
        other = _describe(address, _another(url), ca_file)
    except NoLine:
        return told
    minds = other != own and 400 <= other < 500
    # Who wants a password first says nothing of the address: one try will tell. A full camera gets none.
    unknown = own == other == 401 and told.cause is not Cause.TOO_MANY_SESSIONS
    if address.fingerprint is not None:
        return _PINNED if minds else told
    if not minds and not unknown:
        return told
    _minding.add(_server(address))
    return None


def _server(address: StreamAddress) -> tuple[str, int]:
    return address.host, address.port


def _own(address: StreamAddress, url: str) -> str:
    """The address as libav writes it into a request line: with the port, without user and password."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return urlunsplit(urlsplit(url)._replace(netloc=f"{host}:{address.port}"))


def _another(url: str) -> str:
    """As the relay would have it: port 9 is no camera's."""
    return urlunsplit(urlsplit(url)._replace(scheme="rtsp", netloc="127.0.0.1:9"))


def _describe(address: StreamAddress, uri: str, ca_file: str | None) -> int:
    """The status of a DESCRIBE without a password over a line of its own, 0 for none; raises NoLine."""
    deadline = time.monotonic() + ASK_S
    line = TlsLine(address.host, address.port, address.fingerprint, ca_file, deadline)
    request = f"DESCRIBE {uri} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    try:
        answer = line.ask(request.encode(), deadline)
    except OSError as error:
        raise NoLine(cause_of(error), f"{address.host}: no answer to DESCRIBE") from None
    finally:
        line.socket.close()
    status = _STATUS.match(answer)
    return int(status[1]) if status else 0


def _authorities(ca_file: str | None) -> str:
    """The file of authorities for libav, which does not find the system's by itself; raises NoLine."""
    if ca_file is not None:
        return ca_file
    known = ssl.get_default_verify_paths().cafile
    for path in (known, *_SYSTEMS_FILES):
        if path is not None and Path(path).is_file():
            return path
    raise RelayRefused(Cause.TLS, "no file of the system's authorities was found: name one in the settings")
