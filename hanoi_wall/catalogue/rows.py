"""One row of a catalogue file, cell by cell, into a Camera and its credentials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit, urlunsplit

from hanoi_wall.catalogue.problems import Problem
from hanoi_wall.domain.camera import (
    PASSWORD_NAMES,
    TOKEN_NAMES,
    AddressError,
    Camera,
    Credentials,
    StreamAddress,
    StreamKind,
    Transport,
    is_no_secret,
    parse_address,
    take_written,
)

REQUIRED = ("id", "name", "main_url")
TEXTS = {"id": 128, "name": 200, "owner": 200, "district": 200, "ward": 200, "site": 200}
"""Text columns and the most characters in each."""
COLUMNS = (*TEXTS, "main_url", "sub_url", "onvif_url", "ptz", "lat", "lon", "tags")
"""The columns of the contract, in its order."""
PINS = ("main_fingerprint", "sub_fingerprint")
SECURITY = (*PINS, "transport")
"""Columns that need not be there: SHA-256 pins for rtsps, `tcp` or `udp` for both streams."""
SECRETS = ("user", "password")
"""Columns that are read as credentials of the row's streams and never kept with the camera."""
KNOWN = frozenset((*COLUMNS, *SECURITY, *SECRETS))
ONVIF = "onvif"
"""Beside the stream kinds `main` and `sub`: the third part of a camera that may have credentials."""
MOST_URL = 2000
MOST_TAGS, MOST_TAG = 50, 100
MOST_EXTRAS, MOST_EXTRA_NAME, MOST_EXTRA = 200, 100, 4000

_NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{0,20})?([eE][+-]?\d{1,2})?", re.ASCII)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# Controls, line separators, and the marks that turn writing round: none may stand in a name on the wall.
_UNSEEN = "\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
_NOT_IN_TEXT = re.compile(f"[\x00-\x1f\x7f-\x9f{_UNSEEN}]")
# What takes no room comes along when a table is copied out of a web page. A name is the same without it; two
# ids that look alike would be two cameras.
_WITHOUT_WIDTH = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_WIDTHLESS = re.compile(f"[{_WITHOUT_WIDTH}]")
_ODD_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
_NOT_IN_ID = re.compile(f"[\x00-\x1f\x7f-\x9f{_UNSEEN}{_WITHOUT_WIDTH}{_ODD_BLANKS}]")
_NOT_IN_EXTRA = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_UNSEEN}]")
_SECRET_INSIDE = re.compile("password|passwd|passphrase|matkhau|motdepasse")
_SECRET_WHOLE = frozenset(
    ("mk", "mdp", "secret", "token", "apikey", "accesstoken", "authtoken", "credential", "credentials")
)
_SECRET_NAME = re.compile(PASSWORD_NAMES)
_OUR_WORDS = rf"{PASSWORD_NAMES}|mat ?khau|mk|mot de passe|mdp"
_NOTED = "password|passwd|passphrase|pass|pwd|pw|mat ?khau|mk|mot de passe|mdp"
# `name=value` anywhere, `password: value` as people note it, `"name": value` as JSON has it.
_SAID = re.compile(
    rf"""(?:^|[^a-z0-9])(?:(?P<equal>{_OUR_WORDS}|{TOKEN_NAMES}) ?=|(?P<colon>{_NOTED}) ?:(?!//)"""
    rf"""|"(?P<json>{_OUR_WORDS}|{TOKEN_NAMES})" ?:) ?["']?(?P<value>[^\s"'&;,]+)"""
)


@dataclass(slots=True)
class Row:
    """What one row gave. camera is None when the row is wrong; credentials by part: main, sub, onvif."""

    line: int
    camera: Camera | None = None
    credentials: dict[str, Credentials] = field(default_factory=dict, repr=False)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, column: str, text: str) -> None:
        """Note one more thing that is wrong."""
        problem = Problem(self.line, column, text)
        if problem not in self.problems:
            self.problems.append(problem)


def looks_secret(column: str) -> bool:
    """Whether an unknown column's name says that it holds passwords."""
    letters = "".join(character for character in _plain(column) if character.isalnum())
    if letters in _SECRET_WHOLE or _SECRET_NAME.fullmatch(letters):
        return True
    return _SECRET_INSIDE.search(letters) is not None


def holds_secret(text: str) -> bool:
    """Whether a text holds something like `scheme://user:password@host`, `user:password@10.0.0.1`,
    `pwd=secret`, `mật khẩu: secret` or `"token": "secret"`.
    """
    if "@" in text:
        for word in text.split():
            before, _, after = word.rpartition("@")
            if "://" in before or (":" in before and "." in after and not _is_mail(before)):
                return True
    if "=" not in text and ":" not in text:
        return False
    return any(
        not is_no_secret(match["equal"] or match["colon"] or match["json"], match["value"])
        for match in _SAID.finditer(" ".join(_plain(text).split()))
    )


def _is_mail(before: str) -> bool:
    return before.lower().startswith("mailto:")


def _plain(text: str) -> str:
    """Small letters without marks."""
    parted = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(character for character in parted if not unicodedata.combining(character))


def read_row(line: int, cells: Mapping[str, str], extra: Mapping[str, str]) -> Row:
    """Read the known `cells` and the `extra` ones of the row that begins on `line`."""
    row = Row(line)
    texts = {column: _text(row, column, cells.get(column, ""), most) for column, most in TEXTS.items()}
    main = _stream(row, cells, StreamKind.MAIN)
    sub = _stream(row, cells, StreamKind.SUB)
    for column in REQUIRED:
        if not texts.get(column, cells.get(column, "").strip()):
            row.complain(column, "is empty; every camera needs one")
    camera = Camera(
        **texts,
        main=main,
        sub=sub,
        onvif_url=_onvif(row, cells.get("onvif_url", "").strip()),
        ptz=_flag(row, cells.get("ptz", "")),
        lat=_number(row, "lat", cells.get("lat", ""), 90),
        lon=_number(row, "lon", cells.get("lon", ""), 180),
        tags=_tags(row, cells.get("tags", "")),
        extra=_extra(row, extra),
    )
    _own_columns(row, cells, camera)
    if not row.problems:
        row.camera = camera
    return row


def _text(row: Row, column: str, cell: str, most: int) -> str:
    # One spelling of each Vietnamese letter, or the same id typed on two systems would be two ids.
    text = unicodedata.normalize("NFC", cell.strip())
    if column != "id":
        text = _WIDTHLESS.sub("", text).strip()
    if len(text) > most:
        row.complain(column, f"has {len(text)} characters; at most {most}")
    elif unseen := (_NOT_IN_ID if column == "id" else _NOT_IN_TEXT).search(text):
        row.complain(column, _invisible(unseen))
    elif holds_secret(text):
        row.complain(column, "holds a password; it belongs into main_url, sub_url or a column password")
    return text


def _invisible(found: re.Match[str]) -> str:
    return f"holds a control or invisible character (U+{ord(found[0]):04X})"


def _stream(row: Row, cells: Mapping[str, str], kind: StreamKind) -> StreamAddress | None:
    column = f"{kind}_url"
    cell = cells.get(column, "").strip()
    if not cell:
        if cells.get(f"{kind}_fingerprint", "").strip():
            row.complain(f"{kind}_fingerprint", f"is given, but {column} is empty")
        return None
    if not _is_url(row, column, cell):
        return None
    try:
        address, credentials = parse_address(cell)
    except AddressError as error:
        row.complain(column, str(error))
        return None
    if credentials is not None:
        row.credentials[kind] = credentials
    pin = _fingerprint(row, f"{kind}_fingerprint", cells.get(f"{kind}_fingerprint", ""), address)
    return replace(address, transport=_transport(row, cells.get("transport", ""), address), fingerprint=pin)


def _is_url(row: Row, column: str, cell: str) -> bool:
    if len(cell) > MOST_URL:
        row.complain(column, f"has {len(cell)} characters; at most {MOST_URL}")
    elif unseen := _NOT_IN_ID.search(cell):
        row.complain(column, _invisible(unseen))
    else:
        return True
    return False


def _fingerprint(row: Row, column: str, cell: str, address: StreamAddress) -> str | None:
    digits = cell.strip().replace(":", "").lower()
    if not digits:
        return None
    if _FINGERPRINT.fullmatch(digits) is None:
        row.complain(column, "is not a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons")
    elif address.scheme != "rtsps":
        row.complain(column, "pins a certificate, but only rtsps addresses have one")
    return digits


def _transport(row: Row, cell: str, address: StreamAddress) -> Transport:
    word = cell.strip().lower()
    if word not in ("", *Transport):
        row.complain("transport", "is neither tcp nor udp")
        return Transport.TCP
    transport = Transport(word or Transport.TCP)
    if address.scheme == "clip":
        return Transport.TCP
    if transport is Transport.UDP and address.scheme == "rtsps":
        row.complain("transport", "rtsps cameras send over tcp alone")
    return transport


def _onvif(row: Row, cell: str) -> str:
    if not cell or not _is_url(row, "onvif_url", cell):
        return ""
    try:
        parts = urlsplit(cell)
        port = parts.port
    except ValueError:
        row.complain("onvif_url", "is not a URL: bad host or port")
        return ""
    rest = parts.path + parts.query + parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or " " in cell or "@" in rest:
        row.complain("onvif_url", "is not an address such as http://host/onvif/device_service")
        return ""
    credentials = None
    if parts.username is not None:
        credentials = Credentials(unquote(parts.username), unquote(parts.password or ""))
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    try:
        url, credentials = take_written(url, credentials)
    except AddressError as error:
        row.complain("onvif_url", str(error))
    if credentials is not None:
        row.credentials[ONVIF] = credentials
    return url


def _flag(row: Row, cell: str) -> bool:
    word = cell.strip().lower()
    if word not in ("", "true", "false"):
        row.complain("ptz", "is neither true nor false")
    return word == "true"


def _number(row: Row, column: str, cell: str, most: int) -> float | None:
    cell = cell.strip()
    if not cell:
        return None
    if _NUMBER.fullmatch(cell) is None:
        row.complain(column, "is not a number such as 21.0285")
        return None
    number = float(cell)
    if not -most <= number <= most:
        row.complain(column, f"is not between -{most} and {most}")
    return number + 0.0


def _tags(row: Row, cell: str) -> tuple[str, ...]:
    tags = tuple(
        dict.fromkeys(tag for part in cell.split(";") if (tag := _text(row, "tags", part, MOST_TAG)))
    )
    if len(tags) > MOST_TAGS:
        row.complain("tags", f"are {len(tags)}; at most {MOST_TAGS}, separated by ;")
    return tags


def _extra(row: Row, extra: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    for value in extra.values():
        if len(value) > MOST_EXTRA:
            row.complain("", f"an unknown column has {len(value)} characters; at most {MOST_EXTRA}")
        elif unseen := _NOT_IN_EXTRA.search(value):
            row.complain("", f"an unknown column {_invisible(unseen)}")
        elif holds_secret(value):
            row.complain("", "an unknown column holds a password, which may not be kept there")
    # Sorted and without the empty ones, so that the same camera out of CSV and JSON is the same value.
    return tuple(sorted((name, value) for name, value in extra.items() if value))


def _own_columns(row: Row, cells: Mapping[str, str], camera: Camera) -> None:
    """Credentials from the columns `user` and `password`, for every address that brings none of its own."""
    user, password = cells.get("user", "").strip(), cells.get("password", "")
    if not user and not password.strip():
        return
    if not user:
        row.complain("user", "is empty, but there is a password")
    if any(len(cell) > 200 or _NOT_IN_TEXT.search(cell) for cell in (user, password)):
        row.complain(
            "password", "user or password is longer than 200 characters or holds a control character"
        )
    for part, address in (("main", camera.main), ("sub", camera.sub), (ONVIF, camera.onvif_url)):
        if address and getattr(address, "scheme", "") != "clip":
            row.credentials.setdefault(part, Credentials(user, password))
