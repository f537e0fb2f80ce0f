"""A camera and the addresses of its streams, with the secret held apart from everything that is shown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

SCHEMES = ("rtsp", "rtsps", "clip")
DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
LONGEST = 2048
"""Characters of an address; a camera's own web page shows none that is a tenth of it."""
# Up to the last @ of the word: an unquoted / or # in a password must not let the rest of it through.
_USERINFO = re.compile(r"""(://)(?:[^\s"'<>]*|[^/\s?#]*)(@)|(%3A%2F%2F)[^\s"'<>]*(%40)""", re.IGNORECASE)
PASSWORD_PLACE = "{password}"
"""Stands in an address where the camera wants its password written into the path or the query."""
_WRITTEN = r"(?P<name>[/?&;_](?:%s)=)(?P<value>[^/?&;]*?)(?=[/?&;]|_(?:user|password|channel|stream)=|$)"
_WHOSE = "(?:user|usr|login|admin|adm|account|web|cam|camera|device|rtsp|onvif|view|viewer|my)?-?"
PASSWORD_NAMES = _WHOSE + r"(?:password|passwd|passwort|passphrase|passcode|pass|pas|pswd|psw|pwd|pw)\d{0,2}"
"""What cameras call a password in an address, as a regular expression; for any case of letters."""
_TOKENS = r"token|secret|key|auth|authkey|authbasic|authorization|jwt|sign|signature|credentials?"
TOKEN_NAMES = f"(?:auth|access|api|secret|stream|session|play|login|user)?-?(?:{_TOKENS})"
"""What they call other things that open a stream to whoever has them."""
_PASSWORD_NAMES = f"{PASSWORD_NAMES}|{TOKEN_NAMES}"
# Behind `key=` and its like often stands nothing that must be kept from anybody.
_NO_TOKEN = re.compile(
    r"none|null|basic|digest|on|off|yes|no|true|false|main|sub|\d{1,3}|\w*(?:profile|stream|channel)[\w-]*",
    re.IGNORECASE,
)
_WRITTEN_PASSWORD = re.compile(_WRITTEN % _PASSWORD_NAMES, re.IGNORECASE)
_WRITTEN_USER = re.compile(_WRITTEN % "user|username|usr|loginuse|loginuser|login|account", re.IGNORECASE)
_TOKEN = re.compile(TOKEN_NAMES, re.IGNORECASE)
_AS_WRITTEN = "!$'()*+,-.:;=%_~"
# In a text nobody knows where a password ends: it goes up to the next name, or to the end of the word. The
# second half is for an address that was itself written into another one.
_PASSWORD_IN_TEXT = re.compile(
    rf"""([/?&;_](?:{_PASSWORD_NAMES})=)([^\s"<>]*?)(?=[/?&][\w.-]+=|_(?:user|channel|stream)=|[\s"<>]|$)"""
    rf"""|((?:%(?:2F|3F|26|3B)|_)(?:{_PASSWORD_NAMES})%3D)([^\s"<>&]*?)"""
    r"""(?=%(?:2F|3F|26)[\w.-]+%3D|[\s"<>&]|$)""",
    re.IGNORECASE,
)


class StreamKind(StrEnum):
    """Which of a camera's streams: the large one or the small one."""

    MAIN = "main"
    SUB = "sub"


class Transport(StrEnum):
    """How RTP travels."""

    TCP = "tcp"
    UDP = "udp"


class AddressError(ValueError):
    """A stream address that cannot be used; the text never repeats a password."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password; the password is in no repr, log or comparison output."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where one stream is, without any secret.

    url: scheme, host, port, path and query as the camera's owner wrote them, never user or password
    (a password that stood in path or query is PASSWORD_PLACE there).
    fingerprint: SHA-256 (hex, 64 characters) that the server's certificate must have, or None.
    """

    url: str
    transport: Transport = Transport.TCP
    fingerprint: str | None = None

    @property
    def scheme(self) -> str:
        """`rtsp`, `rtsps` or `clip`."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """Host name or address, lower case."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Port, the scheme's default where none is written; 0 for a clip."""
        return urlsplit(self.url).port or DEFAULT_PORTS.get(self.scheme, 0)

    def with_credentials(self, credentials: Credentials | None) -> str:
        """The full URL for the decoder alone; nobody else may call this."""
        if credentials is None:
            return self.url
        written = quote(credentials.password, safe=_AS_WRITTEN)
        parts = urlsplit(self.url.replace(PASSWORD_PLACE, written))
        userinfo = f"{_quoted(credentials.user)}:{_quoted(credentials.password)}@"
        return urlunsplit(parts._replace(netloc=userinfo + parts.netloc))


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera as the catalogue knows it. Strings are "" and lists empty where nothing is known."""

    id: str
    name: str
    owner: str = ""
    district: str = ""
    ward: str = ""
    site: str = ""
    main: StreamAddress | None = None
    sub: StreamAddress | None = None
    onvif_url: str = ""
    ptz: bool = False
    lat: float | None = None
    lon: float | None = None
    tags: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    def stream(self, kind: StreamKind) -> StreamAddress | None:
        """The address of the stream asked for, or None when the camera has no such stream."""
        return self.main if kind is StreamKind.MAIN else self.sub


def parse_address(text: str) -> tuple[StreamAddress, Credentials | None]:
    """Split a stream URL into the address that may be shown and the credentials that may not.

    Raises AddressError with what is wrong and what was expected.
    """
    text = text.strip()
    if not text:
        raise AddressError("empty address; expected rtsp://host/path")
    if len(text) > LONGEST:
        raise AddressError(f"address is {len(text)} characters long; at most {LONGEST} are taken")
    if any(ord(character) < 33 or ord(character) == 127 for character in text):
        raise AddressError("address holds a blank or control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError("address is not a URL: bad host or port") from None
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        # Only a scheme that looks like one is repeated: a slip such as "user:secret@host" has none.
        shown = f" {scheme!r}" if "://" in text else ""
        raise AddressError(f"scheme{shown} is not one of {', '.join(SCHEMES)}")
    if scheme == "clip":
        return _clip(parts), None
    if "@" in parts.path + parts.query + parts.fragment:
        # An unquoted / ? # ends the host early: what follows, up to the @, is the rest of a password.
        raise AddressError("'@' after the host; in a password write / ? # as %2F %3F %23, in a path @ as %40")
    if not parts.hostname:
        raise AddressError("address names no host")
    if port == 0:
        raise AddressError("port 0 is not a port")
    credentials = None
    if parts.username is not None:
        credentials = Credentials(unquote(parts.username), unquote(parts.password or ""))
    netloc = parts.netloc.rpartition("@")[2]
    url = urlunsplit(parts._replace(scheme=scheme, netloc=netloc, fragment=""))
    url, credentials = take_written(url, credentials)
    return StreamAddress(url), credentials


def _clip(parts: SplitResult) -> StreamAddress:
    if set("@:") & set(parts.netloc):
        raise AddressError("clip address names a user or port; expected clip:///path/to/file.mp4")
    if not (parts.netloc + parts.path).strip("/"):
        raise AddressError("clip address names no file; expected clip:///path/to/file.mp4")
    if parts.query or parts.fragment:
        raise AddressError("clip address holds ? or #; in a file name write them as %3F and %23")
    return StreamAddress(f"clip://{parts.netloc}{parts.path}")


def take_written(url: str, credentials: Credentials | None = None) -> tuple[str, Credentials | None]:
    """Take a password out of `…/user=admin&password=x&channel=1…`, as some recorders want it written.

    credentials: what stood before the host. Raises AddressError when there are two passwords.
    """
    found = {match["value"] for match in _secrets_in(url)}
    if not found:
        return url, credentials
    if len(found) > 1 or (credentials and credentials.password not in ("", *found)):
        raise AddressError("address holds two different passwords, and only one can be kept")
    user = _WRITTEN_USER.search(url)
    named = (credentials.user if credentials else "") or (user["value"] if user else "") or "admin"
    for match in reversed(_secrets_in(url)):
        url = url[: match.start("value")] + PASSWORD_PLACE + url[match.end("value") :]
    return url, Credentials(named, found.pop())


def _quoted(text: str) -> str:
    """Quoted for the place before the host, but no longer than it must be: libav has room for 127 octets.

    Letters beyond ASCII stay, unless they are a reserved character's twin: those are looked for in a host.
    """
    return "".join(
        letter
        if letter.isalnum() and not set(unicodedata.normalize("NFKC", letter)) & set("/?#@:%")
        else quote(letter, safe="")
        for letter in text
    )


def tells_streams_apart(url: str) -> bool:
    """Whether what was taken out of an address is a token or key: another one may be another stream."""
    return any(
        match["value"] == PASSWORD_PLACE and _TOKEN.fullmatch(match["name"][1:-1])
        for match in _WRITTEN_PASSWORD.finditer(url)
    )


def is_no_secret(name: str, value: str) -> bool:
    """Whether `name=value` keeps nothing secret although PASSWORD_NAMES or TOKEN_NAMES has the name."""
    harmless = value in ("", PASSWORD_PLACE)
    return harmless or (_TOKEN.fullmatch(name) is not None and _NO_TOKEN.fullmatch(value) is not None)


def _secrets_in(url: str) -> list[re.Match[str]]:
    return [
        match
        for match in _WRITTEN_PASSWORD.finditer(url)
        if not is_no_secret(match["name"][1:-1], match["value"])
    ]


def redact(text: str) -> str:
    """Any text with the user and password of every URL in it replaced by `***`, wherever they are written."""
    return _PASSWORD_IN_TEXT.sub(_without_password, _USERINFO.sub(r"\1\3***\2\4", text))


def _without_password(match: re.Match[str]) -> str:
    name, value = match[1] or match[3], match[2] or match[4] or ""
    return name + (value if value.strip("'),.:;") in ("", PASSWORD_PLACE) else "***")
