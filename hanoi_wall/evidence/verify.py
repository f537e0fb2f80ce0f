"""Is this evidence what it was? Reads a card and the pictures it names; needs nothing else. Any thread.

What it says of a card is one of five, the worst of what was found: intact; unsigned (its pictures are the
ones it names, but anybody could have written it); missing (a picture is not there); bad (no card of a kind
that is known); tampered.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hanoi_wall.evidence.canonical import MOST_BYTES, BadJson, Value, read
from hanoi_wall.evidence.card import FORMAT, VERSION, changed_fields, signed_bytes
from hanoi_wall.evidence.names import CARD, PICTURE, is_bare
from hanoi_wall.evidence.signing import (
    ALGORITHM,
    KEY_BYTES,
    SIGNATURE_BYTES,
    fingerprint,
    from_text,
    is_signed,
)

MOST_PICTURES = 16
MOST_FILES = 100_000
_MOST_NAMED = 5
_PART = 1 << 20


class Found(StrEnum):
    """What verification says of a card, from best to worst."""

    INTACT = "intact"
    UNSIGNED = "unsigned"
    MISSING = "missing"
    BAD = "bad"
    TAMPERED = "tampered"


class NothingToVerify(Exception):
    """There is no card where one was to be; the text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong. file: its name in the folder; field: its path in the card, "" for all."""

    found: Found
    file: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is so of one card. card: its file name, "" for a picture that no card names.

    known: whether its key is one of this device's; fingerprint: of its key, "" where it has none.
    """

    card: str
    pictures: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    fingerprint: str = ""
    known: bool = False

    @property
    def found(self) -> Found:
        """The worst of it."""
        if self.failures:
            return max((each.found for each in self.failures), key=list(Found).index)
        return Found.INTACT if self.fingerprint else Found.UNSIGNED


def verify(path: Path, own_keys: Container[bytes]) -> tuple[Verdict, ...]:
    """The verdict on a card, on the card that names a picture, or on all in a folder. Raises NothingToVerify.

    own_keys: the public keys of this device.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise NothingToVerify(f"{path} cannot be read: {why}") from None
    if stat.S_ISDIR(mode):
        return _folder(path, own_keys)
    if path.name.lower().endswith(CARD):
        return (check_card(path.parent, path.name, own_keys),)
    for name in _cards_for(path):
        verdict = check_card(path.parent, name, own_keys)
        if path.name in verdict.pictures:
            return (verdict,)
    raise NothingToVerify(f"no card beside {path} names it")


def _cards_for(picture: Path) -> Iterator[str]:
    """The cards that may name a picture: the one that is called like it first."""
    likely, left = [], picture.name
    while "." in left:
        left = left.rpartition(".")[0]
        likely.append(left + CARD)
    names = [name for name in _names(picture.parent) if name.lower().endswith(CARD)]
    yield from sorted(names, key=lambda name: (name not in likely, name))


def _folder(folder: Path, own_keys: Container[bytes]) -> tuple[Verdict, ...]:
    names = _names(folder)
    cards = [name for name in names if name.lower().endswith(CARD)]
    if not cards:
        raise NothingToVerify(f"no evidence card (*{CARD}) in {folder}")
    verdicts = [check_card(folder, name, own_keys) for name in cards]
    named = {picture for verdict in verdicts for picture in verdict.pictures}
    # Whoever takes a card away leaves its picture without one.
    alone = [name for name in names if name.lower().endswith(PICTURE) and name not in named]
    verdicts += [
        Verdict("", failures=(Failure(Found.MISSING, name, "", "no card names it"),)) for name in alone
    ]
    return tuple(verdicts)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(MOST_FILES), strict=False)]
    except OSError as error:
        raise NothingToVerify(f"{folder} cannot be read: {error.strerror}") from None
    return sorted(name for name in names if not name.startswith("."))


def check_card(folder: Path, name: str, own_keys: Container[bytes]) -> Verdict:
    """The verdict on one card and the pictures that it names."""
    try:
        made = read(_read_small(folder / name))
        _demand_form(made)
    except OSError as error:
        return Verdict(name, failures=(Failure(Found.MISSING, name, "", _why(error)),))
    except _BadField as bad:
        return Verdict(name, failures=(Failure(Found.BAD, name, bad.field, str(bad)),))
    except BadJson as bad:
        return Verdict(name, failures=(Failure(Found.BAD, name, "", str(bad)),))
    failures = list(_signature_failures(name, made))
    for index, picture in enumerate(made["pictures"]):
        failures += _picture_failures(folder, f"pictures[{index}]", picture)
    key = _key(made)
    return Verdict(
        name,
        tuple(picture["file"] for picture in made["pictures"]),
        tuple(failures),
        "" if key is None else fingerprint(key),
        key is not None and key in own_keys,
    )


# The card


class _BadField(BadJson):
    """A field that is not as it must be."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"expected {expected}")
        self.field = field


def _demand_form(made: Value) -> None:
    """What must be right before anything else can be looked at; raises _BadField."""
    if made.get("format") != FORMAT:
        raise _BadField("format", f'"{FORMAT}"')
    version = made.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _BadField("version", "a whole number from 1")
    if version > VERSION:
        raise _BadField(
            "version", f"{VERSION}; a newer program wrote this card, and only a newer one can check it"
        )
    pictures = made.get("pictures")
    if not isinstance(pictures, list) or not 1 <= len(pictures) <= MOST_PICTURES:
        raise _BadField("pictures", f"a list of 1 to {MOST_PICTURES}")
    for index, picture in enumerate(pictures):
        path = f"pictures[{index}]"
        if not isinstance(picture, dict):
            raise _BadField(path, "an object")
        if not is_bare(picture.get("file")):
            raise _BadField(f"{path}.file", "the name of a file in the same folder")
        size = picture.get("bytes")
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise _BadField(f"{path}.bytes", "a whole number from 1")
        digest = picture.get("sha256")
        if not isinstance(digest, str) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise _BadField(f"{path}.sha256", "64 digits 0-9 a-f")


def _key(made: Value) -> bytes | None:
    signature: Any = made.get("signature")
    return from_text(signature.get("public_key"), KEY_BYTES) if isinstance(signature, dict) else None


def _signature_failures(name: str, made: Value) -> Iterator[Failure]:
    signature: Any = made.get("signature")
    if signature is None:
        return
    if not isinstance(signature, dict):
        yield Failure(Found.TAMPERED, name, "signature", "is no signature")
        return
    key = from_text(signature.get("public_key"), KEY_BYTES)
    value = from_text(signature.get("value"), SIGNATURE_BYTES)
    if signature.get("algorithm") != ALGORITHM:
        yield Failure(Found.TAMPERED, name, "signature.algorithm", f"is not {ALGORITHM}")
    elif key is None:
        yield Failure(Found.TAMPERED, name, "signature.public_key", f"is not {KEY_BYTES} bytes in base64")
    elif value is None:
        yield Failure(Found.TAMPERED, name, "signature.value", f"is not {SIGNATURE_BYTES} bytes in base64")
    elif not is_signed(key, value, signed_bytes(made)):
        yield from _not_signed(name, made, key)


def _not_signed(name: str, made: Value, key: bytes) -> Iterator[Failure]:
    """Where somebody has been at work, as far as it can be told."""
    fields = changed_fields(made)
    for field in fields[:_MOST_NAMED]:
        yield Failure(Found.TAMPERED, name, field, "was changed after the card was signed")
    if len(fields) > _MOST_NAMED:
        yield Failure(Found.TAMPERED, name, "", f"{len(fields) - _MOST_NAMED} more fields were changed")
    if made["signature"].get("fingerprint") != fingerprint(key):
        yield Failure(Found.TAMPERED, name, "signature.fingerprint", "is not that of the key beside it")
    elif not fields:
        text = "does not fit: the card, the hashes of its fields or its key were changed after it was signed"
        yield Failure(Found.TAMPERED, name, "signature", text)


# The pictures


def _picture_failures(folder: Path, path: str, picture: Value) -> Iterator[Failure]:
    name, size = picture["file"], picture["bytes"]
    try:
        found_size, digest = _hash(folder / name, size)
    except OSError as error:
        yield Failure(Found.MISSING, name, f"{path}.file", _why(error))
        return
    if found_size != size:
        more = "more than " if found_size > size else ""
        text = f"is not the picture of the card: it has {more}{min(found_size, size)} bytes, not {size}"
        yield Failure(Found.TAMPERED, name, f"{path}.bytes", text)
    elif digest != picture["sha256"]:
        yield Failure(
            Found.TAMPERED, name, f"{path}.sha256", "is not the picture of the card: it was changed"
        )


def _hash(path: Path, size: int) -> tuple[int, str]:
    """Bytes read and their SHA-256; no more is read than shows that there are too many."""
    whole, read_bytes = hashlib.sha256(), 0
    with _open(path) as file:
        while read_bytes <= size and (part := file.read(_PART)):
            whole.update(part)
            read_bytes += len(part)
    return read_bytes, whole.hexdigest()


def _read_small(path: Path) -> bytes:
    with _open(path) as file:
        data: bytes = file.read(MOST_BYTES + 1)
    return data


def _open(path: Path) -> Any:
    """A regular file to read: a pipe of that name would keep us for ever."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(0, "is no regular file")
    return open(fd, "rb")


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there"
    return "is no regular file" if error.errno == 0 else f"cannot be read: {error.strerror}"
