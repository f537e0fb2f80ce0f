"""Where camera credentials may be kept: what all such places have in common, and the one in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from hanoi_wall.domain.camera import Credentials, StreamKind

PARTS = (*(kind.value for kind in StreamKind), "onvif")
"""What of a camera may have credentials of its own."""
WORKSTATION, SIGNING = " workstation", "signing"
"""In the place of a camera's id (those begin with no blank), and its one part: the key that signs."""
MOST_BYTES = 64 * 1024 * 1024


class SecretsError(Exception):
    """Credentials that cannot be kept or fetched. No text of it holds any."""


class SecretStoreMissing(SecretsError):
    """There is no place to keep credentials in, or it does not let us in; the text says which."""


class BadSecrets(SecretsError):
    """A file of credentials that is not as it must be; the text names the file and what was expected."""


class SecretStore(Protocol):
    """A place that keeps credentials by camera id and part (PARTS)."""

    @property
    def where(self) -> str:
        """What the user calls this place."""
        ...

    def get(self, camera: str) -> Mapping[str, Credentials]:
        """What is kept for the camera, by part; raises SecretsError."""
        ...

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        """Keep these beside what is there; returns how many were new or other. Raises SecretsError."""
        ...

    def delete(self, cameras: Iterable[str]) -> None:
        """Forget all that is kept for these cameras, known or not; raises SecretsError."""
        ...


class MemorySecrets:
    """Credentials that end with the process: `run --cameras`."""

    where = "memory"

    def __init__(self, start: Mapping[str, Mapping[str, Credentials]] | None = None) -> None:
        self._kept = {camera: dict(parts) for camera, parts in (start or {}).items()}

    def get(self, camera: str) -> Mapping[str, Credentials]:
        """What is kept for the camera, by part."""
        return self._kept.get(camera, {})

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        """Keep these beside what is there; returns how many were new or other."""
        return merge(self._kept, changes)

    def delete(self, cameras: Iterable[str]) -> None:
        """Forget these cameras."""
        for camera in cameras:
            self._kept.pop(camera, None)


def merge(kept: dict[str, dict[str, Credentials]], changes: Mapping[str, Mapping[str, Credentials]]) -> int:
    """Put `changes` into `kept`; returns how many parts were new or other."""
    count = 0
    for camera, parts in changes.items():
        own = kept.setdefault(camera, {})
        count += sum(own.get(part) != credentials for part, credentials in parts.items())
        own.update(parts)
    return count


def to_plain(parts: Mapping[str, Credentials]) -> dict[str, dict[str, str]]:
    """One camera's credentials as JSON writes them."""
    return {part: {"user": each.user, "password": each.password} for part, each in sorted(parts.items())}


def from_plain(value: Any) -> dict[str, Credentials]:
    """One camera's credentials as JSON had them; raises ValueError that repeats nothing."""
    if not isinstance(value, dict):
        raise ValueError("expected an object with main, sub or onvif")
    found = {}
    for part, pair in value.items():
        if part not in (*PARTS, SIGNING):
            raise ValueError("expected only main, sub or onvif")
        if not isinstance(pair, dict) or set(pair) != {"user", "password"}:
            raise ValueError(f"{part}: expected an object with user and password")
        user, password = pair["user"], pair["password"]
        if not isinstance(user, str) or not isinstance(password, str):
            raise ValueError(f"{part}: expected user and password as text")
        found[part] = Credentials(user, password)
    return found


def all_from_json(data: bytes) -> dict[str, dict[str, Credentials]]:
    """Credentials by camera id out of a whole file; raises ValueError that repeats nothing but an id."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"is not JSON{place}") from None
    if not isinstance(found, dict):
        raise ValueError("expected an object with camera ids as keys")
    kept = {}
    for camera, parts in found.items():
        try:
            kept[camera] = from_plain(parts)
        except ValueError as error:
            shown = camera[:128] if camera.isprintable() else "a key"
            raise ValueError(f"{shown}: {error}") from None
    return kept


def all_to_json(kept: Mapping[str, Mapping[str, Credentials]]) -> bytes:
    """The other way round, for people too."""
    plain = {camera: to_plain(parts) for camera, parts in sorted(kept.items()) if parts}
    return (json.dumps(plain, ensure_ascii=True, indent=1) + "\n").encode()
